"""The API through HTTP: rights, versions, 304, limits, parts, sentences, and its schema."""

import datetime
import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.tokens import count_call, create_token, revoke_token
from quotas import tally
from quotas.models import RatingBand
from quotas.state import state_tag
from tests.concurrency import named, pool
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
API = "/api/v1"
YEAR = f"{API}/attainment?year=2025"
FIGURES = (
    YEAR,
    f"{API}/months?year=2025",
    f"{API}/breakdown?year=2025&dimension=sex",
    f"{API}/targets",
    f"{API}/units",
)


@pytest.fixture
def bearer():
    """Headers of a new token of a user."""

    def make(user, **more) -> dict[str, str]:
        last = timezone.localdate() + datetime.timedelta(9)
        _token, secret = create_token(by=user, name="uji", expires_on=last)
        return {"authorization": f"Bearer {secret}", **more}

    return make


def test_a_figure_carries_its_two_numbers_and_all_it_rests_on(client, directorate, officer):
    make_placement(by=officer, completed_on=datetime.date(2025, 3, 2))
    client.force_login(directorate)
    (nation,) = client.get(f"{YEAR}&through=2025-12-15").json()["rows"]
    assert nation["target"] == 259144
    assert nation["realised"] == 1
    assert nation["percent"].startswith("0.000385885839")
    assert nation["percent_rounded"] == "0.0"
    assert nation["target_set"]["status"] == "enacted"
    assert nation["target_set"]["name"]
    assert nation["rule_version"] == 1
    assert nation["pending"] == 1
    assert nation["through"] == "2025-12-15"
    assert nation["as_of"] is None
    before = nation["batch"]
    tally.fold()
    (nation,) = client.get(YEAR).json()["rows"]
    assert nation["pending"] == 0
    assert nation["batch"] != before
    assert nation["through"] == "2025-12-31"


def test_no_target_is_null_and_not_zero(client, directorate, officer):
    make_placement(by=officer, completed_on=datetime.date(2025, 3, 2))
    client.force_login(directorate)
    rows = client.get(f"{YEAR}&measure=origin&level=province").json()["rows"]
    assert len(rows) == 38
    (java,) = [row for row in rows if row["code"] == "33"]
    assert java["realised"] == 1
    assert (java["target"], java["percent"], java["percent_rounded"]) == (None, None, None)


def test_a_rival_version_is_named_in_every_row(client, directorate):
    client.force_login(directorate)
    sets = client.get(f"{API}/targets?year=2025").json()["rows"]
    (rival,) = [each for each in sets if each["national_amount"] == 425_000]
    (nation,) = client.get(f"{YEAR}&target_set={rival['id']}").json()["rows"]
    assert nation["target"] == 425_000
    assert nation["target_set"]["id"] == rival["id"]


def test_months_and_parts_add_up_to_the_figure_of_their_unit(client, directorate, officer):
    for month, origin in ((3, "3301"), (3, "3302"), (5, "3301")):
        make_placement(by=officer, completed_on=datetime.date(2025, month, 2), origin=origin)
    client.force_login(directorate)
    unit = "year=2025&level=balai&code=bp3mi-jateng"
    months = client.get(f"{API}/months?{unit}").json()
    assert [row["realised"] for row in months["rows"]][2:5] == [2, 0, 1]
    assert months["rows"][-1]["cumulative"] == months["unit"]["realised"] == 3
    parts = client.get(f"{API}/breakdown?{unit}&dimension=regency").json()
    assert {row["code"]: row["realised"] for row in parts["rows"]} == {"3301": 2, "3302": 1}
    assert [row["share"] for row in parts["rows"]] == ["66.7", "33.3"]
    assert parts["rows"][0]["name"] == "Kab. Cilacap, Jawa Tengah"


@pytest.mark.parametrize(
    ("who", "balai", "provinces"),
    [
        ("officer", {"bp3mi-jateng"}, {"33"}),
        ("head", {"bp3mi-jateng"}, {"33"}),
        ("directorate", None, None),
        ("target_admin", None, None),
        ("auditor", None, None),
    ],
)
def test_a_token_sees_exactly_what_its_owner_sees(
    client, request, bearer, who, balai, provinces, officer
):
    user = request.getfixturevalue(who)
    make_placement(by=officer, completed_on=datetime.date(2025, 3, 2), origin="5201")
    headers = bearer(user)
    for level, seen in (("balai", balai), ("province", provinces)):
        rows = client.get(f"{YEAR}&level={level}", headers=headers).json()["rows"]
        codes = {row["code"] for row in rows}
        assert codes == seen if seen else len(codes) > 20, level
    other = client.get(f"{API}/months?year=2025&level=province&code=52", headers=headers)
    assert other.status_code == (404 if provinces else 200)
    assert len(client.get(YEAR, headers=headers).json()["rows"]) == 1


def test_who_brings_nothing_or_a_bad_token_is_told_why(client, officer, bearer):
    answer = client.get(YEAR)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "Masuk dulu" in answer.json()["detail"]
    client.force_login(officer)
    for value, sentence in (("Bearer x", "tidak dikenal"), ("Basic eDp5", "Bearer")):
        answer = client.get(YEAR, headers={"authorization": value})
        assert answer.status_code == 401, "a session must not stand in for a bad token"
        assert sentence in answer.json()["detail"]


def test_a_revoked_an_expired_and_an_inactive_token_open_nothing(client, officer, bearer):
    headers = bearer(officer)
    token = officer.api_tokens.get()
    assert client.get(YEAR, headers=headers).status_code == 200
    officer.api_tokens.update(expires_on=timezone.localdate() - datetime.timedelta(1))
    assert "habis masa" in client.get(YEAR, headers=headers).json()["detail"]
    officer.api_tokens.update(expires_on=timezone.localdate())
    assert client.get(YEAR, headers=headers).status_code == 200
    officer.is_active = False
    officer.save()
    assert "tidak aktif" in client.get(YEAR, headers=headers).json()["detail"]
    officer.is_active = True
    officer.save()
    revoke_token(token=token, by=officer)
    answer = client.get(YEAR, headers=headers)
    assert answer.status_code == 401
    assert "dicabut" in answer.json()["detail"]


@pytest.mark.parametrize("url", FIGURES)
def test_nothing_new_is_304_and_a_tag_fits_one_question_and_one_person(
    client, officer, directorate, url
):
    client.force_login(directorate)
    first = client.get(url)
    assert first.status_code == 200, first.content
    etag = first["ETag"]
    again = client.get(url, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert {"Cookie", "Authorization", "Accept-Language"} <= set(again["Vary"].split(", "))
    assert "private" in again["Cache-Control"]
    joint = "&" if "?" in url else "?"
    other = client.get(f"{url}{joint}limit=7", headers={"if-none-match": etag})
    assert other.status_code != 304
    english = client.get(url, headers={"if-none-match": etag, "accept-language": "en"})
    assert english.status_code == 200
    client.force_login(officer)
    assert client.get(url, headers={"if-none-match": etag}).status_code == 200


def test_a_304_costs_one_statement_beside_the_caller_and_the_limit(
    client, directorate, bearer, django_assert_num_queries
):
    headers = bearer(directorate)
    headers["if-none-match"] = client.get(YEAR, headers=headers)["ETag"]
    # Token, groups, limit, state.
    with django_assert_num_queries(4):
        assert client.get(YEAR, headers=headers).status_code == 304


def test_every_change_that_can_show_is_a_new_tag(client, directorate, officer):
    seen = [state_tag()]

    def is_new() -> bool:
        seen.append(state_tag())
        return seen.count(seen[-1]) == 1

    assert not is_new()
    make_placement(by=officer, completed_on=datetime.date(2025, 3, 2))
    assert is_new()
    tally.fold()
    assert is_new(), "batch and pending stand beside every number"
    RatingBand.objects.filter(level=5).update(minimum=92)
    assert is_new()
    RatingBand.objects.filter(level=1).update(label="Buruk")
    assert is_new()
    tally.reconcile(year=2025)
    assert is_new()


def test_a_change_of_rights_ends_a_tag(client, officer, stranger):
    client.force_login(officer)
    etag = client.get(f"{YEAR}&level=balai")["ETag"]
    officer.office_id = "bp3mi-ntb"
    officer.save()
    answer = client.get(f"{YEAR}&level=balai", headers={"if-none-match": etag})
    assert [row["code"] for row in answer.json()["rows"]] == ["bp3mi-ntb"]


def test_too_many_calls_are_429_with_a_time_and_a_sentence(client, officer, bearer, settings):
    settings.API_CALLS_A_MINUTE = 3
    headers = bearer(officer)
    codes = [client.get(YEAR, headers=headers).status_code for _call in range(8)]
    # A minute may begin on the way, and only once.
    assert codes[:3] == [200] * 3
    assert codes.count(429) >= 2
    refused = next(
        answer
        for answer in (client.get(YEAR, headers=headers) for _call in range(8))
        if answer.status_code == 429
    )
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "paling banyak 3 permintaan per menit" in refused.json()["detail"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("connections")
def test_the_limit_is_exact_among_processes():
    def calls() -> int:
        return sum(count_call(caller="token:1", minute=1, most=50) for _call in range(20))

    with pool() as side_by_side:
        passed = [side_by_side.submit(named(f"call-{n}", calls)) for n in range(8)]
    assert sum(each.result() for each in passed) == 50
    assert count_call(caller="token:1", minute=2, most=50)
    assert count_call(caller="token:2", minute=1, most=50)


def test_parts_neither_repeat_nor_miss_a_row_when_rows_come_in_between(
    client, directorate, officer
):
    origins = ["3301", "3303", "3305", "3307", "3309"]
    for origin in origins:
        make_placement(by=officer, completed_on=datetime.date(2025, 3, 2), origin=origin)
    client.force_login(directorate)
    url, seen = f"{API}/breakdown?year=2025&dimension=regency&limit=2", []
    while url:
        part = client.get(url).json()
        seen += [row["code"] for row in part["rows"]]
        url = part["next"]
        # One that sorts before what was read, and more of what was read: by size it would move.
        for origin in ("3302", "3309"):
            make_placement(by=officer, completed_on=datetime.date(2025, 4, 2), origin=origin)
    assert [code for code in seen if code in origins] == origins
    assert len(seen) == len(set(seen))


def test_units_come_in_parts_with_every_code_once(client, officer):
    client.force_login(officer)
    url, codes = f"{API}/units?limit=20", []
    while url:
        part = client.get(url).json()
        codes += [row["code"] for row in part["rows"]]
        url = part["next"]
    assert len(codes) == part["total"] == len(set(codes))
    assert client.get(f"{API}/units?level=province").json()["total"] == 38


def test_what_cannot_be_meant_is_refused_in_a_sentence(client, directorate):
    client.force_login(directorate)
    for query, sentence in (
        ("attainment", "“year” harus diisi"),
        ("attainment?year=abc", "“year” harus bilangan bulat"),
        ("attainment?year=1999", "paling kecil 2007"),
        ("attainment?year=2025&level=x", "salah satu dari"),
        ("attainment?year=2025&measure=x", "salah satu dari"),
        ("attainment?year=2025&level=balai&measure=origin", "tidak cocok"),
        ("attainment?year=2025&programme=x", "Program “x” tidak dikenal"),
        ("attainment?year=2025&through=zz", "harus tanggal"),
        ("attainment?year=2025&through=2024-01-01", "di dalam tahun"),
        ("attainment?year=2025&target_set=999999999999999999999", ""),
        ("attainment?year=2025&target_set=0", "tidak ada pada 2025"),
        ("attainment?year=2025&limit=0", "paling kecil 1"),
        ("attainment?year=2025&tahun=1", "“tahun” tidak dikenal"),
        ("attainment?year=2025&year=2024", "lebih dari sekali"),
        ("attainment?year=2025&programme=%00", ""),
        ("months?year=2025&level=balai", "Isi “code”"),
        ("months?year=2025&level=balai&code=%00", ""),
        ("breakdown?year=2025&dimension=x", "salah satu dari"),
        ("targets?after=99999999999999999999999", ""),
        ("freshness?x=1", "“x” tidak dikenal"),
    ):
        answer = client.get(f"{API}/{query}")
        assert answer.status_code in {200, 404, 422} if not sentence else {422}, query
        detail = answer.json().get("detail", "")
        assert isinstance(detail, str)
        assert sentence in detail, query


def test_an_unknown_address_and_an_unknown_unit_are_404_in_json(client, directorate):
    client.force_login(directorate)
    for path in ("tidak-ada", "months?year=2025&level=balai&code=tidak-ada"):
        answer = client.get(f"{API}/{path}")
        assert answer.status_code == 404, path
        assert answer.json()["detail"], path


def test_freshness_has_no_tag_for_it_ages_by_itself(client, officer):
    client.force_login(officer)
    make_placement(by=officer)
    answer = client.get(f"{API}/freshness")
    assert answer.json()["pending"] == 1
    assert (answer.json()["state"], answer.json()["check"]) == ("unchecked", "never")
    tally.reconcile(year=2026)
    for query, state in (("", "fresh"), ("?year=2026", "fresh"), ("?year=2025", "unchecked")):
        assert client.get(f"{API}/freshness{query}").json()["state"] == state
    assert "ETag" not in answer


def test_the_schema_has_not_changed_by_accident():
    """Refresh it on purpose: see docs/api/README.md."""
    kept = Path(settings.BASE_DIR) / "docs" / "api" / "openapi.json"
    out = StringIO()
    call_command(
        "export_openapi_schema", api="dashboards.api.api", sort_keys=True, indent=1, stdout=out
    )
    assert json.loads(out.getvalue()) == json.loads(kept.read_text(encoding="utf-8"))


def test_the_docs_and_the_schema_are_for_people_and_programs_who_may_ask(client, officer, bearer):
    assert client.get(f"{API}/docs").status_code == 302
    assert client.get(f"{API}/openapi.json").status_code == 401
    headers = bearer(officer)
    paths = client.get(f"{API}/openapi.json", headers=headers).json()["paths"]
    client.force_login(officer)
    page = client.get(f"{API}/docs").content.decode()
    for path in paths:
        assert f"GET {path}" in page
    for word in ("FigureRow", "percent_rounded", "destination | scheme"):
        assert word in page


def test_counts_of_other_units_inside_the_nation_are_for_who_sees_every_figure(
    client, directorate, officer
):
    asked = f"{API}/breakdown?year=2025&dimension="
    for user, status in ((officer, 404), (directorate, 200)):
        client.force_login(user)
        for dimension in ("unit", "office", "province", "regency"):
            assert client.get(asked + dimension).status_code == status, (user, dimension)
        assert client.get(f"{asked}sex").status_code == 200
    client.force_login(officer)
    own = f"{asked}regency&level=balai&code=bp3mi-jateng"
    assert client.get(own).status_code == 200


def test_a_year_nothing_is_known_of_is_null_with_the_sentence_of_the_pages(
    client, directorate, officer
):
    client.force_login(directorate)
    year = {"year": "2025"}
    sentence = "Belum ada data penempatan 2025; yang diketahui hanya targetnya."
    assert sentence in client.get("/nasional/", year).content.decode()
    (nation,) = client.get(f"{API}/attainment", year).json()["rows"]
    assert nation["target"] == 259144
    unknown = ("realised", "percent", "percent_rounded", "level", "rating")
    assert {nation[name] for name in unknown} == {None}
    assert nation["unknown_reason"] == sentence
    months = client.get(f"{API}/months", year).json()
    assert {(row["realised"], row["cumulative"]) for row in months["rows"]} == {(None, None)}
    assert sum(row["plan"] for row in months["rows"]) == 259144
    outlook = client.get(f"{API}/outlook", year).json()
    assert (outlook["unit"]["realised"], outlook["ahead"]) == (None, None)
    funnels = client.get(f"{API}/funnel", year).json()["funnels"]
    assert {stage["count"] for each in funnels for stage in each["stages"]} <= {None}
    make_placement(by=officer, completed_on=datetime.date(2025, 3, 2))
    (nation,) = client.get(f"{API}/attainment", year).json()["rows"]
    assert (nation["realised"], nation["unknown_reason"]) == (1, None)
    running = {"year": str(timezone.localdate().year)}
    (nation,) = client.get(f"{API}/attainment", running).json()["rows"]
    assert (nation["realised"], nation["unknown_reason"]) == (0, None), "it may still come"


def test_every_parameter_and_every_operation_has_a_meaning_in_indonesian(client, directorate):
    client.force_login(directorate)
    paths = client.get(f"{API}/openapi.json").json()["paths"]
    told = [
        each.get("description") or each["schema"].get("description", "")
        for methods in paths.values()
        for operation in methods.values()
        for each in [operation, *operation.get("parameters", [])]
        if "schema" in each or "description" in each
    ]
    assert len(told) > 40
    assert all(told)
    english = {"the", "of", "which", "year", "empty", "rows"}
    assert not [each for each in told if english & set(each.lower().split())]
    page = client.get(f"{API}/docs").content.decode()
    assert "Kode program; kosong untuk semua program bersama." in page
    assert "<td>–</td></tr>" not in page.split("<h2")[1], "no parameter without a meaning"

"""Pages of places through HTTP: figures, parts, states of the past, comparison, what changed."""

from __future__ import annotations

import datetime
import html
import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from dashboards import change_pages
from placement.closing import close_month, edit_note
from placement.recording import correct_placement, void_placement
from quotas import tally, targets
from quotas.models import TallyBatch, TargetSet
from quotas.promises import Measure
from quotas.targets import Amount
from regions.models import Office, Regency, ServiceArea
from tests.dashboards.test_exports import csv_at
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 2)
PLACES = (
    "/nasional/", "/provinsi/33/", "/balai/bp3mi-jateng/", "/kantor/bp3mi-jateng/",
    "/kabupaten/3301/",
)  # fmt: skip


@pytest.fixture
def some(officer):
    """Three placements, the last voided after the first fold, one moved to another province."""
    made = [make_placement(by=officer, completed_on=DAY) for _each in range(3)]
    tally.fold()
    TallyBatch.objects.update(folded_at=datetime.datetime(2026, 3, 10, tzinfo=datetime.UTC))
    void_placement(placement=made[2], by=officer, reason="ganda")
    correct_placement(
        placement=made[1], by=officer, reason="salah", changes={"origin": Regency(pk="3201")}
    )
    tally.fold()
    return made


def realised(page: str) -> int:
    return int(re.search(r'data-figure="(\d+)"', page).group(1))


def set_of_2026(admin, second, *, name: str, amount: int, units=()) -> TargetSet:
    made = targets.create_set(by=admin, reason="awal", year=2026, name=name, source="Keputusan")
    amounts = [Amount(Measure.NATIONAL, amount)]
    amounts += [Amount(Measure.SERVED, n, unit=Office(pk=code)) for code, n in units]
    targets.set_amounts(target_set=made, by=admin, reason="awal", amounts=amounts)
    TargetSet.objects.filter(pk=made.pk).update(
        decree_number=name, decree_date=datetime.date(2026, 1, 5)
    )
    made.refresh_from_db()
    targets.propose_set(target_set=made, by=admin, reason="usul")
    return targets.enact_set(target_set=made, by=second, reason="tetap")


@pytest.mark.parametrize(("path", "now", "then"), [
    ("/nasional/", 2, 3), ("/provinsi/33/", 1, 3), ("/provinsi/32/", 1, 0),
    ("/balai/bp3mi-jateng/", 2, 3), ("/kantor/bp3mi-jateng/", 2, 3), ("/kabupaten/3301/", 1, 3),
])  # fmt: skip
def test_a_page_shows_now_and_as_it_stood(client, directorate, some, path, now, then):
    client.force_login(directorate)
    assert realised(client.get(path, {"year": "2026"}).content.decode()) == now
    for state in ({"as_of": "2026-03-10"}, {"batch": str(TallyBatch.objects.first().pk)}):
        if "batch" in state:
            state["batch"] = str(TallyBatch.objects.order_by("number").first().pk)
        page = client.get(path, {"year": "2026"} | state).content.decode()
        assert realised(page) == then
        assert "Keadaan per 10 Maret 2026" in page


def test_the_list_behind_a_past_figure_shows_exactly_those_placements(client, directorate, some):
    client.force_login(directorate)
    page = client.get("/provinsi/33/", {"year": "2026", "as_of": "2026-03-10"}).content.decode()
    link = html.unescape(re.search(r'id="realised" href="([^"]+)"', page).group(1))
    behind = client.get(link).content.decode()
    assert all(each.reference in behind for each in some)
    now = client.get("/provinsi/33/", {"year": "2026"}).content.decode()
    link = html.unescape(re.search(r'id="realised" href="([^"]+)"', now).group(1))
    behind = client.get(link).content.decode()
    assert some[0].reference in behind
    assert some[1].reference not in behind
    assert some[2].reference not in behind


def test_what_changed_is_told_by_cause_and_record(client, directorate, some):
    client.force_login(directorate)
    page = client.get("/perubahan/", {"year": "2026", "as_of": "2026-03-10"})
    assert page.context["moved"].agrees
    assert page.context["moved"].counts == {"voided": 1, "corrected": 1}
    assert page.context["moved"].delta == -1
    words = page.content.decode()
    assert some[1].reference in words
    assert "Kab. Cilacap, Jawa Tengah → Kab. Bogor, Jawa Barat" in words
    province = client.get(
        "/perubahan/", {"year": "2026", "as_of": "2026-03-10", "level": "origin", "code": "33"}
    )
    assert province.context["moved"].counts == {"voided": 1, "moved_out": 1}
    assert province.context["moved"].delta == -2


def test_every_sum_on_a_page_agrees_and_a_wrong_one_is_said(client, directorate, some):
    client.force_login(directorate)
    for path in PLACES:
        answer = client.get(path, {"year": "2026"})
        assert answer.context["problems"] == [], path
        whole = answer.context["figure"].realised
        for dimension in answer.context["dimensions"]:
            assert sum(each.n for each in dimension.shown) + dimension.rest == whole

    with connection.cursor() as cursor:
        cursor.execute("UPDATE tally_breakdown SET n = n + 1 WHERE dimension = 'sex'")
    page = client.get("/nasional/", {"year": "2026"}).content.decode()
    assert "tidak saling cocok" in page


def test_a_page_that_did_not_change_is_a_304_until_anything_does(
    client, directorate, officer, stranger, some
):
    client.force_login(directorate)
    for path in (*PLACES, "/provinsi/", "/balai/", "/dinding/"):
        caches["process"].clear()
        tag = client.get(path)["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304, path
        client.force_login(officer)
        assert client.get(path, headers={"If-None-Match": tag}).status_code != 304, path
        client.force_login(directorate)
        make_placement(by=officer, completed_on=DAY)
        changed = client.get(path, headers={"If-None-Match": tag})
        assert changed.status_code == 200, path
        tag = changed["ETag"]
        tally.fold()
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 200, path


def test_two_sides_are_compared_and_different_measures_are_said(client, directorate, some):
    client.force_login(directorate)
    page = client.get(
        "/bandingkan/",
        {"a_place": "served:bp3mi-jateng", "a_year": "2026", "b_place": "origin:33",
         "b_year": "2026", "b_as_of": "2026-03-10"},
    )  # fmt: skip
    assert page.context["rows"][-1].gap == 2 - 3
    assert page.context["gaps"]["realised"] == 2 - 3
    assert page.context["gaps"]["target"] is None
    assert "ukuran yang berbeda" in page.content.decode()
    # Every count opens its placements: a month of now in the list, one of the past as it stood.
    march = page.context["rows"][2]
    for url, n in ((march.left_url, march.left), (page.context["parts"][0][2][0].left_url, 2)):
        heading = client.get(url).content.decode().split("<h1>")[1].split("</h1>")[0]
        assert int(re.search(r"[\d.]+", heading)[0]) == n
    assert march.right_url.startswith("/penempatan-saat-itu/?batch=")
    odd = client.get("/bandingkan/", {"a_place": "served:tidak-ada", "b_year": "x"})
    assert odd.status_code == 200
    assert odd.content.decode().count("alert-warning") >= 2


def test_an_officer_compares_only_what_they_may_see(client, officer, some):
    client.force_login(officer)
    page = client.get("/bandingkan/", {"a_place": "served:bp3mi-ntb"})
    assert "tidak dikenal" in page.content.decode()
    specs = {spec for _group, found in page.context["choices"] for spec, _name in found}
    assert specs == {"national:", "served:bp3mi-jateng", "origin:33"}


def test_plan_and_pace_stand_on_the_page(
    client, directorate, officer, target_admin, second_admin, some
):
    set_of_2026(target_admin, second_admin, name="SK 1", amount=1000, units=[("bp3mi-jateng", 240)])
    client.force_login(directorate)
    page = client.get("/balai/bp3mi-jateng/", {"year": "2026", "through": "2026-03-31"})
    view, summary = page.context["outlook"], page.context["summary"]
    assert sum(summary.plan) == 240
    assert view.expected == sum(summary.plan[:3])
    assert view.ahead == 2 - view.expected
    assert "seharusnya" in page.content.decode()
    row = client.get("/balai/", {"year": "2026", "through": "2026-03-31"}).context["table"].data[0]
    assert row.expected == view.expected


def test_as_it_stood_is_measured_against_the_set_that_was_in_force_then(
    client, directorate, officer, target_admin, second_admin
):
    make_placement(by=officer, completed_on=DAY)
    first = set_of_2026(target_admin, second_admin, name="SK 1", amount=1000)
    tally.fold()
    batch = TallyBatch.objects.latest("number").number
    events = TargetSet.pgh_event_model.objects
    known = events.latest("pgh_id").pgh_id
    set_of_2026(target_admin, second_admin, name="SK 2", amount=500)
    # Inside a test everything has the time of its one transaction.
    later = timezone.now() + datetime.timedelta(hours=1)
    events.filter(pgh_id__gt=known).update(pgh_created_at=later)
    client.force_login(directorate)
    now = client.get("/nasional/", {"year": "2026"}).context
    then = client.get("/nasional/", {"year": "2026", "batch": str(batch)}).context
    assert now["figure"].target == 500
    assert (then["figure"].target, then["figure"].target_set) == (1000, first.pk)
    assert [step.amount for step in now["step_chart"].steps] == [1000, 500]


def test_the_note_of_the_month_stands_on_the_page_of_the_balai(client, directorate, head, some):
    unit = Office.objects.get(pk="bp3mi-jateng")
    close_month(unit=unit, month=DAY, by=head, note="Kantor pindah tiga hari")
    client.force_login(directorate)
    pages = ("/balai/bp3mi-jateng/", "/balai/", "/nasional/")
    tags = {}
    for path in pages:
        answer = client.get(path, {"year": "2026"})
        assert "Kantor pindah tiga hari" in answer.content.decode()
        tags[path] = answer["ETag"]
    edit_note(closing=unit.closings.get(), by=head, note="Kantor kembali")
    for path in pages:
        answer = client.get(path, {"year": "2026"}, headers={"if-none-match": tags[path]})
        assert "Kantor kembali" in answer.content.decode()
    assert (
        "Kantor kembali" in client.get("/unduh/nasional.csv", {"year": "2026"}).getvalue().decode()
    )


def test_a_month_after_the_last_day_of_a_page_opens_no_placements(client, directorate, some):
    client.force_login(directorate)
    chart = client.get("/nasional/", {"year": "2026", "through": "28/02/2026"}).context["chart"]
    assert [bool(month.behind) for month in chart.months] == [True] * 2 + [False] * 10
    assert "completed_to=2026-02-28" in chart.months[1].behind


def test_a_file_says_the_last_day_of_the_page_and_its_total_what_the_page_compares(
    client, directorate, some
):
    make_placement(by=some[0].recorded_by, completed_on=datetime.date(2025, 3, 3))
    client.force_login(directorate)
    page = client.get("/nasional/", {"year": "2025", "through": "31/03/2025"}).context
    text = client.get(
        "/unduh/nasional.csv", {"year": "2025", "through": "31/03/2025"}
    ).getvalue().decode("utf-8-sig")  # fmt: skip
    assert "selesai 1 Januari 2025 sampai 31 Maret 2025" in text
    url = "/unduh/nasional.csv?year=2025&through=31/03/2025"
    (told,) = [line for line in csv_at(client, url) if line["part"] == "total"]
    assert told["expected"] == str(page["outlook"].expected_count)
    assert told["ahead"] == str(page["outlook"].ahead_count)
    now = client.get("/unduh/nasional.csv", {"year": "2026"}).getvalue().decode()
    assert "sampai 31 Desember 2026" not in now


def test_the_first_page_keeps_what_its_address_asks(client, directorate, some):
    client.force_login(directorate)
    assert client.get("/?year=2025")["Location"] == "/nasional/?year=2025"


def test_strange_questions_are_sentences(client, directorate, some):
    client.force_login(directorate)
    for path in (*PLACES, "/perubahan/", "/dinding/", "/provinsi/", "/balai/"):
        for query in ("as_of=x", "batch=999999", "batch=99999999999999999999", "batch=-1",
                      "as_of=1990-01-01", "level=x&code=y", "map=x", "target_set=x"):  # fmt: skip
            assert client.get(f"{path}?{query}").status_code == 200, (path, query)
    then = "/penempatan-saat-itu/"
    for path in ("/kabupaten/9999/", "/kantor/tidak-ada/", "/provinsi/00/", then,
                 f"{then}?batch=1&completed_from=x"):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_who_may_open_no_placement_is_given_no_link_to_one(client, target_admin, some):
    client.force_login(target_admin)
    page = client.get("/nasional/", {"year": "2026"}).content.decode()
    assert realised(page) == 2
    assert "/penempatan/?" not in page
    assert client.get("/balai/bp3mi-jateng/penempatan/").status_code == 404


def test_an_officer_opens_only_the_own_offices_rows_of_a_past_figure(
    client, officer, stranger, some
):
    batch = TallyBatch.objects.order_by("number").first().pk
    ask = {"batch": batch, "completed_from": "2026-01-01", "completed_to": "2026-12-31"}
    client.force_login(stranger)
    page = client.get("/penempatan-saat-itu/", ask).content.decode()
    assert not any(each.reference in page for each in some)
    client.force_login(officer)
    assert some[0].reference in client.get("/penempatan-saat-itu/", ask).content.decode()


def test_the_list_behind_a_past_figure_says_how_many_it_has_and_where_one_stands(
    client, directorate, stranger, some, monkeypatch
):
    batch = TallyBatch.objects.order_by("number").first().pk
    monkeypatch.setattr(change_pages, "_PAGE", 1)
    client.force_login(directorate)
    page = client.get("/nasional/", {"year": "2026", "batch": batch}).content.decode()
    figure = realised(page)
    address = html.unescape(re.search(r'href="(/penempatan-saat-itu/[^"]+)"', page)[1])
    listed = []
    for number in range(1, figure + 1):
        answer = client.get(address)
        told = answer.content.decode()
        assert f"{figure} penempatan, keadaan per" in told
        assert f"Baris {number}–{number} dari {figure}" in told
        listed += [reference for reference, _cell in answer.context["rows"]]
        address = f"/penempatan-saat-itu/{answer.context['next']}"
    assert figure == 3
    assert answer.context["next"] == ""
    assert sorted(listed) == sorted(each.reference for each in some)
    client.force_login(stranger)
    ask = {"batch": batch, "completed_from": "2026-01-01", "completed_to": "2026-12-31"}
    assert "0 penempatan" in client.get("/penempatan-saat-itu/", ask).content.decode()


def test_served_and_origin_stand_side_by_side_and_are_not_added(client, directorate, some):
    client.force_login(directorate)
    sides = client.get("/nasional/", {"year": "2026"}).context["sides"]
    jateng = next(side for side in sides if side.name == "BP3MI Jawa Tengah")
    assert (jateng.served, jateng.own, jateng.others) == (2, 1, 1)
    assert (jateng.origin, jateng.elsewhere) == (1, 0)


def test_parts_of_both_measures_make_the_nation_and_every_count_opens_its_placements(
    client, directorate, officer, stranger, some
):
    make_placement(by=stranger, office="bp3mi-ntb", origin="5201", completed_on=DAY)
    make_placement(by=stranger, office="bp3mi-ntb", origin="3301", completed_on=DAY)
    # A province that no balai serves any more.
    ServiceArea.objects.filter(province="32").update(valid_until=datetime.date(2025, 12, 31))
    tally.fold()
    client.force_login(directorate)
    *sides, whole = client.get("/nasional/", {"year": "2026"}).context["sides"]
    for name in ("served", "own", "others", "origin", "elsewhere"):
        assert sum(getattr(side, name) or 0 for side in sides) == getattr(whole, name), name
    assert whole.served == whole.origin == 4
    for side in [*sides, whole]:
        for name, url in side.links.items():
            heading = client.get(url).content.decode().split("<h1>")[1].split("</h1>")[0]
            assert int(re.search(r"[\d.]+", heading)[0]) == getattr(side, name), (side.name, name)


def test_every_value_of_a_dimension_is_listed_and_together_they_are_the_figure(
    client, directorate, officer, some
):
    for country in ("HK", "MY", "SG", "JP", "KR", "BN"):
        make_placement(by=officer, destination=country, completed_on=DAY)
    tally.fold()
    client.force_login(directorate)
    page = client.get("/nasional/", {"year": "2026"})
    countries = page.context["dimensions"][0]
    assert countries.rest_values > 0
    assert countries.all_url in page.content.decode().replace("&amp;", "&")
    listed = client.get(countries.all_url).context
    assert sum(row.n for row in listed["table"].data) == listed["summary"].figure.realised == 8
    assert [row.n for row in listed["table"].data][:1] == [countries.shown[0].n]
    sorted_page = client.get(countries.all_url + "&sort=name").context["table"]
    names = [row.name for row in sorted_page.data]
    assert names == sorted(names)
    for path in ("rincian/x/", "rincian/unit/?level=served&code=bp3mi-jateng",
                 "rincian/sex/?level=x&code=1"):  # fmt: skip
        assert client.get(f"/{path}").status_code == 404, path
    client.force_login(officer)
    assert client.get("/rincian/destination/?year=2026").status_code == 200
    assert client.get("/rincian/regency/?year=2026").status_code == 404
    assert "Provinsi asal" not in client.get("/nasional/?year=2026").content.decode()


def test_what_stands_for_all_else_has_no_rank_among_values_with_a_name(
    client, directorate, officer
):
    for job in ("other", "other", "caregiver"):
        make_placement(by=officer, job_title=job, completed_on=DAY)
    tally.fold()
    client.force_login(directorate)
    jobs = client.get("/nasional/", {"year": "2026"}).context["dimensions"][1]
    assert [(row.n, row.name) for row in jobs.shown] == [(1, "Caregiver"), (2, "Jabatan lain")]

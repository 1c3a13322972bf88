"""What is wrong is said while the entry is typed: by the rules of a save, writing nothing."""

from __future__ import annotations

import datetime

import pytest

from placement import recording
from placement.models import Placement, Worker
from regions.models import Country
from tests.factories import form_data, make_nik, make_placement

pytestmark = pytest.mark.django_db
URL = "/penempatan/periksa/"
CATAT = "/penempatan/catat/"


def ask(client, sent: dict, *visited: str) -> dict:
    answer = client.post(URL, sent | {"visited": visited or list(sent)})
    assert answer.status_code == 200
    return answer.json()


def test_a_good_entry_has_nothing_wrong_and_is_not_written(client, officer):
    client.force_login(officer)
    assert ask(client, form_data()) == {"errors": {}, "warnings": [], "asks_reason": False}
    assert not Placement.objects.exists()
    assert not Worker.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("completed_on", "01/01/2999", "belum tiba"),
        ("nik", "123", "16 angka"),
        ("birth_date", "04/05/2020", "belum berumur 18"),
        ("scheme", "PTOP", ""),
        ("ekpmi_number", "a b", "hanya berisi huruf"),
    ],
)
def test_the_sentence_of_a_save_is_said_at_its_field_and_nowhere_else(
    client, officer, field, typed, sentence
):
    client.force_login(officer)
    sent = {"office": "bp3mi-jateng", "completed_on": "02/03/2026"} | {field: typed}
    errors = ask(client, sent, field)["errors"]
    assert sentence in " ".join(errors.get(field, []))
    assert set(errors) <= {field}


def test_a_field_not_yet_visited_is_not_called_required(client, officer):
    client.force_login(officer)
    assert ask(client, {"office": "bp3mi-jateng"}, "office")["errors"] == {}
    errors = ask(client, {"office": "bp3mi-jateng"}, "office", "name")["errors"]
    assert errors == {"name": ["Isi nama lengkap seperti di KTP."]}


def test_a_near_duplicate_is_shown_before_saving_without_the_other_offices_worker(
    client, officer, stranger
):
    nik = make_nik()
    first = make_placement(
        by=stranger, office="bp3mi-ntb", nik=nik, name="Rahasia Lain",
        completed_on=datetime.date(2026, 2, 2),
    )  # fmt: skip
    client.force_login(officer)
    sent = {"office": "bp3mi-jateng", "completed_on": "02/03/2026", "nik": nik}
    answer = client.post(URL, sent | {"visited": ["nik"]})
    told = answer.json()
    assert told["warnings"] == [
        "Mungkin sudah dicatat: pekerja yang sama atau bernama sama di BP3MI Nusa Tenggara Barat "
        "pada 02/02/2026."
    ]
    assert told["asks_reason"]
    assert "Rahasia" not in answer.content.decode()
    assert first.reference not in answer.content.decode()


def test_a_near_duplicate_of_the_own_office_is_named_with_a_link(client, officer):
    nik = make_nik()
    first = make_placement(by=officer, nik=nik, completed_on=datetime.date(2026, 2, 2))
    client.force_login(officer)
    told = ask(client, form_data(nik=nik), "nik")["warnings"]
    assert f'<a href="{first.get_absolute_url()}" target="_blank">{first.reference}</a>' in told[0]
    page = client.post(CATAT, form_data(nik=nik)).content.decode()
    assert f'target="_blank">{first.reference}</a>' in page


def test_an_exact_double_is_said_with_a_link_only_to_those_who_may_see_it(
    client, officer, stranger
):
    nik = make_nik()
    first = make_placement(by=officer, nik=nik)
    for user, office, is_shown in (
        (officer, "bp3mi-jateng", True), (stranger, "bp3mi-ntb", False),
    ):  # fmt: skip
        client.force_login(user)
        told = " ".join(ask(client, form_data(nik=nik, office=office))["errors"]["__all__"])
        assert "sudah dicatat pada tanggal itu" in told
        assert (first.reference in told) is is_shown


def test_who_may_not_record_checks_nothing(client, directorate):
    assert client.post(URL, form_data()).status_code == 401
    client.force_login(directorate)
    assert client.post(URL, form_data()).status_code == 401


def test_a_near_duplicate_is_kept_only_with_a_reason(client, officer):
    nik = make_nik()
    make_placement(by=officer, nik=nik, completed_on=datetime.date(2026, 2, 2))
    client.force_login(officer)
    sent = form_data(nik=nik, confirmed="on")
    answer = client.post(CATAT, sent)
    assert answer.status_code == 422
    assert "Tulis alasan menyimpannya" in answer.content.decode()
    assert Placement.objects.count() == 1
    client.post(CATAT, sent | {"kept_because": "kontrak baru"})
    assert Placement.objects.count() == 2


def test_the_lists_carry_the_other_names_of_countries_and_jobs(client, officer):
    client.force_login(officer)
    for path in (CATAT, "/penempatan/"):
        page = client.get(path).content.decode()
        assert 'data-names="KR;Korea Selatan;South Korea;Korsel;' in page
        assert "Pekerja rumah tangga" in page
    assert Country.objects.get(pk="HK").other_names.startswith("HK;")


def test_the_line_beside_the_form_is_of_the_own_balai(client, officer, directorate):
    make_placement(by=officer)
    client.force_login(officer)
    page = client.get("/capaian-kami/ringkas/").content.decode()
    assert "Capaian kami" in page
    client.force_login(directorate)
    assert client.get("/capaian-kami/ringkas/").status_code == 404


def test_history_tells_names_and_not_codes_with_who_and_why(client, officer):
    placement = make_placement(by=officer)
    recording.correct_placement(
        placement=placement, by=officer, reason="salah negara",
        changes={"destination": Country.objects.get(pk="JP")},
    )  # fmt: skip
    recording.void_placement(placement=placement, by=officer, reason="ganda")
    recording.restore_placement(placement=placement, by=officer, reason="ternyata bukan")
    client.force_login(officer)
    page = client.get(placement.get_absolute_url()).content.decode()
    assert "<del>Taiwan</del> → <ins>Jepang</ins>" in page
    for told in ("Dikoreksi", "Dibatalkan", "Dipulihkan", "salah negara", "ternyata bukan"):
        assert told in page
    assert f"oleh {officer}" in page


def test_the_correction_page_knows_what_is_recorded(client, officer):
    placement = make_placement(by=officer)
    client.force_login(officer)
    page = client.get(f"{placement.get_absolute_url()}koreksi/").content.decode()
    assert '"completed_on": "02/03/2026"' in page


def test_of_an_age_on_a_day_that_cannot_be_nothing_is_said(client, officer):
    client.force_login(officer)
    told = client.post(
        "/penempatan/periksa/",
        form_data(completed_on="05/12/2999") | {"visited": ["completed_on", "birth_date"]},
    ).json()
    assert told["errors"].keys() == {"completed_on"}


@pytest.mark.parametrize("field", ["name", "remark", "kept_because"])
def test_no_nik_is_stored_where_it_was_typed_by_mistake(client, officer, field):
    client.force_login(officer)
    sent = form_data(**{field: "Siti 3301 0144 0596 0007"})
    answer = client.post("/penempatan/kirim/", sent)
    assert answer.status_code == 422
    assert "16 angka seperti NIK" in answer.json()["errors"][field][0]
    said = client.post("/penempatan/periksa/", sent | {"visited": [field]}).json()
    assert "16 angka seperti NIK" in said["errors"][field][0]
    assert not Placement.objects.exists()

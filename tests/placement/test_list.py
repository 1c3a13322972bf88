"""The list: pages by key, columns, saved filters, files, and one correction for many."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from placement import list_pages, recording
from placement.models import Placement, SavedFilter
from placement.reference import Agency, Scheme
from placement.tables import PAGE_SIZE
from regions.models import Country
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
URL = "/penempatan/"
DAY = datetime.date(2026, 3, 2)


@pytest.fixture
def many(officer):
    """Two pages and a half; many share a day, so the id must decide."""
    count = PAGE_SIZE * 2 + 20
    # Their names and their codes are in different orders.
    countries = [Country.objects.get(pk=code) for code in ("KR", "TW", "HK", "DE")]
    return [
        make_placement(
            by=officer,
            completed_on=DAY + datetime.timedelta(number % 7),
            destination=countries[number % 4],
        )
        for number in range(count)
    ]


def references(answer) -> list[str]:
    return [row.record.reference for row in answer.context["table"].rows]


@pytest.mark.parametrize(
    "sort",
    [
        "", "completed_on", "-reference", "-recorded_at", "destination", "-destination", "scheme",
        "origin", "office", "sex", "-status",
    ],
)  # fmt: skip
def test_paging_shows_every_row_once_in_order_and_back_again(client, officer, many, sort):
    client.force_login(officer)
    pages, asked = [], {"sort": sort} if sort else {}
    answer = client.get(URL, asked)
    while True:
        pages.append(references(answer))
        after = answer.context["rows"].next
        if not after:
            break
        answer = client.get(URL, asked | {"after": after})
    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 20]
    assert sorted(name for page in pages for name in page) == sorted(
        each.reference for each in many
    )
    if "destination" in sort:
        shown = [
            Placement.objects.get(reference=name).destination.name
            for page in pages
            for name in page
        ]
        assert shown == sorted(shown, reverse=sort.startswith("-"))
    back = client.get(URL, asked | {"before": pages[2][0]})
    assert references(back) == pages[1]
    first = client.get(URL, asked | {"before": pages[1][0]})
    assert references(first) == pages[0]
    assert first.context["rows"].previous == ""


def test_a_long_list_is_ordered_only_by_what_has_an_index(client, officer, many, monkeypatch):
    monkeypatch.setattr(list_pages, "COUNT_AT_ONCE", 100)
    client.force_login(officer)
    page = client.get(URL, {"sort": "destination"})
    assert references(page) == references(client.get(URL))
    assert "diurutkan menurut nomor atau tanggal" in page.content.decode()
    assert [column.name for column in page.context["table"].columns if column.orderable] == [
        "reference",
        "completed_on",
    ]
    narrow = client.get(URL, {"sort": "destination", "destination": "KR"})
    assert "diurutkan menurut nomor" not in narrow.content.decode()


def test_the_days_of_recording_are_those_of_the_clock_on_the_wall(client, officer):
    late, early = make_placement(by=officer), make_placement(by=officer)
    moments = {late: "2026-03-02T23:59:59+07:00", early: "2026-03-03T00:00:00+07:00"}
    for placement, moment in moments.items():
        Placement.objects.filter(pk=placement.pk).update(recorded_at=moment)
    client.force_login(officer)
    assert references(client.get(URL, {"recorded_to": "02/03/2026"})) == [late.reference]
    assert references(client.get(URL, {"recorded_from": "03/03/2026"})) == [early.reference]


def test_a_row_recorded_meanwhile_shifts_no_page(client, officer, many):
    client.force_login(officer)
    first = client.get(URL)
    make_placement(by=officer, completed_on=DAY + datetime.timedelta(20))
    second = client.get(URL, {"after": first.context["rows"].next})
    assert not set(references(first)) & set(references(second))
    assert len(references(second)) == PAGE_SIZE


def test_columns_are_chosen_and_kept_in_the_address(client, officer):
    make_placement(by=officer)
    client.force_login(officer)
    page = client.get(URL, {"column": ["reference", "sex", "nonsense"]})
    assert [column.name for column in page.context["table"].columns] == ["reference", "sex"]


def test_a_filter_is_kept_under_a_name_for_its_owner_alone(client, officer, stranger):
    client.force_login(officer)
    query = "status=void&after=PMI-1&q="
    client.post(f"{URL}saringan/", {"name": "  Batal  saja ", "query": query}, follow=True)
    kept = SavedFilter.objects.get()
    assert (kept.name, kept.query) == ("Batal saja", "status=void")
    client.post(f"{URL}saringan/", {"name": "Batal saja", "query": "status=draft"}, follow=True)
    assert SavedFilter.objects.get().query == "status=draft"
    client.force_login(stranger)
    assert "Batal saja" not in client.get(URL).content.decode()
    assert client.post(f"{URL}saringan/", {"drop": kept.pk}).status_code == 404
    client.force_login(officer)
    client.post(f"{URL}saringan/", {"drop": kept.pk})
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    ("name", "query"), [("", "q=a"), ("x" * 61, "q=a"), ("a", ""), ("a", "q=")]
)
def test_a_filter_without_name_or_content_is_not_kept(client, officer, name, query):
    client.force_login(officer)
    answer = client.post(f"{URL}saringan/", {"name": name, "query": query}, follow=True)
    assert answer.status_code == 200
    assert not SavedFilter.objects.exists()


def test_late_is_counted_by_the_date_at_the_office(officer, client):
    """Midnight in Jakarta, 17.00 UTC, is where the eighth day begins."""
    late = make_placement(by=officer)
    just = make_placement(by=officer)
    at = datetime.datetime(2026, 3, 9, 16, 59, tzinfo=datetime.UTC)
    Placement.objects.filter(pk=just.pk).update(recorded_at=at)
    Placement.objects.filter(pk=late.pk).update(recorded_at=at + datetime.timedelta(minutes=1))
    assert [each.pk for each in Placement.objects.recorded_late()] == [late.pk]


def test_the_workbook_holds_exactly_the_filter_and_says_what_it_is(client, officer):
    kept = make_placement(by=officer, remark="=1+1")
    voided = make_placement(by=officer)
    recording.void_placement(placement=voided, by=officer, reason="Ganda")
    client.force_login(officer)
    answer = client.get(f"{URL}unduh.xlsx", {"status": "completed"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    header, *rows = book.get_sheet_by_name("Penempatan").to_python()
    assert [row[header.index("Nomor")] for row in rows] == [kept.reference]
    assert rows[0][header.index("Tanggal selesai proses")] == DAY
    assert rows[0][header.index("Status")] == "Selesai"
    assert rows[0][header.index("Catatan")] == "=1+1"
    told = dict(row[:2] for row in book.get_sheet_by_name("Keterangan").to_python())
    assert told["Saringan"] == "Status: Selesai"
    assert told["Jumlah baris"] == 1


def test_a_file_of_the_list_speaks_as_the_page_does_and_dates_in_jakarta(client, officer):
    kept = make_placement(by=officer)
    at = datetime.datetime(2026, 3, 2, 17, 30, tzinfo=datetime.UTC)
    Placement.objects.filter(pk=kept.pk).update(recorded_at=at)
    client.force_login(officer)
    answer = client.get(f"{URL}unduh.csv", {"completed_from": "01032026", "sex": "F"})
    text = b"".join(answer.streaming_content).decode().lstrip("\ufeff")
    told = [line for line in text.splitlines() if line.startswith(("#", '"#'))]
    assert "Selesai sejak: 01/03/2026; Jenis kelamin: Perempuan" in told[1]
    (row,) = csv.DictReader(io.StringIO(text.split("\n", len(told))[-1]), delimiter=";")
    assert row["Nomor"] == kept.reference
    assert row["Status"] == "Selesai"
    assert row["Jenis kelamin"] == "Perempuan"
    assert row["Dicatat pada (WIB)"] == "03/03/2026 00.30"


@pytest.mark.parametrize(
    "typed", ["PMI-{year}-012345", "{year}-012345", "012345", "12345", "pmi {year}-12345"]
)
def test_a_placement_is_found_by_its_number_or_the_end_of_it(client, officer, typed):
    wanted, _other = make_placement(by=officer), make_placement(by=officer)
    year = wanted.completed_on.year
    Placement.objects.filter(pk=wanted.pk).update(reference=f"PMI-{year}-012345")
    client.force_login(officer)
    assert references(client.get(URL, {"q": typed.format(year=year)})) == [f"PMI-{year}-012345"]


def test_a_period_that_ends_before_it_begins_is_said_and_finds_nothing(client, officer):
    make_placement(by=officer)
    client.force_login(officer)
    asked = {"completed_from": "02/03/2026", "completed_to": "01032026"}
    answer = client.get(URL, asked)
    assert references(answer) == []
    assert "Tanggal ini sebelum “Selesai sejak” (02/03/2026)." in answer.content.decode()
    assert len(references(client.get(URL, asked | {"completed_to": "02032026"}))) == 1


def test_a_whole_nik_is_not_searched_for_and_the_way_is_said(client, officer):
    make_placement(by=officer)
    client.force_login(officer)
    page = client.get(URL, {"q": "33010144 05960001"})
    assert references(page) == []
    assert "empat angka terakhirnya" in page.content.decode()


def test_a_long_list_is_counted_after_the_page(client, officer, monkeypatch):
    for _each in range(3):
        make_placement(by=officer)
    client.force_login(officer)
    monkeypatch.setattr("placement.list_pages.COUNT_AT_ONCE", 2)
    assert "Lebih dari" in client.get(URL).content.decode()
    assert "3 penempatan" in client.get(f"{URL}jumlah/").content.decode()


def bulk(client, value="UTOG", **more):
    data = {"value": value, "reason": "Skema salah pilih"} | more
    return client.post(f"{URL}koreksi-massal/?field=scheme&status=completed", data)


def ticked(preview) -> dict:
    """What the page of a preview sends back: its ticked rows and the preview itself."""
    seen = [seen for _change, seen, is_ticked in preview.context["changes"] if is_ticked]
    return {"seen": seen, "previewed": preview.context["previewed"]}


def other_scheme() -> Scheme:
    return Scheme.objects.exclude(pk="GTOG").filter(requires_agency=False).first()


def test_a_bulk_correction_is_previewed_and_then_applied_with_its_reason(client, officer):
    placements = [make_placement(by=officer) for _each in range(3)]
    client.force_login(officer)
    scheme = other_scheme()
    preview = bulk(client, scheme.pk)
    sent = ticked(preview)
    assert len(sent["seen"]) == 3
    assert not Placement.objects.filter(scheme=scheme).exists()
    sent["seen"] = sent["seen"][:2]
    assert bulk(client, scheme.pk, apply="1", **sent).status_code == 302
    assert Placement.objects.filter(scheme=scheme).count() == 2
    assert placements[0].events.order_by("-pgh_id").first().pgh_context.metadata["reason"] == (
        "Skema salah pilih"
    )


def test_a_preview_shows_what_would_change_and_counts_what_has_the_value_already(client, officer):
    scheme = other_scheme()
    done = [make_placement(by=officer, scheme=scheme) for _each in range(2)]
    left = make_placement(by=officer)
    client.force_login(officer)
    preview = bulk(client, scheme.pk)
    assert [change.placement for change, *_rest in preview.context["changes"]] == [left]
    page = preview.content.decode()
    assert "2 penempatan sudah bernilai itu dan tidak ditampilkan" in page
    assert not any(each.reference in page for each in done)
    answer = bulk(client, scheme.pk, apply="1", **ticked(preview))
    assert answer.status_code == 302
    assert "1 penempatan dikoreksi" in client.get(answer.url).content.decode()
    page = bulk(client, scheme.pk).content.decode()
    assert "Tidak ada yang perlu diubah: 3 penempatan" in page
    assert "Terapkan" not in page.split("<form class")[1]


def test_a_preview_of_a_value_taken_away_shows_those_that_have_one(client, officer):
    agency = Agency.objects.create(code="pt-contoh", label="PT Contoh")
    having, lacking = make_placement(by=officer, agency=agency), make_placement(by=officer)
    client.force_login(officer)
    url = f"{URL}koreksi-massal/?field=agency&status=completed"
    for value, shown in (("", having), (agency.pk, lacking)):
        preview = client.post(url, {"value": value, "reason": "salah"})
        assert [change.placement for change, *_rest in preview.context["changes"]] == [shown]


@pytest.mark.parametrize("changed", ["value", "reason", "preview", "field"])
def test_what_was_not_previewed_is_not_applied_but_previewed(client, officer, changed):
    left, taken = make_placement(by=officer), make_placement(by=officer)
    client.force_login(officer)
    first, second = Scheme.objects.exclude(pk="GTOG").filter(requires_agency=False)[:2]
    sent = ticked(bulk(client, first.pk))
    sent["seen"] = [each for each in sent["seen"] if each.startswith(taken.reference)]
    if changed == "preview":
        sent["previewed"] = "palsu"
    url = f"{URL}koreksi-massal/?field={'programme' if changed == 'field' else 'scheme'}"
    value = {"value": second.pk, "field": "regular"}.get(changed, first.pk)
    reason = "Alasan lain" if changed == "reason" else "Skema salah pilih"
    typed = {"value": value, "reason": reason}
    answer = client.post(url, {**typed, **sent, "apply": "1"})
    assert answer.status_code == 200
    assert "bukan yang dipratinjau" in answer.content.decode()
    assert not Placement.objects.exclude(scheme="GTOG").exists()
    again = ticked(answer)
    if changed == "value":
        assert client.post(url, {**typed, **again, "apply": "1"}).status_code == 302
        # What was unticked in the first preview is not ticked by the second.
        taken.refresh_from_db(), left.refresh_from_db()
        assert (taken.scheme_id, left.scheme_id) == (second.pk, "GTOG")


def test_a_placement_that_changed_since_the_preview_stops_the_whole_correction(client, officer):
    first, second = make_placement(by=officer), make_placement(by=officer)
    client.force_login(officer)
    scheme = other_scheme()
    sent = ticked(bulk(client, scheme.pk))
    another = Scheme.objects.exclude(pk__in=["GTOG", scheme.pk]).filter(requires_agency=False)
    recording.correct_placement(
        placement=second, by=officer, reason="lain", changes={"scheme": another.first()}
    )
    answer = bulk(client, scheme.pk, apply="1", **sent)
    assert "Berubah sejak pratinjau" in answer.content.decode()
    first.refresh_from_db()
    assert first.scheme_id == "GTOG"


def test_a_bulk_correction_shows_the_rule_that_stops_it_before_it_happens(client, officer):
    make_placement(by=officer)
    client.force_login(officer)
    needs = Scheme.objects.filter(requires_agency=True).first()
    assert "wajib menyebut P3MI" in bulk(client, needs.pk).content.decode()


def test_a_bulk_correction_reaches_only_placements_in_reach(client, officer, stranger, directorate):
    make_placement(by=officer)
    client.force_login(stranger)
    assert "Tidak ada penempatan" in bulk(client, "GTOG").content.decode()
    client.force_login(directorate)
    assert bulk(client, "GTOG").status_code == 403
    assert client.get(reverse("placement:correct_many")).status_code == 403


def test_strange_bulk_input_is_a_sentence(client, officer):
    make_placement(by=officer)
    client.force_login(officer)
    assert bulk(client, "apa").status_code == 422
    assert bulk(client, "GTOG", reason="").status_code == 422
    odd = f"{URL}koreksi-massal/?field=nik"
    assert client.post(odd, {"value": "", "seen": ["a", ":"]}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"completed_from": "99/99/2026"}, "Tanggal ini tidak dikenal"),
        ({"office": "kantor-khayal"}, "“kantor-khayal” tidak ada di daftar"),
        ({"status": "hilang"}, "“hilang” tidak ada di daftar"),
    ],
)
def test_a_filter_that_cannot_be_read_is_said_and_finds_nothing_until_it_is_mended(
    client, officer, asked, sentence
):
    make_placement(by=officer)
    client.force_login(officer)
    whole = client.get(URL)
    assert len(references(whole)) == 1
    assert "/penempatan/unduh" in whole.content.decode()
    answer = client.get(URL, asked)
    page = answer.content.decode()
    ((name, value),) = asked.items()
    assert references(answer) == []
    assert sentence in page
    assert f'id="id_{name}_error"' in page
    assert value in page
    for road in ("/penempatan/unduh", "saringan ini", "Koreksi massal", "1 penempatan"):
        assert road not in page, road


@pytest.mark.parametrize("name", ["export", "export_workbook", "correct_many"])
def test_no_file_is_made_of_a_filter_that_cannot_be_read(client, officer, name):
    make_placement(by=officer)
    client.force_login(officer)
    asked = "completed_from=99%2F99%2F2026"
    answer = client.get(f"{reverse(f'placement:{name}')}?{asked}")
    assert answer.status_code == 302
    assert answer.url == f"{URL}?{asked}"
    count = client.get(reverse("placement:count_all"), {"completed_from": "99/99/2026"})
    assert "0 penempatan" in count.content.decode()


@pytest.mark.parametrize("typed", ["budi santoso", "Santoso  Budi", "santo bud", "SANTOSO"])
def test_a_name_is_found_by_its_parts_in_any_order(client, officer, typed):
    wanted = make_placement(by=officer, name="Budi Santoso")
    make_placement(by=officer, name="Budi Contoh")
    client.force_login(officer)
    assert references(client.get(URL, {"q": typed})) == [wanted.reference]

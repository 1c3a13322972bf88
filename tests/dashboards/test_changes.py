"""What changed since: causes that open their list, parts of a list, files, and who sees what."""

from __future__ import annotations

import datetime
import html
import io
import re

import pytest
from django.db import connection
from python_calamine import CalamineWorkbook

from placement.models import Placement
from placement.recording import correct_placement, restore_placement, void_placement
from quotas import tally
from quotas.changes import (
    KINDS,
    Between,
    changes_between,
    count_changes,
    every_change,
    list_changes,
)
from quotas.models import TallyBatch
from quotas.reading import Place, year_span
from regions.models import Regency
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
DAY, LAST = datetime.date(2026, 3, 2), datetime.date(2026, 3, 10)


@pytest.fixture
def since(officer, stranger):
    """The batch before one change of each kind in Jawa Tengah, two late ones, and one in NTB."""
    made = [make_placement(by=officer, completed_on=DAY) for _each in range(4)]
    made.append(make_placement(by=officer, completed_on=datetime.date(2025, 3, 2)))
    tally.fold()
    void_placement(placement=made[0], by=officer, reason="keliru")
    tally.fold()
    TallyBatch.objects.update(folded_at=datetime.datetime(2026, 3, 10, tzinfo=datetime.UTC))
    batch = TallyBatch.objects.latest("number").number
    restore_placement(placement=made[0], by=officer, reason="benar")
    correct_placement(
        placement=made[1],
        by=officer,
        reason="x",
        changes={"completed_on": datetime.date(2025, 5, 5)},
    )
    void_placement(placement=made[2], by=officer, reason="ganda")
    correct_placement(placement=made[3], by=officer, reason="x", changes={"sex": "M"})
    correct_placement(placement=made[4], by=officer, reason="x", changes={"completed_on": DAY})
    make_placement(by=officer, completed_on=DAY)
    tally.fold()
    # Corrected within the span: its date of now decides, not the one it was first recorded with.
    wrong = make_placement(by=officer, completed_on=datetime.date(2026, 4, 1))
    correct_placement(placement=wrong, by=officer, reason="x", changes={"completed_on": DAY})
    make_placement(by=officer, completed_on=datetime.date(2026, 4, 2))
    make_placement(by=stranger, office="bp3mi-ntb", origin="5201", completed_on=DAY)
    return batch


EVERY = {
    "recorded_later": 3, "new": 1, "restored": 1, "moved_in": 1, "moved_out": 1, "voided": 1,
    "corrected": 1,
}  # fmt: skip


def between(since: int, place: Place | None = None) -> Between:
    return Between(place or Place(), year_span(2026), since, LAST)


def shown(client, since: int, **query: str) -> str:
    asked = {"year": "2026", "batch": str(since)} | query
    answer = client.get("/perubahan/", asked)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def file_of(client, since: int) -> str:
    answer = client.get("/unduh/perubahan.csv", {"year": "2026", "batch": since})
    return b"".join(answer.streaming_content).decode()


def references(page: str) -> list[str]:
    return re.findall(r'<td class="name nowrap">(?:<a [^>]*>)?([^<]+)<', page)


def test_a_list_of_a_cause_holds_as_many_as_its_count_and_all_of_them_are_the_whole(since):
    counts = count_changes(between(since))
    assert counts == EVERY
    assert list(counts) == list(KINDS)
    every = list_changes(between(since), most=99)
    assert len(every) == len({each.placement for each in every}) == sum(EVERY.values())
    for kind, n in counts.items():
        found = list_changes(between(since), kind=kind, most=99)
        assert [each.kind for each in found] == [kind] * n
        assert {each.placement for each in found} <= {each.placement for each in every}


def test_parts_of_a_list_follow_each_other_without_gap_or_repeat(since):
    for kind in ("", "recorded_later"):
        whole = list_changes(between(since), kind=kind, most=99)
        assert list(every_change(between(since), kind=kind)) == whole
        after, parts = None, []
        for _each in range(20):
            part = list_changes(between(since), kind=kind, most=2, after=after)
            parts += part
            after = part[-1].key if part else after
        assert parts == whole


def test_the_list_needs_three_statements_however_long_it_is(
    since, officer, django_assert_num_queries
):
    for _each in range(3):
        with django_assert_num_queries(3):
            changes_between(
                place=Place(), span=year_span(2026), since=since, last_day=LAST, most=50
            )
        make_placement(by=officer, completed_on=DAY)


def test_every_count_on_the_page_is_a_link_to_its_list(client, directorate, since):
    client.force_login(directorate)
    page = shown(client, since)
    links = dict(
        re.findall(r'<td class="num" data-label="Penempatan"><a href="([^"]+)">(\d+)', page)
    )
    assert sorted(links.values()) == sorted(str(n) for n in EVERY.values())
    for url, n in links.items():
        listed = html.unescape(client.get(url).content.decode())
        assert len(references(listed)) == int(n), url
        assert url.partition("kind=")[2].startswith(tuple(EVERY))
        assert 'aria-current="true"' in listed
    assert len(references(page)) == sum(EVERY.values())
    assert "–" not in references(page)
    assert "Sebab “x” tidak dikenal" in shown(client, since, kind="x")


def test_a_long_list_goes_on_from_part_to_part(client, officer, directorate, since, monkeypatch):
    monkeypatch.setattr("dashboards.change_pages._RECORDS", 4)
    client.force_login(directorate)
    page, seen = shown(client, since), []
    for _each in range(20):
        seen += references(page)
        onward = re.search(r'rel="next" href="([^"#]+)', page)
        if onward is None:
            break
        page = html.unescape(client.get(f"/perubahan/{onward.group(1)}").content.decode())
        assert "Ke awal" in page
    assert len(seen) == len(set(seen)) == sum(EVERY.values())
    for typed in ("x", "9-1", "0-", "0-²", "1-99999999999999999999999"):
        assert shown(client, since, after=typed)


def test_late_is_a_word_for_the_seven_days_only(client, directorate, since):
    client.force_login(directorate)
    page = shown(client, since)
    assert "dicatat kemudian" in page
    assert "dicatat terlambat" not in page
    assert "baru dicatat sesudah keadaan itu" in page
    assert 'href="/keterlambatan/?year=2026">terlambat dicatat</a>: lebih dari 7 hari' in page
    told = client.get("/api/v1/changes", {"year": "2026", "batch": since}).json()
    assert told["counts"]["late"] == EVERY["recorded_later"], "version 1 keeps its names"
    assert sum(told["effects"].values()) == (told["now"]["realised"] - told["before"]["realised"])
    assert sum(row["kind"] == "late" for row in told["rows"]) == 3


def test_an_officer_lists_only_the_own_office_and_is_told_what_is_left_out(
    client, officer, stranger, since
):
    client.force_login(stranger)
    page = shown(client, since)
    assert len(references(page)) == 1
    ours = Placement.objects.get(office="bp3mi-ntb").reference
    assert references(page) == [ours]
    assert f"{sum(EVERY.values()) - 1} lainnya dilayani kantor di luar wewenang Anda" in page
    text = file_of(client, since)
    for reference in Placement.objects.values_list("reference", flat=True):
        assert (reference in page) == (reference in text) == (reference == ours)
    client.force_login(officer)
    own = shown(client, since, level="served", code="bp3mi-jateng")
    assert "di luar wewenang" not in own
    assert len(references(own)) == sum(EVERY.values()) - 1
    answer = client.get(
        "/unduh/perubahan.csv",
        {"year": "2026", "batch": since, "level": "served", "code": "bp3mi-ntb"},
    )
    assert answer.status_code == 404


def test_who_may_open_no_placement_reads_causes_without_numbers_of_records(
    client, target_admin, since
):
    client.force_login(target_admin)
    assert set(references(shown(client, since))) == {"–"}
    text = file_of(client, since)
    assert "dibatalkan" in text
    assert not any(each in text for each in Placement.objects.values_list("reference", flat=True))


@pytest.mark.parametrize("kind", ["", "recorded_later", "corrected"])
def test_a_file_is_exactly_the_list(client, directorate, since, kind):
    client.force_login(directorate)
    asked = {"year": "2026", "batch": since, "kind": kind}
    listed = references(shown(client, since, kind=kind))
    answer = client.get("/unduh/perubahan.csv", asked)
    lines = b"".join(answer.streaming_content).decode().lstrip("\ufeff").splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert [line.split(";")[0] for line in lines[len(head) + 1 :]] == listed
    assert any(line.startswith("# Pemeriksaan") and "berjumlah tepat" in line for line in head)
    answer = client.get("/unduh/perubahan.xlsx", asked)
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheet_names == ["Menurut sebab", "Catatan", "Keterangan"]
    rows = book.get_sheet_by_name("Catatan").to_python()
    first = next(number for number, row in enumerate(rows) if row[0] == "Nomor") + 1
    assert [row[0] for row in rows[first:]] == listed
    if not kind:
        assert sum(row[2] for row in rows[first:]) == sum(
            each.n for each in list_changes(between(since), most=99)
        )
    notes = book.get_sheet_by_name("Keterangan").to_python()
    assert ["Sebab", KINDS[kind] if kind else "semua sebab"] in [row[:2] for row in notes]


def test_a_workbook_that_would_be_too_long_is_refused_in_a_sentence(
    client, directorate, since, monkeypatch
):
    monkeypatch.setattr("dashboards.change_exports.XLSX_ROWS", 3)
    client.force_login(directorate)
    answer = client.get("/unduh/perubahan.xlsx", {"year": "2026", "batch": since}, follow=True)
    assert "XLSX memuat paling banyak 3" in answer.content.decode()


def test_moves_are_told_from_the_side_of_the_place(since, officer):
    moved = Placement.objects.filter(sex="M").first()
    correct_placement(
        placement=moved, by=officer, reason="x", changes={"origin": Regency(pk="3201")}
    )
    assert count_changes(between(since, Place("origin", "32"))) == {"moved_in": 1}
    there = count_changes(between(since, Place("origin", "33")))
    assert there["moved_out"] == 2
    assert "corrected" not in there


def test_the_index_of_what_was_taken_back_holds_nothing_else(since):
    tally.fold()
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'ledger_taken_back'")
        (definition,) = cursor.fetchone()
    assert definition.endswith("(placement) WHERE (n < 0)")

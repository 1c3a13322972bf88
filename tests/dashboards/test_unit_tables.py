"""A table of units and its files: the same rows, in the same order, with the same columns."""

from __future__ import annotations

import datetime

import pytest

from quotas import tally
from tests.dashboards.test_exports import content, csv_at, sheets, table
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
# The headings of a workbook by the name of the page's column; a bar draws the percentage.
HEADINGS = {
    "rank": "#", "target": "Target", "realised": "Realisasi", "percent": "Capaian",
    "bar": "Capaian", "change": "Dari tahun lalu", "before": "Tahun lalu",
    "expected": "Seharusnya", "ahead": "Di depan rencana", "rating": "Predikat",
    "short": "Kurang",
}  # fmt: skip
ALWAYS = {"Nama", "Kode", "Ukuran"}
CHOSEN = [
    {},
    {"sort": "name"},
    {"sort": "-name", "column": ["realised", "before", "bar"]},
    {"sort": "-percent,name", "find": "  jawa   teng"},
    {"sort": "percent", "column": "realised"},
    {"sort": ["ahead"], "column": ["rank", "expected", "ahead", "change", "short", "target"]},
    {"find": "JAWA", "column": ["name"]},
    {"find": "tidak ada yang begini"},
    {"sort": "rubbish", "column": ["rubbish", "code"]},
    {"sort": "before", "column": "before"},
]


@pytest.fixture
def placements(officer, stranger):
    for year, month, n in ((2025, 3, 3), (2024, 2, 1)):
        for day in range(1, n + 1):
            make_placement(by=officer, completed_on=datetime.date(year, month, day))
    for day in (3, 4):
        make_placement(
            by=stranger, completed_on=datetime.date(2025, 4, day), origin="3201",
            office="bp3mi-ntb",
        )  # fmt: skip
    tally.fold()


def shown_on(page_table) -> list[list]:
    """[code, name, realised, last year, expected, ahead] of the rows of a page, in their order."""
    return [
        [row.code, row.name, row.realised, row.before, row.expected_count, row.ahead]
        for row in page_table.data
    ]


@pytest.mark.parametrize("asked", CHOSEN, ids=str)
@pytest.mark.parametrize(("page", "name"), [("balai", "BP3MI"), ("provinsi", "Provinsi")])
def test_the_files_of_a_list_hold_what_its_page_shows(
    client, directorate, placements, page, name, asked
):
    client.force_login(directorate)
    answer = client.get(f"/{page}/", {"year": "2025"} | asked)
    on_page, urls = answer.context["table"], dict(answer.context["exports"])
    rows, columns = shown_on(on_page), set(on_page.columns.names())
    sheet = sheets(content(client.get(urls["XLSX"])))[name]
    at = next(number for number, row in enumerate(sheet) if "Nama" in row)
    beside = {"Catatan"} if any(row.note for row in on_page.data) else set()
    assert {each for each in sheet[at] if each} == ALWAYS | beside | {
        HEADINGS[each] for each in columns - {"name"}
    }
    code, called = sheet[at].index("Kode"), sheet[at].index("Nama")
    below = [row for row in sheet[at + 1 :] if row[code]]
    assert [[row[code], row[called]] for row in below] == [row[:2] for row in rows]
    wanted = {"rank": lambda n: on_page.ranks.get(rows[n][0], ""), "realised": lambda n: rows[n][2]}
    for column, value in wanted.items():
        if column in columns:
            place = sheet[at].index(HEADINGS[column])
            assert [row[place] for row in below] == [value(n) for n in range(len(rows))]
    lines = csv_at(client, urls["CSV"])
    units = [line for line in lines if line["part"] == "unit"]
    assert [[line["code"], line["name"]] for line in units] == [row[:2] for row in rows]
    assert [line["note"] for line in units] == [row.note for row in on_page.data]
    for index, key in ((2, "realised"), (3, "last_year"), (4, "expected"), (5, "ahead")):
        if {"last_year": "before"}.get(key, key) in columns:
            told = ["" if row[index] is None else str(row[index]) for row in rows]
            assert [line[key] for line in units] == told
        else:
            assert key not in lines[0]
    # A sum of all stands where all of them stand, on the page and in its file.
    has_sum = any("Jumlah semua unit" in row for row in sheet)
    assert has_sum == bool(on_page.summary)


def test_the_files_of_the_nation_are_in_the_order_of_its_two_tables(
    client, directorate, placements
):
    client.force_login(directorate)
    # A search and columns are of the lists; the page of the nation shows all, and so do its files.
    asked = {"year": "2025", "p-sort": "name", "b-sort": "-name", "find": "x", "column": "rank"}
    answer = client.get("/nasional/", asked)
    urls = dict(answer.context["exports"])
    book = sheets(content(client.get(urls["XLSX"])))
    for name, measure in (("Provinsi", "provinces"), ("BP3MI", "units")):
        wanted = [row[:2] for row in shown_on(answer.context[measure])]
        rows = table(book[name], "#")
        assert [[row["Kode"], row["Nama"]] for row in rows if row["Kode"]] == wanted
        assert rows[0]["Realisasi"] == shown_on(answer.context[measure])[0][2]
    names = [row[1] for row in shown_on(answer.context["provinces"])]
    assert names == sorted(names)
    units = [row[0] for row in shown_on(answer.context["units"])]
    lines = [line for line in csv_at(client, urls["CSV"]) if line["part"] == "unit"]
    assert [line["code"] for line in lines if line["measure"] == "served"] == units


def test_the_nation_of_a_file_is_compared_with_its_own_year_before(client, directorate, placements):
    client.force_login(directorate)
    columns = ["realised", "before", "change"]
    answer = client.get("/unduh/balai.xlsx", {"year": "2025", "column": columns})
    rows = {row["Nama"]: row for row in table(sheets(content(answer))["BP3MI"], "Nama")}
    nation = rows["Nasional"]
    assert (nation["Realisasi"], nation["Tahun lalu"], nation["Dari tahun lalu"]) == (5, 1, 4)


def test_a_rank_is_by_attainment_whatever_the_order_and_only_among_balai_with_a_target(
    client, directorate, head, placements
):
    client.force_login(directorate)
    whole = client.get("/balai/", {"year": "2025", "sort": "name"}).context["table"]
    percents = {row.code: row.percent for row in whole.data if row.percent is not None}
    assert len(percents) > 3
    for code, percent in percents.items():
        assert whole.ranks[code] == 1 + sum(each > percent for each in percents.values())
    assert whole.ranks.keys() == percents.keys()
    searched = client.get("/balai/", {"year": "2025", "find": "jawa"}).context["table"]
    assert searched.ranks == whole.ranks
    client.force_login(head)
    assert client.get("/balai/", {"year": "2025"}).context["table"].ranks == {}

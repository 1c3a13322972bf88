"""Two sides as a file: the figures of the page, with live differences."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from placement.recording import void_placement
from quotas import tally
from quotas.models import TallyBatch
from quotas.reading import Span
from tests.dashboards.test_exports import (
    check_formulas,
    content,
    csv_lines,
    needs_libreoffice,
    sheets,
    table,
)
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
SIDES = {"a_year": "2025", "b_year": "2024", "a_through": "2025-04-30", "b_through": "2024-04-30"}


@pytest.fixture
def placements(officer, stranger):
    """Five in 2025 and two in 2024, in the same months and out of step."""
    for day, origin, sex in (
        ((2025, 3, 2), "3301", "F"), ((2025, 3, 5), "3301", "M"), ((2025, 4, 9), "3201", "F"),
        ((2025, 4, 30), "3201", "F"), ((2024, 3, 2), "3301", "F"), ((2024, 4, 29), "5201", "M"),
    ):  # fmt: skip
        make_placement(by=officer, completed_on=datetime.date(*day), origin=origin, sex=sex)
    made = make_placement(
        by=stranger, completed_on=datetime.date(2025, 1, 9), origin="5201", office="bp3mi-ntb"
    )
    tally.fold()
    return made


def workbook(client, **asked) -> dict[str, list[list]]:
    return sheets(content(client.get("/unduh/bandingkan.xlsx", SIDES | asked)))


def test_the_files_have_the_figures_of_the_page(client, directorate, placements):
    client.force_login(directorate)
    page = client.get("/bandingkan/", SIDES).context
    left = page["sides"][0]
    book = workbook(client)
    assert list(book) == ["Ringkasan", "Bulan", "Rincian", "Keterangan"]
    shown = {row[0]: row[1:] for row in book["Ringkasan"] if row[0]}
    assert shown["Realisasi"] == [5, 2, 3, 1.5]
    assert shown["Target setahun"][0] == left.summary.figure.target
    assert shown["Capaian"][0] == pytest.approx(5 / left.summary.figure.target)
    assert shown["Terhadap rencana"][0] == left.outlook.ahead_count
    assert shown["Proyeksi akhir tahun"][0] == left.projected
    assert shown["Dari tahun lalu"][0] == 1.5
    months = table(book["Bulan"], "Bulan")
    assert len(months) == len(page["rows"]) == 13
    for row, on_page in zip(months, page["rows"], strict=True):
        told = [value if value != "" else None for value in row.values()]
        assert told[1:4] == [on_page.left, on_page.right, on_page.gap]
    lines = csv_lines(client, "bandingkan", **SIDES)
    pairs = [pair for _key, _label, found in page["parts"] for pair in found]
    assert [(row[1], row[2], row[3], row[5]) for row in named(book["Rincian"])] == [
        (pair.code, pair.name, pair.left, pair.right) for pair in pairs
    ]
    by_code = {(line["part"], line["code"]): line for line in lines}
    assert (by_code["figure", "realised"]["left"], by_code["sum", ""]["left"]) == ("5", "5")
    assert by_code["figure", "percent"]["left"] == str(left.summary.figure.rounded)
    for row in page["rows"][:12]:
        line = by_code["month", f"{row.number:02d}"]
        values = (row.left, row.right, row.gap, row.change)
        wanted = ["" if value is None else str(value) for value in values]
        assert [line[name] for name in ("left", "right", "difference", "change")] == wanted
    for key, _label, found in page["parts"]:
        for pair in found:
            line = by_code[key, pair.code]
            assert (line["left"], line["right"]) == (str(pair.left), str(pair.right))
            assert line["left_share"] == str(pair.left_share)


def named(sheet: list[list]) -> list[list]:
    """Rows below the header: two columns of shares have the same name."""
    at = next(number for number, row in enumerate(sheet) if row and row[0] == "Dimensi")
    return sheet[at + 1 :]


def test_the_buttons_of_the_page_ask_for_exactly_its_two_sides(client, directorate, placements):
    client.force_login(directorate)
    # Nothing chosen on the right: it is the left side a year earlier, and the button says so.
    page = client.get("/bandingkan/", {"a_year": "2025", "a_place": "origin:33"})
    urls = dict(page.context["exports"])
    assert urls.keys() == {"CSV", "XLSX"}
    for url in urls.values():
        assert url.replace("&", "&amp;") in page.content.decode()
    book = sheets(content(client.get(urls["XLSX"])))
    left, right = page.context["sides"]
    assert (right.spec, right.question.year) == ("origin:33", 2024)
    (row,) = [row for row in book["Ringkasan"] if row[0] == "Realisasi"]
    assert row[1:3] == [left.summary.figure.realised, right.summary.figure.realised]
    assert min(row[1:3]) > 0
    # A year nothing is known of is not compared with.
    page = client.get("/bandingkan/", {"a_year": "2024", "a_place": "origin:33"})
    assert page.context["sides"][1].question.year == 2024


def test_a_running_year_is_compared_with_the_same_days_of_the_year_before(
    client, directorate, placements
):
    client.force_login(directorate)
    today = timezone.localdate()
    left, right = client.get("/bandingkan/", {"a_year": str(today.year)}).context["sides"]
    assert left.summary.day == today
    assert right.summary.day == Span(today, today).year_before().last
    whole = client.get("/bandingkan/", {"a_year": str(today.year - 1)}).context["sides"][1]
    assert whole.summary.day == datetime.date(today.year - 2, 12, 31)


def test_a_file_says_of_both_sides_what_they_rest_on(client, directorate, placements, stranger):
    batch = TallyBatch.objects.latest("number").number
    void_placement(placement=placements, by=stranger, reason="ganda")
    tally.fold()
    client.force_login(directorate)
    then = {
        "a_place": "served:bp3mi-ntb", "a_year": "2025", "a_through": "", "b_through": "",
        "b_place": "origin:52", "b_year": "2025", "b_batch": str(batch),
    }  # fmt: skip
    book = workbook(client, **then)
    told = [[str(cell) for cell in row] for row in book["Keterangan"]]
    left = told[: next(n for n, row in enumerate(told) if row[0] == "Kanan")]
    right = told[len(left) :]
    assert ["Ukuran", "dilayani"] in left
    assert ["Ukuran", "menurut daerah asal"] in right
    (state,) = [text for name, text in right if name == "Keadaan per"]
    assert f"batch {batch}" in state
    for side in (left, right):
        names = {name for name, _text in side}
        assert {"Periode", "Aturan hitungan", "Versi target", "Diunduh oleh"} <= names
    (row,) = [row for row in book["Ringkasan"] if row[0] == "Realisasi"]
    assert row[1:4] == [0, 1, -1]
    assert any("ukuran yang berbeda" in row[0] for row in told + book["Ringkasan"])
    text = client.get("/unduh/bandingkan.csv", SIDES | then).content.decode()
    assert "# Kanan: Keadaan per" in text
    assert f"batch {batch}" in text


def test_a_place_the_reader_may_not_see_is_not_in_the_file(client, officer, placements):
    client.force_login(officer)
    text = client.get("/unduh/bandingkan.csv", {"a_place": "served:bp3mi-ntb"}).content.decode()
    assert "NTB" not in text
    assert "Tempat itu tidak dikenal" in text


def test_a_disagreement_stands_on_top_of_every_sheet(client, directorate, placements, monkeypatch):
    client.force_login(directorate)
    monkeypatch.setattr("quotas.guard.disagreements", lambda **_asked: ["months 4 ≠ 5"])
    for name, sheet in workbook(client).items():
        if name != "Keterangan":
            assert "months 4 ≠ 5" in sheet[0][0], name
    first = client.get("/unduh/bandingkan.csv", SIDES).content.decode().splitlines()[0]
    assert "months 4 ≠ 5" in first


@needs_libreoffice
def test_libreoffice_calculates_from_the_formulas_what_is_written(
    client, directorate, placements, tmp_path
):
    client.force_login(directorate)
    data = content(client.get("/unduh/bandingkan.xlsx", SIDES))
    check_formulas({"bandingkan": data}, tmp_path)

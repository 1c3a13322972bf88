"""Files of the pages: real numbers, live formulas, and the same figures as a plain count."""

from __future__ import annotations

import csv
import datetime
import io
import re
import shutil
import subprocess
import zipfile
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from placement.models import Placement
from placement.recording import correct_placement, void_placement
from quotas import tally
from quotas.models import TallyBatch
from regions.models import Regency
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 3, 2)
ALL = [
    "nasional", "provinsi", "balai", "provinsi/33", "balai/bp3mi-jateng",
    "kantor/bp3mi-jateng", "kabupaten/3301",
]  # fmt: skip
# What the columns of the CSV files of figures are called, and the words the tests have for them.
HEADINGS = {
    "Jenis baris": "part", "Kode": "code", "Nama": "name", "Ukuran": "measure", "Target": "target",
    "Realisasi": "realised", "Capaian": "percent", "Dari tahun lalu": "change",
    "Tahun lalu": "last_year", "Seharusnya": "expected", "Di depan rencana": "ahead",
    "Predikat": "rating", "Kurang": "short", "Catatan": "note", "Kiri": "left",
    "Bagian kiri": "left_share", "Kanan": "right", "Bagian kanan": "right_share",
    "Selisih": "difference", "Perubahan": "change",
}  # fmt: skip
FORMULA = re.compile(rb"(<f>[^<]*</f>)<v>[^<]*</v>")


def content(answer) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def sheets(data: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def workbook(client, page: str, **asked) -> dict[str, list[list]]:
    return sheets(content(client.get(f"/unduh/{page}.xlsx", {"year": "2025"} | asked)))


def table(sheet: list[list], heading: str) -> list[dict]:
    """The rows below the header that begins with ``heading``."""
    at = next(number for number, row in enumerate(sheet) if row and row[0] == heading)
    return [dict(zip(sheet[at], row, strict=True)) for row in sheet[at + 1 :]]


def csv_lines(client, page: str, **asked) -> list[dict]:
    return csv_at(client, f"/unduh/{page}.csv?{urlencode({'year': '2025'} | asked, doseq=True)}")


def csv_at(client, url: str) -> list[dict]:
    text = client.get(url).content.decode()
    assert text.startswith("\ufeff# ")
    lines = [
        line for line in text.splitlines() if not line.lstrip("\ufeff").startswith(("#", '"#'))
    ]
    head, *rows = csv.reader(lines, delimiter=";")
    # Numbers have the comma of a spreadsheet here.
    plain = [[re.sub(r"^(-?[0-9]+),([0-9]+)$", r"\1.\2", cell) for cell in row] for row in rows]
    return [dict(zip([HEADINGS[each] for each in head], row, strict=True)) for row in plain]


@pytest.fixture
def placements(officer, stranger):
    made = [
        make_placement(by=officer, completed_on=DAY, origin=origin)
        for origin in ("3301", "3301", "3201", "5201")
    ]
    made.append(
        make_placement(by=stranger, completed_on=DAY, origin="5201", office="bp3mi-ntb", sex="M")
    )
    make_placement(by=officer, completed_on=datetime.date(2024, 3, 1))
    tally.fold()
    made.append(make_placement(by=officer, completed_on=datetime.date(2025, 4, 9)))
    void_placement(placement=made.pop(0), by=officer, reason="batal")
    return made


@pytest.mark.parametrize("page", ALL)
def test_every_page_has_its_two_files(client, directorate, placements, page):
    client.force_login(directorate)
    assert csv_lines(client, page)[0]["part"] == "total"
    book = workbook(client, page)
    assert next(iter(book)) == "Ringkasan"
    assert list(book)[-1] == "Keterangan"
    assert len(book["Baris"]) > 4


def test_the_sums_of_the_workbook_are_plain_counts(client, directorate, placements):
    client.force_login(directorate)
    book = workbook(client, "nasional")
    figures = {row["Angka"]: row["Nilai"] for row in table(book["Ringkasan"], "Angka")}
    assert figures["Realisasi"] == 5
    assert figures["Target"] == 259_144
    assert figures["Capaian"] == pytest.approx(5 / 259_144)
    assert figures["Kurang"] == 259_139
    assert (figures["Tahun lalu, hari yang sama"], figures["Selisih"]) == (1, 4)
    for name in ("Provinsi", "BP3MI"):
        last = {row["Nama"]: row for row in table(book[name], "#")}
        assert last["Jumlah semua unit"]["Realisasi"] == 5
        assert last["Nasional"]["Realisasi"] == 5
        undivided = last["Nasional"]["Target"] - last["Jumlah semua unit"]["Target"]
        assert last["Belum dibagi"]["Target"] == undivided
    months = {row["Bulan"]: row for row in table(book["Bulan"], "Bulan")}
    assert (months["Maret 2025"]["Realisasi"], months["April 2025"]["Kumulatif"]) == (4, 5)
    assert (months["Jumlah"]["Realisasi"], months["Jumlah"]["Rencana"]) == (5, 259_144)
    pivot = table(book["Dilayani x asal"], "Dilayani oleh")
    assert pivot[-1]["Jumlah"] == 5
    details = table(book["Rincian"], "Dimensi")
    assert {
        row["Dimensi"]: sum(
            each["Penempatan"] for each in details if each["Dimensi"] == row["Dimensi"]
        )
        for row in details
    } == dict.fromkeys({row["Dimensi"] for row in details}, 5)
    rows = table(book["Baris"], "Nomor")
    assert {row["Nomor"] for row in rows} == {each.reference for each in placements}
    assert rows[0]["Selesai"] == DAY


def test_no_target_is_an_empty_percentage(client, directorate, placements):
    client.force_login(directorate)
    rows = {row["Kode"]: row for row in table(workbook(client, "provinsi")["Provinsi"], "#")}
    assert (rows["33"]["Realisasi"], rows["33"]["Target"], rows["33"]["Capaian"]) == (2, "", "")
    line = next(each for each in csv_lines(client, "provinsi") if each["code"] == "33")
    assert (line["realised"], line["target"], line["percent"]) == ("2", "", "")


def test_a_file_as_it_stood_holds_the_rows_of_then(client, directorate, officer, placements):
    batch = TallyBatch.objects.latest("number").number
    tally.fold()
    client.force_login(directorate)
    book = workbook(client, "provinsi/33", batch=str(batch))
    then = {row["Angka"]: row["Nilai"] for row in table(book["Ringkasan"], "Angka")}
    rows = table(book["Baris"], "Nomor")
    assert then["Realisasi"] == len(rows) == 2
    told = {row[0]: row[1] for row in book["Keterangan"]}
    assert f"batch {batch}" in told["Keadaan per"]
    assert told["Pemeriksaan"].startswith("semua jumlah")


def test_an_officer_gets_what_the_page_shows_and_no_more(
    client, officer, stranger, target_admin, placements
):
    client.force_login(officer)
    for page in ("balai/bp3mi-ntb", "provinsi/52", "kantor/bp3mi-ntb", "kabupaten/5201",
                 "balai/tidak-ada", "kabupaten/9999"):  # fmt: skip
        for kind in ("csv", "xlsx"):
            assert client.get(f"/unduh/{page}.{kind}").status_code == 404, page
    book = workbook(client, "nasional")
    named = {row["Kode"] for row in table(book["BP3MI"], "#")}
    assert "bp3mi-jateng" in named
    assert "bp3mi-ntb" not in named
    details = table(book["Rincian"], "Dimensi")
    assert "Kantor" not in {row["Dimensi"] for row in details}
    assert "bp3mi-ntb" not in {line["code"] for line in csv_lines(client, "nasional")}
    own = {each.reference for each in placements if each.office_id == "bp3mi-jateng"}
    assert {row["Nomor"] for row in table(book["Baris"], "Nomor")} == own
    moment = str(TallyBatch.objects.latest("number").number)
    then = table(workbook(client, "nasional", batch=moment)["Baris"], "Nomor")
    assert {row["Unit yang melayani"] for row in then} == {"BP3MI Jawa Tengah"}
    client.force_login(target_admin)
    book = workbook(client, "nasional")
    assert table(book["Baris"], "Nomor") == []
    assert any("hanya untuk yang boleh" in str(row[0]) for row in book["Baris"])


def test_files_ask_for_a_sign_in(client, db):
    for page in ALL:
        assert client.get(f"/unduh/{page}.xlsx").status_code == 302


def test_columns_order_and_search_of_the_page_are_those_of_the_file(
    client, directorate, placements
):
    client.force_login(directorate)
    book = workbook(client, "provinsi", sort="name", column=["realised", "percent"])
    rows = table(book["Provinsi"], "Nama")
    assert rows[0]["Nama"] == "Aceh"
    assert "Target" not in rows[0]
    found = table(workbook(client, "balai", find="jawa teng")["BP3MI"], "#")
    assert [row["Nama"] for row in found] == ["BP3MI Jawa Tengah", "Jumlah unit di lembar ini"]
    assert found[1]["Realisasi"] == 4


def test_a_long_list_is_written_only_when_asked_and_never_in_part(
    client, directorate, placements, monkeypatch
):
    client.force_login(directorate)
    monkeypatch.setattr("dashboards.behind.ROWS_AT_ONCE", 4)
    page = workbook(client, "nasional")["Baris"]
    assert table(page, "Nomor") == []
    assert any("XLSX dengan penempatan" in str(row[0]) for row in page)
    for place in ("nasional", "provinsi", "balai", "balai/bp3mi-jateng"):
        offered = dict(client.get(f"/{place}/", {"year": "2025"}).context["exports"])
        label = "XLSX dengan penempatan, paling banyak 100.000 baris"
        if place == "balai/bp3mi-jateng":
            assert label not in offered  # Four are in the usual file.
        else:
            assert len(table(sheets(content(client.get(offered[label])))["Baris"], "Nomor")) == 5
    assert len(table(workbook(client, "nasional", rows="1")["Baris"], "Nomor")) == 5
    monkeypatch.setattr("dashboards.behind.XLSX_ROWS", 4)
    assert table(workbook(client, "nasional", rows="1")["Baris"], "Nomor") == []
    assert len(client.get("/nasional/", {"year": "2025"}).context["exports"]) == 2
    page = workbook(client, "nasional")["Baris"]
    assert not any("XLSX dengan penempatan" in str(row[0]) for row in page)
    assert any("paling banyak 4" in str(row[0]) for row in page)


def test_a_disagreement_stands_on_top_of_every_sheet(client, directorate, placements, monkeypatch):
    client.force_login(directorate)
    monkeypatch.setattr("quotas.guard.disagreements", lambda **_asked: ["months 4 ≠ 5"])
    for name, sheet in workbook(client, "nasional").items():
        assert any("months 4 ≠ 5" in str(cell) for row in sheet[:2] for cell in row), name
    assert "months 4 ≠ 5" in client.get("/unduh/nasional.csv").content.decode().splitlines()[0]


def test_a_csv_opens_in_a_spreadsheet_set_to_indonesian(client, directorate, placements):
    """Semicolons between the cells; 30.1 would be read there as the thirtieth of January."""
    client.force_login(directorate)
    text = client.get("/unduh/nasional.csv", {"year": "2026"}).content.decode()
    total = next(line for line in text.splitlines() if line.startswith("total;"))
    assert re.search(r";-?[0-9]+,[0-9];", total)
    assert "." not in total


def test_text_that_looks_like_a_formula_stays_text(client, directorate, placements):
    office = placements[0].office
    office.name = "=1+1"
    office.save()
    client.force_login(directorate)
    data = content(client.get("/unduh/kantor/bp3mi-jateng.xlsx", {"year": "2025"}))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        text = b"".join(parts.read(n) for n in parts.namelist() if "worksheets/" in n)
    assert b"<f>1+1</f>" not in text
    assert b"=1+1" in text
    assert "'=1+1" in client.get("/unduh/kantor/bp3mi-jateng.csv").content.decode()


def test_english_files_have_english_words(client, directorate, placements):
    client.force_login(directorate)
    client.post("/i18n/setlang/", {"language": "en"})
    assert client.get("/unduh/nasional.xlsx").status_code == 200


needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed: not checked"
)


@needs_libreoffice
def test_libreoffice_calculates_from_the_formulas_what_is_written(
    client, directorate, placements, tmp_path
):
    client.force_login(directorate)
    pages = ("nasional", "provinsi/33", "balai")
    check_formulas(
        {
            page.replace("/", "-"): content(client.get(f"/unduh/{page}.xlsx", {"year": "2025"}))
            for page in pages
        },
        tmp_path,
    )


def check_formulas(files: dict[str, bytes], folder) -> None:
    """Let LibreOffice calculate workbooks whose results were taken out, so that every figure comes
    from its formula; what it finds must be what was written."""
    paths = {folder / f"{name}.xlsx": data for name, data in files.items()}
    for path, data in paths.items():
        path.write_bytes(without_results(data))
    (folder / "out").mkdir()
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", "xlsx", "--outdir", str(folder / "out"), *map(str, paths)],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    assert "repair" not in (done.stdout + done.stderr).lower()
    for path, data in paths.items():
        wanted, found = sheets(data), sheets((folder / "out" / path.name).read_bytes())
        assert list(found) == list(wanted)
        for name, rows in wanted.items():
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, float):
                        got = found[name][number][column]
                        assert got == pytest.approx(value), (name, number, column)


def without_results(data: bytes) -> bytes:
    bare, formulas = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            text, n = FORMULA.subn(rb"\1", old.read(name))
            formulas += n
            new.writestr(name, text)
    assert formulas > 10
    return bare.getvalue()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["record", "move", "void", "fold"]),
        st.dates(datetime.date(2024, 12, 20), datetime.date(2025, 3, 31)),
        st.sampled_from(["3301", "3201", "5201"]),
    ),
    max_size=10,
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_every_figure_of_a_file_is_a_plain_count_of_its_moment(client, directorate, officer, steps):
    client.force_login(directorate)
    made: list[Placement] = []
    noted = {}
    # The first batch makes the year known.
    make_placement(by=officer, completed_on=DAY)
    tally.fold()
    for step, day, origin in steps:
        if step == "record":
            made.append(make_placement(by=officer, completed_on=day, origin=origin))
        elif step == "move" and made and not made[0].is_void:
            made[0] = correct_placement(
                placement=made[0], by=officer, reason="pindah",
                changes={"completed_on": day, "origin": Regency.objects.get(pk=origin)},
            )  # fmt: skip
        elif step == "void" and made and not made[-1].is_void:
            made[-1] = void_placement(placement=made[-1], by=officer, reason="batal")
        elif step == "fold":
            tally.fold()
            noted[str(TallyBatch.objects.latest("number").number)] = plain()
    noted[""] = plain()
    for batch, (total, origins, references) in noted.items():
        asked = {"batch": batch} if batch else {}
        book = workbook(client, "nasional", **asked)
        figures = {row["Angka"]: row["Nilai"] for row in table(book["Ringkasan"], "Angka")}
        assert figures["Realisasi"] == total
        units = {row["Kode"]: row["Realisasi"] for row in table(book["Provinsi"], "#")}
        lines = {line["code"]: line for line in csv_lines(client, "provinsi", **asked)}
        for code in ("32", "33", "52"):
            assert units[code] == origins.get(code, 0) == int(lines[code]["realised"])
        rows = table(book["Baris"], "Nomor")
        assert {row["Nomor"] for row in rows} == references
        for row in table(book["Bulan"], "Bulan"):
            if row["Bulan"] == "Jumlah":
                assert row["Realisasi"] == total


def plain() -> tuple[int, dict[str, int], set[str]]:
    rows = Placement.objects.counted().filter(completed_on__year=2025)
    origins: dict[str, int] = {}
    for code in rows.values_list("origin_province", flat=True):
        origins[code] = origins.get(code, 0) + 1
    return rows.count(), origins, set(rows.values_list("reference", flat=True))

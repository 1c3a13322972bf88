"""Whatever comes in as a file gets a report or a sentence, and the worker lives on."""

from __future__ import annotations

import datetime
import io
import random
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from placement import importing, reading, sheets, workbooks
from placement.closing import close_month
from placement.models import ImportJob, Placement
from regions.models import Office
from tests.factories import make_nik
from tests.placement.test_import import HEADINGS, URL, checked, csv_of, row, saved, xlsx_of

REFERENCE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    """The workbook with some members changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return out.getvalue()


def sheet_xml(inside: str) -> bytes:
    return repacked(
        xlsx_of([row()]),
        {"xl/worksheets/sheet1.xml": f'<?xml version="1.0"?><worksheet xmlns="http://schemas.'
         f'openxmlformats.org/spreadsheetml/2006/main"><sheetData>{inside}</sheetData>'
         "</worksheet>".encode()},
    )  # fmt: skip


def formula() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, row())
        page.write_formula(1, 1, '="Siti"&" Contoh"', None, "Siti Contoh")
    return out.getvalue()


def lying_bomb() -> bytes:
    """Shared texts that unpack to far more than the directory says."""
    content = bytearray(repacked(xlsx_of([row()]), {"xl/sharedStrings.xml": b"0" * (80 << 20)}))
    at = content.rfind(b"xl/sharedStrings.xml") - 46
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(content)


REFUSED = {
    "formula": (formula, "Sel B2 berisi rumus"),
    "macro": (lambda: repacked(xlsx_of([row()]), {"xl/x/vbaProject.bin": b"x"}), "makro"),
    "macro kind": (
        lambda: repacked(
            xlsx_of([row()]),
            {"[Content_Types].xml": b"vnd.ms-excel.sheet.macroEnabled"},
        ),
        "makro",
    ),
    "bomb": (
        lambda: repacked(xlsx_of([row()]), {"xl/sharedStrings.xml": b"0" * (70 << 20)}),
        "terlalu besar",
    ),
    "bomb that lies": (lying_bomb, "terlalu besar"),
    "far cell": (
        lambda: sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "terlalu besar",
    ),
    "cells without a place": (lambda: sheet_xml("<row><c><v>1</v></c></row>"), "tidak bernomor"),
    "old xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "Excel lama"),
    "locked": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "kata sandi",
    ),
    "ods": (
        lambda: repacked(
            xlsx_of([row()]), {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
        ),
        "ODS",
    ),
    "xlsb": (lambda: repacked(xlsx_of([row()]), {"xl/workbook.bin": b"x"}), "XLSB"),
    "pdf": (lambda: b"%PDF-1.7", "bukan XLSX"),
    "html": (lambda: b"<html><table>", "bukan XLSX"),
    "windows-1252": (
        lambda: csv_of([row(name="Ren\u00e9")]).decode().encode("cp1252"),
        "baris 2 bukan UTF-8",
    ),
    "utf-16 that does not say so": (
        lambda: csv_of([row()]).decode().encode("utf-16-le"),
        "bukan XLSX atau CSV",
    ),
    "half a zip": (lambda: xlsx_of([row()])[:900], "rusak"),
    "too many columns": (lambda: csv_of([row()], header=[*HEADINGS, *"x" * 300]), "200 kolom"),
    "endless cell": (lambda: csv_of([row(remark="x" * 200_000)]), "rusak"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_plain_sheet_is_refused_in_a_sentence(officer, kind):
    make, sentence = REFUSED[kind]
    job = checked(officer, make())
    assert (job.status, bytes(job.content)) == ("refused", b"")
    assert sentence in job.message


@pytest.mark.django_db
def test_a_million_empty_rows_do_not_matter(officer):
    heads = "".join(
        f'<c r="{chr(65 + at)}1" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in enumerate(HEADINGS)
    )
    filled = "".join(
        f'<c r="{chr(65 + at)}2" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in enumerate(row())
    )
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, 1_000_000))
    job = checked(officer, sheet_xml(f'<row r="1">{heads}</row><row r="2">{filled}</row>{empty}'))
    assert (job.status, job.good, job.total) == ("checked", 1, 1)


@pytest.mark.django_db
def test_a_file_too_large_gets_a_sentence_and_is_not_kept(client, officer):
    client.force_login(officer)
    large = SimpleUploadedFile("besar.xlsx", b"x" * (22 << 20))
    answer = client.post(URL, {"sheet": large}, follow=True)
    assert "Berkas lebih besar dari 20 MB" in answer.content.decode()
    assert not ImportJob.objects.exists()


@pytest.mark.django_db
def test_a_row_is_told_all_its_problems_at_once(officer, head):
    close_month(
        unit=Office.objects.get(pk="bp3mi-jateng"), month=datetime.date(2026, 1, 1), by=head
    )
    first = row()
    saved(officer, csv_of([first]))
    job = checked(
        officer,
        csv_of([
            row(destination="Atlantis", completed_on="01/01/2999", nik="12", sex="?",
                birth_date="04/05/3000", ekpmi_number="a b", scheme="P to P"),
            row(nik=first[0], job_title="Raja"),
            row(completed_on="05/01/2026", origin="0000"),
        ]),
    )  # fmt: skip
    page = CalamineWorkbook.from_filelike(io.BytesIO(bytes(job.report))).get_sheet_by_index(0)
    told = [line[-1] for line in page.to_python()[1:]]
    for sentence in (
        "tidak ada di daftar",
        "belum tiba",
        "16 angka",
        "P/perempuan",
        "Tanggal lahir belum tiba",
        "hanya berisi huruf",
        "wajib menyebut P3MI",
    ):
        assert sentence in told[0]
    assert "tidak ada di daftar" in told[1]
    assert "tidak ada di daftar" in told[2]
    assert "sudah ditutup" in told[2]


@pytest.mark.parametrize(
    "text",
    ["24/11/2026", "24-11-2026", "24.11.2026", "2026-11-24", "2026-11-24T00:00:00",
     "2026-11-24 13:45:00", "24 November 2026", "24 nopember 2026", "24 Nov 2026", "24-Nov-2026",
     "Selasa, 24 November 2026"],
)  # fmt: skip
def test_days_are_read_in_indonesian_and_iso_form(text):
    assert reading.read_day(text) == datetime.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("24/11/26", "empat angka"), ("24 Nov 26", "empat angka"), ("46350", "24/11/2026"),
     ("11/24/2026", "tidak dikenal"), ("", "tidak dikenal"), ("24 Foo 2026", "tidak dikenal")],
)  # fmt: skip
def test_a_day_that_is_not_clear_is_asked_for(text, sentence):
    with pytest.raises(reading.UnclearDay, match=sentence):
        reading.read_day(text)


@pytest.mark.django_db
@pytest.mark.parametrize("nik", [3301014405960001, "3,30101E+15", "3301014405960001.0"])
def test_a_nik_that_was_a_number_may_have_lost_a_digit(officer, nik):
    make = xlsx_of if isinstance(nik, int) else csv_of
    job = checked(officer, make([row(nik=nik)]))
    page = CalamineWorkbook.from_filelike(io.BytesIO(bytes(job.report))).get_sheet_by_index(0)
    assert "tersimpan sebagai angka" in page.to_python()[1][-1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "origin", ["3301,0", "3301.0", "3.301", "33.01", 3301, "Kabupaten Cilacap", "Kab Cilacap"]
)
def test_a_code_that_went_through_a_spreadsheet_is_known(officer, origin):
    assert checked(officer, xlsx_of([row(origin=origin)])).good == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ({"destination": "Korsel"}, ("destination_id", "KR")),
        ({"origin": "Cilacap"}, ("origin_id", "3301")),
    ],
)
def test_a_file_may_say_what_the_form_finds(officer, typed, meant):
    assert saved(officer, csv_of([row(**typed)])).saved == 1
    field, value = meant
    assert getattr(Placement.objects.get(), field) == value


@pytest.mark.django_db
def test_a_name_of_two_places_is_asked_for_in_full(officer):
    job = checked(officer, csv_of([row(origin="Semarang")]))
    page = CalamineWorkbook.from_filelike(io.BytesIO(bytes(job.report))).get_sheet_by_index(0)
    said = page.to_python()[1][-1]
    assert "“Semarang” dapat berarti Kab. Semarang atau Kota Semarang" in said
    assert checked(officer, csv_of([row(origin="Kota Semarang")])).good == 1


@pytest.mark.django_db
def test_the_number_of_an_identity_card_is_the_nik(officer):
    header = ["No. KTP" if each == "NIK" else each for each in HEADINGS]
    assert checked(officer, csv_of([row()], header=header)).good == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Berkas ini kosong"),
        (b"\xef\xbb\xbf\r\n \r\n", "Berkas ini kosong"),
        (random.Random(7).randbytes(3000), "Berkas ini bukan XLSX atau CSV"),
        (b"\x01\x02\x03acak\x1b", "Berkas ini bukan XLSX atau CSV"),
        (b"bukan tabel\n", "Berkas ini bukan XLSX atau CSV"),
        (b"\n%PDF-1.7\n1 0 obj", "Berkas ini bukan XLSX atau CSV"),
    ],
)
def test_what_is_no_table_is_called_so(officer, content, sentence):
    job = checked(officer, content)
    assert job.status == "refused"
    assert job.message.startswith(sentence)


@pytest.mark.django_db
def test_an_empty_workbook_is_called_empty(officer):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet()
    assert "kosong" in checked(officer, out.getvalue()).message


@pytest.mark.django_db
def test_the_template_has_lists_examples_and_an_empty_first_sheet(officer):
    content = workbooks.template()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names[:3] == ["Penempatan", "Petunjuk", "Contoh"]
    assert book.get_sheet_by_index(0).to_python() == [HEADINGS]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        first = packed.read("xl/worksheets/sheet1.xml").decode()
    assert first.count("<dataValidation ") >= 8
    assert "'Pemberi kerja'!" in first
    examples = book.get_sheet_by_name("Contoh").to_python()
    job = checked(officer, csv_of(examples[1:], header=examples[0]))
    assert (job.good, job.wrong) == (0, 2)
    page = CalamineWorkbook.from_filelike(io.BytesIO(bytes(job.report))).get_sheet_by_index(0)
    for line in page.to_python()[1:]:
        # Only the NIK is wrong, so that an example is never recorded. (Its day may lie ahead.)
        assert "bukan kode provinsi" in line[-1]
        assert "tidak ada di daftar" not in line[-1]


ODD = ["", " ", "=1+1", "@x", "1e309", "-1", "\u200b", "\u202eabc", "x" * 600, "9" * 400, "'", '"',
       "\U0001f600", "24/11/26", "46350", "3,3E+15", "0000-00-00", "\t", "\n", "TRUE", "#N/A",
       "\u0663\u0663\u0660\u0661", "NULL", "../x", "<f>", "{{ x }}", "%s", "\u2028"]  # fmt: skip


def malformed(dice: random.Random) -> bytes:
    """A file that is wrong in one or several ways."""
    rows: list[list] = [row() for _each in range(dice.randrange(1, 5))]
    for each in rows:
        each[dice.choice([0, 2, 3, 4, 6, 7, 9, 10, 11])] = dice.choice(ODD)
        if dice.random() < 0.3:
            dice.shuffle(each)
        if dice.random() < 0.2:
            del each[dice.randrange(len(each)) :]
    header = list(HEADINGS)
    if dice.random() < 0.25:
        header[dice.randrange(len(header))] = dice.choice([*ODD, *HEADINGS, "Kolom lain"])
    kind = dice.randrange(8)
    if kind < 4:
        text = csv_of(rows, header=header).decode()
        if dice.random() < 0.3:
            text = text.replace(",", dice.choice(";\t|"))
        if dice.random() < 0.2:
            text = text.replace("\r\n", dice.choice(["\r", "\n", "\n" * 2000]))
        encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"]
        content = text.encode(dice.choice(encodings), "replace")
    elif kind < 7:
        for each in rows:
            if each and each[0].isascii() and each[0].isdigit() and len(each[0]) < 19:
                each[0] = int(each[0])
        content = xlsx_of(rows)
        member = "xl/worksheets/sheet1.xml"
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = packed.read(member)
        inside = dice.choice([
            lambda: inside,
            lambda: inside[: dice.randrange(len(inside))],
            lambda: inside.replace(b"<v>", b"<f>1+1</f><v>", 1),
            lambda: inside.replace(b'r="A2"', b'r="XFD1048576"'),
            lambda: inside.replace(b'r="A2"', b'r="A99999999999"'),
            lambda: inside.replace(b"<v>", b"<v>9999999", 1),
            lambda: inside.replace(b' r="', b' q="'),
            lambda: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + inside,
        ])()  # fmt: skip
        changes = {member: inside}
        if dice.random() < 0.3:
            changes[dice.choice(["xl/vbaProject.bin", "xl/workbook.xml", "xl/sharedStrings.xml",
                                 "[Content_Types].xml", "mimetype", "xl/styles.xml",
                                 "xl/_rels/workbook.xml.rels"])] = dice.randbytes(40)  # fmt: skip
        content = repacked(content, changes)
    else:
        starts = [b"", b"PK\x03\x04", b"%PDF-", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
        content = dice.choice(starts) + dice.randbytes(dice.randrange(400))
    if dice.random() < 0.3:
        broken = bytearray(content)
        for _each in range(dice.randrange(1, 6)):
            if broken:
                broken[dice.randrange(len(broken))] = dice.randrange(256)
        content = bytes(broken)
    return content


@pytest.mark.django_db
def test_520_malformed_files_end_in_a_report_or_a_refusal(officer):
    dice = random.Random(2026)
    ends: dict[str, int] = {}
    for number in range(520):
        job = checked(officer, malformed(dice))
        assert job.status in {"checked", "refused", "mapping"}, number
        assert job.status == "checked" or job.message, number
        # What was good by chance must be savable as well.
        if job.status == "checked" and job.good:
            importing.save_checked(job=job, by=officer)
            assert importing.run_next()
            job.refresh_from_db()
            assert (job.status, job.saved) == ("done", job.good), number
        ends[job.status] = ends.get(job.status, 0) + 1
        assert "program" not in job.message, (number, job.message)
    assert not importing.run_next()
    assert ends["refused"] > 100
    assert ends["checked"] > 50
    assert Placement.objects.count() == sum(ImportJob.objects.values_list("saved", flat=True))


OWN = {"nik": "No. Identitas", "completed_on": "Tgl. Beres", "sex": "Gender"}


def own_sheet(rows: list[list[str]]) -> bytes:
    """A sheet of an office that has headings of its own."""
    return csv_of(
        rows, header=[OWN.get(field, heading) for field, heading in sheets.HEADINGS.items()]
    )


@pytest.mark.django_db
def test_columns_are_matched_once_and_remembered_for_the_office(client, officer, stranger):
    job = checked(officer, own_sheet([row(nik=make_nik())]))
    assert job.status == "mapping"
    client.force_login(officer)
    assert "Cocokkan kolom" in client.get(URL).content.decode()
    address = f"{URL}{job.pk}/kolom/"
    assert "02-03-2026" in client.get(address).content.decode()
    chosen = {field: str(place) for place, field in enumerate(sheets.HEADINGS)}
    answer = client.post(address, chosen | {"nik": ""})
    assert answer.status_code == 422
    assert "Pilih juga kolom untuk: NIK" in answer.content.decode()
    assert client.post(address, chosen | {"nik": "1"}).status_code == 422
    assert client.post(address, chosen | {"nik": "99"}).status_code == 422
    assert client.post(address, chosen).status_code == 302
    assert importing.run_next()
    job.refresh_from_db()
    assert (job.status, job.good, job.columns) == ("checked", 1, [])
    assert saved(officer, own_sheet([row()])).saved == 1
    assert checked(stranger, own_sheet([row()])).status == "mapping"
    client.post(URL, {"forget": "1"})
    assert checked(officer, own_sheet([row()])).status == "mapping"


@pytest.mark.django_db
def test_the_samples_of_a_file_name_no_worker(client, officer):
    nik, own = (
        make_nik(),
        {"No. Identitas": "nik", "Nama TKI": "name", "Tgl. Beres": "completed_on"},
    )
    headings = {field: heading for heading, field in own.items()}
    header = [headings.get(field, heading) for field, heading in sheets.HEADINGS.items()]
    known = [each if each != "No. Identitas" else "NIK" for each in header]
    for heads in (header, known):
        job = checked(officer, csv_of([row(nik=nik, name="Siti Rahasia")], header=heads))
        assert job.status == "mapping"
        client.force_login(officer)
        page = client.get(f"{URL}{job.pk}/kolom/").content.decode()
        for part in (nik, "Siti", "Rahasia"):
            assert part not in page
            assert part not in str(job.columns)
        for part in (f"•••• {nik[-4:]}", "S••• R•••", "02-03-2026"):
            assert part in page


@pytest.mark.django_db
def test_the_columns_of_a_file_are_its_senders_business(client, officer, stranger):
    job = checked(officer, own_sheet([row()]))
    client.force_login(stranger)
    assert client.get(f"{URL}{job.pk}/kolom/").status_code == 404
    importing.cancel(job=job, by=officer)
    job.refresh_from_db()
    assert (job.columns, bytes(job.content)) == ([], b"")

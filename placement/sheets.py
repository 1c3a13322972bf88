"""Reading a placement sheet and handing it back with what is wrong marked.

Columns are matched by heading, in any order. Everything is text until ``entry_of`` reads it.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import xlsxwriter
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from placement.bulk import Entry
from placement.models import Placement
from placement.reference import Agency, EmployerKind, JobTitle, Programme, Scheme
from regions.models import Country, Office, Regency

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 400 * 1024 * 1024
MAX_ROWS = 200_000

# Field, heading of the template, other headings people use.
COLUMNS = (
    ("nik", "NIK", ("no nik", "nomor induk kependudukan")),
    ("name", "Nama lengkap", ("nama", "nama pmi")),
    ("sex", "Jenis kelamin", ("jk", "l/p", "kelamin")),
    ("birth_date", "Tanggal lahir", ("tgl lahir",)),
    ("origin", "Kode kabupaten/kota asal", ("kode asal", "daerah asal", "kabupaten/kota")),
    ("office", "Kode kantor", ("kantor", "kantor pelayanan")),
    ("completed_on", "Tanggal selesai proses", ("tanggal selesai", "tgl selesai", "tanggal")),
    ("scheme", "Skema", ("kode skema",)),
    ("programme", "Program", ("kode program",)),
    ("destination", "Negara tujuan", ("negara", "tujuan", "kode negara")),
    ("job_title", "Jabatan", ("kode jabatan",)),
    ("employer_kind", "Pemberi kerja", ("jenis pemberi kerja",)),
    ("agency", "P3MI", ("kode p3mi",)),
    ("ekpmi_number", "Nomor E-KPMI", ("e-kpmi", "no e-kpmi")),
    ("remark", "Catatan", ("keterangan",)),
)
_OPTIONAL = {"agency", "ekpmi_number", "remark", "programme", "office"}
WRONG = "kesalahan"


class SheetError(ValueError):
    """The file as a whole cannot be read; ``str(error)`` is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file in rows of text. ``fields`` gives the field of each column, None where unknown."""

    header: list[str]
    fields: list[str | None]
    rows: list[tuple[str, ...]]


def read_sheet(content: bytes) -> Sheet:
    """Read XLSX or CSV. Raises SheetError for what is no such file, too large, or lacks columns."""
    if len(content) > MAX_BYTES:
        raise SheetError(_("Berkas lebih besar dari 20 MB. Bagi menjadi beberapa berkas."))
    table = _xlsx(content) if content[:2] == b"PK" else _csv(content)
    header = next(table, [])
    fields = [_field_of(text) for text in header]
    missing = [
        heading
        for field, heading, _other in COLUMNS
        if field not in fields and field not in _OPTIONAL
    ]
    if missing:
        raise SheetError(
            _("Kolom ini tidak ditemukan di baris pertama: %(missing)s. Unduh templatnya.")
            % {"missing": ", ".join(missing)}
        )
    twice = {field for field in fields if field and fields.count(field) > 1}
    if twice:
        raise SheetError(_("Ada judul kolom yang sama dua kali: %(twice)s.")
                         % {"twice": ", ".join(sorted(twice))})  # fmt: skip
    keep = [index for index, text in enumerate(header) if text.strip().lower() != WRONG]
    rows = []
    # Most cells repeat (a country, a date): one text for all of them keeps a long file small.
    known: dict[str, str] = {}
    for row in table:
        if not any(text.strip() for text in row):
            continue
        if len(rows) == MAX_ROWS:
            raise SheetError(_("Lebih dari 200.000 baris. Bagi menjadi beberapa berkas."))
        texts = (row[index] if index < len(row) else "" for index in keep)
        if len(known) < 20_000:
            texts = (known.setdefault(text, text) for text in texts)
        else:
            texts = (known.get(text, text) for text in texts)
        rows.append(tuple(texts))
    if not rows:
        raise SheetError(_("Berkas ini tidak berisi satu baris pun di bawah judul."))
    return Sheet([header[i] for i in keep], [fields[i] for i in keep], rows)


class Reader:
    """Turns rows into entries; reference rows are fetched once for all of them."""

    def __init__(self, *, offices: Iterable[Office], default_office: Office) -> None:
        self.default_office = default_office
        countries = Country.objects.filter(is_active=True)
        self.choices = {
            "office": _index(offices, "pk", "name"),
            "origin": _index(Regency.objects.all(), "pk", "full_name"),
            "destination": _index(countries, "pk", "name_id", "name_en"),
            "scheme": _index(Scheme.objects.all(), "pk", "label", "label_en"),
            "programme": _index(Programme.objects.all(), "pk", "label", "label_en"),
            "job_title": _index(JobTitle.objects.all(), "pk", "label", "label_en"),
            "employer_kind": _index(EmployerKind.objects.all(), "pk", "label", "label_en"),
            "agency": _index(Agency.objects.all(), "pk", "label"),
        }  # fmt: skip

    def entry_of(
        self, sheet: Sheet, row: Sequence[str]
    ) -> tuple[Entry | None, dict[str, list[str]]]:
        """Return the entry of a row, or None with its problems by field."""
        typed = {
            field: text.strip() for field, text in zip(sheet.fields, row, strict=True) if field
        }
        problems: dict[str, list[str]] = {}
        facts: dict = {}
        for field, choices in self.choices.items():
            text = typed.get(field, "")
            if not text:
                if field == "office":
                    facts[field] = self.default_office
                elif field == "programme":
                    facts[field] = choices["regular"]
                elif field == "agency":
                    facts[field] = None
                else:
                    problems[field] = [_("Isi kolom ini.")]
                continue
            found = choices.get(_plain(text))
            if found is None:
                problems[field] = [_("“%(text)s” tidak ada di daftar.") % {"text": text[:40]}]
            facts[field] = found
        sex = _SEX.get(typed.get("sex", "").lower())
        if sex is None:
            problems["sex"] = [_("Tulis P/perempuan atau L/laki-laki.")]
        days: dict[str, datetime.date] = {}
        for field in ("birth_date", "completed_on"):
            try:
                days[field] = read_day(typed.get(field, ""))
            except ValueError:
                problems[field] = [
                    _("Tanggal ini tidak dikenal. Tulis hari/bulan/tahun, misalnya 24/11/2026.")
                ]
        if not typed.get("nik"):
            problems["nik"] = [_("Isi NIK, 16 angka seperti di KTP.")]
        if not typed.get("name"):
            problems["name"] = [_("Isi nama lengkap seperti di KTP.")]
        elif len(typed["name"]) > 120:
            problems["name"] = [_("Nama paling panjang 120 huruf.")]
        if problems:
            return None, problems
        facts |= {
            "sex": sex,
            "completed_on": days["completed_on"],
            "ekpmi_number": typed.get("ekpmi_number", "").upper(),
            "remark": typed.get("remark", "")[:500],
        }
        return Entry(typed["nik"], typed["name"], days["birth_date"], facts), {}


def read_day(text: str) -> datetime.date:
    """Read 24/11/2026, 24-11-2026, 24.11.2026 or 2026-11-24 (also with a time of midnight)."""
    text = text.strip().removesuffix(" 00:00:00").removesuffix("T00:00:00")
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    if match:
        return datetime.date(*map(int, match.groups()))
    match = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text)
    if not match:
        raise ValueError(text)
    day, month, year = map(int, match.groups())
    return datetime.date(year, month, day)


def write_report(sheet: Sheet, wrong: dict[int, dict[str, list[str]]]) -> bytes:
    """The wrong rows as a workbook: wrong cells marked, a column *kesalahan*, ready to be mended
    and sent again. Row numbers are those of ``sheet.rows``."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True}) as book:
        page = book.add_worksheet("Perbaikan")
        bold = book.add_format({"bold": True, "bg_color": "#12343b", "font_color": "#ffffff"})
        red = book.add_format({"bg_color": "#f6e1dc", "font_color": "#8a2a17"})
        page.write_row(0, 0, [*sheet.header, WRONG], bold)
        page.set_column(0, len(sheet.header) - 1, 20)
        page.set_column(len(sheet.header), len(sheet.header), 70)
        for line, (index, problems) in enumerate(sorted(wrong.items()), start=1):
            for column, text in enumerate(sheet.rows[index]):
                style = red if sheet.fields[column] in problems else None
                page.write_string(line, column, text, style)
            told = "; ".join(
                f"{_HEADINGS.get(field, field)}: {' '.join(sentences)}"
                for field, sentences in problems.items()
            )
            page.write_string(line, len(sheet.header), told)
        page.freeze_panes(1, 0)
    return out.getvalue()


def template() -> bytes:
    """An empty sheet with its lists of codes."""
    lists = (
        ("Kabupaten-kota", Regency.objects.select_related("province"),
         lambda r: (r.pk, r.full_name, r.province.name)),
        ("Kantor", Office.objects.all(), lambda r: (r.pk, r.name)),
        ("Negara", Country.objects.filter(is_active=True), lambda r: (r.pk, r.name_id)),
        ("Skema", Scheme.objects.all(), lambda r: (r.pk, r.label)),
        ("Program", Programme.objects.all(), lambda r: (r.pk, r.label)),
        ("Jabatan", JobTitle.objects.all(), lambda r: (r.pk, r.label)),
        ("Pemberi kerja", EmployerKind.objects.all(), lambda r: (r.pk, r.label)),
        ("P3MI", Agency.objects.all(), lambda r: (r.pk, r.label)),
    )  # fmt: skip
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#12343b", "font_color": "#ffffff"})
        text = book.add_format({"num_format": "@"})
        page = book.add_worksheet("Penempatan")
        page.set_column(0, len(COLUMNS) - 1, 22, text)
        page.write_row(0, 0, [heading for _field, heading, _other in COLUMNS], bold)
        page.freeze_panes(1, 0)
        for name, rows, values in lists:
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 2, 30, text)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, values(row))
    return out.getvalue()


_SEX = {
    "p": Placement.Sex.FEMALE, "perempuan": Placement.Sex.FEMALE, "f": Placement.Sex.FEMALE,
    "wanita": Placement.Sex.FEMALE, "l": Placement.Sex.MALE, "laki-laki": Placement.Sex.MALE,
    "m": Placement.Sex.MALE, "pria": Placement.Sex.MALE,
}  # fmt: skip
_HEADINGS = {field: heading for field, heading, _other in COLUMNS}


def _field_of(heading: str) -> str | None:
    plain = _plain(heading.rstrip("*"))
    for field, own, others in COLUMNS:
        if plain in {_plain(own), *others, field}:
            return field
    return None


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _index(rows: Iterable, *names: str) -> dict:
    return {_plain(str(getattr(row, name))): row for row in rows for name in names}


def _xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
        if sum(member.file_size for member in members) > MAX_UNPACKED:
            raise SheetError(_("Isi berkas ini terlalu besar. Bagi menjadi beberapa berkas."))
        if any(member.filename.endswith("vbaProject.bin") for member in members):
            raise SheetError(_("Berkas ini berisi makro. Simpan sebagai XLSX biasa."))
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        for row in sheet.iter_rows():
            yield [_text(value) for value in row]
    except (zipfile.BadZipFile, CalamineError, IndexError):
        raise SheetError(_("Berkas XLSX ini rusak atau kosong.")) from None


def _csv(content: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "utf-16"):
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" not in text:
            break
    else:
        raise SheetError(_("Berkas ini bukan XLSX atau CSV (UTF-8)."))
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=delimiter)
    except csv.Error:
        raise SheetError(_("Berkas CSV ini rusak.")) from None


def _text(value) -> str:
    """A cell as text. Whole numbers lose their .0; a NIK kept as a number keeps its digits."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)

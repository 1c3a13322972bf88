"""A placement sheet: its columns, matched by heading in any order, and its rows as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from django.utils.translation import gettext as _

from placement.unpacking import MAX_BYTES, SheetError, unpack

__all__ = [
    "COLUMNS",
    "HEADINGS",
    "MAX_BYTES",
    "Sheet",
    "SheetError",
    "UnknownColumns",
    "read_sheet",
]

MAX_ROWS = 200_000
_MAX_COLUMNS = 200
_SAMPLES = 3
# Digits of 02-03-2026 00:00:00; a longer number is somebody's.
_DATE_AND_TIME = 14

# Field, heading of the template, other headings people use.
COLUMNS = (
    (
        "nik",
        "NIK",
        (
            "no nik",
            "no. nik",
            "nomor nik",
            "nomor induk kependudukan",
            "ktp",
            "no ktp",
            "no. ktp",
            "nomor ktp",
        ),
    ),
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
    # By no shorter name: an office's own column “Alasan” may be about anything, and would let
    # near duplicates in.
    ("kept_because", "Alasan menyimpan", ()),
)
OPTIONAL = {"agency", "ekpmi_number", "remark", "programme", "office", "kept_because"}
# Columns of ours in a file handed back: what is wrong, and its row in the file first sent.
WRONG = "kesalahan"
ORIGIN = "baris asal"
_OURS = {WRONG, ORIGIN}
HEADINGS = {field: heading for field, heading, _other in COLUMNS}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file in rows of text. ``fields`` gives the field of each column, None where unknown;
    ``numbers`` the number of each row as a spreadsheet shows it, in the file that was first sent.
    """

    header: list[str]
    fields: list[str | None]
    rows: list[tuple[str, ...]]
    numbers: list[str]


class UnknownColumns(SheetError):
    """Required columns were not found, but a person may know which they are.

    ``columns`` lists (heading, first values) of the file, ``fields`` what was recognised of each.
    """

    def __init__(
        self, sentence: str, columns: list[tuple[str, list[str]]], fields: list[str | None]
    ) -> None:
        super().__init__(sentence)
        self.columns = columns
        self.fields = fields


def read_sheet(content: bytes, *, remembered: Mapping[str, str] | None = None) -> Sheet:
    """Read XLSX or CSV. ``remembered`` maps plain headings to fields, '' for a column to leave out,
    and goes before the headings we know.

    Raises SheetError for what is no such file, too large, or lacks columns, and UnknownColumns
    where matching the columns by hand would help.
    """
    table = unpack(content)
    header = next(table, [])
    while header and not header[-1].strip():
        header.pop()
    if len(header) > _MAX_COLUMNS:
        raise SheetError(_("Lebih dari 200 kolom. Hapus kolom yang tidak dipakai."))
    table = _not_empty(header, table)
    fields = [field_of(text, remembered or {}) for text in header]
    _require_columns(header, fields, table)
    ours = {text: index for index, text in enumerate(map(plain, header)) if text in _OURS}
    keep = [index for index in range(len(header)) if index not in ours.values()]
    origin = ours.get(ORIGIN, len(header))
    rows: list[tuple[str, ...]] = []
    numbers: list[str] = []
    # Most cells repeat (a country, a date): one text for all of them keeps a long file small.
    known: dict[str, str] = {}
    for number, row in enumerate(table, start=2):
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
        first = row[origin].strip() if origin < len(row) else ""
        numbers.append(first[:20] or str(number))
    if not rows:
        raise SheetError(_("Berkas ini tidak berisi satu baris pun di bawah judul."))
    return Sheet([header[i] for i in keep], [fields[i] for i in keep], rows, numbers)


def _not_empty(header: list[str], table: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows below ``header``, all of them. Raises SheetError where nothing is written at all."""
    if header:
        return table
    first = next((row for row in table if any(map(str.strip, row))), None)
    if first is None:
        raise SheetError(_("Berkas ini kosong."))
    return chain([first], table)


def _require_columns(
    header: list[str], fields: list[str | None], table: Iterator[list[str]]
) -> None:
    """Raise for required columns that are missing, and for a field that two columns claim."""
    missing = [field for field in HEADINGS if field not in fields and field not in OPTIONAL]
    twice = {field for field in fields if field and fields.count(field) > 1}
    if not missing and not twice:
        return
    if len(header) == 1 and fields == [None]:
        raise SheetError(
            _(
                "Berkas ini bukan XLSX atau CSV dengan judul kolom di baris pertama. Unduh "
                "templatnya."
            )
        )
    if missing:
        sentence = _(
            "Kolom ini tidak ditemukan di baris pertama: %(missing)s. Unduh templatnya."
        ) % {"missing": ", ".join(HEADINGS[field] for field in missing)}
    else:
        sentence = _("Ada judul kolom yang sama dua kali: %(twice)s.") % {
            "twice": ", ".join(HEADINGS[field] for field in sorted(twice))
        }
    plain_headings = [plain(text) for text in header]
    spare = sum(
        bool(text) and field is None and text not in _OURS
        for text, field in zip(plain_headings, fields, strict=True)
    )
    # Two columns of the same name cannot be told apart the next time.
    named = [text for text in plain_headings if text]
    helps = len(named) == len(set(named)) and len(missing) <= spare
    samples = list(islice((row for row in table if any(map(str.strip, row))), _SAMPLES))
    if not helps or not samples:
        raise SheetError(sentence)
    columns = [
        (text, [_masked(row[index], field)[:40] if index < len(row) else "" for row in samples])
        for index, (text, field) in enumerate(zip(header, fields, strict=True))
    ]
    raise UnknownColumns(sentence, columns, fields)


def _masked(text: str, field: str | None) -> str:
    """A value as a sample that names nobody: of a long number the last four digits, and of words
    their first letters. Words of a known column of something else than names stay."""
    digits = re.sub(r"\D", "", text)
    if len(digits) > _DATE_AND_TIME or (field == "nik" and len(digits) > 4):
        return f"•••• {digits[-4:]}"
    if field not in {None, "name", "remark", "kept_because"}:
        return text
    return re.sub(r"([^\W\d_])[^\W\d_]+", r"\1•••", text)


def field_of(heading: str, remembered: Mapping[str, str]) -> str | None:
    """The field a heading stands for, None where it is unknown or left out."""
    text = plain(heading)
    if text in remembered:
        return remembered[text] or None
    for field, own, others in COLUMNS:
        if text in {plain(own), *others, field}:
            return field
    return None


def plain(text: str) -> str:
    """A heading or a name as it is compared: lower case, single blanks, no star at its end."""
    return " ".join(text.lower().rstrip("* \n\t").split())

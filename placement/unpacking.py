"""From the bytes of a file to rows of text, or a sentence that says why not.

A file is looked through as a stream before a parser gets it: what it unpacks to, formulas, and how
far its cells reach. The parser makes a full grid up to the last cell, so one stray cell at the end
of a sheet would take more memory than there is.
"""

from __future__ import annotations

import csv
import datetime
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

MAX_BYTES = 20 * 1024 * 1024
# A sheet of 200,000 rows and 15 columns unpacks to about 150 MB; it is read as a stream.
MAX_UNPACKED = 400 * 1024 * 1024
# Shared texts are all held at once.
MAX_SHARED = 64 * 1024 * 1024
# Cells of the grid, empty ones too: 200,000 rows of 20 columns.
MAX_GRID = 4_000_000
_PIECE = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# No text has these; 1A ends one of old programs.
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x19\x1b-\x1f]")
_FORMULA = re.compile(rb"<(?:[A-Za-z]\w*:)?f[\s/>]")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,9})[\"']")
# A cell as every spreadsheet program writes it, and whether it closes itself: then it is empty.
_USUAL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>/]*(/?)>')
# Any cell with something in it.
_CELL = re.compile(rb"<(?:[A-Za-z]\w*:)?c(?=[\s>])((?:[^<>]*[^<>/])?)>")


class SheetError(ValueError):
    """The file as a whole cannot be read; ``str(error)`` is the sentence for the person."""


def unpack(content: bytes) -> Iterator[list[str]]:
    """Yield the rows of an XLSX or CSV file as text. Raises SheetError, at the latest meanwhile."""
    if len(content) > MAX_BYTES:
        raise SheetError(_("Berkas lebih besar dari 20 MB. Bagi menjadi beberapa berkas."))
    if not content.strip(b"\xef\xbb\xbf\x00 \t\r\n"):
        raise SheetError(_("Berkas ini kosong."))
    if content[:8] == _OLE:
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise SheetError(_("Berkas ini dikunci kata sandi. Simpan tanpa kata sandi."))
        raise SheetError(_("Ini berkas Excel lama (.xls). Simpan sebagai XLSX lalu kirim lagi."))
    if content[:2] == b"PK":
        return _xlsx(content)
    # A PDF may begin anywhere in its first 1,024 bytes.
    if b"%PDF-" in content[:1024] or content[:512].lstrip().lower().startswith(
        (b"<html", b"<!doctype", b"<table", b"<?xml")
    ):
        raise SheetError(_("Berkas ini bukan XLSX atau CSV, walau namanya begitu. Simpan ulang."))
    return _csv(content)


def _xlsx(content: bytes) -> Iterator[list[str]]:
    _look_through(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        for row in sheet.iter_rows():
            yield [_text(value) for value in row]
    except PasswordError:
        raise SheetError(_("Berkas ini dikunci kata sandi. Simpan tanpa kata sandi.")) from None
    except (CalamineError, IndexError, ValueError, OSError):
        raise SheetError(_("Berkas XLSX ini rusak atau kosong.")) from None
    except BaseException as error:
        # A panic of the parser is no Exception, and must not end the worker.
        if type(error).__name__ != "PanicException":
            raise
        raise SheetError(_("Berkas XLSX ini rusak atau kosong.")) from None


def _look_through(content: bytes) -> None:
    """Refuse what is no plain XLSX, what unpacks to too much, formulas and a grid too wide."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = {member.filename: member for member in packed.infolist()}
            _refuse_kind(packed, members)
            for name in members:
                if name.lower().endswith("sharedstrings.xml"):
                    for _piece in _pieces(packed, members[name], MAX_SHARED):
                        pass
            _look_through_sheet(packed, members[_first_sheet(packed, members)])
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError,
            ValueError) as error:  # fmt: skip
        if isinstance(error, SheetError):
            raise
        raise SheetError(_("Berkas XLSX ini rusak atau kosong.")) from None
    except RuntimeError:
        raise SheetError(_("Berkas ini dikunci kata sandi. Simpan tanpa kata sandi.")) from None


def _refuse_kind(packed: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> None:
    names = [name.lower() for name in members]
    if len(names) > 2_000 or sum(member.file_size for member in members.values()) > MAX_UNPACKED:
        raise SheetError(_("Isi berkas ini terlalu besar. Bagi menjadi beberapa berkas."))
    kinds = _small(packed, members, "[Content_Types].xml")
    if any("vbaproject" in name for name in names) or b"macroenabled" in kinds.lower():
        raise SheetError(_("Berkas ini berisi makro. Simpan sebagai XLSX biasa."))
    if b"opendocument" in _small(packed, members, "mimetype") or "content.xml" in names:
        raise SheetError(_("Ini berkas ODS. Simpan sebagai XLSX atau CSV lalu kirim lagi."))
    if "xl/workbook.bin" in names:
        raise SheetError(_("Ini berkas XLSB. Simpan sebagai XLSX lalu kirim lagi."))


def _first_sheet(packed: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> str:
    """The member that holds the sheet a person sees first. Raises KeyError."""
    book = _small(packed, members, "xl/workbook.xml").decode("utf-8", "replace")
    links = _small(packed, members, "xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    first = re.search(r"<(?:\w+:)?sheet\s[^>]*\bid\s*=\s*[\"']([^\"']+)", _without_sheet_id(book))
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", links):
        pairs = dict(re.findall(r"\b(Id|Target)\s*=\s*[\"']([^\"']*)[\"']", tag))
        targets[pairs.get("Id", "")] = pairs.get("Target", "")
    target = targets[first.group(1) if first else ""]
    name = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    return posixpath.normpath(name)


def _without_sheet_id(book: str) -> str:
    return re.sub(r"\bsheetId\s*=\s*[\"'][^\"']*[\"']", "", book)


def _small(packed: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    if name not in members:
        return b""
    return b"".join(_pieces(packed, members[name], _PIECE))


def _pieces(packed: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """Unpack a member piece by piece, and by what really comes out of it: its declared size may
    lie."""
    # One piece more than is read: reaching the declared end would compare a checksum.
    member.file_size = most + 2 * _PIECE
    unpacked = 0
    with packed.open(member) as stream:
        while piece := stream.read(_PIECE):
            unpacked += len(piece)
            if unpacked > most:
                raise SheetError(_("Isi berkas ini terlalu besar. Bagi menjadi beberapa berkas."))
            yield piece


def _look_through_sheet(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    last_row = 0
    widths: set[bytes] = set()
    rest = before = b""
    for piece in _pieces(packed, member, MAX_UNPACKED):
        text = rest + piece
        cut = text.rfind(b"<")
        if cut < 0 or len(text) - cut > _PIECE:
            cut = len(text)
        text, rest = text[:cut], text[cut:]
        # Looking for a plain text first is ten times faster than the expression.
        found = (b"<f" in text or b":f" in text) and _FORMULA.search(text)
        if found:
            places = _PLACE.findall(before + text[: found.start()])
            place = b"".join(places[-1]).decode() if places else "?"
            raise SheetError(
                _("Sel %(place)s berisi rumus. Salin semua, tempel sebagai nilai, kirim lagi.")
                % {"place": place}
            )
        for letters, row in _places(text):
            widths.add(letters)
            last_row = max(last_row, row)
        before = text[-4096:]
    width = max(map(_column_number, widths), default=0)
    if last_row > 1_048_576 or width * last_row > MAX_GRID:
        raise SheetError(
            _("Lembar ini terisi sampai baris %(rows)s dan kolom ke-%(columns)s: terlalu besar. "
              "Hapus isi yang jauh dari tabel, atau bagi menjadi beberapa berkas.")
            % {"rows": f"{last_row:,}".replace(",", "."), "columns": width}
        )  # fmt: skip


def _places(text: bytes) -> Iterator[tuple[bytes, int]]:
    """Column letters and last row of the cells in a piece of a sheet. Raises SheetError."""
    usual = _USUAL.findall(text)
    if len(usual) == text.count(b"<c") and b":c" not in text:
        filled = [(letters, row) for letters, row, is_empty in usual if not is_empty]
        if filled:
            last = max(map(int, {row for _letters, row in filled}))
            yield from ((letters, last) for letters in {letters for letters, _row in filled})
        return
    for inside in _CELL.findall(text):
        place = _PLACE.search(inside)
        if place is None:
            raise SheetError(
                _("Sel dalam berkas ini tidak bernomor. Buka dan simpan ulang dengan Excel "
                  "atau LibreOffice.")
            )  # fmt: skip
        yield place[1], int(place[2])


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _csv(content: bytes) -> Iterator[list[str]]:
    encoding = _encoding(content)
    with io.TextIOWrapper(io.BytesIO(content), encoding, newline="") as lines:
        first = lines.readline(1 << 16)
        delimiter = max(",;\t", key=first.count)
        lines.seek(0)
        try:
            yield from csv.reader(lines, delimiter=delimiter)
        except csv.Error:
            raise SheetError(
                _("Berkas CSV ini rusak: ada tanda kutip yang tidak ditutup atau sel yang terlalu "
                  "panjang.")
            ) from None  # fmt: skip


def _encoding(content: bytes) -> str:
    """The encoding of a CSV: UTF-8, or UTF-16 that says so. Raises SheetError for any other."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    elif b"\x00" in content:
        raise SheetError(
            _("Berkas ini bukan XLSX atau CSV (UTF-8). Simpan sebagai “CSV UTF-8” atau XLSX.")
        )
    elif _CONTROL.search(content):
        raise SheetError(_("Berkas ini bukan XLSX atau CSV, walau namanya begitu. Simpan ulang."))
    else:
        encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeError as error:
        line = content[: getattr(error, "start", 0)].count(b"\n") + 1
        raise SheetError(
            _("Huruf di baris %(line)d bukan UTF-8, mungkin Windows-1252. Berkas ini bukan XLSX "
              "atau CSV (UTF-8): simpan sebagai “CSV UTF-8” atau XLSX.") % {"line": line}
        ) from None  # fmt: skip
    if "\x00" in text:
        raise SheetError(
            _("Berkas ini bukan XLSX atau CSV (UTF-8). Simpan sebagai “CSV UTF-8” atau XLSX.")
        )
    return encoding


def _text(value) -> str:
    """A cell as text. Whole numbers lose their .0. A number longer than a spreadsheet keeps exactly
    (15 digits) is written with an exponent, as a spreadsheet shows it, so that nobody takes its
    digits for typed ones."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if abs(value) >= 1e15:
            return f"{float(value):.15G}"
        return str(int(value)) if value == value // 1 else str(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)

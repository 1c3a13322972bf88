"""The targets of a set as one table: units down, programmes across; typed, pasted or from a sheet.

Reading never writes: what was typed becomes amounts and a list of everything that is wrong, with
row and column. ``quotas.targets.set_amounts`` saves all of it or nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import xlsxwriter
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from accounts.downloads import csv_pieces
from placement.models import Programme
from quotas.models import TargetSet
from quotas.promises import Measure
from quotas.targets import Amount
from regions.models import Office, Province

_GROUPED = re.compile(r"\d{1,3}([. \u00a0]\d{3})+")
MAX_SHEET_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of the table."""

    measure: str
    code: str
    name: str
    place: Office | Province | None

    @property
    def key(self) -> str:
        return f"{self.measure}:{self.code}"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something in the table that cannot be; ``where`` says row and column."""

    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}"


@dataclass(slots=True)
class Grid:
    """The table of one set. ``typed`` holds texts by cell name, ``wrong`` what is refused."""

    target_set: TargetSet
    programmes: list[Programme]
    lines: list[Line]
    saved: dict[str, int]
    typed: dict[str, str] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def columns(self) -> list[tuple[str, str]]:
        every = [("", _("Semua program"))]
        return every + [(programme.pk, programme.name) for programme in self.programmes]

    def text(self, name: str) -> str:
        """What the cell shows: typed text, or the saved amount, or nothing."""
        if name in self.typed:
            return self.typed[name]
        return str(self.saved.get(name, ""))

    def blocks(self) -> list[tuple[str, list[tuple[Line, list[tuple[str, str, bool]]]]]]:
        """(measure label, rows); a row is the line and its cells (name, text, is wrong)."""
        bad = {wrong.where for wrong in self.wrong}
        return [
            (
                Measure(measure).label,
                [
                    (line, [
                        (cell(line, code), self.text(cell(line, code)),
                         self._where(line, label) in bad)
                        for code, label in self.columns
                    ])
                    for line in self.lines
                    if line.measure == measure
                ],
            )
            for measure in (Measure.NATIONAL, Measure.SERVED, Measure.ORIGIN)
        ]  # fmt: skip

    def amounts(self) -> list[Amount]:
        """Amounts that differ from what is saved; fills ``wrong`` with every text refused."""
        by_code = {programme.pk: programme for programme in self.programmes}
        changed = []
        for line in self.lines:
            for code, label in self.columns:
                name = cell(line, code)
                if name not in self.typed:
                    continue
                try:
                    amount = whole_number(self.typed[name])
                except ValueError as error:
                    self.wrong.append(Wrong(self._where(line, label), str(error)))
                    continue
                if amount != self.saved.get(name):
                    changed.append(
                        Amount(
                            line.measure,
                            amount,
                            unit=line.place if line.measure == Measure.SERVED else None,
                            province=line.place if line.measure == Measure.ORIGIN else None,
                            programme=by_code.get(code),
                        )
                    )
        return changed

    @staticmethod
    def _where(line: Line, label: str) -> str:
        return f"{line.name} · {label}"


def cell(line: Line, programme: str) -> str:
    """The name of a cell's input."""
    return f"{line.key}:{programme}"


def grid_of(target_set: TargetSet) -> Grid:
    """Return the table of a set with every unit there is, those without a target empty."""
    lines = [Line(Measure.NATIONAL, "", "Indonesia", None)]
    balai = Office.objects.served_units().filter(kind=Office.Kind.BALAI).order_by("name")
    lines += [Line(Measure.SERVED, unit.pk, unit.name, unit) for unit in balai]
    lines += [
        Line(Measure.ORIGIN, place.pk, place.name, place)
        for place in Province.objects.order_by("pk")
    ]
    saved = {
        f"{target.measure}:{target.unit_id or target.province_id or ''}:"
        f"{target.programme_id or ''}": target.amount
        for target in target_set.targets.all()
    }
    return Grid(target_set, list(Programme.objects.all()), lines, saved)


def whole_number(text: str) -> int | None:
    """Read 1234 or 1.234; None for an empty text. Raises ValueError with a sentence."""
    text = text.strip()
    if not text or text in {"-", "–"}:
        return None
    if _GROUPED.fullmatch(text):
        text = re.sub(r"\D", "", text)
    if not (text.isascii() and text.isdigit()):
        raise ValueError(_("“%(text)s” bukan bilangan bulat positif.") % {"text": text[:20]})
    number = int(text)
    if number == 0:
        raise ValueError(_("Target paling sedikit 1. Kosongkan bila belum ada target."))
    if number > 100_000_000:
        raise ValueError(_("Angka ini terlalu besar. Periksa jumlah nolnya."))
    return number


def header(grid: Grid) -> list[str]:
    return [_("Ukuran"), _("Kode"), _("Nama"), *(label for _code, label in grid.columns)]


def rows(grid: Grid) -> list[list]:
    """The table as values: amounts are numbers, no target is an empty cell."""
    return [
        [line.measure, line.code, line.name]
        + [grid.saved.get(cell(line, code), "") for code, _label in grid.columns]
        for line in grid.lines
    ]


def csv_text(lines: Iterable[Sequence]) -> bytes:
    """Lines as CSV that a spreadsheet opens as UTF-8."""
    return "".join(csv_pieces(lines)).encode()


def write_csv(grid: Grid) -> bytes:
    return csv_text([header(grid), *rows(grid)])


def write_xlsx(grid: Grid) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(str(grid.target_set.year))
        bold = book.add_format({"bold": True, "bg_color": "#12343b", "font_color": "#ffffff"})
        number = book.add_format({"num_format": "#,##0"})
        sheet.write_row(0, 0, header(grid), bold)
        for index, values in enumerate(rows(grid), start=1):
            sheet.write_row(index, 0, values[:3])
            for column, value in enumerate(values[3:], start=3):
                if value != "":
                    sheet.write_number(index, column, value, number)
        sheet.freeze_panes(1, 3)
        sheet.set_column(0, 1, 16)
        sheet.set_column(2, 2, 32)
        sheet.set_column(3, 3 + len(grid.columns), 16)
    return out.getvalue()


def read_sheet(grid: Grid, *, name: str, content: bytes) -> None:
    """Fill ``typed`` from an XLSX or CSV of the layout that is exported; nothing is saved.

    Every problem goes to ``wrong`` with its row and column, so one look shows all of them.
    """
    try:
        table = _table(name, content)
    except ValueError as error:
        grid.wrong.append(Wrong(name[:60], str(error)))
        return
    lines = {line.key: line for line in grid.lines}
    seen: set[str] = set()
    if not table or [_plain(value) for value in table[0][: len(header(grid))]] != header(grid):
        grid.wrong.append(
            Wrong(
                _("Baris 1"),
                _("Judul kolom harus: %(header)s.") % {"header": ", ".join(header(grid))},
            )
        )
        return
    width = len(header(grid))
    for number, values in enumerate(table[1:], start=2):
        texts = [_plain(value) for value in values]
        if not any(texts):
            continue
        where = _("Baris %(number)d") % {"number": number}
        if any(texts[width:]):
            grid.wrong.append(Wrong(where, _("Ada kolom di luar tabel. Hapus kolom lebihnya.")))
        texts += [""] * (width - len(texts))
        key = f"{texts[0]}:{texts[1].removesuffix('.0')}"
        line = lines.get(key)
        if line is None:
            grid.wrong.append(Wrong(where, _("Unit “%(key)s” tidak dikenal.") % {"key": key[:60]}))
            continue
        if key in seen:
            grid.wrong.append(
                Wrong(where, _("%(name)s sudah ada di baris lain.") % {"name": line.name})
            )
            continue
        seen.add(key)
        for (code, _label), text in zip(grid.columns, texts[3:width], strict=True):
            grid.typed[cell(line, code)] = text
    if not seen and not grid.wrong:
        grid.wrong.append(Wrong(name[:60], _("Lembar ini tidak berisi satu pun unit.")))


def _table(name: str, content: bytes) -> list[list]:
    if len(content) > MAX_SHEET_BYTES:
        raise ValueError(_("Berkas terlalu besar; paling besar 5 MB."))
    if content[:2] == b"PK":
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            return book.get_sheet_by_index(0).to_python()
        except (CalamineError, IndexError):
            raise ValueError(_("Berkas XLSX ini rusak atau kosong.")) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(_("Berkas ini bukan XLSX atau CSV (UTF-8).")) from None
    if "\x00" in text:
        raise ValueError(_("Berkas ini bukan XLSX atau CSV (UTF-8)."))
    delimiter = (
        ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    )
    return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]


def _plain(value) -> str:
    """A sheet's cell as text: spreadsheets keep whole numbers as 12.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()

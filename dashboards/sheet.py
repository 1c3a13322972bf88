"""A worksheet written from the top in constant memory, with formats made once for its workbook."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from dashboards.provenance import period, state, warning
from regions.language import is_english

_INK, _PALE = "#12343b", "#f5f7f8"


@dataclass(frozen=True, slots=True)
class Live:
    """A formula and its result. ``kind`` is count or percent."""

    formula: str
    value: float
    kind: str = "count"


def share(part: str, whole: str, n: int, of: int | None) -> Live | None:
    """part / whole; nothing where there is no whole: no target is no percentage."""
    return Live(f"={part}/{whole}", n / of, "percent") if of else None


def change(now: str, before: str, n: int | None, was: int | None) -> Live | None:
    """(now - before) / before; nothing where there is nothing to compare, or to compare with."""
    if n is None or not was:
        return None
    return Live(f"=({now}-{before})/{before}", (n - was) / was, "percent")


def gap(left: str, right: str, a: float | None, b: float | None) -> Live | None:
    """left - right; nothing where one of them is not known."""
    return None if a is None or b is None else Live(f"={left}-{right}", a - b)


def cells(column: int, first: int, last: int) -> str:
    """The address of a column from one row to another, both counted from 0."""
    return f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)}"


def sheet_name(name: str) -> str:
    """A name a workbook takes, whatever the translation."""
    return "".join(c for c in name if c not in "[]:*?/\\'")[:31]


class Sheet:
    """A worksheet that is written from the top, row by row; None leaves a cell empty."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, widths: Iterable[int]) -> None:
        self.page = book.add_worksheet(name)
        self.name, self.next = name, 0
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        self.page.set_footer("&L&A&R&P / &N")
        for column, width in enumerate(widths):
            self.page.set_column(column, column, width)
        self._formats = _formats(book)

    def row(self, *values: object, style: str = "") -> int:
        """Write a row and return its number, counted from 0. ``style``: '', bold, head, title."""
        for column, value in enumerate(values):
            if value is None or value == "":
                continue
            kind = _kind(value)
            chosen = self._formats.get((style, kind)) or self._formats[style, "text"]
            if isinstance(value, Live):
                self.page.write_formula(self.next, column, value.formula, chosen, value.value)
            elif isinstance(value, datetime.date):
                self.page.write_datetime(self.next, column, value, chosen)
            elif isinstance(value, int | float):
                self.page.write_number(self.next, column, value, chosen)
            else:
                self.page.write_string(self.next, column, str(value), chosen)
        self.next += 1
        return self.next - 1

    def body(self, rows: Iterable[Iterable[object]]) -> None:
        """Write many rows of texts, days and whole numbers, without asking each cell's style."""
        text, day, count = (self._formats["", kind] for kind in ("text", "date", "count"))
        write_string, write_datetime = self.page.write_string, self.page.write_datetime
        for number, values in enumerate(rows, start=self.next):
            for column, value in enumerate(values):
                if value.__class__ is str:
                    if value:
                        write_string(number, column, value, text)
                elif value.__class__ is int:
                    self.page.write_number(number, column, value, count)
                elif value is not None:
                    write_datetime(number, column, value, day)
            self.next = number + 1

    def blocks(self, blocks: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> None:
        """Write (title, (name, text) by line), each block under its title."""
        for title, lines in blocks:
            self.row(title, style="title")
            for name, text in lines:
                self.row(name, text, style="wrapped")
            self.next += 1

    def head(self, export, *lines: str) -> None:
        """What every sheet begins with: a disagreement, its title, period and state."""
        self.begin(warning(export), *lines, f"{period(export)}; {state(export)}")

    def begin(self, alarm: str, title: str, *lines: str) -> None:
        """The same where a sheet is of more than one period; ``alarm`` '' is no disagreement."""
        if alarm:
            self.row(alarm, style="alarm")
        self.row(title, style="title")
        for line in lines:
            self.row(line, style="note")
        self.next += 1

    def table(self, headings: Iterable[object], *, keep: int = 0) -> int:
        """Write a header that stays in sight and is printed on each page, as ``keep`` columns."""
        number = self.row(*(str(each) for each in headings), style="head")
        self.page.freeze_panes(number + 1, keep)
        self.page.repeat_rows(number)
        return number

    def filter(self, head: int, columns: int) -> None:
        """Filter buttons from a header through the rows written last."""
        self.page.autofilter(head, 0, max(self.next - 1, head), columns - 1)


def _kind(value: object) -> str:
    if isinstance(value, Live):
        return value.kind
    if isinstance(value, datetime.date):
        return "date"
    return "count" if isinstance(value, int | float) else "text"


def _formats(book: xlsxwriter.Workbook) -> dict[tuple[str, str], object]:
    """(style, kind) -> format, made once for a workbook."""
    kept = getattr(book, "_capaian_formats", None)
    if kept is not None:
        return kept
    numbers = {
        "text": {}, "count": {"num_format": "#,##0"}, "date": {"num_format": "dd/mm/yyyy"},
        "percent": {"num_format": "0.0%" if is_english() else "0.0 %"},
    }  # fmt: skip
    styles = {
        "": {},
        "bold": {"bold": True, "bg_color": _PALE, "top": 1},
        "head": {"bold": True, "bg_color": _INK, "font_color": "#ffffff", "text_wrap": True,
                 "valign": "top"},
        "title": {"bold": True, "font_size": 14, "font_color": _INK},
        "note": {"font_color": "#4a5f64"},
        "alarm": {"bold": True, "font_color": "#ffffff", "bg_color": "#b2452f"},
        "wrapped": {"text_wrap": True, "valign": "top"},
    }  # fmt: skip
    made: dict[tuple[str, str], object] = {
        (style, kind): book.add_format({**look, **number})
        for style, look in styles.items()
        for kind, number in numbers.items()
    }
    book._capaian_formats = made
    return made

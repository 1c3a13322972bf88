"""Files that leave the program: always a download, never shown inside the site."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Options of every workbook: one row in memory at a time, and no text becomes a formula or a link.
WORKBOOK = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "default_date_format": "dd/mm/yyyy", "remove_timezone": True,
}  # fmt: skip
# Beyond this a workbook takes longer to make than a person waits: 100,000 rows took 17 to 21 s on
# two busy cores. CSV has no bound.
XLSX_ROWS = 100_000
# The mark by which spreadsheet programs know UTF-8.
_BOM = "\ufeff"
_PIECE = 5_000


def download(content: bytes | str | Iterable[str], name: str, kind: str) -> HttpResponseBase:
    """Return ``content`` as a file called ``name``; pieces of text are streamed as they come."""
    whole = isinstance(content, (bytes, str))
    response = (HttpResponse if whole else StreamingHttpResponse)(content, content_type=kind)
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name)
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def csv_pieces(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield a CSV file in pieces of some thousand lines: semicolons between the cells and a comma
    in the numbers, as a spreadsheet set to Indonesian opens them. None is empty; no text is a
    formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    out.write(_BOM)
    for number, row in enumerate(rows, start=1):
        writer.writerow(["" if value is None else _plain(value) for value in row])
        if number % _PIECE == 0:
            yield _taken(out)
    yield _taken(out)


def _plain(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets a quote before it; 30.1 would be read
    as the thirtieth of January."""
    if isinstance(value, (Decimal, float)):
        return str(value).replace(".", ",")
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text

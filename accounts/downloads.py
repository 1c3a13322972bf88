"""Files that leave the program: always a download, never shown inside the site."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes | str | Iterable[str], name: str, kind: str) -> HttpResponseBase:
    """Return ``content`` as a file called ``name``; pieces of text are streamed as they come."""
    whole = isinstance(content, (bytes, str))
    response = (HttpResponse if whole else StreamingHttpResponse)(content, content_type=kind)
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name)
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response

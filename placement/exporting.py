"""The list as a file: streamed by COPY-like batches, without the table renderer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from placement.models import PlacementQuerySet

_COLUMNS = (
    "reference", "status", "completed_on", "unit__name", "office__name", "sex",
    "origin__province__name", "origin__kind", "origin__name", "destination__name_id",
    "scheme__label", "programme__label", "employer_kind__label", "job_title__label",
    "agency__label", "ekpmi_number", "remark", "void_reason", "recorded_at",
)  # fmt: skip
_BATCH = 5_000


def export_csv(found: PlacementQuerySet, filters: list[str], user: User) -> Iterator[str]:
    """Yield the file in pieces: what it is, the header, one line per placement.

    Identity is never exported: a file leaves the building.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    now = timezone.localtime()
    out.write("\ufeff")
    writer.writerow([_("# Penempatan"), _("keadaan %(at)s") % {"at": f"{now:%d/%m/%Y %H.%M} WIB"}])
    writer.writerow([_("# Saringan"), "; ".join(filters) or _("tanpa saringan")])
    writer.writerow([_("# Diunduh oleh"), str(user)])
    writer.writerow([name.replace("__", "_") for name in _COLUMNS])
    rows = found.order_by("-completed_on", "-id").values_list(*_COLUMNS)
    for number, row in enumerate(rows.iterator(chunk_size=_BATCH), start=1):
        writer.writerow(["" if value is None else _safe(value) for value in row])
        if number % _BATCH == 0:
            yield _taken(out)
    yield _taken(out)


def _safe(value) -> object:
    """A text that a spreadsheet would run as a formula gets a quote before it."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text

"""The list as a file: exactly what is filtered, without the table renderer and without a worker."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator
from itertools import chain
from typing import IO

import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.downloads import WORKBOOK, XLSX_ROWS, csv_pieces
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
    at = f"{timezone.localtime():%d/%m/%Y %H.%M} WIB"
    head = [
        [_("# Penempatan"), _("keadaan %(at)s") % {"at": at}],
        [_("# Saringan"), "; ".join(filters) or _("tanpa saringan")],
        [_("# Diunduh oleh"), str(user)],
        [name.replace("__", "_") for name in _COLUMNS],
    ]
    rows = found.order_by("-completed_on", "-id").values_list(*_COLUMNS)
    return csv_pieces(chain(head, rows.iterator(chunk_size=_BATCH)))


def export_xlsx(found: PlacementQuerySet, filters: list[str], user: User) -> IO[bytes]:
    """Return a temporary file, at its beginning: the rows with real dates, and a sheet *Keterangan*
    with filter, state and definitions.

    Raises ValidationError for more rows than a workbook should hold.
    """
    counted = found.order_by().count()
    if counted > XLSX_ROWS:
        raise ValidationError(
            _("Saringan ini berisi %(n)s penempatan; XLSX memuat paling banyak %(most)s. "
              "Persempit saringannya atau unduh sebagai CSV.")
            % {"n": number_format(counted), "most": number_format(XLSX_ROWS)}
        )  # fmt: skip
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer reads and closes it
    with xlsxwriter.Workbook(out, WORKBOOK) as book:
        bold = book.add_format({"bold": True, "bg_color": "#12343b", "font_color": "#ffffff"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        page = book.add_worksheet("Penempatan")
        page.set_column(0, len(_COLUMNS) - 1, 18)
        page.write_row(0, 0, [name.replace("__", "_") for name in _COLUMNS], bold)
        page.freeze_panes(1, 1)
        rows = found.order_by("-completed_on", "-id").values_list(*_COLUMNS)
        last = 0
        # Straight to the writer of its kind: ``write`` asks each cell what it is.
        write_string, write_datetime = page.write_string, page.write_datetime
        for last, row in enumerate(rows.iterator(chunk_size=_BATCH), start=1):
            for column, value in enumerate(row):
                if value.__class__ is str:
                    if value:
                        write_string(last, column, value)
                elif isinstance(value, datetime.datetime):
                    write_datetime(last, column, timezone.localtime(value), moment)
                elif value is not None:
                    write_datetime(last, column, value)
        page.autofilter(0, 0, max(last, 1), len(_COLUMNS) - 1)
        told = book.add_worksheet("Keterangan")
        told.set_column(0, 0, 24)
        told.set_column(1, 1, 90)
        for line, (name, text) in enumerate(_about(filters, user, last)):
            told.write_string(line, 0, name, bold)
            told.write(line, 1, text)
    out.seek(0)
    return out


def _about(filters: list[str], user: User, rows: int) -> list[tuple[str, object]]:
    """What a file is: for the sheet beside its rows."""
    return [
        (_("Isi"), _("Penempatan: layanan yang selesai, bukan keberangkatan dan bukan orang")),
        (_("Keadaan per"), f"{timezone.localtime():%d/%m/%Y %H.%M} WIB"),
        (_("Saringan"), "; ".join(filters) or _("tanpa saringan")),
        (_("Jumlah baris"), rows),
        (_("Diunduh oleh"), str(user)),
        ("completed_on", _("Tanggal seluruh proses selesai; inilah tanggal hitungan")),
        ("unit_name", _("Balai yang melayani; capaian balai dihitung dari sini")),
        ("origin_province_name", _("Provinsi asal; capaian provinsi dibaca dari sini")),
        ("status", _("Hanya completed yang dihitung; void sudah dibatalkan")),
        (_("Identitas"), _("Nama, tanggal lahir dan NIK tidak pernah ikut diunduh")),
    ]

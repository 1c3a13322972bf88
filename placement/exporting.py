"""The list as a file: exactly what is filtered, without the table renderer and without a worker."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO

import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.downloads import WORKBOOK, XLSX_ROWS, csv_pieces
from accounts.models import User
from placement.models import Placement, PlacementQuerySet

# What is read of each placement, and its heading.
_COLUMNS = (
    ("reference", gettext_lazy("Nomor")),
    ("status", gettext_lazy("Status")),
    ("completed_on", gettext_lazy("Tanggal selesai proses")),
    ("unit__name", gettext_lazy("Balai yang melayani")),
    ("office__name", gettext_lazy("Dilayani di")),
    ("sex", gettext_lazy("Jenis kelamin")),
    ("origin__province__name", gettext_lazy("Provinsi asal")),
    ("origin__kind", gettext_lazy("Jenis daerah asal")),
    ("origin__name", gettext_lazy("Daerah asal")),
    ("destination__name_id", gettext_lazy("Negara tujuan")),
    ("scheme__label", gettext_lazy("Skema")),
    ("programme__label", gettext_lazy("Program")),
    ("employer_kind__label", gettext_lazy("Pemberi kerja")),
    ("job_title__label", gettext_lazy("Jabatan")),
    ("agency__label", gettext_lazy("P3MI")),
    ("ekpmi_number", gettext_lazy("Nomor E-KPMI")),
    ("remark", gettext_lazy("Catatan")),
    ("void_reason", gettext_lazy("Alasan pembatalan")),
    ("recorded_at", gettext_lazy("Dicatat pada (WIB)")),
)
_PATHS = [path for path, _heading in _COLUMNS]
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
        _headings(),
    ]
    return csv_pieces(chain(head, _rows(found, lambda at: f"{at:%d/%m/%Y %H.%M}")))


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
        page.write_row(0, 0, _headings(), bold)
        page.freeze_panes(1, 1)
        last = 0
        # Straight to the writer of its kind: ``write`` asks each cell what it is.
        write_string, write_datetime = page.write_string, page.write_datetime
        for last, row in enumerate(_rows(found, lambda at: at), start=1):
            for column, value in enumerate(row):
                if value.__class__ is str:
                    if value:
                        write_string(last, column, value)
                elif isinstance(value, datetime.datetime):
                    write_datetime(last, column, value, moment)
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


def _headings() -> list[str]:
    return [str(heading) for _path, heading in _COLUMNS]


def _rows(found: PlacementQuerySet, clock: Callable[[datetime.datetime], object]) -> Iterator[list]:
    """The cells of each placement in words, newest first; ``clock`` writes a moment of Jakarta."""
    # Spoken here: a file is still being written when the language of its reader is no longer set.
    words = {
        _PATHS.index("status"): {key: str(label) for key, label in Placement.Status.choices},
        _PATHS.index("sex"): {key: str(label) for key, label in Placement.Sex.choices},
    }
    moment = _PATHS.index("recorded_at")
    cells = found.order_by("-completed_on", "-id").values_list(*_PATHS)

    def spoken() -> Iterator[list]:
        for read in cells.iterator(chunk_size=_BATCH):
            row = list(read)
            for place, known in words.items():
                row[place] = known[row[place]]
            row[moment] = clock(timezone.localtime(row[moment]))
            yield row

    return spoken()


def _about(filters: list[str], user: User, rows: int) -> list[tuple[str, object]]:
    """What a file is: for the sheet beside its rows."""
    return [
        (_("Isi"), _("Penempatan: layanan yang selesai, bukan keberangkatan dan bukan orang")),
        (_("Keadaan per"), f"{timezone.localtime():%d/%m/%Y %H.%M} WIB"),
        (_("Saringan"), "; ".join(filters) or _("tanpa saringan")),
        (_("Jumlah baris"), rows),
        (_("Diunduh oleh"), str(user)),
        (_("Tanggal selesai proses"), _("Inilah tanggal hitungan")),
        (_("Balai yang melayani"), _("Capaian balai dihitung dari sini")),
        (_("Provinsi asal"), _("Capaian provinsi dibaca dari sini")),
        (_("Status"), _("Hanya yang selesai dihitung; draf belum, yang dibatalkan tidak lagi")),
        (_("Identitas"), _("Nama, tanggal lahir dan NIK tidak pernah ikut diunduh")),
    ]

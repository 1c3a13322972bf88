"""The placements behind the figures of a file: as they are now, or as they stood. No identity."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.downloads import XLSX_ROWS
from accounts.models import User
from dashboards.exports import Export
from placement.models import Placement
from placement.reference import UNGROUPED
from quotas.changes import placements_as_of
from quotas.names import names_of
from quotas.reading import COLUMN
from quotas.sectors import sector_of_jobs

HEADINGS = (
    gettext_lazy("Nomor"), gettext_lazy("Selesai"), gettext_lazy("Kantor"),
    gettext_lazy("Unit yang melayani"), gettext_lazy("Kabupaten/kota asal"),
    gettext_lazy("Kode asal"), gettext_lazy("Negara tujuan"), gettext_lazy("Skema"),
    gettext_lazy("Program"), gettext_lazy("Jenis pemberi kerja"), gettext_lazy("Jenis kelamin"),
    gettext_lazy("Jabatan"), gettext_lazy("Sektor"),
)  # fmt: skip
# So many rows cost about a second (0.1 to 0.2 ms each); more are written only when asked for.
ROWS_AT_ONCE = 5_000
_PAGE = 20_000
_FIELD = {"unit": "unit", "province": "origin_province", "office": "office", "regency": "origin"}
_CELL = (
    "completed_on", "office_id", "unit_id", "origin_id", "destination_id", "scheme_id",
    "programme_id", "employer_kind_id", "sex", "job_title_id",
)  # fmt: skip
CELL_THEN = (
    "completed_on", "office", "unit", "origin", "destination", "scheme", "programme",
    "employer_kind", "sex", "job_title",
)  # fmt: skip


@dataclass(slots=True)
class Behind:
    """The rows of a file, or the sentence why there are none."""

    sentence: str
    rows: Iterator[tuple]


def rows_behind(export: Export, *, wish: str) -> Behind:
    """Return the placements behind ``export`` that its reader may open.

    ``wish`` is ``"1"`` for up to XLSX_ROWS rows, ``"0"`` for none, anything else for up to
    ROWS_AT_ONCE. A list that would be cut is not begun: half of it would be taken for the whole.
    """
    user, realised = export.user, export.summary.figure.realised
    if not user.offices_in_reach().exists():
        return Behind(_("Daftar penempatan hanya untuk yang boleh membukanya."), iter(()))
    if wish == "0":
        return Behind(_("Daftar penempatan tidak diminta."), iter(()))
    # Of an earlier state the figure is the bound: what may be opened is known row by row.
    rows = realised if export.question.as_of else _now(export).count()
    most = XLSX_ROWS if wish == "1" else ROWS_AT_ONCE
    if rows > most:
        words = {"n": _number(rows), "most": _number(XLSX_ROWS), "at_once": _number(ROWS_AT_ONCE)}
        if rows > XLSX_ROWS:
            text = _(
                "Di balik angka ini ada %(n)s penempatan; lembar ini memuat paling banyak "
                "%(most)s. Unduh per balai atau per provinsi, atau daftarnya sebagai CSV."
            )
        else:
            text = _("Di balik angka ini ada %(n)s penempatan; lebih dari %(at_once)s hanya "
                     "ditulis bila diminta: unduh “XLSX dengan penempatan” di halaman asal berkas "
                     "ini.")  # fmt: skip
        return Behind(text % words, iter(()))
    if user.sees_every_placement:
        text = _("Semua penempatan di balik angka ini, tanpa identitas.")
    else:
        text = _("Hanya penempatan yang boleh Anda buka; angkanya menghitung semuanya.")
    return Behind(text, _then(export) if export.question.as_of else _present(export))


def rows_offered(
    exports: list[tuple[str, str]], *, user: User, realised: int
) -> list[tuple[str, str]]:
    """``exports`` (label, address), and with them the workbook that has the placements too, where
    it must be asked for and ``user`` may open some of them."""
    is_long = realised > ROWS_AT_ONCE
    if not is_long or not (user.sees_every_placement or user.may_record):
        return exports
    if user.sees_every_placement and realised > XLSX_ROWS:
        return exports
    label = _("XLSX dengan penempatan, paling banyak %(most)s baris") % {"most": _number(XLSX_ROWS)}
    return [*exports, (label, f"{dict(exports)['XLSX']}&rows=1")]


def _number(n: int) -> str:
    return number_format(n, force_grouping=True)


def _now(export: Export):
    summary, place = export.summary, export.wanted.place
    found = Placement.objects.visible_to(export.user).counted()
    found = found.filter(completed_on__gte=summary.span.first, completed_on__lte=summary.span.last)
    if place.code:
        found = found.filter(**{_FIELD[COLUMN[place.level]]: place.code})
    if export.question.programme:
        found = found.filter(programme=export.question.programme)
    return found.order_by("completed_on", "pk")


def _present(export: Export) -> Iterator[tuple]:
    rows = _now(export).values_list("reference", *_CELL)
    named = namer()
    for reference, *cell in rows.iterator(chunk_size=_PAGE):
        yield (reference, *named(cell))


def _then(export: Export) -> Iterator[tuple]:
    """The cells as they stood, of placements that may be opened now."""
    named, after = namer(), 0
    everything = export.user.sees_every_placement
    while True:
        page = placements_as_of(
            place=export.wanted.place, span=export.summary.span,
            programme=export.question.programme_code, as_of=export.question.as_of.batch,
            most=_PAGE, after=after,
        )  # fmt: skip
        allowed = None
        if not everything:
            mine = Placement.objects.visible_to(export.user).filter(pk__in=[pk for pk, *_r in page])
            allowed = set(mine.values_list("pk", flat=True))
        for pk, reference, cell in page:
            if allowed is None or pk in allowed:
                values = [cell[name] for name in CELL_THEN]
                values[0] = datetime.date.fromisoformat(values[0])
                yield (reference, *named(values))
        if len(page) < _PAGE:
            return
        after = page[-1][0]


def namer():
    """Return a function from the codes of a cell (in the order of CELL_THEN, its day as a date) to
    the names that are written."""
    offices, regencies, countries = names_of("office"), names_of("regency"), names_of("destination")
    others = [
        names_of(name) for name in ("scheme", "programme", "employer_kind", "sex", "job_title")
    ]

    sectors, named_sectors = sector_of_jobs(), names_of("sector")

    def named(cell) -> tuple:
        day, office, unit, origin, destination, *rest = cell
        sector = sectors.get(rest[-1], UNGROUPED)
        return (
            day, offices.get(office, office), offices.get(unit, unit),
            regencies.get(origin, origin), origin, countries.get(destination, destination),
            *(names.get(code, code) for names, code in zip(others, rest, strict=True)),
            named_sectors.get(sector, sector),
        )  # fmt: skip

    return named

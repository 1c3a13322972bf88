"""The list of placements. Workers are masked; pages are cut by key, so page 5,000 is as fast as
the first at ten million rows."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import django_tables2 as tables
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2.data import TableData

from placement.models import Placement, PlacementQuerySet
from regions.language import in_language

PAGE_SIZE = 50


class PlacementTable(tables.Table):
    reference = tables.Column(_("Nomor"), linkify=True, attrs={"td": {"class": "name nowrap"}})
    completed_on = tables.DateColumn(
        format="j M Y", verbose_name=_("Selesai"), attrs={"td": {"class": "nowrap"}}
    )
    worker = tables.Column(
        _("Pekerja"),
        accessor="worker__masked",
        orderable=False,
        attrs={"td": {"class": "nowrap"}},
    )
    sex = tables.Column(_("Jenis kelamin"), accessor="get_sex_display")
    origin = tables.Column(_("Daerah asal"))
    origin_province = tables.Column(_("Provinsi asal"), accessor="origin__province")
    office = tables.Column(_("Dilayani di"))
    unit = tables.Column(_("Balai"))
    destination = tables.Column(_("Tujuan"))
    scheme = tables.Column(_("Skema"))
    programme = tables.Column(_("Program"))
    job_title = tables.Column(_("Jabatan"))
    employer_kind = tables.Column(_("Pemberi kerja"))
    agency = tables.Column(_("P3MI"), orderable=False)
    ekpmi_number = tables.Column(_("Nomor E-KPMI"))
    remark = tables.Column(_("Catatan"))
    recorded_at = tables.DateTimeColumn(format="j M Y H.i", verbose_name=_("Dicatat pada"))
    recorded_by = tables.Column(_("Dicatat oleh"), orderable=False)
    status = tables.Column(_("Status"))

    # What is shown until somebody chooses columns.
    USUAL = (
        "reference", "completed_on", "worker", "origin", "office", "destination", "scheme",
        "job_title", "status",
    )  # fmt: skip

    # What orders any number of rows at once: these have an index.
    BY_INDEX = frozenset({"reference", "completed_on"})

    class Meta:
        attrs = {"class": "table cards"}
        empty_text = _("Tidak ada penempatan yang cocok. Longgarkan saringannya.")

    def allow_only(self, names: Collection[str]) -> None:
        """Let only the columns ``names`` be ordered by."""
        for name, bound in self.columns.items():
            bound.column.orderable = bound.column.orderable is not False and name in names

    def render_status(self, record: Placement) -> str:
        kind = "badge-void" if record.is_void else "badge-ok"
        return format_html('<span class="{}">{}</span>', kind, record.get_status_display())


class KeysetPage(TableData):
    """One page of a queryset, found by the key of the row before or after it.

    ``after`` and ``before`` are references of rows that were seen; unknown ones begin at the
    first page. The order is that of one column and the row's id.
    """

    def __init__(self, found: PlacementQuerySet, *, after: str = "", before: str = "") -> None:
        super().__init__([])
        self._found = found
        self._before = bool(before)
        self._seen = before or after
        self._column, self._descending = "completed_on", True

    def order_by(self, aliases) -> None:
        for alias in aliases[:1]:
            self._column = _ordered_by().get(alias.bare, alias.bare)
            self._descending = alias.is_descending

    def __len__(self) -> int:
        return len(self._rows[0])

    def __iter__(self):
        return iter(self._rows[0])

    def __getitem__(self, key):
        return self._rows[0][key]

    @property
    def next(self) -> str:
        """Reference to go on after; '' on the last page."""
        rows, more, _begins = self._rows
        return rows[-1].reference if rows and (more or self._before) else ""

    @property
    def previous(self) -> str:
        """Reference to go back before; '' on the first page."""
        rows, more, begins = self._rows
        return rows[0].reference if rows and (more if self._before else not begins) else ""

    @cached_property
    def _rows(self) -> tuple[list[Placement], bool, bool]:
        """(rows, whether there are more in this direction, whether this is the beginning)."""
        found, begins = self._found, True
        downwards = self._descending != self._before
        key = None
        if self._seen:
            seen = Placement.objects.filter(reference=self._seen)
            key = seen.values_list(self._column, "id").first()
        if key is not None:
            begins = False
            found = found.filter(_beyond(self._column, key, "lt" if downwards else "gt"))
        sign = "-" if downwards else ""
        order = dict.fromkeys([f"{sign}{self._column}", f"{sign}id"])
        rows = list(found.order_by(*order)[: PAGE_SIZE + 1])
        more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
        return (rows[::-1] if self._before else rows), more, begins


def _ordered_by() -> dict[str, str]:
    """What orders a column: the text a person sees, never the order of a related table, which a key
    could not be compared with. The order of recording is that of the numbers, and the id has the
    index. A kabupaten stands by its name, whatever its kind and province."""
    names = ("scheme", "programme", "job_title", "employer_kind")
    return {
        "reference": "id",
        "origin": "origin__name",
        "origin_province": "origin__province__name",
        "office": "office__name",
        "unit": "unit__name",
        "destination": in_language("destination__name_id", "destination__name_en"),
        **{name: f"{name}__label" for name in names},
    }


def _beyond(column: str, key: tuple, side: str) -> Q:
    """Rows beyond a key. The first condition alone bounds the scan of an index on the column."""
    value, pk = key
    if column == "id":
        return Q(**{f"id__{side}": pk})
    return Q(**{f"{column}__{side}e": value}) & (
        Q(**{f"{column}__{side}": value}) | Q(**{f"id__{side}": pk})
    )

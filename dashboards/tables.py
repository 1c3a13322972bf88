"""The tables of the dashboards: columns, words and alignment. They fetch nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from urllib.parse import urlencode

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2.data import TableListData

from dashboards.places import url_of_plan
from dashboards.templatetags.figures import bar_of, change, count, linked, percent, signed, tip
from quotas import pace
from quotas.figures import Figure
from quotas.reading import Place
from quotas.summary import change_percent

_NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


@dataclass(frozen=True, slots=True)
class Row:
    """A figure with what to compare it with: ``before`` the year before on the same days (None:
    nothing known), ``expected`` what its plan expects by the day of the page (None: no plan).
    ``note`` is a sentence that stands beside it."""

    figure: Figure
    before: int | None
    expected: Fraction | None
    note: str = ""

    def __getattr__(self, name: str):
        return getattr(self.figure, name)

    @property
    def change(self) -> Decimal | None:
        return change_percent(self.figure.realised, self.before)

    @property
    def expected_count(self) -> int | None:
        return None if self.expected is None else int(pace.rounded(self.expected))

    @property
    def ahead(self) -> int | None:
        found = pace.ahead(self.figure.realised, self.expected)
        return None if found is None else int(pace.rounded(found))


def foot_of(table: tables.Table, lines: list[dict[str, str]]) -> list[list[tuple[str, str, str]]]:
    """Lines below a table (column -> words) as (css classes, label, words) of every column that is
    shown: ``summary`` of tables/table.html."""
    return [
        [
            (column.attrs["td"].get("class", ""), column.header, line.get(column.name, ""))
            for column in table.columns
        ]
        for line in lines
    ]


class AttainmentTable(tables.Table):
    """Rank, unit, target, realised, bar, percent, change, rating, missing. Rows are ``Row``."""

    rank = tables.Column(
        _("#"), accessor="code", orderable=False,
        attrs={"td": {"class": "num rank"}, "th": {"class": "num"}},
    )  # fmt: skip
    name = tables.Column(_("Nama"), attrs={"td": {"class": "name"}})
    target = tables.Column(_("Target"), attrs=_NUMBER, initial_sort_descending=True, default="")
    realised = tables.Column(_("Realisasi"), attrs=_NUMBER, initial_sort_descending=True)
    bar = tables.Column(
        _("Capaian"), accessor="code", orderable=False, attrs={"td": {"class": "in-bar"}}
    )
    percent = tables.Column(
        "%",
        initial_sort_descending=True,
        attrs={"td": {"class": "num pct"}, "th": {"class": "num"}},
    )
    change = tables.Column(_("Dari tahun lalu"), attrs=_NUMBER, initial_sort_descending=True)
    before = tables.Column(_("Tahun lalu"), attrs=_NUMBER, initial_sort_descending=True)
    expected = tables.Column(_("Seharusnya"), attrs=_NUMBER, initial_sort_descending=True)
    ahead = tables.Column(_("Di depan rencana"), attrs=_NUMBER, initial_sort_descending=True)
    rating = tables.Column(
        _("Predikat"), order_by=("percent",), default="", initial_sort_descending=True
    )
    short = tables.Column(_("Kurang"), attrs=_NUMBER, initial_sort_descending=True)

    # What is shown until somebody chooses columns.
    USUAL = ("rank", "name", "target", "realised", "bar", "percent", "change", "rating", "short")

    class Meta:
        order_by = "-realised"
        attrs = {"class": "table cards"}
        row_attrs = {"class": lambda record: "is-outside" if record.is_outside_balai else None}
        empty_text = _("Belum ada unit yang dapat Anda lihat pada tahun ini.")

    def __init__(
        self,
        *args,
        question: dict[str, str],
        page_name: str,
        year: int,
        opens: bool = True,
        nation: Row | None = None,
        columns: Sequence[str] = (),
        anchor: str = "",
        ranks: Mapping[str, int] | None = None,
        beside: str = "",
        **kwargs,
    ):
        """``nation`` is given where the rows are all the parts of it; it makes the summary.
        ``opens`` says whether the reader may open placements; ``columns`` are names to show;
        ``anchor`` is the place of the table on its page, ``#...``;
        ``ranks`` are by code (``ranks_of``); ``beside`` is what a
        figure's words end with (``provenance.beside``)."""
        self.question, self.page_name = question, page_name
        self.opens, self.year, self.anchor, self.beside = opens, year, anchor, beside
        # A row without a name is of nothing.
        chosen = {*columns, "name"} if set(columns) & self.base_columns.keys() else set(self.USUAL)
        self.shown = [name for name in self.base_columns if name in chosen]
        kwargs["exclude"] = [name for name in self.base_columns if name not in self.shown]
        super().__init__(*args, **kwargs)
        self.nation = nation
        self.ranks = ranks or {}
        self.summary = foot_of(self, _summary(list(self.data), nation)) if nation else []

    def render_rank(self, record: Row) -> int | str:
        return self.ranks.get(record.code, "")

    def render_name(self, record: Row) -> str:
        url = reverse(self.page_name, args=[record.code])
        link = format_html('<a href="{}?{}">{}</a>', url, urlencode(self.question), record.name)
        if not record.note:
            return link
        return format_html('{}<div class="note beside">{}</div>', link, record.note)

    def render_target(self, record: Row) -> str:
        return linked(count(record.target), self._plan_url(record))

    def _plan_url(self, record: Row) -> str:
        return url_of_plan(Place(record.measure, record.code), self.question)

    def render_realised(self, record: Row) -> str:
        if not self.opens:
            return count(record.realised)
        url = reverse(f"{self.page_name}_placements", args=[record.code])
        return format_html(
            '<a href="{}?{}" data-tip="{}">{}</a>',
            url, urlencode(self.question), tip(record.figure, self.beside), count(record.realised),
        )  # fmt: skip

    def render_bar(self, record: Row) -> str:
        return render_to_string("components/bar.html", bar_of(record.figure, record.expected))

    def render_percent(self, record: Row) -> str:
        return percent(record.rounded)

    def render_change(self, value: Decimal) -> str:
        return change(value)

    def render_before(self, value: int) -> str:
        return count(value)

    def render_expected(self, record: Row) -> str:
        return linked(count(record.expected_count), self._plan_url(record))

    def render_ahead(self, value: int) -> str:
        return signed(value)

    def render_short(self, record: Row, value: int) -> str:
        return _("tercapai") if record.is_reached else count(value)


def ranks_of(rows: list[Row]) -> dict[str, int]:
    """Code -> rank, whatever the order on the screen: by exact attainment among those with a
    target; where none has one, by realisation. Equal ones share a rank, and units outside every
    balai have none."""
    able = [row for row in rows if not row.is_outside_balai]
    measured = [row for row in able if row.percent is not None]
    values = {row.code: row.percent if measured else row.realised for row in measured or able}
    ordered = sorted(values.values(), reverse=True)
    return {code: ordered.index(value) + 1 for code, value in values.items()}


def _summary(rows: list[Row], nation: Row) -> list[dict[str, str]]:
    """Rows under the table: the sum of the units, what is not yet divided, and the nation.

    What the units expect and had before is summed only where it is known of every one of them.
    """
    divided = sum(row.target or 0 for row in rows)
    before = [row.before for row in rows]
    counted = sum(row.realised for row in rows)
    known = None if None in before else sum(before)
    lines = [
        {
            "name": _("Jumlah semua unit"),
            "target": count(divided) if divided else "",
            "realised": count(counted),
            "before": count(known),
            "change": change(change_percent(counted, known)),
        }
    ]
    if nation.target is not None:
        lines.append({"name": _("Belum dibagi"), "target": count(nation.target - divided)})
        lines.append(
            {
                "name": _("Nasional"),
                "target": count(nation.target),
                "realised": count(nation.realised),
                "percent": percent(nation.rounded),
                "change": change(nation.change),
                "before": count(nation.before),
                "expected": count(nation.expected_count),
                "ahead": signed(nation.ahead),
                "rating": nation.rating or "",
                "short": _("tercapai") if nation.is_reached else count(nation.short),
            }
        )
    return lines


class UnknownLast(TableListData):
    """Rows that sort what has no value last, whichever way a column is sorted.

    ``sorted_by`` names the attribute of a column where that is not its name; ``ties_by`` the one
    that orders rows of the same value, '' where they keep their order.
    """

    sorted_by: Mapping[str, str] = {}
    ties_by = ""

    def order_by(self, aliases) -> None:
        for alias in reversed(aliases):
            name = self.sorted_by.get(alias.bare, alias.bare)
            known = [row for row in self.data if getattr(row, name) is not None]
            unknown = [row for row in self.data if getattr(row, name) is None]
            if self.ties_by:
                known.sort(key=attrgetter(self.ties_by))
            known.sort(key=attrgetter(name), reverse=alias.is_descending)
            self.data = known + unknown


class FigureData(UnknownLast):
    """Figures; equal ones stand in the order of their code."""

    sorted_by: Mapping[str, str] = {"rating": "percent"}
    ties_by = "code"

"""Months of a year: bars beside those of the year before, running total, plan as a dashed line."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dashboards.charts.scales import (
    WIDTH,
    Key,
    Tick,
    half_up,
    month_name,
    nice,
    scale,
    short,
    signed,
)  # fmt: skip
from dashboards.places import Behind
from dashboards.templatetags.figures import count
from quotas import pace
from quotas.reading import Span
from quotas.summary import Summary
from regions.calendar import last_of_month

_HEIGHT, _LEFT, _RIGHT, _TOP, _BASE = 290, 40, 398, 18, 254
_SLOT = (_RIGHT - _LEFT) / 12


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its counts, and where they are drawn. ``ahead`` is the running total less the
    plan (in proportion to working days while the month runs); None where there is no plan or the
    month is still to come. ``before`` is None where nothing is known of that year; ``before_same``
    is of the running month: what that year had through the same day."""

    label: str
    name: str
    x: float
    n: int
    y: float
    height: float
    before: int | None
    before_y: float
    before_height: float
    total: int | None
    plan: int | None
    plan_total: int | None
    ahead: int | None
    is_running: bool
    is_to_come: bool
    behind: str
    behind_total: str
    behind_before: str
    before_same: int | None = None
    behind_same: str = ""

    @property
    def ahead_words(self) -> str:
        return "–" if self.ahead is None else signed(self.ahead)


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Months on the left scale, running total and plan on the right one."""

    year: int
    months: list[Month]
    ticks: list[Tick]
    line: str
    plan_line: str
    end: tuple[float, float, str] | None
    keys: list[Key]
    sentence: str
    has_before: bool
    has_plan: bool
    is_empty: bool
    running: str
    running_before: str
    name: str = "bulan"
    marks: str = "charts/_months.html"
    table: str = "charts/_months_table.html"
    width: int = WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    right: int = _RIGHT
    base: int = _BASE

    @property
    def title(self) -> str:
        return _("Bulan ke bulan")


def month_chart(*, summary: Summary, behind: Behind | None = None) -> MonthChart:
    """Lay out the months of ``summary``. ``behind`` gives the addresses of the placements; without
    it nothing is a link."""
    year, day = summary.year, summary.day
    now, before, plan = summary.months, summary.months_before, summary.plan
    last = 0 if day.year < year else day.month
    runs = bool(last) and day != last_of_month(day)
    top = nice(max([*now, *(before or []), 1]))
    totals, plans = list(accumulate(now)), list(accumulate(plan or []))
    most = nice(max(totals[-1], plans[-1] if plans else 0, 1))
    y, y_total = (scale(top=each, first=_BASE, last=_TOP) for each in (top, most))
    months = []
    for index in range(12):
        first, prior = (datetime.date(each, index + 1, 1) for each in (year, year - 1))
        to_come, running = index >= last, runs and index == last - 1
        earlier = before[index] if before else 0
        due = plan and pace.expected_by_month(plan=plan, year=year, month=index + 1, day=day)
        months.append(
            Month(
                label=month_name(index + 1),
                name=month_name(index + 1, "F"),
                x=round(_LEFT + _SLOT * index, 1),
                n=now[index],
                y=y(now[index]),
                height=round(_BASE - y(now[index]), 1),
                before=earlier if before else None,
                before_y=y(earlier),
                before_height=round(_BASE - y(earlier), 1),
                total=None if to_come else totals[index],
                plan=plan[index] if plan else None,
                plan_total=half_up(due) if plan else None,
                ahead=half_up(totals[index] - due) if plan and not to_come else None,
                is_running=running,
                is_to_come=to_come,
                behind=behind.month(first) if behind else "",
                behind_total=behind.through_month(first) if behind else "",
                behind_before=behind.month(prior) if behind and before else "",
                before_same=summary.month_before if running else None,
                behind_same=_same_days(behind, summary, prior) if behind and running else "",
            )
        )
    done = _done(totals, last, day)
    ticks = [
        Tick(y(top * part // 4), short(top * part // 4), short(most * part // 4))
        for part in range(5)
    ]
    return MonthChart(
        year=year,
        months=months,
        ticks=ticks,
        line=_points(done, y_total) if last else "",
        plan_line=_points([(0, 0), *enumerate(plans, 1)], y_total) if plan else "",
        end=(_x(done[-1][0]), y_total(done[-1][1]), count(done[-1][1])) if last else None,
        keys=_keys(year, bool(before), bool(plan), runs),
        sentence=_sentence(summary, months, last),
        has_before=bool(before),
        has_plan=bool(plan),
        is_empty=not any(now),
        running=_("berjalan, sampai %(day)s") % {"day": date_format(day, "j M")} if runs else "",
        running_before=_("sampai %(day)s") % {"day": date_format(summary.span_before.last, "j M Y")}
        if runs
        else "",
    )


def _same_days(behind: Behind, summary: Summary, prior: datetime.date) -> str:
    """The placements of the running month a year earlier, through the same day."""
    return behind(span=Span(prior, summary.span_before.last)) if summary.months_before else ""


def _x(months: float) -> float:
    return round(_LEFT + _SLOT * months, 1)


def _done(totals: Sequence[int], last: int, day: datetime.date) -> list[tuple[float, int]]:
    """(months passed, running total) at every month's end, and on the day of the figures."""
    if not last:
        return [(0, 0)]
    ended = [(index + 1, totals[index]) for index in range(last - 1)]
    part = day.day / last_of_month(day).day
    return [(0, 0), *ended, (last - 1 + part, totals[last - 1])]


def _points(pairs: Sequence[tuple[float, int]], y: Callable[[float], float]) -> str:
    return " ".join(f"{_x(at)},{y(value)}" for at, value in pairs)


def _keys(year: int, before: bool, plan: bool, runs: bool) -> list[Key]:
    keys = [Key("now", str(year))]
    if runs:
        keys.append(Key("running", _("bulan berjalan")))
    if before:
        keys.append(Key("before", str(year - 1)))
    keys.append(Key("sum", _("kumulatif (skala kanan)")))
    if plan:
        keys.append(Key("aim", _("rencana kumulatif")))
    return keys


def _sentence(summary: Summary, months: Sequence[Month], last: int) -> str:
    if not any(summary.months):
        return _("%(name)s, %(year)d: belum ada penempatan.") % {
            "name": summary.name, "year": summary.year,
        }  # fmt: skip
    best = max(months, key=lambda month: month.n)
    words = _("%(name)s, %(year)d: %(n)s penempatan sampai %(day)s; terbanyak %(month)s (%(most)s)")
    text = words % {
        "name": summary.name, "year": summary.year, "n": count(sum(summary.months)),
        "day": date_format(summary.day, "j F Y"), "month": best.name, "most": count(best.n),
    }  # fmt: skip
    ahead = months[last - 1].ahead if last else None
    if ahead is None:
        return f"{text}."
    if ahead < 0:
        return _("%(text)s; %(n)s di bawah rencana.") % {"text": text, "n": count(-ahead)}
    return _("%(text)s; %(n)s di atas rencana.") % {"text": text, "n": count(ahead)}

"""Charts drawn on the server as SVG: they print, need no script and fit a strict CSP."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 560, 320, 46, 46, 12, 26


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    behind: str
    behind_before: str
    x: float
    now: int
    now_y: float
    now_height: float
    before: int
    before_y: float
    before_height: float
    total: int


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Bars of this year and the last, and the running total on the right-hand scale."""

    year: int
    # False where nothing at all is known of the year before: no data is not zero.
    has_before: bool
    bars: list[Bar]
    line: str
    ticks: list[tuple[float, str, str]]
    aim_y: float | None
    width: int = _WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    right: int = _WIDTH - _RIGHT
    base: int = _HEIGHT - _BOTTOM


def month_chart(
    *,
    year: int,
    counts: dict[int, list[int]],
    target: int | None,
    last_month: int,
    behind: Callable[[datetime.date], str],
) -> MonthChart:
    """Lay out the chart. ``counts`` come from ``quotas.figures.months``; the running total is
    drawn up to ``last_month`` (1 to 12); ``behind`` gives the address of a month's placements."""
    now, before = counts[year], counts[year - 1]
    plot = _HEIGHT - _TOP - _BOTTOM
    highest = _nice(max([*now, *before, 1]))
    totals = [sum(now[: i + 1]) for i in range(12)]
    most = _nice(max(totals[-1], target or 0, 1))
    step = (_WIDTH - _LEFT - _RIGHT) / 12

    def y(value: float, top: float) -> float:
        return round(_TOP + plot * (1 - value / top), 1)

    bars, points = [], []
    for index in range(12):
        x = round(_LEFT + step * index, 1)
        now_y, before_y = y(now[index], highest), y(before[index], highest)
        bars.append(
            Bar(
                _month_name(year, index + 1), behind(datetime.date(year, index + 1, 1)),
                behind(datetime.date(year - 1, index + 1, 1)), x, now[index], now_y,
                round(_HEIGHT - _BOTTOM - now_y, 1), before[index], before_y,
                round(_HEIGHT - _BOTTOM - before_y, 1), totals[index],
            )
        )  # fmt: skip
        if index < last_month:
            points.append(f"{round(x + step / 2, 1)},{y(totals[index], most)}")
    ticks = [
        (y(highest * part / 4, highest), _short(highest * part // 4), _short(most * part // 4))
        for part in range(5)
    ]
    aim_y = y(target, most) if target else None
    return MonthChart(year, any(before), bars, " ".join(points), ticks, aim_y)


def _month_name(year: int, month: int) -> str:
    return date_format(datetime.date(year, month, 1), "M")


def _nice(value: int) -> int:
    """The next number that divides into four plain steps."""
    size = 4
    while size < value:
        for factor in (1, 2, 3, 5, 6, 8, 10):
            if size * factor >= value:
                return size * factor
        size *= 10
    return size


def _short(value: int) -> str:
    """A number for an axis: 300 rb for 300,000."""
    if value >= 10_000 and value % 500 == 0:
        thousands = number_format(value / 1000, 0 if value % 1000 == 0 else 1)
        return _("%(thousands)s rb") % {"thousands": thousands}
    return number_format(value, use_l10n=True, force_grouping=True)

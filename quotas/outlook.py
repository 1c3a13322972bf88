"""Where a place stands against its plan and how its year will end: ``pace`` asked with real counts.

Unknown stays unknown: without a target, a past year or a day of the year behind it, the field is
None and the page says so.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from quotas import pace
from quotas.moments import Moment
from quotas.reading import Span, days_counted
from quotas.summary import Summary
from regions.calendar import last_of_month


@dataclass(frozen=True, slots=True)
class Outlook:
    """``expected`` and ``ahead`` in placements (exact); ``per_working_day`` from the day after
    ``day``; ``reached`` the day the target was passed, ``in_sight`` the day it will be."""

    day: datetime.date
    is_over: bool
    expected: Fraction | None
    ahead: Fraction | None
    per_working_day: int | None
    per_month: dict[int, int] | None
    reached: datetime.date | None
    in_sight: datetime.date | None
    projection: pace.Projection | None
    record: pace.Record | None

    @property
    def expected_count(self) -> int | None:
        return _whole(self.expected)

    @property
    def ahead_count(self) -> int | None:
        return _whole(self.ahead)

    @property
    def estimate(self) -> int | None:
        return _whole(self.projection.estimate) if self.projection else None

    @property
    def low(self) -> int | None:
        return _whole(self.projection.low) if self.projection else None

    @property
    def high(self) -> int | None:
        return _whole(self.projection.high) if self.projection else None

    @property
    def record_off(self) -> Decimal | None:
        """Percent the method was off a year earlier at this date, half up to one decimal."""
        return pace.rounded(self.record.off, 1) if self.record else None


def outlook(summary: Summary, *, programme: str = "", as_of: Moment | None = None) -> Outlook:
    """Ask every question of pace about a summary. One statement more where the target is passed."""
    figure, year, day = summary.figure, summary.year, summary.day
    about = {"target": figure.target, "realised": figure.realised, "year": year}
    expected = pace.expected_to_date(plan=summary.plan, year=year, day=day)
    is_over = day == datetime.date(year, 12, 31)
    daily = pace.daily_pace(realised=figure.realised, year=year, through=day)
    return Outlook(
        day=day,
        is_over=is_over,
        expected=expected,
        ahead=pace.ahead(figure.realised, expected),
        per_working_day=pace.required_per_working_day(**about, today=day),
        per_month=pace.required_per_month(**about, today=day),
        reached=_reached(summary, programme, as_of),
        in_sight=pace.reached_on(**about, through=day, daily=daily),
        projection=pace.projection(
            realised=figure.realised, year=year, through=day, past=summary.past
        ),
        record=pace.record(year=year, through=day, past=summary.past, realised=summary.before),
    )


def _reached(summary: Summary, programme: str, as_of: Moment | None) -> datetime.date | None:
    """The day the running total passed the target: its month by months, its day by days."""
    target = summary.figure.target
    if target is None or summary.figure.realised < target:
        return None
    totals = summary.cumulative()
    month = next(index for index, total in enumerate(totals) if total >= target)
    first = datetime.date(summary.year, month + 1, 1)
    days = days_counted(
        place=summary.place, span=Span(first, min(last_of_month(first), summary.span.last)),
        programme=programme, as_of=as_of.batch if as_of else None,
    )  # fmt: skip
    total, running = totals[month] - summary.months[month], []
    for day, n in days.items():
        total += n
        running.append((day, total))
    return pace.reached_when(running, target)


def _whole(value: Fraction | None) -> int | None:
    return None if value is None else int(pace.rounded(value))

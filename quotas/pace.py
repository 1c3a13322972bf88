"""Pace towards a target: pure functions of numbers and days, with no clock and no database.

Worked examples stand in ``docs/figures.md`` and in the tests. What cannot be known is None.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction

from regions.calendar import last_of_month, working_days


def working_days_left(year: int, today: datetime.date) -> int:
    """Working days of ``year`` after ``today``; all of them before the year, none after it."""
    first = max(today + datetime.timedelta(1), datetime.date(year, 1, 1))
    return working_days(first, datetime.date(year, 12, 31))


def required_per_working_day(
    *, target: int | None, realised: int, year: int, today: datetime.date
) -> int | None:
    """Placements needed on each working day left to reach the target, rounded up.

    0 once it is reached; None without a target or without a working day left.
    """
    if target is None:
        return None
    short = max(target - realised, 0)
    left = working_days_left(year, today)
    if short and not left:
        return None
    return -(-short // left) if short else 0


def expected_to_date(*, plan: Sequence[int], year: int, day: datetime.date) -> Fraction:
    """What a plan of twelve months expects through ``day``: the ended months whole, the running
    one in proportion to its working days that have passed (a month without any, to its days)."""
    if day.year < year:
        return Fraction(0)
    if day.year > year:
        return Fraction(sum(plan))
    ended = sum(plan[: day.month - 1])
    first, last = day.replace(day=1), last_of_month(day)
    whole, passed = working_days(first, last), working_days(first, day)
    if whole == 0:
        whole, passed = last.day, day.day
    return ended + Fraction(plan[day.month - 1] * passed, whole)

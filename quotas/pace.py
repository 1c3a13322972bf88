"""Pace towards a target: pure functions of numbers and days, with no clock and no database.

Every day given counts as over ("through"). Results are exact (int or Fraction); ``rounded`` is for
the edge, where a figure is shown. What cannot be known is None, and None goes through. Worked
examples stand in ``docs/figures.md``, where the tests evaluate them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from quotas import splitting
from regions.calendar import is_working_day, last_of_month, working_days

_DAY = datetime.timedelta(1)


def part_of_month(
    day: datetime.date, working: Callable[[datetime.date], bool] = is_working_day
) -> Fraction:
    """How much of its month is over at the end of ``day``, 0 to 1: working days passed ÷ all.

    A month without a single working day goes by its days instead, so that it ends at 1 as well.
    """
    days = [day.replace(day=n) for n in range(1, last_of_month(day).day + 1)]
    counted = [each for each in days if working(each)] or days
    return Fraction(sum(each <= day for each in counted), len(counted))


def expected_to_date(
    *, plan: Sequence[int] | None, year: int, day: datetime.date
) -> Fraction | None:
    """What a plan of twelve months expects through ``day``: the ended months whole, the running
    one by its working days. 0 before the year, all of it after; None without a plan."""
    if plan is None:
        return None
    if day.year < year:
        return Fraction(0)
    if day.year > year:
        return Fraction(sum(plan))
    return sum(plan[: day.month - 1]) + plan[day.month - 1] * part_of_month(day)


def expected_by_month(
    *, plan: Sequence[int], year: int, month: int, day: datetime.date
) -> Fraction:
    """What a plan expects by the end of ``month`` (1 to 12) of ``year``; of the month that runs on
    ``day``, by that day."""
    first = datetime.date(year, month, 1)
    runs = first == day.replace(day=1)
    return expected_to_date(plan=plan, year=year, day=day if runs else last_of_month(first))


def ahead(realised: int, expected: Fraction | None) -> Fraction | None:
    """Placements ahead of what is expected; negative when behind, None when nothing is expected."""
    return None if expected is None else realised - expected


def working_days_left(year: int, today: datetime.date) -> int:
    """Working days of ``year`` after ``today``; all of them before the year, none after it."""
    first = max(today + _DAY, datetime.date(year, 1, 1))
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


def required_per_month(
    *, target: int | None, realised: int, year: int, today: datetime.date
) -> dict[int, int] | None:
    """Placements needed in each month left, by month number; they sum to what is short.

    What is short is spread over the working days left: the running month counts with its rest,
    and a month without a working day left is not listed. All 0 once the target is reached; None
    without a target, or when something is short and no working day is left.
    """
    if target is None:
        return None
    short = max(target - realised, 0)
    left = {}
    for month in range(1, 13):
        first = datetime.date(year, month, 1)
        days = working_days(max(first, today + _DAY), last_of_month(first))
        if days:
            left[month] = days
    if not left:
        return None if short else {}
    return dict(zip(left, splitting.spread(short, list(left.values())), strict=True))


def daily_pace(*, realised: int, year: int, through: datetime.date) -> Fraction | None:
    """Placements per working day of the year so far; None before its first working day is over.

    The whole year so far and not the last weeks: entries come late and in batches, so a short
    window is never complete at its end and jumps with every import.
    """
    passed = working_days(datetime.date(year, 1, 1), min(through, datetime.date(year, 12, 31)))
    return Fraction(realised, passed) if passed else None


def reached_on(
    *,
    target: int | None,
    realised: int,
    year: int,
    through: datetime.date,
    daily: Fraction | None,
) -> datetime.date | None:
    """The working day after ``through`` on which the target is reached, at ``daily`` placements
    per working day (``daily_pace``).

    None when it is not reached within the year (the count begins anew on 1 January), without a
    target or a pace, and when it is reached already: then ``reached_when`` knows the day.
    """
    if target is None or not daily or daily < 0 or realised >= target:
        return None
    needed = -((realised - target) // daily)
    if needed > working_days_left(year, through):
        return None
    day = max(through, datetime.date(year - 1, 12, 31))
    while needed:
        day += _DAY
        needed -= is_working_day(day)
    return day


def reached_when(
    cumulative: Sequence[tuple[datetime.date, int]], target: int | None
) -> datetime.date | None:
    """The first of the days whose running total had reached the target; None when none had."""
    if target is None:
        return None
    return min((day for day, total in cumulative if total >= target), default=None)


@dataclass(frozen=True, slots=True)
class Projection:
    """How the year will end if it goes as past years went; exact, ``years`` are those used.

    ``low`` and ``high`` are None with a single past year: one year has no spread.
    """

    low: Fraction | None
    estimate: Fraction
    high: Fraction | None
    years: tuple[int, ...]


def projection(
    *,
    realised: int | Fraction,
    year: int,
    through: datetime.date,
    past: Mapping[int, Sequence[int | None]],
) -> Projection | None:
    """Estimate how ``year`` will end from ``realised`` through a day and how past years ran.

    ``past`` gives the twelve monthly counts of each past year. A year is used when it lies before
    ``year``, has twelve known counts and any placement: leave out, or mark with None, the months
    the system does not hold. Its share is what it had done at the same point: ended months whole,
    the running month in proportion to the working days of ``through``'s own month that are over.
    Estimate = realised ÷ mean share (each year weighs the same); the band is realised ÷ the
    largest and ÷ the smallest share.

    None with nothing realised, without a usable year, or where some usable year had nothing at
    this point (1 January among them): that year sets no upper end.
    """
    shares = past_shares(year=year, through=through, past=past)
    if realised <= 0 or not shares or not min(shares.values()):
        return None
    several = len(shares) > 1
    return Projection(
        low=realised / max(shares.values()) if several else None,
        estimate=realised * len(shares) / sum(shares.values()),
        high=realised / min(shares.values()) if several else None,
        years=tuple(shares),
    )


def past_shares(
    *, year: int, through: datetime.date, past: Mapping[int, Sequence[int | None]]
) -> dict[int, Fraction]:
    """Year -> how much of it was done at the same point, 0 to 1: the years ``projection`` uses."""
    return {
        each: expected_to_date(plan=past[each], year=year, day=through) / sum(past[each])
        for each in sorted(past)
        if each < year and _complete(past[each])
    }


def _complete(months: Sequence[int | None]) -> bool:
    return len(months) == 12 and None not in months and sum(months) > 0


@dataclass(frozen=True, slots=True)
class Record:
    """What ``projection`` would have said a year earlier, against how that year ended."""

    year: int
    day: datetime.date
    said: Projection
    actual: int

    @property
    def off(self) -> Fraction:
        """Percent the estimate was off; positive when it was too high."""
        return (self.said.estimate - self.actual) * 100 / self.actual

    @property
    def inside(self) -> bool | None:
        """Whether the year ended inside the band; None where there was no band."""
        if self.said.low is None or self.said.high is None:
            return None
        return self.said.low <= self.actual <= self.said.high


def record(
    *,
    year: int,
    through: datetime.date,
    past: Mapping[int, Sequence[int | None]],
    realised: int | None = None,
) -> Record | None:
    """How far off the same method was last year at this date, from the years before it only.

    ``realised`` is what last year had through the same date (28 February for the 29th; all of it
    once ``year`` is over). Without it the running month is taken in proportion to its working
    days, as for the other years. None where last year or its projection is not known.
    """
    last = year - 1
    if through.year < year or last not in past or not _complete(past[last]):
        return None
    day = _year_before(through) if through.year == year else datetime.date(last, 12, 31)
    if realised is None:
        realised = expected_to_date(plan=past[last], year=last, day=day)
    said = projection(realised=realised, year=last, through=day, past=past)
    return said and Record(year=last, day=day, said=said, actual=sum(past[last]))


def _year_before(day: datetime.date) -> datetime.date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


def rounded(value: int | Fraction | None, places: int = 0) -> Decimal | None:
    """Round half up to ``places`` decimals, as shown (``ratio.rounded``: halves away from zero)."""
    if value is None:
        return None
    size = (abs(value) * 10**places + Fraction(1, 2)) // 1
    return Decimal(size if value >= 0 else -size).scaleb(-places)

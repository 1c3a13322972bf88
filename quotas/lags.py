"""How late placements are recorded, and how many are not recorded yet: pure functions.

A *lag* is the days from the completion of a placement to the day it was recorded, by the date at
its office; 0 is the same day. ``{lag: placements}`` is what everything here begins with. Results
are exact (int, Decimal or Fraction); what cannot be known is None. The worked example stands in
``docs/figures.md`` and, evaluated, in ``tests/quotas/test_lags.py``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from quotas import ratio

# "Recorded within so many days", as the page shows it.
WITHIN = (1, 3, 7, 30)
# The last day of each bin of the distribution; what is later than the last stands by itself.
BIN_ENDS = (0, 1, 3, 7, 14, 30)

# A look back: what was completed in so many days up to a day, and how much of it was recorded then.
WINDOW = 60
# The points looked back at are four weeks apart, so all are the same day of the week.
STEP = 28
POINTS = 12
# The nearest point is so far back that what was late at it has had a whole window to come.
MATURE = 63


def percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """The smallest lag within which at least ``percent`` % of the placements were recorded.

    50 is the median, a day somebody really took and never a mean of two. None without placements.
    """
    whole = sum(counts.values())
    reached = 0
    for lag in sorted(counts):
        reached += counts[lag]
        if reached and reached * 100 >= whole * percent:
            return lag
    return None


def within(counts: Mapping[int, int], days: int) -> int:
    """Placements recorded at most ``days`` days after they were completed."""
    return sum(n for lag, n in counts.items() if lag <= days)


def share_within(counts: Mapping[int, int], days: int) -> Decimal | None:
    """The same as an exact percentage of all; None without placements."""
    return ratio.percent(within(counts, days), sum(counts.values()))


def bins(counts: Mapping[int, int]) -> list[tuple[int, int | None, int]]:
    """(first day, last day, placements) of each bin; the last bin has no last day.

    The bins together are the whole.
    """
    found, first = [], 0
    for last in BIN_ENDS:
        n = sum(n for lag, n in counts.items() if lag <= last and (lag >= first or not first))
        found.append((first, last, n))
        first = last + 1
    return [*found, (first, None, sum(n for lag, n in counts.items() if lag >= first))]


def look_back(day: datetime.date) -> list[datetime.date]:
    """The days of the past at which the entry stood as it stands on ``day``, newest first."""
    return [day - datetime.timedelta(MATURE + STEP * n) for n in range(POINTS)]


@dataclass(frozen=True, slots=True)
class Point:
    """Placements completed in the WINDOW days through ``day``.

    ``known`` were recorded by the end of that day, ``arrived`` since.
    """

    day: datetime.date
    known: int
    arrived: int

    @property
    def whole(self) -> int:
        return self.known + self.arrived

    @property
    def share(self) -> Fraction:
        """The part that was recorded by then; only asked where ``whole`` is not 0."""
        return Fraction(self.known, self.whole)


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """Placements that are probably completed and not recorded yet; exact.

    ``share`` is the part of a window that is usually recorded on its last day, over ``points``
    days of the past. ``low`` and ``high`` are None with a single point: it has no spread.
    """

    low: Fraction | None
    estimate: Fraction
    high: Fraction | None
    share: Fraction
    points: int


def unrecorded(*, now: Point, past: Sequence[Point]) -> Unrecorded | None:
    """Estimate what is still missing of the window through ``now.day``.

    Share = recorded in time ÷ all, of all points of the past together, so that a large window
    weighs more than a small one. Estimate = known ÷ share - known, less what has arrived since
    ``now.day``, and never below 0. The band takes the largest and the smallest share of a point.

    A point at which nothing was recorded in time is left out: it was loaded later, all at once,
    and says nothing about how people enter. None without a usable point, or with nothing known:
    nothing recorded says nothing about what is not.
    """
    usable = [point for point in past if point.known]
    if not usable or not now.known:
        return None
    shares = [point.share for point in usable]
    pooled = Fraction(sum(p.known for p in usable), sum(p.whole for p in usable))
    several = len(usable) > 1
    return Unrecorded(
        low=_missing(now, max(shares)) if several else None,
        estimate=_missing(now, pooled),
        high=_missing(now, min(shares)) if several else None,
        share=pooled,
        points=len(usable),
    )


def _missing(now: Point, share: Fraction) -> Fraction:
    return max(now.known / share - now.whole, Fraction(0))

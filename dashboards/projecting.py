"""How a projection is made: the past years it looks at, each with its placements."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dashboards.places import Behind
from quotas import pace
from quotas.outlook import Outlook
from quotas.reading import year_span
from quotas.summary import Summary
from regions.calendar import last_of_month


@dataclass(frozen=True, slots=True)
class PastYear:
    """A year the projection looks at: what the whole of it was, and how much of that was done at
    the same point (``then`` is rounded: the running month goes by its working days)."""

    year: int
    then: int
    whole: int
    share: Decimal
    behind: str


@dataclass(frozen=True, slots=True)
class Past:
    """The years of a projection through ``day``; ``mean`` is the share the realised is divided
    by."""

    day: datetime.date
    years: list[PastYear]
    mean: Decimal

    @property
    def is_exact(self) -> bool:
        """Whether no month runs, so that what was done *then* is a count."""
        return self.day == last_of_month(self.day)


def past_of(summary: Summary, view: Outlook, behind: Behind) -> Past | None:
    """What the projection of a place rests on; None where there is none, or the year is over."""
    if view.projection is None or view.is_over:
        return None
    shares = pace.past_shares(year=summary.year, through=view.day, past=summary.past)
    years = []
    for year, share in shares.items():
        whole = sum(summary.past[year])
        then, percent = pace.rounded(share * whole), pace.rounded(share * 100, 1)
        years.append(PastYear(year, int(then), whole, percent, behind(span=year_span(year))))
    mean = pace.rounded(sum(shares.values(), Fraction(0)) * 100 / len(shares), 1)
    return Past(view.day, years, mean)

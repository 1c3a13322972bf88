"""Split a whole into parts that sum to it exactly: a year into months, a nation into units.

The rule everywhere is the *largest remainder* (Hamilton): each part gets the whole number below its
exact share, and what is left over goes, one each, to the largest fractions; equal fractions go to
the earlier part. Shares are exact fractions, so the same input always gives the same split.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from regions.calendar import last_of_month, working_days

METHODS = {
    "even": _("rata dua belas bulan"),
    "working_days": _("menurut hari kerja"),
    "seasonal": _("menurut musim tahun-tahun lalu"),
    "distribution": _("menurut sebaran bernama"),
}


def spread(total: int, weights: Sequence[float | int | Fraction]) -> list[int]:
    """Split ``total`` in proportion to ``weights`` by largest remainder; the parts sum to it.

    Raises ValueError when the weights are negative or all zero.
    """
    shares = [Fraction(weight) for weight in weights]
    whole = sum(shares)
    if whole <= 0 or min(shares) < 0:
        raise ValueError("weights must be positive")
    exact = [total * share / whole for share in shares]
    parts = [int(each) for each in exact]
    by_rest = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_rest[: total - sum(parts)]:
        parts[index] += 1
    return parts


def by_working_days(total: int, year: int) -> list[int]:
    """Twelve months in proportion to the Indonesian working days of ``year``."""
    return spread(total, month_working_days(year))


def month_working_days(year: int) -> list[int]:
    firsts = [datetime.date(year, month, 1) for month in range(1, 13)]
    return [working_days(first, last_of_month(first)) for first in firsts]


def plan_of(*, amount: int, months: Sequence[int] | None, year: int) -> list[int]:
    """The plan of a target: its own months, or working days where it was not split."""
    return list(months) if months else by_working_days(amount, year)

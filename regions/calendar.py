"""Indonesian working days: Monday to Friday without public holidays, from the holidays library."""

from __future__ import annotations

import datetime
from functools import lru_cache

import holidays


@lru_cache(maxsize=32)
def holidays_of(year: int) -> frozenset[datetime.date]:
    """Public holidays of a year, also those that fall on a weekend."""
    return frozenset(holidays.country_holidays("ID", years=year))


def is_working_day(day: datetime.date) -> bool:
    return day.weekday() < 5 and day not in holidays_of(day.year)


def working_days(first: datetime.date, last: datetime.date) -> int:
    """Number of working days from ``first`` through ``last``; 0 when last is before first."""
    return sum(
        is_working_day(first + datetime.timedelta(n)) for n in range((last - first).days + 1)
    )

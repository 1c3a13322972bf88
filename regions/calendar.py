"""Months, and Indonesian working days: Monday to Friday without public holidays."""

from __future__ import annotations

import datetime
from functools import lru_cache

import holidays


def next_month(day: datetime.date) -> datetime.date:
    """The first day of the month after that of ``day``."""
    return (day.replace(day=1) + datetime.timedelta(32)).replace(day=1)


def last_of_month(day: datetime.date) -> datetime.date:
    """The last day of the month of ``day``."""
    return next_month(day) - datetime.timedelta(1)


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

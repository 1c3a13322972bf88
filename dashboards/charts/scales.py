"""Axes, numbers and words that every chart shares."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from dashboards.templatetags.figures import count, percent
from quotas import ratio

T = TypeVar("T")

# Narrow, so that text of 11 units stays readable in a card and on a phone.
WIDTH = 440
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend: the class of its mark, and what the mark means."""

    css: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid at ``y`` with its words on the left and on the right."""

    y: float
    left: str
    right: str = ""


def scale(*, top: int, first: float, last: float) -> Callable[[float | Fraction], float]:
    """Return value -> coordinate: 0 is drawn at ``first`` and ``top`` at ``last``."""
    return lambda value: round(first + (last - first) * float(value) / top, 1)


def nice(value: int) -> int:
    """The next number that divides into four plain steps."""
    size = 1
    while True:
        for tenths in (10, 12, 15, 20, 25, 30, 40, 50, 60, 80):
            quarter, rest = divmod(tenths * size, 10)
            if not rest and quarter * 4 >= value:
                return quarter * 4
        size *= 10


def short(value: int) -> str:
    """A number for an axis: 300 rb for 300,000."""
    if value >= 10_000 and value % 500 == 0:
        thousands = number_format(value / 1000, 0 if value % 1000 == 0 else 1)
        return _("%(thousands)s rb") % {"thousands": thousands}
    return count(value)


def signed(value: int) -> str:
    """A whole number with its sign: +1.234, −20; 0 has none."""
    return count(value) if value == 0 else f"{'+' if value > 0 else MINUS}{count(abs(value))}"


def signed_percent(value: Decimal | None) -> str:
    """A rounded percentage with its sign; nothing where there is none."""
    if value is None:
        return ""
    sign = "" if value == 0 else "+" if value > 0 else MINUS
    return f"{sign}{percent(abs(value))}"


def exact(value: Fraction) -> Decimal:
    """A fraction half up to one decimal, as every percentage of the program."""
    return ratio.rounded(Decimal(value.numerator) / Decimal(value.denominator))


def half_up(value: Fraction) -> int:
    """A fraction as a whole number, halves away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def month_name(month: int, form: str = "M") -> str:
    return date_format(datetime.date(2000, month, 1), form)


def clipped(text: str, most: int) -> str:
    """``text`` in at most so many characters; a chart keeps the whole of it in its title."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def few_and_rest(values: Sequence[T], most: int) -> tuple[list[T], list[T]]:
    """The first ``most`` values and those left over. One alone is not left over: "1 other" would
    take the line of the value it hides."""
    few = most + (len(values) == most + 1)
    return list(values[:few]), list(values[few:])

"""What was published about 2025, and the same figures computed from the database.

``data/placements_published.csv`` and ``data/targets_published.csv`` hold what newspapers and the
ministry printed, with sources. The demo data are built from the same rows, so that
``check_published`` shows whether this program counts as the ministry does.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from placement.models import JobTitle, Placement
from quotas import ratio
from regions.loading import read
from regions.models import Country, Office, Province, Regency

# Printed names that differ from the register's.
UNIT_NAMES = {"BP3MI Jakarta": "BP3MI DKI Jakarta"}
SCHEME_CODES = {
    "P to P": "PTOP",
    "G to G": "GTOG",
    "Perseorangan": "MANDIRI",
    "Perseorangan/mandiri": "MANDIRI",
    "UKPS": "UKPS",
    "Re-entry": "REENTRY",
    "Perpanjangan perjanjian kerja (diproses di dalam negeri)": "PPK_DN",
    "Perpanjangan perjanjian kerja (melalui perwakilan RI)": "PPK_LN",
}
_SEXES = {"perempuan": "F", "laki-laki": "M"}
_REMAINDER = "(28 other provinces together)"


@dataclass(frozen=True, slots=True)
class Fact:
    """One printed count. ``where`` are (dimension, value) pairs as printed."""

    period: str
    where: tuple[tuple[str, str], ...]
    count: Decimal
    table: str
    source: str

    def __str__(self) -> str:
        parts = " · ".join(value for _dimension, value in self.where if value != "Indonesia")
        return f"{self.period} {parts or 'Indonesia'}"


@dataclass(frozen=True, slots=True)
class Checked:
    """A fact beside the computed count; ``computed`` None with the reason why it has none."""

    fact: Fact
    computed: int | None
    why_not: str = ""

    @property
    def is_equal(self) -> bool:
        return self.computed is not None and self.computed == self.fact.count


@dataclass(frozen=True, slots=True)
class CheckedPercent:
    """A printed percentage of target beside the right one (rounded half up)."""

    unit: str
    as_of: str
    realised: int
    target: int
    published: str
    right: Decimal


def facts(year: int) -> list[Fact]:
    """Return every printed count whose period touches ``year``."""
    found = []
    for row in read("placements_published"):
        if str(year) not in row["period"]:
            continue
        where = [(row["dimension1"], row["value1"])]
        if row["dimension2"]:
            where.append((row["dimension2"], row["value2"]))
        found.append(
            Fact(row["period"], tuple(where), Decimal(row["count"]), row["table"], row["source"])
        )
    return found


def period_of(text: str) -> tuple[datetime.date, datetime.date]:
    """Return first and last day of a printed period such as ``2025-01..2025-11-01``."""
    first, _dots, last = text.partition("..")
    return _edge(first, first=True), _edge(last or first, first=False)


def check(year: int) -> Iterator[Checked]:
    """Recompute every printed count of ``year`` from the placements."""
    known = facts(year)
    for fact in known:
        first, last = period_of(fact.period)
        if first.year != year:
            yield Checked(fact, None, f"begins in {first.year}, of which there are no placements")
            continue
        if fact.where[0][0] == "economic_sector":
            yield Checked(fact, None, _sector_share(fact, first, last))
            continue
        condition = Q(completed_on__gte=first, completed_on__lte=last)
        for dimension, value in fact.where:
            condition &= _condition(dimension, value, fact, known)
        counted = Placement.objects.counted().filter(condition)
        yield Checked(fact, counted.aggregate(n=Count("id"))["n"])


def _sector_share(fact: Fact, first: datetime.date, last: datetime.date) -> str:
    """Why a printed share of a sector is not compared, with the share by today's grouping."""
    counted = Placement.objects.counted().filter(completed_on__gte=first, completed_on__lte=last)
    grouped = counted.filter(job_title__sector__label__iexact=fact.where[0][1])
    share = ratio.rounded(ratio.percent(grouped.count(), counted.count()))
    return f"a share in percent, of a grouping that was not published; by job title it is {share}"


def check_percentages(year: int) -> Iterator[CheckedPercent]:
    """Recompute every printed percentage of a target of ``year`` from its own two numbers."""
    for row in read("targets_published"):
        if row["year"] != str(year) or not row["published_pct"]:
            continue
        if not (row["target"].isdigit() and row["realised"].isdigit()):
            continue
        target, realised = int(row["target"]), int(row["realised"])
        right = ratio.rounded(ratio.percent(realised, target))
        yield CheckedPercent(
            row["unit"], row["as_of"], realised, target, row["published_pct"], right
        )


def job_title_code(printed: str) -> str:
    """The code of a job title printed as ``House Maid / pekerja rumah tangga``."""
    return JobTitle.objects.get(label=printed.partition(" / ")[0]).pk


def unit_code(printed: str) -> str:
    return Office.objects.get(name=UNIT_NAMES.get(printed, printed)).pk


def regency_code(printed: str) -> str:
    kind, _blank, name = printed.partition(" ")
    return Regency.objects.get(kind=kind, name=name).pk


def _edge(text: str, *, first: bool) -> datetime.date:
    numbers = [int(part) for part in text.split("-")]
    if len(numbers) == 1:
        numbers.append(1 if first else 12)
    if len(numbers) == 2:
        numbers.append(1 if first else calendar.monthrange(*numbers)[1])
    return datetime.date(*numbers)


def _condition(dimension: str, value: str, fact: Fact, known: list[Fact]) -> Q:
    if dimension in {"national", "cumulative", "month"}:
        return Q()
    if dimension == "gender":
        return Q(sex=_SEXES[value])
    if dimension in {"province_origin", "origin"}:
        if value == _REMAINDER:
            names = [f.where[0][1] for f in known if f.table == fact.table]
            return ~Q(origin__province__name__in=names)
        if value.startswith("luar "):
            return ~Q(origin__province__name=value.removeprefix("luar "))
        return Q(origin_province=Province.objects.get(name=value).pk)
    if dimension == "destination":
        return Q(destination=Country.objects.get(name_id=value))
    if dimension == "scheme":
        return Q(scheme=SCHEME_CODES[value])
    if dimension == "job_title":
        return Q(job_title=job_title_code(value))
    if dimension == "office":
        return Q(unit=unit_code(value))
    if dimension == "regency_origin":
        return Q(origin=regency_code(value))
    raise ValueError(f"Unknown dimension {dimension!r} in {fact}")

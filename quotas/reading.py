"""The counts of a place, read in one statement: by month, by unit, by value of every dimension.

There are three roads to a count and they must agree (``quotas.guard`` and the tests see to it):

* *now*, whole months: roll-up plus inbox (``tally_month_now``, ``tally_breakdown_now``);
* *now*, the days of a broken month, and kabupaten and posts: the placements, by index;
* *as of a batch*: the ledger up to that batch. It never changes, so the answer is kept.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial

from django.core.cache import caches
from django.db import connection, transaction

from quotas.promises import Measure
from quotas.sectors import grouped, sector_of_jobs
from regions.calendar import last_of_month, next_month

DIMENSIONS = (
    "destination", "job_title", "regency", "office", "scheme", "employer_kind", "sex", "programme",
)  # fmt: skip
# Levels below the three measures: read from the rows of that place.
OFFICE, REGENCY = "office", "regency"
# So many earlier years give the shares of the projection.
PAST_YEARS = 3
_PLACEMENT = {
    "destination": "destination_id", "job_title": "job_title_id", "regency": "origin_id",
    "office": "office_id", "scheme": "scheme_id", "employer_kind": "employer_kind_id",
    "sex": "sex", "programme": "programme_id", "unit": "unit_id", "province": "origin_province",
}  # fmt: skip
_LEDGER = {name: name for name in _PLACEMENT} | {"regency": "origin"}
COLUMN = {
    Measure.SERVED: "unit", Measure.ORIGIN: "province", OFFICE: "office", REGENCY: "regency",
}  # fmt: skip
_KEEP_SECONDS = 7 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """Days of completion, both ends included."""

    first: datetime.date
    last: datetime.date

    def year_before(self) -> Span:
        """The same days of the year before; the last day of a month stays the last of its month."""
        first = self.first.replace(year=self.first.year - 1)
        month = self.last.replace(day=1, year=self.last.year - 1)
        end = last_of_month(month)
        whole = self.last == last_of_month(self.last)
        last = end if whole else month.replace(day=min(self.last.day, end.day))
        return Span(first, last)


def year_span(year: int, through: datetime.date | None = None) -> Span:
    """From 1 January through a day of the year, or the whole year."""
    return Span(datetime.date(year, 1, 1), through or datetime.date(year, 12, 31))


@dataclass(frozen=True, slots=True)
class Place:
    """What is read: ``level`` is a Measure, OFFICE or REGENCY; ``code`` is '' for the nation."""

    level: str = Measure.NATIONAL
    code: str = ""

    @property
    def measure(self) -> str:
        """On which of the two places it is read."""
        return {OFFICE: Measure.SERVED, REGENCY: Measure.ORIGIN}.get(self.level, self.level)

    @property
    def is_rolled_up(self) -> bool:
        return self.level in {Measure.NATIONAL, Measure.SERVED, Measure.ORIGIN}


@dataclass(slots=True)
class Counts:
    """Counts of a span. ``pairs`` are (served unit, province of origin)."""

    total: int = 0
    months: dict[datetime.date, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    provinces: dict[str, int] = field(default_factory=dict)
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)
    values: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def of(self, dimension: str) -> dict[str, int]:
        """Count by value of a dimension, ``unit`` and ``province`` among them."""
        sides = {"unit": self.units, "province": self.provinces}
        return sides[dimension] if dimension in sides else self.values.get(dimension, {})


@dataclass(slots=True)
class Reading:
    """What a place counts in a span (``now``), in ``before`` (the span it is compared with), and by
    month in the years before (``past``: twelve counts a year; only years anything is known of)."""

    now: Counts
    before: Counts
    past: dict[int, list[int]]

    def knows(self, year: int) -> bool:
        """Whether anything at all is known of a year: no data is not zero."""
        return year in self.past


def read(
    *,
    place: Place,
    span: Span,
    before: Span | None = None,
    programme: str = "",
    as_of: int | None = None,
) -> Reading:
    """Read a place. ``programme`` '' is all together; ``as_of`` is a batch, None the present.

    One statement, so all of it is of one moment (as of a batch a second one: the sectors of jobs).
    """
    before = before or span.year_before()
    query = _Query(place, programme, as_of)
    for key, each in (("now", span), ("before", before)):
        query.add_cells(key, each)
        query.add_values(key, each)
    year = span.first.year
    query.add_past(Span(datetime.date(year - PAST_YEARS, 1, 1), datetime.date(year - 1, 12, 31)))
    # What was counted as of a batch is kept; by which sectors it is read is of this moment.
    sectors = sector_of_jobs() if as_of is not None else {}
    if as_of is None:
        query.add_sectors()
    rows = query.rows()
    counts = {"now": Counts(), "before": Counts()}
    past: dict[int, list[int]] = {}
    for span_key, kind, key, other, n in rows:
        if span_key == "past":
            month = datetime.date.fromisoformat(key)
            past.setdefault(month.year, [0] * 12)[month.month - 1] = n
            continue
        if span_key == "sector":
            sectors[key] = other
            continue
        into = counts[span_key]
        if kind == "month":
            into.months[datetime.date.fromisoformat(key)] = n
            into.total += n
        elif kind == "unit":
            into.units[key] = n
        elif kind == "province":
            into.provinces[key] = n
        elif kind == "pair":
            into.pairs[key, other] = n
        elif n:
            into.values[kind][key] = n
    for each in counts.values():
        each.values["sector"] = grouped(each.of("job_title"), sectors)
    known = {each: months for each, months in past.items() if any(months)}
    return Reading(counts["now"], counts["before"], known)


def units_counted(
    *, span: Span, programme: str = "", as_of: int | None = None
) -> dict[tuple[str, str], int]:
    """Return (measure, code) -> count of a span: the nation, every served unit and province."""
    query = _Query(Place(), programme, as_of)
    query.add_cells("now", span)
    found: dict[tuple[str, str], int] = {(Measure.NATIONAL, ""): 0}
    for _span, kind, key, _other, n in query.rows():
        if kind == "month":
            found[Measure.NATIONAL, ""] += n
        elif kind in {"unit", "province"}:
            found[Measure.SERVED if kind == "unit" else Measure.ORIGIN, key] = n
    return found


def cells_counted(
    *, place: Place, span: Span, programme: str = "", as_of: int | None = None
) -> dict[tuple[str, datetime.date], int]:
    """Return (served unit, first of the month) -> count of a place in a span. One statement."""
    query = _Query(place, programme, as_of)
    query.add_units_by_month(span)
    return {
        (unit, datetime.date.fromisoformat(month)): n
        for _span, _kind, month, unit, n in query.rows()
    }


def days_counted(
    *, place: Place, span: Span, programme: str = "", as_of: int | None = None
) -> dict[datetime.date, int]:
    """Return day -> count of a short span (a month), from the rows themselves."""
    source, _names, values = _Query(place, programme, as_of).rows_of(span)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT completed_on, sum(n)::bigint FROM {source} GROUP BY 1 ORDER BY 1", values
        )
        return dict(cursor.fetchall())


class _Query:
    """One statement put together from parts; every part is (span, kind, key, other, n)."""

    def __init__(self, place: Place, programme: str, as_of: int | None) -> None:
        self.place, self.programme, self.as_of = place, programme, as_of
        self.parts: list[str] = []
        self.values: list[object] = []

    def add_cells(self, key: str, span: Span) -> None:
        cells, values = self._cells(span)
        self.parts.append(
            f"""
            SELECT '{key}', CASE grouping(month, unit, province)
                       WHEN 3 THEN 'month' WHEN 5 THEN 'unit' WHEN 6 THEN 'province'
                       ELSE 'pair' END,
                   coalesce(month::text, unit, province),
                   CASE WHEN grouping(unit, province) = 0 THEN province END, sum(n)
            FROM ({cells}) AS cells
            GROUP BY GROUPING SETS ((month), (unit), (province), (unit, province))
            """
        )
        self.values += values

    def add_units_by_month(self, span: Span) -> None:
        cells, values = self._cells(span)
        self.parts.append(
            "SELECT 'now', 'month/unit', month::text, unit, sum(n)"
            f" FROM ({cells}) AS c GROUP BY month, unit"
        )
        self.values += values

    def add_past(self, span: Span) -> None:
        cells, values = self._cells(span)
        self.parts.append(
            f"SELECT 'past', 'month', month::text, NULL, sum(n) FROM ({cells}) AS c GROUP BY month"
        )
        self.values += values

    def add_sectors(self) -> None:
        """The same table as ``quotas.sectors.sector_of_jobs``, in the statement of the counts."""
        self.parts.append(
            "SELECT 'sector', 'job_title', code, sector_id, 0::bigint FROM placement_jobtitle"
            " WHERE sector_id IS NOT NULL"
        )

    def add_values(self, key: str, span: Span) -> None:
        parts = []
        whole, days = _split(span)
        if self.as_of is None and self.place.is_rolled_up:
            if whole:
                values = [*whole, self.place.level, self.place.code]
                only = ""
                if self.programme:
                    only = "AND programme = %s"
                    values.append(self.programme)
                rolled = f"""
                    FROM tally_breakdown_now WHERE month >= %s AND month < %s AND level = %s
                      AND unit_code = %s {only}
                """
                parts.append((f"SELECT dimension, value, n {rolled}", values))
                # Every placement has one office, so its rows are the whole: programmes from them.
                parts.append(
                    (f"SELECT 'programme', programme, n {rolled} AND dimension = 'office'", values)
                )
        else:
            days = [span]
        for each in days:
            source, names, values = self.rows_of(each)
            pairs = ", ".join(f"('{name}', {names[name]}::text)" for name in DIMENSIONS)
            parts.append(
                (
                    f"SELECT d.dimension, d.value, n FROM {source} "
                    f"CROSS JOIN LATERAL (VALUES {pairs}) AS d (dimension, value)",
                    values,
                )
            )
        for sql, values in parts:
            self.parts.append(
                f"SELECT '{key}', dimension, value, NULL, sum(n) FROM ({sql})"
                " AS v (dimension, value, n) GROUP BY 2, 3"
            )
            self.values += values

    def rows(self) -> list[tuple]:
        """The rows, those of the same key summed: a span may be read in two parts."""
        statement = f"""
            SELECT span, kind, key, other, sum(n)::bigint
            FROM ({" UNION ALL ".join(self.parts)}) AS all_parts (span, kind, key, other, n)
            GROUP BY 1, 2, 3, 4
        """
        if self.as_of is None:
            return self._ask(statement)
        words = repr((statement, self.values)).encode()
        name = f"as-of:{hashlib.sha256(words).hexdigest()}"
        cache = caches["default"]
        kept = cache.get(name)
        if kept is None:
            kept = self._ask(statement)
            # After the transaction: the row of the cache would stay locked until its end, and
            # whoever asks the same meanwhile would wait.
            transaction.on_commit(partial(cache.set, name, kept, _KEEP_SECONDS))
        return kept

    def _ask(self, statement: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(statement, self.values)
            return cursor.fetchall()

    def _cells(self, span: Span) -> tuple[str, list]:
        """Select (month, unit, province, n)."""
        parts, everything = [], []
        whole, days = _split(span)
        if self.as_of is None and self.place.is_rolled_up:
            if whole:
                where, values = "month >= %s AND month < %s", list(whole)
                if self.programme:
                    where += " AND programme = %s"
                    values.append(self.programme)
                if self.place.code:
                    where += f" AND {COLUMN[self.place.level]} = %s"
                    values.append(self.place.code)
                parts.append(f"SELECT month, unit, province, n FROM tally_month_now WHERE {where}")
                everything += values
        else:
            days = [span]
        for each in days:
            source, names, values = self.rows_of(each)
            parts.append(
                f"SELECT date_trunc('month', completed_on)::date AS month, {names['unit']} AS unit,"
                f" {names['province']} AS province, n FROM {source}"
            )
            everything += values
        return " UNION ALL ".join(parts), everything

    def rows_of(self, span: Span) -> tuple[str, dict[str, str], list]:
        """(relation with a column n, names of its columns, values): rows of the days themselves."""
        names = _PLACEMENT if self.as_of is None else _LEDGER
        values: list[object] = [span.first, span.last]
        where = "completed_on >= %s AND completed_on <= %s"
        if self.as_of is None:
            where += " AND placement_counts(status)"
        else:
            where += " AND batch <= %s"
            values.append(self.as_of)
        if self.programme:
            where += f" AND {names['programme']} = %s"
            values.append(self.programme)
        if self.place.code:
            where += f" AND {names[COLUMN[self.place.level]]} = %s"
            values.append(self.place.code)
        table = "placement_placement" if self.as_of is None else "tally_ledger"
        n = "1 AS n" if self.as_of is None else "n"
        wanted = ", ".join(dict.fromkeys(names.values()))
        return (
            f"(SELECT completed_on, {wanted}, {n} FROM {table} WHERE {where}) AS days",
            names,
            values,
        )


def _split(span: Span) -> tuple[tuple[datetime.date, datetime.date] | None, list[Span]]:
    """The whole months of a span as [first of month, first of month), and the days around them."""
    begin = span.first if span.first.day == 1 else next_month(span.first)
    end = span.last + datetime.timedelta(1)
    end = end if end.day == 1 else end.replace(day=1)
    if begin >= end:
        return None, [span]
    days: list[Span] = []
    if span.first < begin:
        days.append(Span(span.first, begin - datetime.timedelta(1)))
    if end <= span.last:
        days.append(Span(end, span.last))
    return (begin, end), days

"""When placements are recorded after they were completed: by unit, office, month; and what that
means for the projection.

Read from the placements themselves, by an index that holds all it needs (``entry_of_days``):
300,000 rows become a few thousand (place, lag) in the database. Not a roll-up: the tally does not
hold the day of recording, and a nation-year takes 0.2 s (0.5 s where each row was fetched).
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from placement.closing import LATE_AFTER_DAYS
from quotas import lags, pace, ratio
from quotas.reading import PAST_YEARS, Span

# The day a placement was recorded where its office is: the rule of ``recorded_late()``.
_RECORDED_ON = "(p.recorded_at AT TIME ZONE o.time_zone)::date"
_DAY = datetime.timedelta(1)
# The windows of the past are read once a day: they are weeks old, hardly change, and are 400,000
# rows. What the running window holds is always read anew.
_KEEP_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Lateness:
    """How placements were recorded: ``counts`` is {days after completion: placements}."""

    counts: dict[int, int]

    @property
    def completed(self) -> int:
        return sum(self.counts.values())

    @property
    def median(self) -> int | None:
        return lags.percentile(self.counts, 50)

    @property
    def slowest(self) -> int | None:
        """Days within which nine of ten were recorded."""
        return lags.percentile(self.counts, 90)

    @property
    def within(self) -> list[tuple[int, Decimal | None]]:
        """(days, percent recorded within them), half up to one decimal."""
        return [(each, ratio.rounded(lags.share_within(self.counts, each))) for each in lags.WITHIN]

    @property
    def late(self) -> int:
        """Recorded more than LATE_AFTER_DAYS days after they were completed."""
        return self.completed - lags.within(self.counts, LATE_AFTER_DAYS)

    @property
    def late_share(self) -> Decimal | None:
        return ratio.rounded(ratio.percent(self.late, self.completed))

    @property
    def bins(self) -> list[tuple[int, int | None, int, Decimal | None]]:
        """(first day, last day, placements, percent) of the distribution."""
        return [
            (first, last, n, ratio.rounded(ratio.percent(n, self.completed)))
            for first, last, n in lags.bins(self.counts)
        ]


@dataclass(slots=True)
class Monitor:
    """A span by unit, by (unit, office) and by month of completion; ``all`` is everything read."""

    all: Lateness
    units: dict[str, Lateness] = field(default_factory=dict)
    offices: dict[tuple[str, str], Lateness] = field(default_factory=dict)
    months: dict[datetime.date, Lateness] = field(default_factory=dict)


def lateness(*, span: Span, programme: str = "", units: list[str] | None = None) -> Monitor:
    """Read how late the placements completed in ``span`` were recorded. One statement.

    ``units`` limits what is read to those served units (codes); None is the nation.
    """
    where, values = _where(span, programme, units)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT unit_id, office_id, month, lag, sum(n)::bigint FROM (
                SELECT p.unit_id, p.office_id,
                       date_trunc('month', p.completed_on::timestamp)::date AS month,
                       {_RECORDED_ON} - p.completed_on AS lag, count(*) AS n
                FROM placement_placement p JOIN regions_office o ON o.code = p.office_id
                WHERE {where} GROUP BY 1, 2, 3, 4
            ) AS lags
            GROUP BY GROUPING SETS ((unit_id, office_id, lag), (month, lag))
            """,
            values,
        )
        rows = cursor.fetchall()
    whole: dict[int, int] = defaultdict(int)
    by_unit: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    by_office: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    by_month: dict[datetime.date, dict[int, int]] = defaultdict(dict)
    for unit, office, month, lag, n in rows:
        if month is not None:
            by_month[month][lag] = n
            continue
        by_office[unit, office][lag] = n
        by_unit[unit][lag] += n
        whole[lag] += n
    return Monitor(
        Lateness(dict(whole)),
        {key: Lateness(dict(counts)) for key, counts in by_unit.items()},
        {key: Lateness(counts) for key, counts in by_office.items()},
        {key: Lateness(by_month[key]) for key in sorted(by_month)},
    )


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What a unit (``code``, '' the nation) has probably completed and not recorded.

    ``without`` is the projection from what is recorded, ``with_it`` with the estimate added.
    """

    code: str
    now: lags.Point
    found: lags.Unrecorded | None
    without: pace.Projection | None
    with_it: pace.Projection | None

    @property
    def estimate(self) -> int | None:
        return _whole(self.found and self.found.estimate)

    @property
    def low(self) -> int | None:
        return _whole(self.found and self.found.low)

    @property
    def high(self) -> int | None:
        return _whole(self.found and self.found.high)

    @property
    def share(self) -> Decimal | None:
        """Percent of a window that is usually recorded on its last day."""
        return pace.rounded(self.found.share * 100, 1) if self.found else None

    @property
    def projected(self) -> int | None:
        return _whole(self.without and self.without.estimate)

    @property
    def projected_with(self) -> int | None:
        return _whole(self.with_it and self.with_it.estimate)


def outstanding(
    *, year: int, realised: dict[str, int], programme: str = "", today: datetime.date | None = None
) -> dict[str, Outstanding]:
    """Estimate per unit what is completed and not recorded yet, and what it does to the projection.

    ``realised`` are the present counts of ``year`` by unit code, '' for the nation. The estimate is
    of the end of yesterday: today is not over. ``today`` is the date in Jakarta. Two
    statements, the first time on a day three.
    """
    today = today or timezone.localdate()
    day = today - _DAY
    points = _points(day, programme, [code for code in realised if code])
    past = _past(year, programme)
    found = {}
    for code, count in realised.items():
        at = points[code]
        now = at.get(day, lags.Point(day, 0, 0))
        missing = lags.unrecorded(now=now, past=[at[each] for each in at if each != day])
        about = {"year": year, "through": today, "past": past.get(code, {})}
        found[code] = Outstanding(
            code,
            now,
            missing,
            pace.projection(realised=count, **about),
            missing and pace.projection(realised=count + missing.estimate, **about),
        )
    return found


def _points(
    day: datetime.date, programme: str, units: list[str]
) -> dict[str, dict[datetime.date, lags.Point]]:
    """Unit ('' the nation) -> day -> what was completed in the window through it, recorded by then
    and since."""
    cache = caches["process"]
    # A programme's code and a day make a key; the days looked back at move with ``day``.
    key = f"lags:{day}:{programme}"
    rows = cache.get(key)
    if rows is None:
        rows = _windows(lags.look_back(day), programme)
        cache.set(key, rows, _KEEP_SECONDS)
    found: dict[str, dict[datetime.date, lags.Point]] = defaultdict(dict)
    for unit, at, known, arrived in [*rows, *_windows([day], programme)]:
        nation = found[""].get(at, lags.Point(at, 0, 0))
        point = lags.Point(at, known or 0, arrived or 0)
        found[""][at] = lags.Point(at, nation.known + point.known, nation.arrived + point.arrived)
        if unit in units:
            found[unit][at] = point
    return found


def _windows(days: list[datetime.date], programme: str) -> list[tuple]:
    """(unit, day, recorded by then, recorded since) of the windows through ``days``."""
    first = min(days) - datetime.timedelta(lags.WINDOW - 1)
    where, values = _where(Span(first, max(days)), programme, None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT unit_id, day, sum(n) FILTER (WHERE recorded_on <= day)::bigint,
                   sum(n) FILTER (WHERE recorded_on > day)::bigint
            FROM (
                SELECT p.unit_id, p.completed_on, {_RECORDED_ON} AS recorded_on, count(*) AS n
                FROM placement_placement p JOIN regions_office o ON o.code = p.office_id
                WHERE {where} GROUP BY 1, 2, 3
            ) AS recorded
            JOIN unnest(%s::date[]) AS points (day)
              ON completed_on <= day AND completed_on > day - %s
            GROUP BY 1, 2
            """,
            [*values, days, lags.WINDOW],
        )
        return cursor.fetchall()


def _past(year: int, programme: str) -> dict[str, dict[int, list[int]]]:
    """Unit ('' the nation) -> past year -> its twelve counts, only years anything is known of."""
    where, values = "", [datetime.date(year - PAST_YEARS, 1, 1), datetime.date(year, 1, 1)]
    if programme:
        where = "AND programme = %s"
        values.append(programme)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT unit, month, sum(n)::bigint FROM tally_month_now
            WHERE month >= %s AND month < %s {where} GROUP BY 1, 2
            """,
            values,
        )
        rows = cursor.fetchall()
    found: dict[str, dict[int, list[int]]] = defaultdict(dict)
    for unit, month, n in rows:
        for code in (unit, ""):
            found[code].setdefault(month.year, [0] * 12)[month.month - 1] += n
    return {
        code: {each: months for each, months in years.items() if any(months)}
        for code, years in found.items()
    }


def _where(span: Span, programme: str, units: list[str] | None) -> tuple[str, list]:
    where = "p.completed_on >= %s AND p.completed_on <= %s AND placement_counts(p.status)"
    values: list[object] = [span.first, span.last]
    if programme:
        where += " AND p.programme_id = %s"
        values.append(programme)
    if units is not None:
        where += " AND p.unit_id = ANY(%s)"
        values.append(units)
    return where, values


def _whole(value: Fraction | None) -> int | None:
    return None if value is None else int(pace.rounded(value))

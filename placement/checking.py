"""What to look at before a month is closed: drafts, near duplicates, outliers, late entries."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.db.models import Count, Q

from accounts.models import User
from placement.closing import LATE_AFTER_DAYS, MonthClosing
from placement.judging import NEAR
from placement.models import Placement
from placement.restating import Restatement, restatement_counts, restatements_of
from regions.calendar import last_of_month, next_month
from regions.models import Country, Office

# An outlier is fewer than half, or more than twice, the median of the same month of all past years
# known, and this many placements away from it: of three placements nothing is unusual.
OUTLIER_LEAST = 10
# Near duplicates shown on one page; their number is always told.
NEAR_SHOWN = 50


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A month of a balai in one row; ``last_year`` is None where nothing is known of that year,
    which is not zero."""

    month: datetime.date
    count: int
    late: int
    void: int
    drafts: int
    last_year: int | None
    restated: int
    closing: MonthClosing | None
    today: datetime.date

    @property
    def is_locked(self) -> bool:
        return self.closing is not None and self.closing.is_locked

    @property
    def has_ended(self) -> bool:
        return next_month(self.month) <= self.today

    @property
    def last_day(self) -> datetime.date:
        return last_of_month(self.month)


def month_reports(*, unit: Office, months: int = 12) -> list[MonthReport]:
    """The last months of a unit, newest first. Three statements.

    *Late* was recorded more than LATE_AFTER_DAYS after it was completed, by the date at its office.
    """
    today = unit.today()
    wanted = [today.replace(day=1)]
    while len(wanted) < months:
        wanted.append((wanted[-1] - datetime.timedelta(1)).replace(day=1))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('month', p.completed_on)::date,
                   count(*) FILTER (WHERE placement_counts(p.status)),
                   count(*) FILTER (WHERE placement_counts(p.status)
                                    AND (p.recorded_at AT TIME ZONE o.time_zone)::date
                                        > p.completed_on + %s),
                   count(*) FILTER (WHERE p.status = 'void'),
                   count(*) FILTER (WHERE p.status = 'draft')
            FROM placement_placement p JOIN regions_office o ON o.code = p.office_id
            WHERE p.unit_id = %s AND p.completed_on >= %s GROUP BY 1
            """,
            [LATE_AFTER_DAYS, unit.pk, datetime.date(wanted[-1].year - 1, 1, 1)],
        )
        counts = {month: tuple(found) for month, *found in cursor.fetchall()}
    known_years = {month.year for month in counts}
    closings = {
        closing.month: closing
        for closing in MonthClosing.objects.filter(unit=unit, month__in=wanted).select_related(
            "closed_by", "reopened_by", "unit"
        )
    }
    restated = restatement_counts(unit=unit, months=wanted)
    reports = []
    for month in wanted:
        n, late, void, drafts = counts.get(month, (0, 0, 0, 0))
        same = month.replace(year=month.year - 1)
        last_year = counts.get(same, (0,))[0] if same.year in known_years else None
        reports.append(
            MonthReport(
                month, n, late, void, drafts, last_year, restated.get(month, 0),
                closings.get(month), today,
            )
        )  # fmt: skip
    return reports


@dataclass(frozen=True, slots=True)
class Near:
    """A placement of the month beside an earlier one it may repeat. Of ``other``, when the user
    may not open it, only office and day are told."""

    placement: Placement | None
    other: Placement | None
    other_office: str
    other_day: datetime.date
    is_same_worker: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A count of the month beside the same month of past years (year, count), oldest first.

    ``field`` and ``code`` are the filter of the list that shows it; '' for the whole balai.
    """

    field: str
    code: str
    name: str
    count: int
    past: list[tuple[int, int]]

    @property
    def usual(self) -> float:
        return median(n for _year, n in self.past)

    @property
    def is_outlier(self) -> bool:
        """Under half or over twice the median, and at least OUTLIER_LEAST away from it."""
        if not self.past or abs(self.count - self.usual) < OUTLIER_LEAST:
            return False
        return not self.usual / 2 <= self.count <= self.usual * 2


@dataclass(frozen=True, slots=True)
class MonthCheck:
    """Everything the head looks at before closing one month."""

    counted: int
    drafts: int
    void: int
    late: int
    near: list[Near]
    near_count: int
    whole: Comparison
    outliers: list[Comparison]
    restatements: list[Restatement]
    restatement_count: int


def check_month(*, unit: Office, month: datetime.date, user: User) -> MonthCheck:
    """Check the month that begins on ``month``. Counts and records are those ``user`` may see; the
    comparison with past years is the figure of the whole unit. At most ten statements, and those of
    the history of what was restated."""
    served = Placement.objects.visible_to(user).served_in(unit, month)
    status = Placement.Status
    numbers = served.aggregate(
        counted=Count("pk", filter=Q(status=status.COMPLETED)),
        drafts=Count("pk", filter=Q(status=status.DRAFT)),
        void=Count("pk", filter=Q(status=status.VOID)),
    )
    near, near_count = _near_duplicates(unit, month, user)
    whole, parts = _comparisons(unit, month)
    return MonthCheck(
        **numbers,
        late=served.counted().recorded_late().count(),
        near=near,
        near_count=near_count,
        whole=whole,
        outliers=[each for each in (whole, *parts) if each.is_outlier],
        restatements=restatements_of(unit=unit, month=month),
        restatement_count=restatement_counts(unit=unit, months=[month]).get(month, 0),
    )


def _near_duplicates(unit: Office, month: datetime.date, user: User) -> tuple[list[Near], int]:
    """Pairs by the rule of the entry form, and their number. Two statements.

    A pair of which both are of this month is told once.
    """
    seen = Placement.objects.visible_to(user).served_in(unit, month)
    seen = seen.exclude(status=Placement.Status.VOID).values("pk")
    compiled, parameters = seen.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH mine AS MATERIALIZED (
                SELECT p.id, p.worker_id, p.completed_on, p.destination_id
                FROM placement_placement p WHERE p.id IN ({compiled})
            ), pairs AS (
                SELECT m.id, p.id AS other, p.office_id, p.completed_on, true AS is_same
                FROM mine m JOIN placement_placement p ON p.worker_id = m.worker_id
                WHERE p.status <> 'void' AND p.id <> m.id
                  AND p.completed_on BETWEEN m.completed_on - %s AND m.completed_on + %s
                UNION ALL
                SELECT m.id, p.id, p.office_id, p.completed_on, false
                FROM mine m JOIN placement_worker w ON w.id = m.worker_id
                JOIN placement_worker v ON v.birth_date = w.birth_date
                    AND upper(v.name) = upper(w.name) AND v.id <> w.id
                JOIN placement_placement p ON p.worker_id = v.id
                    AND p.destination_id = m.destination_id
                WHERE p.status <> 'void'
            )
            SELECT pairs.id, other, o.name, pairs.completed_on, is_same, count(*) OVER ()
            FROM pairs JOIN regions_office o ON o.code = pairs.office_id
            WHERE other < pairs.id OR NOT EXISTS (SELECT FROM mine WHERE mine.id = other)
            ORDER BY is_same DESC, pairs.id, other LIMIT %s
            """,
            [*parameters, NEAR.days, NEAR.days, NEAR_SHOWN],
        )
        rows = cursor.fetchall()
    if not rows:
        return [], 0
    shown = {pk for row in rows for pk in row[:2]}
    found = Placement.objects.visible_to(user).select_related("worker", "office", "destination")
    found = found.in_bulk(shown)
    pairs = [
        Near(found.get(pk), found.get(other), office, day, is_same)
        for pk, other, office, day, is_same, _count in rows
    ]
    return pairs, rows[0][-1]


def _comparisons(unit: Office, month: datetime.date) -> tuple[Comparison, list[Comparison]]:
    """The whole unit, and its parts by office and destination, beside the same month of every past
    year the unit has any placement of. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE known AS (
                -- One probe of the index a year: only years with a placement are known.
                (SELECT extract(year FROM min(completed_on))::int AS year
                 FROM placement_placement WHERE unit_id = %(unit)s)
                UNION ALL
                SELECT (SELECT extract(year FROM min(completed_on))::int
                        FROM placement_placement
                        WHERE unit_id = %(unit)s
                          AND completed_on >= make_date(known.year + 1, 1, 1))
                FROM known WHERE known.year < %(year)s
            )
            SELECT known.year, grouping(p.office_id), grouping(p.destination_id),
                   coalesce(p.office_id, p.destination_id), max(o.name),
                   count(p.id)
            FROM known
            LEFT JOIN placement_placement p ON p.unit_id = %(unit)s
                AND placement_counts(p.status)
                AND p.completed_on >= make_date(known.year, %(month)s, 1)
                AND p.completed_on
                    < (make_date(known.year, %(month)s, 1) + interval '1 month')::date
            LEFT JOIN regions_office o ON o.code = p.office_id
            WHERE known.year <= %(year)s
            GROUP BY GROUPING SETS (
                (known.year), (known.year, p.office_id), (known.year, p.destination_id)
            )
            """,
            {"unit": unit.pk, "year": month.year, "month": month.month},
        )
        rows = cursor.fetchall()
    years: set[int] = {year for year, *_rest in rows}
    past = sorted(years - {month.year})
    counts: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    names: dict[tuple[str, str], str] = {}
    for year, over_office, over_destination, code, name, n in rows:
        if over_office and over_destination:
            counts["", ""][year] = n
            continue
        if code is None:
            continue  # A year without a placement in this month has no parts.
        key = ("destination" if over_office else "office", code)
        counts[key][year] = n
        names[key] = name
    abroad = Country.objects.in_bulk({code for field, code in counts if field == "destination"})
    names |= {("destination", code): country.name for code, country in abroad.items()}

    def compare(keys: Iterable[tuple[str, str]]) -> list[Comparison]:
        return [
            Comparison(
                field, code, names.get((field, code), str(unit)),
                counts[field, code].get(month.year, 0),
                [(year, counts[field, code].get(year, 0)) for year in past],
            )
            for field, code in keys
        ]  # fmt: skip

    parts = compare(sorted(key for key in counts if key[0]))
    return compare([("", "")])[0], parts

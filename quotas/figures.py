"""The one place every figure is read from: pages, tables, API and checks ask here."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.models import User
from quotas import ratio
from quotas.models import AttainmentNow, RatingBand
from quotas.moments import Moment, set_in_force
from quotas.promises import Measure
from quotas.reading import units_counted, year_span
from regions.language import in_language
from regions.models import Office


@dataclass(frozen=True, slots=True)
class Figure:
    """Attainment of one unit. ``percent`` is exact; ``level`` (1 to 5) follows the exact ratio.

    ``target``, ``percent``, ``level`` and ``rating`` are None where there is no target.
    ``realised`` already contains the ``waiting`` net change of ``pending`` inbox rows.
    """

    measure: str
    code: str
    name: str
    kind: str
    target: int | None
    realised: int
    percent: Decimal | None
    level: int | None
    rating: str | None
    target_set: int | None
    batch: int | None
    computed_at: datetime.datetime | None
    pending: int

    @property
    def rounded(self) -> Decimal | None:
        """Percent as shown: half up, one decimal."""
        return ratio.rounded(self.percent)

    @property
    def measure_label(self) -> str:
        return Measure(self.measure).label

    @property
    def short(self) -> int | None:
        """Placements still missing; 0 when reached, None without a target."""
        return None if self.target is None else max(self.target - self.realised, 0)

    @property
    def is_reached(self) -> bool:
        return self.target is not None and self.realised >= self.target

    @property
    def is_outside_balai(self) -> bool:
        return self.measure == Measure.SERVED and self.kind != Office.Kind.BALAI


@dataclass(frozen=True, slots=True)
class Year:
    """A year there are figures of, and the set its attainment is measured against."""

    number: int
    set_name: str | None
    set_is_sample: bool | None
    has_placements: bool


# Seconds a change may wait before the page says that counting is late.
LATE_AFTER = 60
# Hours a check against the placements stands: every year is checked each night, and a night that is
# two hours late is none that was missed.
CHECK_STANDS = 26


@dataclass(frozen=True, slots=True)
class Freshness:
    """How current the figures are and how well they were checked."""

    batch: int | None
    folded_at: datetime.datetime | None
    pending: int
    oldest_waiting: datetime.datetime | None
    worker_seen: datetime.datetime | None
    checked_at: datetime.datetime | None
    checked_placements: int | None
    mismatches: int | None
    checked_all: bool | None

    def age_of_oldest(self) -> float:
        """Seconds the oldest change has been waiting; 0 when nothing waits."""
        if self.oldest_waiting is None:
            return 0.0
        return max((timezone.now() - self.oldest_waiting).total_seconds(), 0.0)

    @property
    def is_late(self) -> bool:
        """Whether something waits over a minute."""
        return self.age_of_oldest() > LATE_AFTER

    @property
    def check(self) -> str:
        """How the last check stands: ``never``, ``wrong`` on a mismatch, ``old`` after
        CHECK_STANDS hours, else ``good``."""
        if self.checked_at is None:
            return "never"
        if self.mismatches:
            return "wrong"
        age = timezone.now() - self.checked_at
        return "old" if age > datetime.timedelta(hours=CHECK_STANDS) else "good"

    @property
    def state(self) -> str:
        """``wrong`` on a mismatch, ``late`` when something waits over a minute, ``unchecked`` where
        no check stands, else ``fresh``."""
        if self.check == "wrong":
            return "wrong"
        if self.is_late:
            return "late"
        return "fresh" if self.check == "good" else "unchecked"


def attainment_figures(
    *,
    user: User,
    year: int,
    programme: str = "",
    measure: str | None = None,
    code: str | None = None,
    through: datetime.date | None = None,
    target_set: int | None = None,
    as_of: Moment | None = None,
) -> list[Figure]:
    """Return the figures of a year that ``user`` may see, largest first.

    ``target_set`` reads attainment under another version than the enacted one.

    ``programme`` '' means all together. ``through`` counts placements completed up to that day
    of the same year; the target stays the year's. ``as_of`` counts what the system knew then,
    against the set that was in force then. One statement (three with ``through`` or ``as_of``).
    """
    rows = AttainmentNow.objects.visible_to(user).filter(year=year, programme=programme)
    if measure is not None:
        rows = rows.filter(measure=measure)
    if code is not None:
        rows = rows.filter(unit_code=code)
    figures = [_figure(row) for row in rows]
    recount = as_of is not None or (through is not None and through < datetime.date(year, 12, 31))
    if recount:
        counted = units_counted(
            span=year_span(year, through),
            programme=programme,
            as_of=as_of.batch if as_of else None,
        )
        figures = [_recounted(each, counted, as_of) for each in figures]
    if as_of is not None and target_set is None:
        target_set = getattr(set_in_force(year=year, at=as_of.at), "pk", None)
        if target_set is None:
            figures = [replace(each, target=None, target_set=None) for each in figures]
    if target_set is not None:
        amounts = _amounts_of([target_set], programme)
        figures = [_retargeted(each, target_set, amounts) for each in figures]
    if recount or target_set is not None:
        bands = _bands()
        figures = [_rated(each, bands) for each in figures]
    return sorted(figures, key=lambda figure: (-figure.realised, figure.code))


def under_sets(
    rows: list[Figure], *, target_sets: Iterable[int], programme: str = ""
) -> dict[int, list[Figure]]:
    """The same realised figures against the targets of each of several sets. Two statements."""
    sets = list(target_sets)
    bands, amounts = _bands(), _amounts_of(sets, programme)
    return {
        target_set: [_rated(_retargeted(row, target_set, amounts), bands) for row in rows]
        for target_set in sets
    }


def under_programmes(
    *, user: User, target_set: int, programmes: Iterable[str], **words
) -> Figure | None:
    """The nation against a set that is for ``programmes`` only: their placements, their targets.

    ``words`` are those of ``attainment_figures``. None without programmes. A few statements each.
    """
    each = []
    for programme in programmes:
        words |= {"programme": programme, "target_set": target_set}
        each += attainment_figures(user=user, measure=Measure.NATIONAL, **words)
    if not each:
        return None
    known = [figure.target for figure in each if figure.target is not None]
    whole = replace(
        each[0],
        realised=sum(figure.realised for figure in each),
        target=sum(known) if known else None,
    )
    return _rated(whole, _bands())


def freshness(year: int | None = None) -> Freshness:
    """Return batch, waiting changes, worker and last check, in one statement.

    With ``year`` the check is the last one that looked at that year's placements.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT b.number, b.folded_at, w.pending, w.oldest, h.beat_at, r.ran_at, r.placements,
                   r.mismatches, r.year IS NULL AND r.ran_at IS NOT NULL
            FROM (SELECT count(*) AS pending, min(arrived_at) AS oldest FROM tally_inbox) w
            LEFT JOIN LATERAL (
                SELECT number, folded_at FROM tally_batch ORDER BY number DESC LIMIT 1) b ON true
            LEFT JOIN heartbeat h ON h.name = 'fold'
            LEFT JOIN LATERAL (
                SELECT ran_at, placements, mismatches, year FROM reconciliation
                WHERE year IS NULL OR year = coalesce(%s, year)
                ORDER BY ran_at DESC LIMIT 1) r ON true
            """,
            [year],
        )
        return Freshness(*cursor.fetchone())


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page says: the notice ('' when there is none), in both languages, mismatches of
    the last reconcile, and the rating bands as (level, from percent), lowest first."""

    notice: str
    notice_en: str
    mismatches: int
    bands: list[tuple[int, Decimal]]


def frame() -> Frame:
    """Return notice, alarm and bands in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(n.text, ''), coalesce(n.text_en, ''), coalesce(r.mismatches, 0),
                   b.levels, b.minima
            FROM (SELECT array_agg(level ORDER BY minimum) AS levels,
                         array_agg(minimum ORDER BY minimum) AS minima
                  FROM quotas_ratingband) b
            LEFT JOIN LATERAL (
                SELECT text, text_en FROM regions_datanotice WHERE shown
                ORDER BY key DESC LIMIT 1) n ON true
            LEFT JOIN LATERAL (
                SELECT mismatches FROM reconciliation ORDER BY ran_at DESC LIMIT 1) r ON true
            """
        )
        text, text_en, mismatches, levels, minima = cursor.fetchone()
        bands = list(zip(levels or [], minima or [], strict=True))
        return Frame(text, text_en, mismatches, bands)


def years() -> list[Year]:
    """Years that have a target set or a placement, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.year, s.name, s.is_sample, a.realised > 0 OR EXISTS (
                SELECT 1 FROM tally_inbox i
                WHERE i.completed_on >= make_date(a.year, 1, 1)
                  AND i.completed_on < make_date(a.year + 1, 1, 1))
            FROM attainment a
            LEFT JOIN quotas_targetset s ON s.year = a.year AND s.status = 'enacted'
            WHERE a.measure = 'national' AND a.programme = '' ORDER BY a.year DESC
            """
        )
        return [Year(*row) for row in cursor.fetchall()]


def _figure(row: AttainmentNow) -> Figure:
    rating = in_language(row.rating_label, row.rating_label_en)
    return Figure(
        row.measure, row.unit_code, row.unit_name, row.unit_kind, row.target, row.realised,
        row.percent, row.rating_level, rating, row.target_set_id, row.batch, row.computed_at,
        row.pending,
    )  # fmt: skip


def _recounted(figure: Figure, counted: dict[tuple[str, str], int], as_of: Moment | None) -> Figure:
    """The figure with what was counted of a span, or as it stood."""
    realised = counted.get((figure.measure, figure.code), 0)
    if as_of is None:
        return replace(figure, realised=realised)
    return replace(figure, realised=realised, batch=as_of.batch, computed_at=as_of.at, pending=0)


def _amounts_of(target_sets: list[int], programme: str) -> dict[tuple[int, str, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.id, t.measure, t.unit_code, t.amount
            FROM unnest(%s::bigint[]) AS s (id) CROSS JOIN LATERAL attainment_targets(s.id) t
            WHERE t.programme = %s
            """,
            [target_sets, programme],
        )
        return {tuple(key): amount for *key, amount in cursor.fetchall()}


def _retargeted(
    figure: Figure, target_set: int, amounts: dict[tuple[int, str, str], int]
) -> Figure:
    """The figure against the target of another set; None where that set has no target."""
    target = amounts.get((target_set, figure.measure, figure.code))
    return replace(figure, target=target, target_set=target_set)


def _bands() -> list[RatingBand]:
    return list(RatingBand.objects.order_by("-minimum"))


def _rated(figure: Figure, bands: list[RatingBand]) -> Figure:
    """The figure with the percent of its own two numbers, and the band of that exact ratio."""
    percent = ratio.percent(figure.realised, figure.target)
    band = next((b for b in bands if percent is not None and b.minimum <= percent), None)
    return replace(
        figure,
        percent=percent,
        level=band.level if band else None,
        rating=band.name if band else None,
    )

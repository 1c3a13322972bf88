"""Everything about one place, read once: what pages, exports, reports, mail and the API show.

``summarise`` asks for figure, months, parts and comparison from one snapshot and has the guard look
at the sums. Nothing that shows figures counts on its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from placement.reference import RESIDUAL
from quotas import figures, guard, plans, ratio
from quotas.figures import Figure
from quotas.models import Attainment
from quotas.moments import Moment, snapshot
from quotas.names import names_of
from quotas.promises import Measure
from quotas.reading import DIMENSIONS, OFFICE, Place, Reading, Span, read, year_span
from regions.models import Office, Regency


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a dimension. ``before`` is None where nothing is known of the year before."""

    dimension: str
    code: str
    name: str
    n: int
    before: int | None
    whole: int

    @property
    def share(self) -> Decimal | None:
        """Percent of the whole, rounded half up to one decimal."""
        return ratio.rounded(ratio.percent(self.n, self.whole))

    @property
    def change(self) -> Decimal | None:
        return change_percent(self.n, self.before)


@dataclass(slots=True)
class Summary:
    """One place in one span. Counts of months, parts and figure agree, or ``problems`` says so.

    ``day`` is the day the figures are of: the last of *through*, the state asked for and today.
    ``months`` are twelve counts; ``months_before`` those of the whole year before and ``before``
    the count of the same days, both None where nothing is known of that year.
    """

    place: Place
    name: str
    year: int
    span: Span
    day: datetime.date
    figure: Figure
    before: int | None
    months: list[int]
    months_before: list[int] | None
    parts: dict[str, list[Part]]
    pairs: dict[tuple[str, str], int]
    past: dict[int, list[int]]
    plan: list[int] | None
    problems: list[str] = field(default_factory=list)

    @property
    def change(self) -> Decimal | None:
        """Percent against the same days of the year before."""
        return change_percent(self.figure.realised, self.before)

    @property
    def span_before(self) -> Span:
        """The days ``before`` counts."""
        return _same_days(self.span, self.day)

    @property
    def month_before(self) -> int | None:
        """What the month of ``day`` had in the year before through the same day."""
        if self.before is None or self.months_before is None:
            return None
        return self.before - sum(self.months_before[: self.day.month - 1])

    @property
    def month_change(self) -> tuple[int, int, Decimal | None, Decimal | None] | None:
        """(month, count, percent against the month before, against the same month last year) of
        the last whole month of the span; None in January."""
        number = self.day.month if _is_last(self.day) else self.day.month - 1
        if not number:
            return None
        n = self.months[number - 1]
        if number > 1:
            earlier = self.months[number - 2]
        else:
            earlier = self.months_before[11] if self.months_before else None
        same = self.months_before[number - 1] if self.months_before else None
        return number, n, change_percent(n, earlier), change_percent(n, same)

    def cumulative(self) -> list[int]:
        return [sum(self.months[: index + 1]) for index in range(12)]


def change_percent(now: int, before: int | None) -> Decimal | None:
    """Change in percent, half up to one decimal; None without a count to compare with."""
    if not before:
        return None
    return ratio.rounded(Decimal(now - before) * 100 / before)


def summarise(
    *,
    user: User,
    place: Place,
    year: int,
    programme: str = "",
    through: datetime.date | None = None,
    as_of: Moment | None = None,
    target_set: int | None = None,
    rows: Sequence[Figure] | None = None,
) -> Summary | None:
    """Read a place, or return None where this user may not see it or nothing is known of it.

    ``rows`` are figures of the year that were read already in the same snapshot (a page that also
    shows the table of units); they must be of the same question.
    """
    with snapshot():
        figure = _figure_of(user, place, year, programme, through, as_of, target_set, rows)
        if figure is None:
            return None
        span = year_span(year, through)
        day = reference_day(year=year, through=through, as_of=as_of)
        reading = read(
            place=place,
            span=span,
            before=_same_days(span, day),
            programme=programme,
            as_of=as_of.batch if as_of else None,
        )
        if not place.is_rolled_up:
            figure = replace(figure, realised=reading.now.total)
        plan = plans.plan_of_unit(
            target_set=figure.target_set, measure=place.measure, code=place.code,
            programme=programme, year=year,
        ) if figure.target else None  # fmt: skip
    return Summary(
        place=place,
        name=figure.name,
        year=year,
        span=span,
        day=day,
        figure=figure,
        before=reading.before.total if reading.knows(year - 1) else None,
        months=_twelve(reading, year),
        months_before=reading.past.get(year - 1),
        parts=_parts(reading, year),
        pairs=reading.now.pairs,
        past=reading.past,
        plan=plan,
        problems=guard.disagreements(place=place, realised=figure.realised, counts=reading.now),
    )


def reference_day(
    *, year: int, through: datetime.date | None, as_of: Moment | None
) -> datetime.date:
    """The day the figures of a year are of: the earliest of *through*, the state asked for, today
    (in Jakarta) and 31 December."""
    days = [timezone.localdate(), datetime.date(year, 12, 31)]
    if through is not None:
        days.append(through)
    if as_of is not None:
        days.append(as_of.last_day)
    return min(days)


def _figure_of(
    user, place: Place, year, programme, through, as_of, target_set, rows
) -> Figure | None:
    if not place.is_rolled_up:
        return _small_figure(user, place, year, as_of)
    if rows is None:
        rows = figures.attainment_figures(
            user=user, year=year, programme=programme, measure=place.level, code=place.code,
            through=through, as_of=as_of, target_set=target_set,
        )  # fmt: skip
    found = (row for row in rows if (row.measure, row.code) == (place.level, place.code))
    return next(found, None)


def _small_figure(user: User, place: Place, year: int, as_of: Moment | None) -> Figure | None:
    """A post or a kabupaten/kota: it has no target, and is seen by who sees its balai or province.

    Its count is filled in from its own rows.
    """
    model = Office if place.level == OFFICE else Regency
    row = model.objects.filter(pk=place.code).first()
    if row is None:
        return None
    above = row.unit_id if place.level == OFFICE else row.province_id
    seen = Attainment.objects.visible_to(user).filter(measure=place.measure, unit_code=above)
    if not seen.exists():
        return None
    name = names_of(place.level).get(place.code, place.code)
    return Figure(
        place.measure, place.code, name, getattr(row, "kind", ""), None, 0, None, None, None, None,
        as_of.batch if as_of else None, None, 0,
    )  # fmt: skip


def _twelve(reading: Reading, year: int) -> list[int]:
    return [reading.now.months.get(datetime.date(year, month, 1), 0) for month in range(1, 13)]


def _parts(reading: Reading, year: int) -> dict[str, list[Part]]:
    """Every dimension's values, largest first, what stands for all else last; what had none this
    year but some before stays."""
    known = reading.knows(year - 1)
    found = {}
    for dimension in (*DIMENSIONS, "sector", "unit", "province"):
        now, before = reading.now.of(dimension), reading.before.of(dimension)
        found[dimension] = _named(dimension, now, before, known, reading.now.total)
    return found


def _named(dimension: str, now: dict, before: dict, known: bool, whole: int) -> list[Part]:
    names = names_of({"unit": "office", "office": "desk"}.get(dimension, dimension))
    parts = [
        Part(
            dimension, code, names.get(code, code), now.get(code, 0),
            before.get(code, 0) if known else None, whole,
        )
        for code in now.keys() | before.keys()
    ]  # fmt: skip
    return sorted(parts, key=lambda part: (part.code in RESIDUAL, -part.n, part.code))


def _same_days(span: Span, day: datetime.date) -> Span:
    """The days of ``span`` up to ``day``, a year earlier."""
    return Span(span.first, max(day, span.first)).year_before()


def _is_last(day: datetime.date) -> bool:
    return (day + datetime.timedelta(1)).day == 1


__all__ = ["Measure", "Part", "Summary", "change_percent", "reference_day", "summarise"]

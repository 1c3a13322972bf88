"""What the weekly letter says: the state at the end of a Sunday, and who fell behind in its week.

A week is named by its Sunday. Both ends are batches (the last one folded before that Sunday, and
the Sunday before, ended in Jakarta), so a letter can be composed again later and says the same.
Only counts: no placement and no worker is named.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from fractions import Fraction

from accounts.models import User
from quotas import figures, pace, plans
from quotas.changes import changes_between
from quotas.figures import Figure
from quotas.moments import Moment, moment_of_day, set_in_force, snapshot
from quotas.promises import Measure
from quotas.reading import Place, year_span

_WEEK = datetime.timedelta(7)
# So many of those that fell behind are named with their reasons; the pages have all of them.
MOST_BEHIND = 5


def week_before(day: datetime.date) -> datetime.date:
    """The last Sunday before ``day``."""
    return day - datetime.timedelta(day.isoweekday())


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit at the end of the week. ``expected`` by its plan through Sunday; ``done`` and
    ``due`` (by the plan) are of the week. None where it is not known or there is no plan."""

    figure: Figure
    expected: Fraction | None
    done: int | None
    due: Fraction | None
    target_before: int | None
    knows_before: bool

    @property
    def ahead(self) -> int | None:
        return _whole(pace.ahead(self.figure.realised, self.expected))

    @property
    def due_count(self) -> int | None:
        return _whole(self.due)

    @property
    def gap(self) -> Fraction | None:
        """Placements of the week above what the plan wanted of it, negative when fewer; exact."""
        return None if self.done is None or self.due is None else self.done - self.due

    @property
    def gap_count(self) -> int | None:
        return _whole(self.gap)

    @property
    def target_moved(self) -> bool:
        """Whether the year's target is another one than a week before."""
        return self.knows_before and self.figure.target != self.target_before


@dataclass(frozen=True, slots=True)
class Behind:
    """A unit that fell behind its plan this week. ``changes`` is {kind of change: placements}, of
    ``quotas.changes``; with their signs they sum to ``standing.done``."""

    standing: Standing
    changes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Digest:
    """A letter in numbers. ``first`` is the nation (directorate) or the own balai (head);
    ``behind`` are those that fell behind most, worst first, served and origin apart."""

    week: datetime.date
    now: Moment
    then: Moment | None
    first: Standing
    others: dict[str, list[Standing]]
    behind: dict[str, list[Behind]]
    behind_in_all: dict[str, int]
    own: Behind | None

    @property
    def monday(self) -> datetime.date:
        return self.week - datetime.timedelta(6)


def digest_of(*, user: User, week: datetime.date) -> Digest | None:
    """Compose what ``user`` is told of the week that ended on the Sunday ``week``.

    None where nothing had been counted by then, or where the user may see no figure. The year is
    that of the Sunday: of a week with New Year in it only the days from 1 January are told.
    Raises ValueError for a day that is not a Sunday.
    """
    if week.isoweekday() != 7:
        raise ValueError("a week is named by its Sunday")
    with snapshot():
        now, then = moment_of_day(week), moment_of_day(week - _WEEK)
        if now is None:
            return None
        standings = _standings(user, week, now, then)
        measure, code = _place_of(user)
        first = next((s for s in standings if (s.figure.measure, s.figure.code) == (measure, code)),
                     None)  # fmt: skip
        if first is None:
            return None
        others = {
            each: [s for s in standings if s.figure.measure == each and s is not first]
            for each in (Measure.SERVED, Measure.ORIGIN)
        }
        fell = {
            each: sorted(
                (s for s in found if s.gap is not None and s.gap < 0),
                key=lambda s: (s.gap, s.figure.code),
            )
            for each, found in others.items()
        }
        return Digest(
            week, now, then, first, others,
            {each: [_explained(s, week, now, then) for s in found[:MOST_BEHIND]]
             for each, found in fell.items()},
            {each: len(found) for each, found in fell.items()},
            _explained(first, week, now, then) if then else None,
        )  # fmt: skip


def _place_of(user: User) -> tuple[str, str]:
    """What the letter is about: the nation for who sees all, else the own balai."""
    if user.sees_every_figure:
        return Measure.NATIONAL, ""
    return Measure.SERVED, user.office.unit_id if user.office_id else ""


def _standings(user: User, week: datetime.date, now: Moment, then: Moment | None) -> list[Standing]:
    year = week.year
    about = {"user": user, "year": year}
    rows = figures.attainment_figures(**about, as_of=now)
    before: dict[tuple[str, str], Figure] = {}
    if then is not None:
        before = {
            (row.measure, row.code): row for row in figures.attainment_figures(**about, as_of=then)
        }
    in_force = set_in_force(year=year, at=now.at)
    promised = plans.plans_of_set(
        target_set=in_force.pk if in_force else None, programme="", year=year
    )
    standings = []
    for row in rows:
        key = (row.measure, row.code)
        plan = promised.get(key) if row.target is not None else None
        expected = pace.expected_to_date(plan=plan, year=year, day=week)
        earlier = pace.expected_to_date(plan=plan, year=year, day=week - _WEEK)
        was = before.get(key)
        standings.append(
            Standing(
                row,
                expected,
                None if was is None else row.realised - was.realised,
                None if expected is None or earlier is None else expected - earlier,
                None if was is None else was.target,
                was is not None,
            )
        )
    return standings


def _explained(standing: Standing, week: datetime.date, now: Moment, then: Moment) -> Behind:
    figure = standing.figure
    found = changes_between(
        place=Place(figure.measure, figure.code), span=year_span(week.year), since=then.batch,
        until=now.batch, last_day=week - _WEEK, most=0,
    )  # fmt: skip
    return Behind(standing, found.counts)


def _whole(value: Fraction | int | None) -> int | None:
    return None if value is None else int(pace.rounded(value))

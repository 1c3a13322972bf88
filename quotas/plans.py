"""The months of a promise: what a unit should have reached by when, from the rows of its set."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from quotas.models import Target, TargetSet
from quotas.promises import Measure
from quotas.splitting import plan_of


def plan_of_unit(
    *, target_set: int | None, measure: str, code: str, programme: str, year: int
) -> list[int] | None:
    """Return the twelve months of a unit's target in a set; None where it has no target.

    All programmes together are the unit's own row without programme; where there is none, the sum
    of its rows by programme, as in ``attainment_targets`` (sql/attainment_targets_v2.sql).
    """
    if target_set is None:
        return None
    rows = _of_unit(_rows_of([target_set]), measure, code)
    return _together(list(rows), programme, year)


def plans_of_set(
    *, target_set: int | None, programme: str, year: int
) -> dict[tuple[str, str], list[int]]:
    """Return (measure, code) -> the twelve months of every unit of a set, by the same rule.

    One statement.
    """
    rows: dict[tuple[str, str], list[Target]] = {}
    if target_set is not None:
        for row in _rows_of([target_set]):
            rows.setdefault((row.measure, row.unit_id or row.province_id or ""), []).append(row)
    plans = {key: _together(found, programme, year) for key, found in rows.items()}
    return {key: plan for key, plan in plans.items() if plan is not None}


def _together(rows: list[Target], programme: str, year: int) -> list[int] | None:
    own = [row for row in rows if (row.programme_id or "") == programme]
    chosen = own or [row for row in rows if not (programme or row.target_set.is_partial)]
    if not chosen:
        return None
    plans = [_months(row.amount, tuple(row.months or ()), year) for row in chosen]
    return [sum(months) for months in zip(*plans, strict=True)]


@lru_cache(maxsize=512)
def _months(amount: int, months: tuple[int, ...], year: int) -> tuple[int, ...]:
    return tuple(plan_of(amount=amount, months=months or None, year=year))


@dataclass(frozen=True, slots=True)
class Step:
    """The target of the year from ``day`` on, by the decree of ``target_set``."""

    day: datetime.date
    target_set: TargetSet
    amount: int | None


def steps_of_target(*, year: int, measure: str, code: str, programme: str = "") -> list[Step]:
    """How a unit's target of a year moved: the sets that were ever enacted, in their order.

    A step begins on the effective date, else the date of the decree, else the day of enacting;
    sets of the same day keep the order of enacting.
    """
    events = TargetSet.pgh_event_model.objects.filter(
        year=year, status=TargetSet.Status.ENACTED
    ).order_by("pgh_id")
    order = {pk: place for place, pk in enumerate(events.values_list("pgh_obj_id", flat=True))}
    sets = TargetSet.objects.in_year(year).filter(pk__in=order)
    rows: dict[int, list[Target]] = {}
    for row in _of_unit(_rows_of(sets), measure, code):
        rows.setdefault(row.target_set_id, []).append(row)
    steps = []
    for each in sets:
        enacted = each.enacted_at.date() if each.enacted_at else None
        day = each.effective_on or each.decree_date or enacted or datetime.date(year, 1, 1)
        plan = _together(rows.get(each.pk, []), programme, year)
        steps.append((order[each.pk], Step(day, each, sum(plan) if plan else None)))
    return [step for _order, step in sorted(steps, key=lambda each: (each[1].day, each[0]))]


def _rows_of(sets: Iterable[TargetSet | int]) -> QuerySet[Target]:
    return Target.objects.filter(target_set__in=sets).select_related("target_set")


def _of_unit(rows: QuerySet[Target], measure: str, code: str) -> QuerySet[Target]:
    where = {Measure.SERVED: {"unit": code}, Measure.ORIGIN: {"province": code}}
    return rows.filter(measure=measure, **where.get(measure, {}))

"""As it stood: which batch a day or a number means, and which target set was in force then.

A batch is a cut in commit order, so *as of batch b* can be counted again exactly; a time stamp
cannot. *As of a day* is therefore the last batch folded before that day ended in Jakarta.
"""

from __future__ import annotations

import datetime
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from quotas.models import TallyBatch, TargetSet


@dataclass(frozen=True, slots=True)
class Moment:
    """A batch as a point in time. ``day`` is the day that was asked for, None for a number."""

    batch: int
    at: datetime.datetime
    kind: str
    rule_version: int
    day: datetime.date | None = None

    @property
    def last_day(self) -> datetime.date:
        """The day in Jakarta whose state this is."""
        return self.day or self.at.astimezone(_zone()).date()


@contextmanager
def snapshot():
    """Read everything inside from one snapshot, so that the parts of a page agree although
    officers save meanwhile. Inside a transaction that is open already it changes nothing."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def end_of_day(day: datetime.date) -> datetime.datetime:
    """The moment ``day`` ends in Jakarta."""
    after = datetime.datetime.combine(day + datetime.timedelta(1), datetime.time())
    return after.replace(tzinfo=_zone())


def moment_of_day(day: datetime.date) -> Moment | None:
    """The state at the end of ``day``; None before the first batch."""
    batch = TallyBatch.objects.filter(folded_at__lt=end_of_day(day)).order_by("-number").first()
    return None if batch is None else _moment(batch, day)


def moment_of_batch(number: int) -> Moment | None:
    """The state after batch ``number``; None where there is no such batch."""
    batch = TallyBatch.objects.filter(number=number).first() if number < 2**63 else None
    return None if batch is None else _moment(batch, None)


def first_moment() -> Moment | None:
    """The earliest state there is; None before the first batch."""
    batch = TallyBatch.objects.order_by("number").first()
    return None if batch is None else _moment(batch, None)


def set_in_force(*, year: int, at: datetime.datetime) -> TargetSet | None:
    """The target set that was enacted at that moment, by the history of the sets.

    Sets whose history begins later (published ones, loaded with the program) are taken as enacted
    all along: of those the first that was enacted. None where no set ever was.
    """
    events = TargetSet.pgh_event_model.objects.filter(year=year)
    known = (
        events.filter(pgh_created_at__lte=at)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
        .values_list("pgh_obj_id", "status")
    )
    enacted = [pk for pk, status in known if status == TargetSet.Status.ENACTED]
    if not enacted and not any(status == TargetSet.Status.SUPERSEDED for _pk, status in known):
        first = events.filter(status=TargetSet.Status.ENACTED).order_by("pgh_id").first()
        enacted = [first.pgh_obj_id] if first else []
    return TargetSet.objects.filter(pk__in=enacted).first()


def _moment(batch: TallyBatch, day: datetime.date | None) -> Moment:
    return Moment(batch.number, batch.folded_at, batch.kind, batch.rule_version, day)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)

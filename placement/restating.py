"""Restatements: changes of a month that was closed, marked in their history.

The mark lives in the context of the history event, as ``restated``: references by balai and month,
``{"bp3mi-jateng/2026-03": ["PMI-2026-000001"]}``. One request shares one context, so the mark says
of which placements it speaks. There is no second table that could disagree with the history.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.history import tell
from placement.closing import MonthClosing
from regions.models import Office

# Every mark that has its event. Asked through the index placement_restatements.
_MARKS = """
    SELECT marked.key, context.id, context.created_at, context.metadata, placement.reference
    FROM pghistory_context context
    CROSS JOIN LATERAL jsonb_each(context.metadata -> 'restated') marked
    CROSS JOIN LATERAL jsonb_array_elements_text(marked.value) named
    JOIN placement_placement placement ON placement.reference = named
    WHERE context.metadata ? 'restated' AND context.metadata -> 'restated' ?| %(keys)s
      AND marked.key = ANY(%(keys)s)
      -- Not EXISTS: guessing far too many marks, that was joined to the whole history.
      AND (SELECT true FROM placement_placementevent event
           WHERE event.pgh_obj_id = placement.id AND event.pgh_context_id = context.id LIMIT 1)
"""


def mark(context, placement: models.Model, *closings: MonthClosing | None) -> None:
    """Mark the change of ``placement`` in an open history context as one past these closings."""
    for closing in closings:
        if closing is None:
            continue
        marked = context.metadata.setdefault("restated", {})
        references = marked.setdefault(_key(closing.unit_id, closing.month), [])
        if placement.reference not in references:
            references.append(placement.reference)


def months_of(event: models.Model, about: Mapping) -> list[str]:
    """The closed months, in words, that an event of a placement changed. ``about`` is the metadata
    of its context."""
    months = {
        key.rpartition("/")[2]
        for key, references in about.get("restated", {}).items()
        if event.reference in references
    }
    return [
        date_format(datetime.date.fromisoformat(f"{month}-01"), "F Y") for month in sorted(months)
    ]


def marks_of(event: models.Model, about: Mapping) -> list[str]:
    """The mark of an event of a placement as sentences; for ``accounts.history.tell``."""
    return [_("Pernyataan ulang %(month)s") % {"month": month} for month in months_of(event, about)]


def restated_since(placement: models.Model, event_id: int) -> list[str]:
    """The closed months, in words, that changes after an event of a placement restated."""
    months: list[str] = []
    events = placement.events.filter(pgh_id__gt=event_id).select_related("pgh_context")
    for event in events.order_by("pgh_id"):
        about = event.pgh_context.metadata if event.pgh_context else {}
        months += [month for month in months_of(event, about) if month not in months]
    return months


@dataclass(frozen=True, slots=True)
class Restatement:
    """One change of a closed month. ``changes`` are (field, before, after) in words; none where
    the placement was recorded by it."""

    at: datetime.datetime
    reference: str
    reason: str
    by: str
    changes: list[tuple[str, object, object]]


def restatements_of(*, unit: Office, month: datetime.date, most: int = 100) -> list[Restatement]:
    """The newest ``most`` changes of a month since it was closed first. Two statements, and
    those that tell the history of the placements."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT created_at, reference, metadata ->> 'reason', (metadata ->> 'user')::bigint, "
            f"id FROM ({_MARKS}) marks ORDER BY created_at DESC, reference DESC LIMIT %(most)s",
            {"keys": [_key(unit.pk, month)], "most": most},
        )
        rows = cursor.fetchall()
    people = get_user_model().objects.in_bulk({user for *_others, user, _id in rows if user})
    changes = _changes_of({reference for _at, reference, *_others in rows})
    return [
        Restatement(
            at, reference, reason or "", str(people.get(user, "")), changes.get((reference, pk), [])
        )
        for at, reference, reason, user, pk in rows
    ]


def _changes_of(references: set[str]) -> dict[tuple[str, object], list]:
    """What each change of some placements changed, by reference and context."""
    if not references:
        return {}
    history = apps.get_model("placement", "PlacementEvent").objects
    events = list(
        history.filter(pgh_obj__reference__in=references)
        .select_related("pgh_context")
        .order_by("pgh_id")
    )
    found: dict[tuple[str, object], list] = {}
    for event, told in zip(events, reversed(tell(events)), strict=True):
        found.setdefault((event.reference, event.pgh_context_id), []).extend(told.changes)
    return found


def restatement_counts(*, unit: Office, months: list[datetime.date]) -> dict[datetime.date, int]:
    """How often each of ``months`` was changed since it was closed first. One statement."""
    keys = {_key(unit.pk, month): month for month in months}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, count(*) FROM ({_MARKS}) marks GROUP BY key", {"keys": list(keys)}
        )
        return {keys[key]: n for key, n in cursor.fetchall()}


def _key(unit_id: str, month: datetime.date) -> str:
    return f"{unit_id}/{month:%Y-%m}"

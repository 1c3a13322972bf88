"""What is wrong with an entry while it is being typed, by the rules of ``recording``. Writes
nothing: a worker nobody has recorded yet is not made."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import User
from placement import judging, recording
from placement.models import Placement, Worker


@dataclass
class Examined:
    """``errors`` are those a save would raise, by field, '__all__' for the entry as a whole;
    ``warnings`` are what a save would ask to confirm, ``needs_reason`` as in ``Unconfirmed``."""

    errors: dict[str, list[ValidationError]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    needs_reason: bool = False

    def take(self, error: ValidationError) -> None:
        told = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
        for name, errors in told.items():
            self.errors.setdefault(name, []).extend(errors)


def examine_entry(
    *,
    by: User,
    nik: str = "",
    name: str = "",
    birth_date: datetime.date | None = None,
    kept_because: str = "",
    facts: Mapping[str, Any],
) -> Examined:
    """Judge what is known of an entry so far and return what a save would say about it.

    ``facts`` are those FACT_FIELDS that have been typed, as ``record_placement`` takes them; only
    without an office is nothing judged. Raises PermissionDenied for an office out of reach.
    """
    found = Examined()
    office = facts.get("office")
    if office is None:
        return found
    recording.require_reach(by, office)
    placement = Placement(unit_id=office.unit_id, **facts)
    hints = None
    placement.worker = Worker(name=" ".join(name.split()), birth_date=birth_date)
    if nik:
        try:
            hints = judging.read_nik(nik, office.today())
        except ValidationError as error:
            found.take(error)
        else:
            typed = recording.worker_of(nik=nik, name=name, birth_date=birth_date)
            known = Worker.objects.filter(nik_digest=typed.nik_digest).first()
            placement.worker = known or typed
    try:
        problems = judging.problems_of(placement, birth_date=birth_date)
        unknown = set(recording.FACT_FIELDS).difference(facts)
        judging.check(placement, problems, unknown=unknown)
    except ValidationError as error:
        found.take(error)
    try:
        near = judging.near_and_locked(placement, by, kept_because)
    except ValidationError as error:
        found.take(error)
        near = []
    found.warnings = judging.warnings_about(hints, placement, birth_date, near)
    found.needs_reason = bool(near) and not kept_because.strip()
    return found

"""Record many placements at once: the rules of ``recording``, with the questions asked in bulk."""

from __future__ import annotations

import csv
import datetime
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace

import pghistory
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from placement import identity, judging, recording
from placement.closing import MonthClosing, hold_open, lock_sentence
from placement.models import Placement, Worker
from regions.models import Office

# Names the keys of imported rows: the same row sent again, in any file, has the same key.
_NAMESPACE = uuid.UUID("6b0f6d3e-51b2-4f0e-9d7a-5f1c0c7a2d11")

# Fields whose own rules are asked here. A model instance for each row only to ask them would take
# half the time of a check.
_TYPED = [
    each
    for each in Placement._meta.concrete_fields
    if each.name in recording.FACT_FIELDS and not each.is_relation
]


@dataclass
class Entry:
    """One row to record. ``facts`` are those of ``record_placement``; ``problems`` by field.

    What could not be read is None and has its sentence in ``problems``; the NIK stays as typed.
    """

    nik: str
    name: str
    birth_date: datetime.date | None
    facts: dict
    problems: dict[str, list[str]] = field(default_factory=dict)
    is_already: bool = False

    @cached_property
    def digest(self) -> bytes:
        return identity.nik_digest(identity.clean_nik(self.nik))

    @cached_property
    def key(self) -> uuid.UUID:
        """Worker and day: what the once-a-day rule and a file sent again are known by."""
        day = self.facts["completed_on"]
        return uuid.uuid5(_NAMESPACE, f"{self.digest.hex()}:{day:%Y-%m-%d}")

    def has(self, *fields: str) -> bool:
        """Whether nothing is wrong with ``fields``."""
        return self.problems.keys().isdisjoint(fields)


def examine(
    *, entries: Sequence[Entry], default_office: Office, seen: set[uuid.UUID] | None = None
) -> None:
    """Fill ``problems`` of every entry, and ``is_already`` where it was imported before.

    Every rule is asked that can be asked of what was read, so a row is told all its problems at
    once; ``default_office`` gives the calendar where the office could not be read. ``seen`` holds
    the keys of the good entries of a file so far, and takes up those of ``entries``.

    Writes nothing. Near duplicates and hints of the NIK are for a person at a form; a file is
    refused only what a form would refuse.
    """
    province_codes = judging.province_codes()
    for entry in entries:
        _ask_rules(entry, default_office, province_codes)
    _refuse_closed([entry for entry in entries if entry.has("office", "completed_on")])
    _mark_recorded(
        [entry for entry in entries if entry.has("nik", "completed_on")],
        set() if seen is None else seen,
    )


def _ask_rules(entry: Entry, default_office: Office, province_codes: frozenset[str]) -> None:
    unread = entry.problems.keys()
    facts = SimpleNamespace(**entry.facts)
    facts.office = facts.office or default_office
    found = judging.problems_of(facts, birth_date=entry.birth_date)
    if "nik" not in unread:
        try:
            judging.read_nik(entry.nik, facts.office.today(), province_codes)
        except ValidationError as error:
            found |= error.error_dict
    for typed in _TYPED:
        value = entry.facts[typed.name]
        if typed.name in found or (typed.blank and value in typed.empty_values):
            continue
        try:
            typed.clean(value, None)
        except ValidationError as error:
            found[typed.name] = error.error_list
    if found:
        entry.problems |= {
            name: [sentence for each in errors for sentence in each.messages]
            for name, errors in found.items()
            if name not in unread
        }


def record_many(*, by: User, entries: Sequence[Entry], source: str) -> int:
    """Record every entry without problems in one transaction and return how many were new.

    An entry imported before is left alone, so a file sent twice and a save resumed after a crash
    double nothing. Raises PermissionDenied for an office out of reach.
    """
    offices = {entry.facts["office"] for entry in entries} - {None}
    for office in offices:
        recording.require_reach(by, office)
    with transaction.atomic(), pghistory.context(user=by.pk, reason=source, verb="import"):
        with connection.cursor() as cursor:
            # Two imports of the same rows wait for one another instead of meeting a constraint.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('placement import'))")
        # A row without a day, or without an office of its own, is refused below.
        months = {
            (entry.facts["office"].unit_id, entry.facts["completed_on"].replace(day=1))
            for entry in entries
            if entry.facts.get("office") and entry.facts.get("completed_on")
        }
        for unit_id, month in sorted(months):
            hold_open(unit_id, month)
        examine(entries=entries, default_office=by.office)
        good = [entry for entry in entries if not entry.problems and not entry.is_already]
        if not good:
            return 0
        _copy(good, workers=_workers(good), by=by)
        return len(good)


def _workers(entries: Sequence[Entry]) -> dict[bytes, int]:
    """Return the keys of the workers by digest, adding those not met before."""
    fresh = {
        entry.digest: (
            identity.last_four(identity.clean_nik(entry.nik)),
            " ".join(entry.name.split()),
            entry.birth_date,
        )
        for entry in entries
    }
    digests = list(fresh)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO placement_worker (nik_digest, nik_last4, name, birth_date)
            SELECT * FROM unnest(%s::bytea[], %s::varchar[], %s::varchar[], %s::date[])
            ON CONFLICT (nik_digest) DO NOTHING
            """,
            [digests, *map(list, zip(*fresh.values(), strict=True))],
        )
    known = Worker.objects.filter(nik_digest__in=digests).values_list("nik_digest", "pk")
    return {bytes(digest): pk for digest, pk in known}


_COPIED = (
    "reference", "request_key", "status", "unit_id", "worker_id", "void_reason", "recorded_at",
    "recorded_by_id", *(Placement._meta.get_field(name).attname for name in recording.FACT_FIELDS),
)  # fmt: skip


def _copy(entries: Sequence[Entry], *, workers: dict[bytes, int], by: User) -> None:
    """Insert placements by COPY: as instances and parameters they take half the time of a save."""
    with connection.cursor() as cursor:
        # COPY goes past Django's cursor wrapper, which hands the author to the triggers of the
        # history: this statement, through it and in the same transaction, does.
        cursor.execute(
            "SELECT nextval('placement_reference_number') FROM generate_series(1, %s)",
            [len(entries)],
        )
        numbers = [number for (number,) in cursor.fetchall()]
        now = timezone.now()
        text = io.StringIO()
        # Everything quoted, so that nothing typed can read as NULL; an agency may be none.
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
            [
                f"PMI-{entry.facts['completed_on'].year}-{number:06d}",
                entry.key,
                Placement.Status.COMPLETED,
                entry.facts["office"].unit_id,
                workers[entry.digest],
                "",
                now,
                by.pk,
                *(_stored(entry.facts[name]) for name in recording.FACT_FIELDS),
            ]
            for entry, number in zip(entries, numbers, strict=True)
        )
        text.seek(0)
        cursor.copy_expert(
            f"COPY placement_placement ({', '.join(_COPIED)}) FROM STDIN "
            "WITH (FORMAT csv, FORCE_NULL (agency_id))",
            text,
        )


def _stored(fact: object) -> object:
    return fact.pk if isinstance(fact, Model) else fact


def _refuse_closed(entries: Sequence[Entry]) -> None:
    """A closed month is changed at the form, by the head, with a reason: never by a file."""
    units = {entry.facts["office"].unit_id for entry in entries}
    closings = MonthClosing.objects.in_force().filter(unit__in=units)
    closings = closings.select_related("unit", "closed_by", "reopened_by")
    closed = {(closing.unit_id, closing.month): closing for closing in closings}
    sentences: dict[int, str] = {}
    for entry in entries:
        month = entry.facts["completed_on"].replace(day=1)
        closing = closed.get((entry.facts["office"].unit_id, month))
        if closing is not None:
            if closing.pk not in sentences:
                sentences[closing.pk] = lock_sentence(closing)
            entry.problems["completed_on"] = [sentences[closing.pk]]


def _mark_recorded(entries: Sequence[Entry], seen: set[uuid.UUID]) -> None:
    """Find rows imported before, doubles in the table and doubles within the file."""
    imported = set(
        Placement.objects.filter(request_key__in=[entry.key for entry in entries]).values_list(
            "request_key", flat=True
        )
    )
    digests = {entry.digest for entry in entries}
    days = {entry.facts["completed_on"] for entry in entries}
    taken = {
        (bytes(digest), day)
        for digest, day in Placement.objects.exclude(status=Placement.Status.VOID)
        .filter(worker__nik_digest__in=list(digests), completed_on__in=list(days))
        .values_list("worker__nik_digest", "completed_on")
    }
    for entry in entries:
        is_wrong = bool(entry.problems)
        if entry.key in seen:
            entry.problems.setdefault("nik", []).append(
                _("Pekerja dan tanggal ini sudah ada di baris lain berkas ini.")
            )
        elif entry.key in imported:
            entry.is_already = not is_wrong
        elif (entry.digest, entry.facts["completed_on"]) in taken:
            entry.problems.setdefault("nik", []).append(
                judging.sentence_of("worker_completes_once_a_day")
            )
        # A row that is wrong is not recorded, so a later one like it is no double.
        if not is_wrong:
            seen.add(entry.key)

"""Record many placements at once: the rules of ``recording``, with the questions asked in bulk."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

import pghistory
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from placement import identity, recording
from placement.closing import hold_open
from placement.models import Placement, Worker
from placement.sifting import Entry, examine


def record_many(*, by: User, entries: Sequence[Entry], source: str) -> int:
    """Record every good entry in one transaction and return how many were new.

    The reason to keep an entry goes into its history, as that of the form does; ``source`` is the
    reason of all others. An entry imported before is left alone, so a file sent twice and a save
    resumed after a crash double nothing. Raises PermissionDenied for an office out of reach.
    """
    offices = {entry.facts["office"] for entry in entries} - {None}
    for office in offices:
        recording.require_reach(by, office)
    about = {"user": by.pk, "reason": source, "verb": "import"}
    with transaction.atomic(), pghistory.context(**about):
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
        examine(entries=entries, by=by, default_office=by.office)
        good = [entry for entry in entries if entry.is_good]
        if not good:
            return 0
        _copy(good, workers=_workers(good), by=by)
        _tell_reasons([entry for entry in good if entry.kept_because], about)
        return len(good)


def _workers(entries: Sequence[Entry]) -> dict[bytes, int]:
    """Return the keys of the workers by digest, adding those not met before."""
    # The first row of a worker names them, as when the rows are recorded one by one.
    first: dict[bytes, Entry] = {}
    for entry in entries:
        first.setdefault(entry.digest, entry)
    digests = list(first)
    fresh = [
        (
            identity.last_four(identity.clean_nik(entry.nik)),
            " ".join(entry.name.split()),
            entry.birth_date,
        )
        for entry in first.values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO placement_worker (nik_digest, nik_last4, name, birth_date)
            SELECT * FROM unnest(%s::bytea[], %s::varchar[], %s::varchar[], %s::date[])
            ON CONFLICT (nik_digest) DO NOTHING
            """,
            [digests, *map(list, zip(*fresh, strict=True))],
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


def _tell_reasons(entries: Sequence[Entry], about: Mapping) -> None:
    """Give the history of entries just copied the reason that each was kept for.

    One COPY has one context, and a COPY for each reason would take minutes where every row has its
    own. So their events are moved, in the transaction that wrote them, to a context of each reason.
    """
    if not entries:
        return
    keys, reasons = zip(*((str(entry.key), entry.kept_because) for entry in entries), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH kept AS MATERIALIZED (
                SELECT placement.id, asked.reason
                FROM unnest(%s::uuid[], %s::text[]) asked (key, reason)
                JOIN placement_placement placement ON placement.request_key = asked.key
            ), told AS (
                INSERT INTO pghistory_context (id, created_at, updated_at, metadata)
                SELECT gen_random_uuid(), now(), now(),
                       %s::jsonb || jsonb_build_object('reason', each.reason)
                FROM (SELECT DISTINCT reason FROM kept) each
                RETURNING id, metadata ->> 'reason' AS reason
            )
            UPDATE placement_placementevent event SET pgh_context_id = told.id
            FROM kept JOIN told ON told.reason = kept.reason
            WHERE event.pgh_obj_id = kept.id
            """,
            [list(keys), list(reasons), json.dumps({**about, "source": about["reason"]})],
        )

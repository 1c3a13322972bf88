"""The only writers of placements: record, correct, void. Forms, admin, import and tests call them.

Each is one transaction that talks to PostgreSQL only. Counting is not their business: triggers
on the table write the inbox, and history events with who, why and which request.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from placement import identity, judging, restating
from placement.closing import MonthClosing, lock_name
from placement.models import UNDO_WITHIN, Placement, Worker
from regions.models import Office

# Fields of the fact that a correction may change; identity has its own three.
FACT_FIELDS = (
    "completed_on",
    "office",
    "sex",
    "origin",
    "destination",
    "scheme",
    "programme",
    "employer_kind",
    "job_title",
    "agency",
    "ekpmi_number",
    "remark",
)
IDENTITY_FIELDS = ("nik", "name", "birth_date")
# A change of these changes a figure, so it needs a reason.
COUNTED_FIELDS = frozenset(FACT_FIELDS) - {"agency", "ekpmi_number", "remark"}
# What many placements may have wrong at once, and how many are looked through in one preview.
BULK_FIELDS = (
    "scheme", "programme", "destination", "job_title", "employer_kind", "agency", "office",
)  # fmt: skip
BULK_MOST = 200
# The code of the sentence for a form whose key has recorded something else: it needs another key.
KEY_TAKEN = "key_taken"


@transaction.atomic
def record_placement(
    *,
    by: User,
    request_key: uuid.UUID,
    nik: str,
    name: str,
    birth_date: datetime.date,
    confirmed: bool = False,
    kept_because: str = "",
    **facts: Any,
) -> Placement:
    """Record one completed service and return its placement.

    ``request_key`` is made with the form: the same entry sent twice, even at the same moment,
    returns the placement of the first. Another entry under a known key is refused with the code
    KEY_TAKEN: it was never recorded, and must not be answered as if it were. ``facts`` are the
    FACT_FIELDS as model instances and plain values. Raises PermissionDenied for an office out of
    reach, ValidationError with a sentence per field for anything that cannot be, and, unless
    ``confirmed``, Unconfirmed for what the NIK hints at and the rest contradicts, and for near
    duplicates. ``kept_because``, the reason to keep a near duplicate, goes into the history;
    without it none is kept.
    """
    require_reach(by, facts["office"])
    # A second click waits here until the first has committed, then finds its placement. The second
    # lock is that of ``hold_open``, in the same statement.
    month = lock_name(facts["office"].unit_id, facts["completed_on"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s), pg_advisory_xact_lock_shared(hashtext(%s))",
            [request_key.int % 2**63, month],
        )
    already = Placement.objects.filter(request_key=request_key).first()
    if already is not None:
        if already.recorded_by_id != by.pk:
            raise ValidationError(_("Formulir ini sudah dikirim orang lain. Muat ulang halaman."))
        if not _began_as(already, nik, facts):
            raise ValidationError(_taken(by, already), KEY_TAKEN)
        return already
    office: Office = facts["office"]
    reason = kept_because.strip() or _("Pencatatan")
    with pghistory.context(user=by.pk, reason=reason, verb="record") as context:
        placement = Placement(
            request_key=request_key,
            unit_id=office.unit_id,
            recorded_at=timezone.now(),
            recorded_by=by,
            **facts,
        )
        problems = judging.problems_of(placement, birth_date=birth_date)
        try:
            hints = judging.read_nik(nik, office.today())
            placement.worker = _worker(nik=nik, name=name, birth_date=birth_date)
        except ValidationError as error:
            problems |= error.error_dict
        judging.check(placement, problems)
        near = judging.near_and_locked(placement, by, kept_because)
        warnings = judging.warnings_about(hints, placement, birth_date, near)
        needs_reason = bool(near) and not kept_because.strip()
        if warnings and (needs_reason or not confirmed):
            raise judging.Unconfirmed(warnings, needs_reason=needs_reason)
        placement.reference = _next_reference(placement.completed_on)
        # Nobody but a head gets past a closed month.
        restating.mark(
            context, placement, judging.closing_of_placement(placement) if by.is_head else None
        )
        _save(placement)
    return placement


@transaction.atomic
def correct_placement(
    *,
    placement: Placement,
    by: User,
    reason: str = "",
    confirmed: bool = False,
    changes: Mapping[str, Any],
) -> Placement:
    """Change fields of a placement and return it as it now stands.

    ``changes`` maps FACT_FIELDS and IDENTITY_FIELDS to new values; what is not named stays. A
    change of a counted field needs a ``reason``. Raises PermissionDenied, ValidationError and, not
    ``confirmed``, Unconfirmed for what a new NIK contradicts and for a near duplicate that there
    was not before; such a one is kept for a ``reason`` only.
    """
    placement = _locked(placement, by)
    before, known = judging.asked_of(placement), judging.near_keys(placement)
    if placement.is_void:
        raise ValidationError(_("Penempatan ini sudah dibatalkan dan tidak dapat diubah."))
    unknown = set(changes) - set(FACT_FIELDS) - set(IDENTITY_FIELDS)
    if unknown:
        raise ValueError(f"Not correctable: {', '.join(sorted(unknown))}")
    changed = {
        name
        for name, value in changes.items()
        if name in FACT_FIELDS and getattr(placement, name) != value
    }
    if changed & COUNTED_FIELDS and not reason.strip():
        raise ValidationError({"reason": _("Tulis alasan: perubahan ini mengubah angka.")})
    closed: list[MonthClosing | None] = []
    if changed & COUNTED_FIELDS:
        closed.append(judging.require_open(placement, by, reason))
    if "office" in changed:
        require_reach(by, changes["office"])
        placement.unit_id = changes["office"].unit_id
    for name in changed:
        setattr(placement, name, changes[name])
    if changed & {"completed_on", "office"}:
        closed.append(
            judging.require_open(placement, by, reason)
        )  # Where it goes to may be closed too.
    said = reason.strip() or _("Koreksi")
    with pghistory.context(user=by.pk, reason=said, verb="correct") as context:
        birth_date = changes.get("birth_date", placement.worker.birth_date)
        problems = judging.problems_of(placement, birth_date=birth_date)
        hints = None
        try:
            if changes.get("nik"):
                hints = judging.read_nik(changes["nik"], placement.office.today())
            placement.worker = _corrected_worker(placement, changes)
        except ValidationError as error:
            problems |= error.error_dict
        judging.check(placement, problems)
        near = judging.newly_near(placement, before, known, by)
        warnings = judging.warnings_about(hints, placement, birth_date, near)
        needs_reason = bool(near) and not reason.strip()
        if warnings and (needs_reason or not confirmed):
            raise judging.Unconfirmed(warnings, needs_reason=needs_reason)
        restating.mark(context, placement, *closed)
        _save(placement)
    return placement


@dataclass(frozen=True, slots=True)
class Change:
    """What one placement of a bulk correction becomes; ``problem`` says why it cannot."""

    placement: Placement
    before: Any
    after: Any
    problem: str


def correct_many(
    *,
    by: User,
    placements: Iterable[Placement],
    field: str,
    value: Any,
    reason: str,
    seen: Mapping[str, str] | None = None,
) -> list[Change]:
    """Set one of BULK_FIELDS to ``value`` on every placement, or on none, and return the changes.

    Each goes through ``correct_placement``. Without ``seen`` nothing is kept: that is the preview,
    and it tries the very thing. ``seen`` maps references to the key that the preview showed
    before; a placement that has changed since is a problem. Any problem keeps nothing. Raises
    ValidationError for an unknown field and for more than BULK_MOST placements.
    """
    placements = list(placements)
    if field not in BULK_FIELDS:
        raise ValidationError(_("Kolom ini tidak dapat dikoreksi massal."))
    if len(placements) > BULK_MOST:
        raise ValidationError(
            _("Paling banyak %(most)d penempatan sekali koreksi. Persempit saringannya.")
            % {"most": BULK_MOST}
        )
    changes = []
    with transaction.atomic():
        for placement in sorted(placements, key=lambda each: each.pk):
            before = getattr(placement, field)
            problem = ""
            try:
                if seen is not None and seen.get(placement.reference) != key_of(before):
                    raise ValidationError(_("Berubah sejak pratinjau. Periksa lagi."))
                with transaction.atomic():
                    correct_placement(
                        placement=placement, by=by, reason=reason, changes={field: value},
                        confirmed=True,
                    )  # fmt: skip
            except ValidationError as error:
                problem = " ".join(error.messages)
            changes.append(Change(placement, before, value, problem))
        if seen is None or any(change.problem for change in changes):
            transaction.set_rollback(True)
    return changes


def key_of(value: Any) -> str:
    """The key of a related row as text, '' for none."""
    return "" if value is None else str(value.pk)


@transaction.atomic
def void_placement(*, placement: Placement, by: User, reason: str) -> Placement:
    """Take a placement out of the count. Voiding it twice is harmless.

    Raises PermissionDenied and, without a reason, ValidationError.
    """
    placement = _locked(placement, by)
    if placement.is_void:
        return placement
    if not reason.strip():
        raise ValidationError({"reason": _("Tulis alasan pembatalan.")})
    closing = judging.require_open(placement, by, reason)
    placement.status = Placement.Status.VOID
    placement.void_reason = reason.strip()
    with pghistory.context(user=by.pk, reason=placement.void_reason, verb="void") as context:
        restating.mark(context, placement, closing)
        placement.clean_fields(exclude=judging.RELATIONS)
        placement.save(update_fields=["status", "void_reason"])
    return placement


def undo_placement(*, placement: Placement, by: User) -> Placement:
    """Void an entry of minutes ago, by the person who made it, with the reason that is always so.

    Raises PermissionDenied for somebody else's entry and ValidationError when it is too old.
    """
    if placement.recorded_by_id != by.pk:
        raise PermissionDenied(_("Hanya pencatatnya yang dapat mengurungkan entri ini."))
    if not placement.is_void and not placement.may_be_undone:
        raise ValidationError(
            _("Entri ini sudah lebih dari %(minutes)d menit. Batalkan dengan alasan.")
            % {"minutes": UNDO_WITHIN.total_seconds() // 60}
        )
    return void_placement(placement=placement, by=by, reason=_("Diurungkan pencatatnya"))


@transaction.atomic
def restore_placement(*, placement: Placement, by: User, reason: str) -> Placement:
    """Count a voided placement again. Restoring a counted one is harmless.

    Raises PermissionDenied and ValidationError (no reason; the worker has another placement on
    that day meanwhile).
    """
    placement = _locked(placement, by)
    if not placement.is_void:
        return placement
    if not reason.strip():
        raise ValidationError({"reason": _("Tulis alasan pemulihan.")})
    closing = judging.require_open(placement, by, reason)
    placement.status = Placement.Status.COMPLETED
    placement.void_reason = ""
    with pghistory.context(user=by.pk, reason=reason.strip(), verb="restore") as context:
        restating.mark(context, placement, closing)
        judging.check(placement, {})
        _save(placement)
    return placement


def _locked(placement: Placement, by: User) -> Placement:
    """The row as it is now, locked against a second change; its office must be in reach."""
    fresh = (
        Placement.objects.select_for_update(of=("self",))
        .select_related("office", "worker", "scheme")
        .get(pk=placement.pk)
    )
    require_reach(by, fresh.office)
    return fresh


def require_reach(by: User, office: Office) -> None:
    if not (by.heads(office.unit_id) or (by.is_officer and office.pk == by.office_id)):
        raise PermissionDenied(_("Kantor ini di luar wewenang Anda."))


def worker_of(*, nik: str, name: str, birth_date: datetime.date | None) -> Worker:
    """The worker as typed, not saved. The NIK has been read."""
    digits = identity.clean_nik(nik)
    return Worker(
        nik_digest=identity.nik_digest(digits),
        nik_last4=identity.last_four(digits),
        name=" ".join(name.split()),
        birth_date=birth_date,
    )


def _worker(*, nik: str, name: str, birth_date: datetime.date) -> Worker:
    """Find the worker by the digest of the NIK, or add them. The NIK has been read."""
    worker = worker_of(nik=nik, name=name, birth_date=birth_date)
    worker.full_clean(exclude=["nik_digest"], validate_unique=False, validate_constraints=False)
    # Two offices may meet the same new worker at once: one row, and both get it. The name of a
    # known worker is not overwritten by an entry; a correction does that, with its history.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH added AS (
                INSERT INTO placement_worker (nik_digest, nik_last4, name, birth_date)
                VALUES (%s, %s, %s, %s) ON CONFLICT (nik_digest) DO NOTHING
                RETURNING id, nik_last4, name, birth_date
            )
            SELECT id, nik_last4, name, birth_date FROM added
            UNION ALL
            SELECT id, nik_last4, name, birth_date FROM placement_worker WHERE nik_digest = %s
            """,
            [
                worker.nik_digest,
                worker.nik_last4,
                worker.name,
                worker.birth_date,
                worker.nik_digest,
            ],
        )
        row = cursor.fetchone()
    if row is None:
        # Added by another office after this statement began.
        return Worker.objects.get(nik_digest=worker.nik_digest)
    pk, last4, name, birth_date = row
    return Worker(
        pk=pk, nik_digest=worker.nik_digest, nik_last4=last4, name=name, birth_date=birth_date
    )


def _corrected_worker(placement: Placement, changes: Mapping[str, Any]) -> Worker:
    """Correct name or birth date in place; another NIK is another worker."""
    known = placement.worker
    name = changes.get("name", known.name)
    birth_date = changes.get("birth_date", known.birth_date)
    if changes.get("nik"):
        known = _worker(nik=changes["nik"], name=name, birth_date=birth_date)
    name = " ".join(name.split())
    if (known.name, known.birth_date) != (name, birth_date):
        known.name, known.birth_date = name, birth_date
        known.full_clean(exclude=["nik_digest"], validate_unique=False, validate_constraints=False)
        known.save(update_fields=["name", "birth_date"])
    return known


def _began_as(placement: Placement, nik: str, facts: Mapping[str, Any]) -> bool:
    """Whether ``placement`` was first recorded with this NIK and these facts.

    Its first event is asked, as a correction may have changed the row since. Name and birth date
    are the worker's, not the entry's: the NIK tells who was meant.
    """
    first = placement.events.order_by("pgh_id").first() or placement
    try:
        digest = identity.nik_digest(identity.clean_nik(nik))
    except identity.InvalidNik:
        return False
    worker = Worker.objects.filter(nik_digest=digest).values_list("pk", flat=True).first()
    if worker != first.worker_id:
        return False
    return all(
        getattr(first, Placement._meta.get_field(name).attname) == getattr(value, "pk", value)
        for name, value in facts.items()
    )


def _taken(by: User, placement: Placement) -> str:
    """The sentence for another entry under the key of ``placement``, with a link where it may be
    opened."""
    reference = placement.reference
    if Placement.objects.visible_to(by).filter(pk=placement.pk).exists():
        reference = judging.link_to(placement)
    return format_html(
        _(
            "Belum tersimpan: formulir ini sudah tersimpan sebagai {reference} dengan isi lain. "
            "Periksa isinya, lalu simpan lagi sebagai penempatan baru."
        ),
        reference=reference,
    )


def _save(placement: Placement) -> None:
    """Save. What PostgreSQL refuses is said in the sentence of the constraint: the rule is asked
    once, where two requests that race cannot slip past it."""
    try:
        placement.save()
    except IntegrityError as error:
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if broken not in {constraint.name for constraint in Placement._meta.constraints}:
            raise
        raise ValidationError(judging.sentence_of(broken)) from None


def _next_reference(day: datetime.date) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('placement_reference_number')")
        return f"PMI-{day.year}-{cursor.fetchone()[0]:06d}"

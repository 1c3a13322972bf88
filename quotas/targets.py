"""The only writers of target sets and targets, called by admin, loader, demo data and tests.

Life of a set: draft -> proposed -> enacted -> superseded. Only a draft can be edited; the one who
proposed cannot enact; enacting supersedes the year's earlier set and recomputes attainment in the
same transaction.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from placement.models import Programme
from quotas import attainment, splitting
from quotas.models import Distribution, Target, TargetDocument, TargetSet
from quotas.promises import Measure
from quotas.reading import Place, read, year_span
from regions.models import Office, Province

EDITABLE_FIELDS = (
    "name",
    "decree_number",
    "decree_date",
    "effective_on",
    "source",
    "note",
    "is_sample",
    "is_partial",
)


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of a set. ``amount`` None takes the target away; the unit follows ``measure``."""

    measure: str
    amount: int | None
    unit: Office | None = None
    province: Province | None = None
    programme: Programme | None = None
    note: str = ""


@transaction.atomic
def create_set(*, by: User, reason: str, year: int, name: str, **fields) -> TargetSet:
    """Begin a draft. ``fields`` are EDITABLE_FIELDS. Raises PermissionDenied, ValidationError."""
    _require(by, reason)
    target_set = TargetSet(year=year, name=name, **_editable(fields))
    with pghistory.context(user=by.pk, reason=reason, verb="create target set"):
        target_set.full_clean()
        target_set.save()
    return target_set


@transaction.atomic
def revise_set(*, target_set: TargetSet, by: User, reason: str, **fields) -> TargetSet:
    """Change the heading of a draft. Raises PermissionDenied, ValidationError."""
    _require(by, reason)
    target_set = _draft(target_set)
    for name, value in _editable(fields).items():
        setattr(target_set, name, value)
    with pghistory.context(user=by.pk, reason=reason, verb="revise target set"):
        target_set.full_clean()
        target_set.save()
    return target_set


@transaction.atomic
def set_amounts(*, target_set: TargetSet, by: User, reason: str, amounts: Iterable[Amount]) -> int:
    """Write amounts into a draft; units not named stay. Returns how many targets changed.

    All or nothing: one wrong amount refuses all. Raises PermissionDenied, ValidationError.
    """
    _require(by, reason)
    target_set = _draft(target_set)
    known = {_key(target): target for target in target_set.targets.all()}
    problems: list[ValidationError] = []
    changed = 0
    with pghistory.context(user=by.pk, reason=reason, verb="set amounts"):
        for wanted in amounts:
            target = known.get(_key(wanted))
            if wanted.amount is None:
                if target is not None:
                    target.delete()
                    changed += 1
                continue
            if target is None:
                target = Target(
                    target_set=target_set,
                    measure=wanted.measure,
                    unit=wanted.unit,
                    province=wanted.province,
                    programme=wanted.programme,
                )
            elif (target.amount, target.note) == (wanted.amount, wanted.note or target.note):
                continue
            if target.months is not None and target.amount != wanted.amount:
                # The split keeps its shape and sums to the new year.
                target.months = splitting.spread(wanted.amount, target.months)
            target.amount = wanted.amount
            target.note = wanted.note or target.note
            try:
                target.full_clean()
            except ValidationError as error:
                problems.extend(error.messages)
                continue
            target.save()
            known[_key(target)] = target
            changed += 1
        if problems:
            raise ValidationError(problems)
    return changed


@transaction.atomic
def copy_set(*, target_set: TargetSet, by: User, reason: str, name: str) -> TargetSet:
    """Begin a revision: a draft with the same amounts and splits, and a decree of its own to come.

    Raises PermissionDenied, ValidationError.
    """
    _require(by, reason)
    copied = TargetSet(
        year=target_set.year,
        name=name.strip(),
        source=target_set.source,
        note=target_set.note,
        is_sample=target_set.is_sample,
        is_partial=target_set.is_partial,
        revises=target_set,
    )
    with pghistory.context(user=by.pk, reason=reason, verb="copy target set"):
        copied.full_clean()
        copied.save()
        amounts = list(target_set.targets.all())
        for target in amounts:
            target.pk = None
            target.target_set = copied
            target._state.adding = True
        Target.objects.bulk_create(amounts)
    return copied


@transaction.atomic
def split_months(
    *,
    target_set: TargetSet,
    by: User,
    reason: str,
    method: str,
    distribution: Distribution | None = None,
    past_years: Iterable[int] = (),
) -> int:
    """Split every target of a draft into months that sum to it; returns how many.

    ``method`` is a key of ``splitting.METHODS``: even, working_days, seasonal (the nation's months
    of ``past_years``) or distribution (its twelve percentages). Largest remainder throughout.
    Raises PermissionDenied, ValidationError.
    """
    _require(by, reason)
    target_set = _draft(target_set)
    weights = _month_weights(target_set.year, method, distribution, tuple(past_years))
    amounts = list(target_set.targets.all())
    with pghistory.context(user=by.pk, reason=reason, verb="split months"):
        for target in amounts:
            target.months = splitting.spread(target.amount, weights)
        Target.objects.bulk_update(amounts, ["months"])
    return len(amounts)


@transaction.atomic
def set_months(*, target: Target, by: User, reason: str, months: list[int] | None) -> Target:
    """Type the months of one target; None takes its split away.

    Raises PermissionDenied, and ValidationError when they do not sum to the year.
    """
    _require(by, reason)
    _draft(target.target_set)
    target.months = months
    with pghistory.context(user=by.pk, reason=reason, verb="set months"):
        target.full_clean()
        target.save()
    return target


@transaction.atomic
def attach_document(
    *, target_set: TargetSet, by: User, reason: str, name: str, content: bytes
) -> TargetDocument:
    """Keep the decree beside its set. The type is read from the content, not from the name.

    Raises PermissionDenied, and ValidationError for what is no PDF or is larger than 10 MB.
    """
    _require(by, reason)
    if len(content) > TargetDocument.MAX_BYTES:
        raise ValidationError(_("Dokumen paling besar 10 MB. Perkecil dulu berkasnya."))
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise ValidationError(_("Berkas ini bukan PDF yang utuh. Lampirkan penetapan sebagai PDF."))
    target_set = _locked(target_set)
    document, _made = TargetDocument.objects.update_or_create(
        target_set=target_set,
        defaults={
            "name": name[-120:],
            "content": content,
            "sha256": hashlib.sha256(content).hexdigest(),
            "attached_by": by,
        },
    )
    return document


@transaction.atomic
def propose_set(*, target_set: TargetSet, by: User, reason: str) -> TargetSet:
    """Hand a draft to another administrator. Raises PermissionDenied, ValidationError."""
    _require(by, reason)
    target_set = _draft(target_set)
    if not target_set.targets.exists():
        raise ValidationError(_("Isi dulu paling sedikit satu target sebelum mengusulkan."))
    if target_set.is_partial and target_set.targets.filter(programme=None).exists():
        raise ValidationError(
            _("Target ini untuk sebagian program: sebut program pada setiap baris targetnya.")
        )
    target_set.status = TargetSet.Status.PROPOSED
    target_set.proposed_by = by
    return _save(target_set, by, reason, "propose target set")


@transaction.atomic
def return_to_draft(*, target_set: TargetSet, by: User, reason: str) -> TargetSet:
    """Give a proposal back for editing. Raises PermissionDenied, ValidationError."""
    _require(by, reason)
    target_set = _locked(target_set)
    if target_set.status != TargetSet.Status.PROPOSED:
        raise ValidationError(_("Hanya usulan yang dapat dikembalikan menjadi draf."))
    target_set.status = TargetSet.Status.DRAFT
    return _save(target_set, by, reason, "return target set")


@transaction.atomic
def enact_set(*, target_set: TargetSet, by: User, reason: str) -> TargetSet:
    """Make a proposed set the one attainment is measured against.

    The year's earlier set becomes superseded, and attainment is recomputed in this transaction,
    so dashboards switch at once. Raises PermissionDenied for the one who proposed it and
    ValidationError for a set that is not proposed or lacks decree number, date or source.
    """
    _require(by, reason)
    target_set = _locked(target_set)
    if target_set.status != TargetSet.Status.PROPOSED:
        raise ValidationError(_("Hanya target yang diusulkan yang dapat ditetapkan."))
    if target_set.proposed_by_id == by.pk:
        raise PermissionDenied(
            _("Yang mengusulkan tidak dapat menetapkan. Minta administrator lain menetapkannya.")
        )
    missing = {
        field: sentence
        for field, sentence in {
            "decree_number": _("Isi nomor penetapan sebelum menetapkan target."),
            "decree_date": _("Isi tanggal penetapan sebelum menetapkan target."),
            "source": _("Sebut sumber angka sebelum menetapkan target."),
        }.items()
        if not str(getattr(target_set, field) or "").strip()
    }
    if missing:
        raise ValidationError(missing)
    with pghistory.context(user=by.pk, reason=reason, verb="supersede target set"):
        for earlier in TargetSet.objects.in_year(target_set.year).enacted().select_for_update():
            earlier.status = TargetSet.Status.SUPERSEDED
            earlier.save()
    target_set.status = TargetSet.Status.ENACTED
    target_set.enacted_by = by
    target_set.enacted_at = timezone.now()
    target_set.effective_on = target_set.effective_on or datetime.date(target_set.year, 1, 1)
    _save(target_set, by, reason, "enact target set")
    attainment.recompute(year=target_set.year)
    return target_set


def _month_weights(
    year: int, method: str, distribution: Distribution | None, past_years: tuple[int, ...]
) -> list:
    if method == "even":
        return [1] * 12
    if method == "working_days":
        return splitting.month_working_days(year)
    if method == "distribution":
        if distribution is None:
            raise ValidationError(_("Pilih sebaran bulan yang dipakai."))
        return list(distribution.shares)
    if method == "seasonal":
        if not past_years or any(past >= year for past in past_years):
            raise ValidationError(_("Pilih paling sedikit satu tahun lalu sebagai pola musim."))
        weights = [0] * 12
        for past in past_years:
            for month, n in read(place=Place(), span=year_span(past)).now.months.items():
                weights[month.month - 1] += n
        if not all(weights):
            raise ValidationError(_("Tahun yang dipilih tidak punya penempatan di setiap bulan."))
        return weights
    raise ValidationError(_("Cara membagi bulan tidak dikenal."))


def _save(target_set: TargetSet, by: User, reason: str, verb: str) -> TargetSet:
    with pghistory.context(user=by.pk, reason=reason, verb=verb):
        target_set.full_clean()
        target_set.save()
    return target_set


def _require(by: User, reason: str) -> None:
    if not by.may_edit_targets:
        raise PermissionDenied(_("Hanya administrator target yang mengubah target."))
    if not reason.strip():
        raise ValidationError({"reason": _("Tulis alasan perubahan.")})


def _locked(target_set: TargetSet) -> TargetSet:
    return TargetSet.objects.select_for_update().get(pk=target_set.pk)


def _draft(target_set: TargetSet) -> TargetSet:
    target_set = _locked(target_set)
    if not target_set.is_editable:
        raise ValidationError(
            _("Target ini berstatus %(status)s dan tidak dapat diubah. Buat revisi sebagai draf.")
            % {"status": target_set.get_status_display().lower()}
        )
    return target_set


def _editable(fields: dict) -> dict:
    unknown = set(fields) - set(EDITABLE_FIELDS)
    if unknown:
        raise ValueError(f"Not editable: {', '.join(sorted(unknown))}")
    return fields


def _key(amount: Amount | Target) -> tuple[str, str, str, str]:
    def code(value) -> str:
        return value.pk if value is not None else ""

    if amount.measure not in Measure.values:
        raise ValidationError(_("Ukuran target tidak dikenal."))
    return amount.measure, code(amount.unit), code(amount.province), code(amount.programme)

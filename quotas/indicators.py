"""The only writers of indicator targets and of what was reached in a quarter."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from quotas.performance import Indicator, IndicatorTarget
from regions.models import Office


@transaction.atomic
def set_indicator_target(
    *,
    by: User,
    reason: str,
    indicator: Indicator,
    office: Office,
    year: int,
    amount: Decimal,
    source: str = "",
    note: str = "",
) -> IndicatorTarget:
    """Set what a balai promises for an indicator in a year.

    Raises PermissionDenied for all but target administrators, ValidationError.
    """  # fmt: skip
    if not by.may_edit_targets:
        raise PermissionDenied(_("Hanya administrator target yang mengubah target."))
    _need_reason(reason)
    target = (
        IndicatorTarget.objects.select_for_update(of=("self",))
        .filter(indicator=indicator, office=office, year=year)
        .first()
    ) or IndicatorTarget(indicator=indicator, office=office, year=year)
    target.amount, target.source, target.note = amount, source, note
    return _save(target, by, reason, "set indicator target")


def may_report(by: User, office: Office | None) -> bool:
    """Heads report for their own balai, target administrators for every one and, with ``office``
    None, for the nation."""
    return by.may_edit_targets or (office is not None and by.heads(office.pk))


@transaction.atomic
def report_quarter(
    *, target: IndicatorTarget, by: User, reason: str, quarter: int, value: Decimal | None
) -> IndicatorTarget:
    """Report what was reached in a quarter (1 to 4); None takes the report back.

    Raises PermissionDenied where ``may_report`` says no, ValidationError.
    """
    if not may_report(by, target.office):
        raise PermissionDenied(_("Hanya kepala balai ini yang melaporkan triwulannya."))
    _need_reason(reason)
    if quarter not in {1, 2, 3, 4}:
        raise ValidationError(_("Triwulan adalah 1 sampai 4."))
    if value is not None and value < 0:
        raise ValidationError(_("Realisasi tidak boleh negatif."))
    target = IndicatorTarget.objects.select_for_update(of=("self",)).get(pk=target.pk)
    setattr(target, f"quarter_{quarter}", value)
    return _save(target, by, reason, "report quarter")


def _save(target: IndicatorTarget, by: User, reason: str, verb: str) -> IndicatorTarget:
    target.changed_by = by
    with pghistory.context(user=by.pk, reason=reason, verb=verb):
        target.full_clean(exclude=[f"quarter_{n}" for n in range(1, 5)])
        target.save()
    return target


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Tulis alasan perubahan.")})

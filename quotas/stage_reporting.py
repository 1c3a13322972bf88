"""The only writer of what a programme reports of its stages."""

from __future__ import annotations

import datetime

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from placement.models import Programme
from quotas.indicators import may_report
from quotas.stages import StageReport
from regions.models import Office


@transaction.atomic
def report_stage(
    *,
    by: User,
    reason: str,
    programme: Programme,
    unit: Office | None,
    stage: str,
    month: datetime.date,
    count: int | None,
    source: str,
) -> StageReport:
    """Report how many passed ``stage`` in ``month`` (its first day), that month alone.

    ``unit`` None is the nation. A second report of the same month takes the place of the first, the
    history keeps both; ``count`` None takes the report back. The same report again changes nothing.
    Raises PermissionDenied where ``may_report`` says no, ValidationError.
    """
    if not may_report(by, unit):
        raise PermissionDenied(_("Hanya kepala balai ini yang melaporkan tahapnya."))
    if not reason.strip():
        raise ValidationError({"reason": _("Tulis alasan atau asal angka ini.")})
    if not source.strip():
        raise ValidationError({"source": _("Tulis sumber angka ini.")})
    # Two who report the same month at once: the second waits and replaces. Officers, whose rows
    # only point at the programme, do not wait.
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    key = {"programme": programme, "unit": unit, "stage": stage, "month": month}
    report = StageReport.objects.filter(**key).first()
    if count is None and report is None:
        raise ValidationError({"count": _("Belum ada laporan yang dapat ditarik.")})
    report = report or StageReport(**key)
    same = (report.count, report.source) == (count, source.strip())
    if report.pk and same:
        return report
    report.count, report.source, report.reason = count, source.strip(), reason.strip()
    report.reported_by, report.reported_on = by, timezone.localdate()
    with pghistory.context(user=by.pk, reason=reason, verb="report stage"):
        report.full_clean()
        report.save()
    return report

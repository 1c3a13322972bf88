"""Reports as PDF: asked for, made by a worker, kept for ever; doing it twice is harmless.

A report is a row; the table is the queue and a task every two seconds is the clock, as for imports,
so asking works while Redis is down. The state of the figures (batch, target set, last day) is fixed
when it is asked for, so it does not matter when, by whom or how often it is drawn.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from dashboards import facts, typesetting
from dashboards.models import Report
from placement.models import Programme
from quotas.models import Attainment, TallyBatch
from quotas.moments import moment_of_batch, set_in_force
from regions.calendar import last_of_month
from regions.models import Office

logger = logging.getLogger(__name__)

# Orders the giving of numbers; any constant that nothing else in the database uses.
_NUMBER_LOCK = 7_304_150_211
# A report takes about a second: one that has not moved for so long was left by a dead worker.
_STALE = datetime.timedelta(seconds=60)
_ATTEMPTS = 5
# One task makes what waits for so long and leaves: imports share its worker.
_SECONDS = 20


@transaction.atomic
def request_report(
    *, by: User, year: int, month: int, unit: Office | None = None,
    programme: Programme | None = None,
) -> Report:  # fmt: skip
    """Ask for a month of the nation, or of one served unit, as the figures stand in the last batch.

    The same question of the same batch is the report there is already; one that failed is queued
    again. Raises PermissionDenied for figures this user may not read and ValidationError for a
    month that has not begun or of which nothing is counted yet.
    """
    if not _may_ask(by, unit):
        raise PermissionDenied(_("Anda tidak dapat meminta laporan unit ini."))
    today = timezone.localdate()
    try:
        first = datetime.date(year, month, 1)
    except ValueError:
        raise ValidationError({"month": _("Pilih bulan dari daftar.")}) from None
    if first > today:
        raise ValidationError({"month": _("Bulan ini belum mulai.")})
    batch = TallyBatch.objects.order_by("-number").first()
    moment = batch and moment_of_batch(batch.number)
    if moment is None or moment.last_day < first:
        raise ValidationError(
            {"month": _("Belum ada yang dihitung sejak bulan ini mulai, jadi belum ada angkanya.")}
        )
    if not Attainment.objects.filter(year=year).exists():
        raise ValidationError({"year": _("Tahun ini belum punya target atau penempatan.")})
    question = {
        "kind": Report.Kind.UNIT if unit else Report.Kind.NATIONAL,
        "unit": unit,
        "year": year,
        "month": month,
        "through": min(last_of_month(first), today),
        "programme": programme,
        "batch": moment.batch,
        "target_set": set_in_force(year=year, at=moment.at),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBER_LOCK])
    # filter(x=None) means "is null" only when it is spelled out.
    known = Report.objects.select_for_update(of=("self",)).filter(
        **{name: value for name, value in question.items() if value is not None},
        **{f"{name}__isnull": True for name, value in question.items() if value is None},
    )
    report = known.first()
    if report is None:
        return _create(by, question, moment.rule_version)
    if report.status == Report.Status.FAILED:
        report.status, report.progress, report.attempt = Report.Status.WAITING, 0, 0
        report.message, report.requested_by = "", by
        report.save()
    return report


@transaction.atomic
def request_all_balai(
    *, by: User, year: int, month: int, programme: Programme | None = None
) -> list[Report]:
    """Ask for the month of every balai at once. Raises what ``request_report`` raises."""
    if not by.sees_every_figure:
        raise PermissionDenied(_("Laporan semua balai sekaligus hanya untuk kantor pusat."))
    return [
        request_report(by=by, year=year, month=month, unit=unit, programme=programme)
        for unit in Office.objects.balai().order_by("code")
    ]


def run_waiting() -> int:
    """Make what waits, one after another for at most _SECONDS; returns how many. The task."""
    end = time.monotonic() + _SECONDS
    made = 0
    while time.monotonic() < end and run_next():
        made += 1
    return made


def run_next() -> bool:
    """Make one waiting (or abandoned) report; returns whether there was one.

    A worker that dies leaves a row that the next one takes over. Whoever was overtaken cannot
    write any more: the result is stored only under the attempt that made it.
    """
    report = _take()
    if report is None:
        return False
    if report.attempt > _ATTEMPTS:
        _fail(report, _("Pembuatan berhenti berkali-kali. Beri tahu administrator."))
        return True
    try:
        # A report is one document: its language does not follow whoever asked.
        with translation.override("id"):
            found = facts.facts_of(report)
            digest = facts.digest(found)
            _move(report, progress=60)
            content = typesetting.typeset(found, digest)
    except facts.Unprintable as problem:
        _fail(report, str(problem))
    except Exception:
        _fail(report, _("Pembuatan terganggu. Minta lagi; bila tetap gagal, beri tahu admin."))
        raise
    else:
        _move(
            report, status=Report.Status.DONE, progress=100, facts=found, facts_hash=digest,
            sha256=hashlib.sha256(content).hexdigest(), content=content,
        )  # fmt: skip
    return True


def may_ask_nation(user: User) -> bool:
    """Whether this user reads all the rows that stand in a national report."""
    return user.sees_every_figure


def _may_ask(user: User, unit: Office | None) -> bool:
    if user.sees_every_figure:
        return unit is None or unit.parent_id is None
    return unit is not None and user.may_record and user.office.unit_id == unit.pk


def _create(by: User, question: dict, rule_version: int) -> Report:
    unit, year, month = question["unit"], question["year"], question["month"]
    same = Report.objects.filter(unit=unit) if unit else Report.objects.filter(unit__isnull=True)
    last = same.filter(year=year, month=month).aggregate(last=models.Max("serial"))["last"]
    serial = (last or 0) + 1
    code = unit.pk.removeprefix("bp3mi-").upper() if unit else "NAS"
    report = Report(
        number=f"LAP-{year}-{month:02d}-{code}-{serial:04d}", serial=serial,
        rule_version=rule_version, requested_by=by, **question,
    )  # fmt: skip
    report.save()
    return report


@transaction.atomic
def _take() -> Report | None:
    stale = models.Q(status=Report.Status.RUNNING, moved_at__lt=timezone.now() - _STALE)
    report = (
        Report.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("unit", "programme", "target_set", "requested_by__office")
        .filter(models.Q(status=Report.Status.WAITING) | stale)
        .order_by("pk")
        .first()
    )
    if report is not None:
        report.status, report.progress = Report.Status.RUNNING, 10
        report.attempt += 1
        report.save(update_fields=["status", "progress", "attempt", "moved_at"])
    return report


def _move(report: Report, **values) -> None:
    """Write to a report as long as it is still this attempt that makes it."""
    mine = Report.objects.filter(pk=report.pk, status=Report.Status.RUNNING, attempt=report.attempt)
    if not mine.update(moved_at=timezone.now(), **values):
        logger.warning("report %s was taken over by another worker", report.number)


def _fail(report: Report, sentence: str) -> None:
    _move(report, status=Report.Status.FAILED, progress=0, message=sentence[:500])

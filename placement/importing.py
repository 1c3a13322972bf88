"""Import of a sheet: kept, checked, handed back, saved; by a worker, resumable, never doubling.

A job is a row; the table is the queue and a task every two seconds is the clock, as for the tally,
so sending a file works while Redis is down. The file holds whole NIK: it is erased as soon as the
job ends, and a day after it was sent at the latest.
"""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from placement import bulk, sheets
from placement.jobs import ImportJob

CHUNK = 2_000
# A job that has not moved for so long was left by a worker that died.
_STALE = datetime.timedelta(seconds=60)
_KEEP = datetime.timedelta(hours=24)


def send_file(*, by: User, name: str, content: bytes) -> ImportJob:
    """Keep a file and queue its check. Raises PermissionDenied, ValidationError."""
    if not by.may_record:
        raise PermissionDenied(_("Hanya petugas dan kepala balai yang mengimpor."))
    if len(content) > sheets.MAX_BYTES:
        raise ValidationError(_("Berkas lebih besar dari 20 MB. Bagi menjadi beberapa berkas."))
    return ImportJob.objects.create(
        by=by,
        office=by.office,
        name=name[-120:],
        content=content,
    )


@transaction.atomic
def save_checked(*, job: ImportJob, by: User) -> ImportJob:
    """Queue the good rows of a checked file. Raises PermissionDenied, ValidationError."""
    job = _own(job, by)
    if job.status != ImportJob.Status.CHECKED:
        raise ValidationError(_("Berkas ini belum diperiksa atau sudah disimpan."))
    job.status, job.seen = ImportJob.Status.QUEUED, 0
    job.save()
    return job


@transaction.atomic
def cancel(*, job: ImportJob, by: User) -> ImportJob:
    """Stop a job; rows already saved stay, and the file is erased."""
    job = _own(job, by)
    if job.is_cancellable:
        job.status, job.content = ImportJob.Status.CANCELLED, b""
        job.save()
    return job


def run_next() -> bool:
    """Do the work of one waiting (or abandoned) job; returns whether there was one.

    The task's whole content. Progress is committed chunk by chunk; a worker that dies leaves a job
    that the next one resumes, and no row is doubled: each has its own key.
    """
    job = _take()
    if job is None:
        return False
    try:
        sheet = sheets.read_sheet(bytes(job.content))
    except sheets.SheetError as error:
        _finish(job, ImportJob.Status.REFUSED, message=str(error))
        return True
    if job.status == ImportJob.Status.CHECKING:
        _check(job, sheet)
    else:
        _save(job, sheet)
    return True


def erase_old() -> int:
    """Erase files and reports a day after they were sent; returns how many."""
    old = ImportJob.objects.filter(sent_at__lt=timezone.now() - _KEEP).exclude(
        content=b"", report=b""
    )
    return old.update(content=b"", report=b"")


@transaction.atomic
def _take() -> ImportJob | None:
    stale = models.Q(status__in=["checking", "saving"], moved_at__lt=timezone.now() - _STALE)
    job = (
        ImportJob.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("by__office", "office")
        .filter(models.Q(status__in=["waiting", "queued"]) | stale)
        .order_by("pk")
        .first()
    )
    if job is not None:
        begins = {"waiting": "checking", "queued": "saving"}
        job.status = begins.get(job.status, job.status)
        job.seen = 0
        job.save()
    return job


def _chunks(job: ImportJob, sheet: sheets.Sheet):
    """Yield (first row number, entries by row, problems by row) and stop when cancelled."""
    reader = sheets.Reader(offices=job.by.offices_in_reach(), default_office=job.office)
    for first in range(0, len(sheet.rows), CHUNK):
        if ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.CANCELLED).exists():
            return
        entries, problems = {}, {}
        for number, row in enumerate(sheet.rows[first : first + CHUNK], start=first):
            entry, found = reader.entry_of(sheet, row)
            if entry is None:
                problems[number] = found
            else:
                entries[number] = entry
        yield entries, problems


def _check(job: ImportJob, sheet: sheets.Sheet) -> None:
    wrong: dict[int, dict[str, list[str]]] = {}
    good = already = 0
    seen: set[uuid.UUID] = set()
    for entries, problems in _chunks(job, sheet):
        bulk.examine(entries=list(entries.values()), seen=seen)
        wrong |= problems
        wrong |= {number: entry.problems for number, entry in entries.items() if entry.problems}
        fit = [entry for entry in entries.values() if not entry.problems]
        already += sum(entry.is_already for entry in fit)
        good += sum(not entry.is_already for entry in fit)
        _progress(job, total=len(sheet.rows), more=len(entries) + len(problems))
    report = sheets.write_report(sheet, wrong) if wrong else b""
    ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.CHECKING).update(
        status=ImportJob.Status.CHECKED, report=report, good=good, wrong=len(wrong),
        already=already, moved_at=timezone.now(),
    )  # fmt: skip


def _save(job: ImportJob, sheet: sheets.Sheet) -> None:
    source = _("Impor %(name)s") % {"name": job.name}
    for entries, problems in _chunks(job, sheet):
        new = bulk.record_many(by=job.by, entries=list(entries.values()), source=source)
        ImportJob.objects.filter(pk=job.pk).update(saved=models.F("saved") + new)
        _progress(job, total=len(sheet.rows), more=len(entries) + len(problems))
    _finish(job, ImportJob.Status.DONE)


def _progress(job: ImportJob, *, total: int, more: int) -> None:
    ImportJob.objects.filter(pk=job.pk).update(
        total=total, seen=models.F("seen") + more, moved_at=timezone.now()
    )


def _finish(job: ImportJob, status: str, *, message: str = "") -> None:
    ImportJob.objects.filter(pk=job.pk).exclude(status=ImportJob.Status.CANCELLED).update(
        status=status, message=message[:300], content=b"", moved_at=timezone.now()
    )


def _own(job: ImportJob, by: User) -> ImportJob:
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    if job.by_id != by.pk:
        raise PermissionDenied(_("Berkas ini dikirim orang lain."))
    return job

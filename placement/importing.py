"""Import of a sheet: kept, checked, handed back, saved; by a worker, resumable, never doubling.

A job is a row; the table is the queue and a task every two seconds is the clock, as for the tally,
so sending a file works while Redis is down. The file holds whole NIK: it is erased as soon as the
job ends, and a day after it was sent at the latest.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from placement import bulk, matching, sheets, sifting, workbooks
from placement.jobs import ImportJob
from placement.reading import Reader

log = logging.getLogger(__name__)

CHUNK = 2_000
# A step that has failed or been left so often is given up.
ATTEMPTS = 3
# A job that has not moved for so long was left by a worker that died.
_STALE = datetime.timedelta(seconds=60)
_KEEP = datetime.timedelta(hours=24)
# Wrong rows that the page tells of by itself; the report tells of all.
_FIRST_WRONG = 5


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
    job.status, job.seen, job.attempts = ImportJob.Status.QUEUED, 0, 0
    job.save(update_fields=["status", "seen", "attempts", "moved_at"])
    return job


@transaction.atomic
def cancel(*, job: ImportJob, by: User) -> ImportJob:
    """Stop a job; rows already saved stay, and the file is erased.

    Waits for the rows being saved at this moment; afterwards not one more is.
    """
    job = _own(job, by)
    if job.is_cancellable:
        job.status, job.content, job.columns = ImportJob.Status.CANCELLED, b"", []
        job.save(update_fields=["status", "content", "columns", "moved_at"])
    return job


@transaction.atomic
def match_columns(*, job: ImportJob, by: User, columns: Mapping[str, int | None]) -> ImportJob:
    """Say which column of the file each field is, remember it for the office and check the file.

    ``columns`` maps fields to places in ``job.columns``, None for a field the file does not have.
    Raises PermissionDenied, and ValidationError for a missing required field or a column taken
    twice.
    """
    job = _own(job, by)
    if job.status != ImportJob.Status.MAPPING:
        raise ValidationError(_("Kolom berkas ini tidak menunggu dicocokkan."))
    chosen = {field: place for field, place in columns.items() if place is not None}
    if not chosen.keys() <= sheets.HEADINGS.keys() or not all(
        0 <= place < len(job.columns) for place in chosen.values()
    ):
        raise ValidationError(_("Pilih kolom dari berkas ini."))
    missing = [
        heading
        for field, heading in sheets.HEADINGS.items()
        if field not in chosen and field not in sheets.OPTIONAL
    ]
    if missing:
        raise ValidationError(
            _("Pilih juga kolom untuk: %(missing)s.") % {"missing": ", ".join(missing)}
        )
    if len(set(chosen.values())) < len(chosen):
        raise ValidationError(_("Satu kolom berkas hanya untuk satu isian."))
    by_place = {place: field for field, place in chosen.items()}
    matching.remember(
        office=job.office,
        by=by,
        fields={
            column["heading"]: by_place.get(place, "")
            for place, column in enumerate(job.columns)
            if column["heading"].strip() and (column["field"] or "") != by_place.get(place, "")
        },
    )
    job.status, job.columns, job.attempts, job.message = ImportJob.Status.WAITING, [], 0, ""
    job.save(update_fields=["status", "columns", "attempts", "message", "moved_at"])
    return job


def run_next() -> bool:
    """Do the work of one waiting (or abandoned) job; returns whether there was one.

    The task's whole content. Progress is committed chunk by chunk; a worker that dies leaves a job
    that the next one resumes, and no row is doubled: each has its own key. What fails in a way
    nobody foresaw is logged and tried again, ATTEMPTS times in all.
    """
    job = _take()
    if job is None:
        return False
    try:
        _run(job)
    except sheets.UnknownColumns as unknown:
        _ask_for_columns(job, unknown)
    except sheets.SheetError as error:
        _finish(job, ImportJob.Status.REFUSED, message=str(error))
    except Exception:
        log.exception("import %s failed, attempt %s", job.pk, job.attempts)
        back = {"checking": "waiting", "saving": "queued"}[job.status]
        if job.attempts >= ATTEMPTS:
            _give_up(job)
        else:
            _claimed(job).update(status=back, moved_at=timezone.now())
    return True


def erase_old() -> int:
    """Erase files and reports a day after they were sent; returns how many.

    A file that still waited for its sender is refused: there is nothing left of it.
    """
    workbooks.erase_scratch()
    old = ImportJob.objects.filter(sent_at__lt=timezone.now() - _KEEP)
    old.filter(status__in=["mapping", "checked"]).update(
        status=ImportJob.Status.REFUSED,
        message=_("Berkas ini dihapus setelah sehari. Kirim lagi bila masih perlu."),
    )
    kept = old.exclude(content=b"", report=b"")
    return kept.update(content=b"", report=b"", columns=[], first_wrong=[])


def _run(job: ImportJob) -> None:
    content, job.content = bytes(job.content), b""  # Not held beside the rows read from it.
    sheet = sheets.read_sheet(content, remembered=matching.remembered(job.office))
    del content
    if job.status == ImportJob.Status.CHECKING:
        _check(job, sheet)
    else:
        _save(job, sheet)


def _take() -> ImportJob | None:
    """Claim the first job that waits or was left, so that no other worker gets it."""
    stale = models.Q(status__in=["checking", "saving"], moved_at__lt=timezone.now() - _STALE)
    while True:
        with transaction.atomic():
            job = (
                ImportJob.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("by__office", "office")
                .filter(models.Q(status__in=["waiting", "queued"]) | stale)
                .order_by("pk")
                .first()
            )
            if job is None:
                return None
            begins = {"waiting": "checking", "queued": "saving"}
            job.status = begins.get(job.status, job.status)
            job.seen = 0
            job.attempts += 1
            job.save(update_fields=["status", "seen", "attempts", "moved_at"])
        if job.attempts <= ATTEMPTS:
            return job
        # Its workers died without a word: memory, or a machine that went away.
        log.error("import %s was left %s times", job.pk, ATTEMPTS)
        _give_up(job)


def _claimed(job: ImportJob) -> models.QuerySet[ImportJob]:
    """The job, unless it was cancelled or another worker took it over."""
    return ImportJob.objects.filter(pk=job.pk, status=job.status, attempts=job.attempts)


def _through(
    job: ImportJob, sheet: sheets.Sheet, work: Callable[[dict[int, sifting.Entry]], None]
) -> bool:
    """Give ``work`` the entries by row number, chunk by chunk, each with its progress in one
    transaction that holds the job. Returns False when the job is no longer ours."""
    reader = Reader(offices=job.by.offices_in_reach(), default_office=job.office)
    for first in range(0, len(sheet.rows), CHUNK):
        rows = sheet.rows[first : first + CHUNK]
        entries = {
            number: reader.entry_of(sheet, row) for number, row in enumerate(rows, start=first)
        }
        with transaction.atomic():
            if not _claimed(job).select_for_update().values("pk"):
                return False
            work(entries)
            _claimed(job).update(
                total=len(sheet.rows), seen=first + len(rows), moved_at=timezone.now()
            )
    return True


def _check(job: ImportJob, sheet: sheets.Sheet) -> None:
    wrong: dict[int, workbooks.Wrong] = {}
    so_far = sifting.SoFar()
    already = 0

    def examine(entries: dict[int, sifting.Entry]) -> None:
        nonlocal already
        sifting.examine(
            entries=list(entries.values()), by=job.by, default_office=job.office, so_far=so_far
        )
        for number, each in entries.items():
            if each.problems or each.doubts:
                wrong[number] = workbooks.wrong_of(each.problems, each.doubts)
        already += sum(entry.is_already for entry in entries.values())

    if not _through(job, sheet, examine):
        return
    found = {
        "wrong": len(wrong),
        "first_wrong": [
            [sheet.numbers[place], wrong[place].told] for place in sorted(wrong)[:_FIRST_WRONG]
        ],
        "held": sum(bool(each.doubts) for each in wrong.values()),
        "already": already,
        "good": len(sheet.rows) - len(wrong) - already,
    }
    report = workbooks.write_report(sheet, wrong) if wrong else b""
    # What is sent to the table is several times the report: the rows make room for it.
    sheet.rows.clear()
    wrong.clear()
    _claimed(job).update(
        status=ImportJob.Status.CHECKED, report=report, moved_at=timezone.now(), **found
    )


def _save(job: ImportJob, sheet: sheets.Sheet) -> None:
    source = _("Impor %(name)s") % {"name": job.name}

    def record(entries: dict[int, sifting.Entry]) -> None:
        new = bulk.record_many(by=job.by, entries=list(entries.values()), source=source)
        # In the transaction of the rows: a crash takes back both or neither.
        _claimed(job).update(saved=models.F("saved") + new)

    if _through(job, sheet, record):
        _finish(job, ImportJob.Status.DONE)


def _ask_for_columns(job: ImportJob, unknown: sheets.UnknownColumns) -> None:
    columns = [
        {"heading": heading, "values": values, "field": field}
        for (heading, values), field in zip(unknown.columns, unknown.fields, strict=True)
    ]
    _claimed(job).update(
        status=ImportJob.Status.MAPPING, columns=columns, message=str(unknown)[:300],
        moved_at=timezone.now(),
    )  # fmt: skip


def _give_up(job: ImportJob) -> None:
    message = _(
        "Berkas ini gagal diproses tiga kali karena gangguan pada program. Baris yang sudah "
        "tersimpan tetap ada. Kirim lagi, atau bagi berkasnya; bila terulang, beri tahu "
        "administrator."
    )
    _finish(job, ImportJob.Status.REFUSED, message=message)


def _finish(job: ImportJob, status: str, *, message: str = "") -> None:
    _claimed(job).update(
        status=status, message=message[:300], content=b"", columns=[], moved_at=timezone.now()
    )


def _own(job: ImportJob, by: User) -> ImportJob:
    # Without the file: read and written back it took 70 MB of a web worker.
    jobs = ImportJob.objects.defer("content", "report")
    job = jobs.select_for_update().get(pk=job.pk)
    if job.by_id != by.pk:
        raise PermissionDenied(_("Berkas ini dikirim orang lain."))
    return job

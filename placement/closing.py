"""Closing a month: after it a counted change needs the head of the balai and a reason.

A month belongs to a served unit and is asked by ``completed_on``, a date a person chose; time zones
play no part in it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.history import keeps_history
from accounts.models import User
from regions.calendar import last_of_month, next_month
from regions.models import Office

# Recorded more than so many days after it was completed is late.
LATE_AFTER_DAYS = 7


class MonthClosingQuerySet(models.QuerySet["MonthClosing"]):
    def in_force(self, day: datetime.date) -> MonthClosingQuerySet:
        """Closings that lock on ``day``: not reopened, or reopened until an earlier day."""
        return self.filter(Q(reopened_until__isnull=True) | Q(reopened_until__lt=day))


@keeps_history()
class MonthClosing(models.Model):
    """A month a head of balai has closed; the directorate may reopen it until a day."""

    unit = models.ForeignKey(
        Office, models.PROTECT, related_name="closings", verbose_name=gettext_lazy("balai")
    )
    month = models.DateField(gettext_lazy("bulan"))
    note = models.CharField(gettext_lazy("catatan bulan"), max_length=500, blank=True)
    closed_at = models.DateTimeField(gettext_lazy("ditutup pada"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+",
        verbose_name=gettext_lazy("ditutup oleh"),
    )  # fmt: skip
    reopened_until = models.DateField(gettext_lazy("dibuka lagi sampai"), null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=gettext_lazy("dibuka lagi oleh"),
    )  # fmt: skip

    objects = MonthClosingQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("penutupan bulan")
        verbose_name_plural = gettext_lazy("penutupan bulan")
        ordering = ["-month", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "month"],
                name="a_month_is_closed_once",
                violation_error_message=gettext_lazy("Bulan ini sudah ditutup."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="closing_names_the_first_of_a_month",
                violation_error_message=gettext_lazy("Bulan ditulis dengan tanggal 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y-%m}"

    @property
    def closed_on(self) -> datetime.date:
        """The day of closing where the unit is."""
        return self.closed_at.astimezone(ZoneInfo(self.unit.time_zone)).date()

    def locks_on(self, day: datetime.date) -> bool:
        """The rule of ``in_force`` for a closing at hand."""
        return self.reopened_until is None or self.reopened_until < day


@transaction.atomic
def close_month(*, unit: Office, month: datetime.date, by: User, note: str = "") -> MonthClosing:
    """Close a finished month of a balai; closing a closed one again is harmless.

    ``month`` is any day of it. Raises PermissionDenied for all but the head of that balai and
    ValidationError for a month that has not ended there.
    """
    if not by.heads(unit.pk):
        raise PermissionDenied(_("Hanya kepala balai ini yang menutup bulannya."))
    month = month.replace(day=1)
    if next_month(month) > unit.today():
        raise ValidationError(
            _("Bulan ini belum berakhir. Bulan dapat ditutup mulai %(day)s.")
            % {"day": f"{next_month(month):%d/%m/%Y}"}
        )
    closing = MonthClosing.objects.select_for_update().filter(unit=unit, month=month).first()
    if closing is not None and closing.reopened_until is None:
        return closing
    closing = closing or MonthClosing(unit=unit, month=month)
    closing.note, closing.closed_by, closing.closed_at = note.strip(), by, timezone.now()
    closing.reopened_until = closing.reopened_by = None
    with pghistory.context(user=by.pk, reason=note or _("Tutup bulan"), verb="close month"):
        closing.full_clean()
        closing.save()
    return closing


@transaction.atomic
def reopen_month(
    *, closing: MonthClosing, by: User, reason: str, until: datetime.date
) -> MonthClosing:
    """Open a closed month again through ``until``, the last open day.

    Raises PermissionDenied for all but the directorate, and ValidationError without a reason, for
    a day that is past or more than 31 days away.
    """
    if not by.may_reopen_months:
        raise PermissionDenied(_("Hanya direktorat yang membuka lagi bulan yang sudah ditutup."))
    if not reason.strip():
        raise ValidationError({"reason": _("Tulis alasan membuka lagi bulan ini.")})
    closing = MonthClosing.objects.select_for_update(of=("self",)).get(pk=closing.pk)
    today = closing.unit.today()
    if not today <= until <= today + datetime.timedelta(31):
        raise ValidationError(
            {"until": _("Pilih hari terakhir dari hari ini sampai 31 hari ke depan.")}
        )
    closing.reopened_until, closing.reopened_by = until, by
    with pghistory.context(user=by.pk, reason=reason.strip(), verb="reopen month"):
        closing.full_clean()
        closing.save()
    return closing


def closing_of(*, unit_id: str, day: datetime.date, today: datetime.date) -> MonthClosing | None:
    """The closing that locks the month of ``day`` in a unit as of ``today``, or None."""
    return (
        MonthClosing.objects.in_force(today)
        .filter(unit=unit_id, month=day.replace(day=1))
        .select_related("closed_by", "unit")
        .first()
    )


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A month before closing: counts, what came in late, and last year's same month: None where
    nothing is known of that year, which is not zero."""

    month: datetime.date
    count: int
    late: int
    void: int
    last_year: int | None
    closing: MonthClosing | None
    today: datetime.date

    @property
    def is_locked(self) -> bool:
        return self.closing is not None and self.closing.locks_on(self.today)

    @property
    def has_ended(self) -> bool:
        return next_month(self.month) <= self.today

    @property
    def last_day(self) -> datetime.date:
        return last_of_month(self.month)

    @property
    def is_outlier(self) -> bool:
        """Less than half or more than twice the same month of last year."""
        return bool(self.last_year) and not (self.last_year / 2 <= self.count <= self.last_year * 2)


def month_reports(*, unit: Office, months: int = 12) -> list[MonthReport]:
    """The last months of a unit, newest first. Two statements.

    *Late* was recorded more than LATE_AFTER_DAYS after it was completed.
    """
    today = unit.today()
    newest = today.replace(day=1)
    wanted = [newest]
    while len(wanted) < months:
        wanted.append((wanted[-1] - datetime.timedelta(1)).replace(day=1))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('month', completed_on)::date,
                   count(*) FILTER (WHERE placement_counts(status)),
                   count(*) FILTER (WHERE placement_counts(status)
                                    AND (recorded_at AT TIME ZONE %s)::date
                                        > completed_on + %s),
                   count(*) FILTER (WHERE status = 'void')
            FROM placement_placement
            WHERE unit_id = %s AND completed_on >= %s GROUP BY 1
            """,
            [unit.time_zone, LATE_AFTER_DAYS, unit.pk, datetime.date(wanted[-1].year - 1, 1, 1)],
        )
        counts = {month: (n, late, void) for month, n, late, void in cursor.fetchall()}
    known_years = {month.year for month in counts}
    closings = {
        closing.month: closing
        for closing in MonthClosing.objects.filter(unit=unit).select_related(
            "closed_by", "reopened_by"
        )
    }
    reports = []
    for month in wanted:
        n, late, void = counts.get(month, (0, 0, 0))
        same = month.replace(year=month.year - 1)
        last_year = counts.get(same, (0, 0, 0))[0] if same.year in known_years else None
        reports.append(
            MonthReport(month, n, late, void, last_year, closings.get(month), today=today)
        )
    return reports

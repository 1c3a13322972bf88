"""The one table of the dashboards: reports that were printed, and those that wait to be."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from placement.models import Programme
from quotas.models import TargetSet
from quotas.promises import Measure
from quotas.reading import Place, Span, year_span
from regions.models import Office

# So many characters of a hash are printed at the foot of every page, and are enough to ask with.
HASH_LENGTH = 16


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> ReportQuerySet:
        """Reports in this user's list: of the nation and of the own balai, or all of them."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_every_figure:
            return self
        seen = Q(kind=Report.Kind.NATIONAL)
        if user.may_record:
            seen |= Q(unit=user.office.unit_id)
        return self.filter(seen)

    def verifiable_by(self, user: User) -> ReportQuerySet:
        """Printed reports, for everybody who is signed in: whoever holds a printed page may have
        it compared with the file it came from, whatever balai it is of."""
        return self.printed() if user.is_authenticated else self.none()

    def printed(self) -> ReportQuerySet:
        return self.filter(status=Report.Status.DONE)

    def running(self) -> ReportQuerySet:
        return self.filter(status__in=[Report.Status.WAITING, Report.Status.RUNNING])

    def for_list(self) -> ReportQuerySet:
        """Newest first, without the files themselves."""
        return self.defer("content", "facts").select_related("unit", "requested_by").order_by("-pk")


class Report(models.Model):
    """A month of the nation or of a balai as a PDF: first the job, then the file for ever.

    The question is fixed when it is asked: figures are those of ``batch`` against ``target_set``,
    of placements completed from 1 January through ``through``. ``facts`` are the exact figures the
    file was drawn from and ``facts_hash`` their digest, printed on it; ``sha256`` is the digest of
    the file itself, which it cannot contain.
    """

    class Kind(models.TextChoices):
        NATIONAL = "national", _("nasional")
        UNIT = "unit", _("balai")

    class Status(models.TextChoices):
        WAITING = "waiting", _("menunggu dibuat")
        RUNNING = "running", _("sedang dibuat")
        DONE = "done", _("selesai")
        FAILED = "failed", _("tidak dapat dibuat")

    number = models.CharField(_("nomor"), max_length=60, unique=True)
    serial = models.PositiveIntegerField()
    kind = models.CharField(_("jenis"), max_length=8, choices=Kind)
    unit = models.ForeignKey(
        Office, models.PROTECT, null=True, related_name="reports", verbose_name=_("balai")
    )
    year = models.PositiveSmallIntegerField(_("tahun"))
    month = models.PositiveSmallIntegerField(_("bulan"))
    through = models.DateField(_("sampai tanggal"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, related_name="+", verbose_name=_("program")
    )
    batch = models.BigIntegerField(_("batch"))
    rule_version = models.PositiveSmallIntegerField(_("versi aturan"))
    target_set = models.ForeignKey(
        TargetSet, models.PROTECT, null=True, related_name="+", verbose_name=_("target tahunan")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("diminta oleh")
    )
    requested_at = models.DateTimeField(_("diminta pada"), auto_now_add=True)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)
    message = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict)
    facts_hash = models.CharField(max_length=64, blank=True, db_index=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    content = models.BinaryField(default=b"")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan")
        verbose_name_plural = _("laporan")
        ordering = ["-pk"]
        indexes = [
            # The worker asks every two seconds whether anything waits; almost all are done.
            models.Index(
                fields=["id"],
                name="report_waiting",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit", "year", "month", "through", "programme", "batch",
                        "target_set"],
                nulls_distinct=False,
                name="one_report_for_each_question",
                violation_error_message=_("Laporan yang sama untuk batch ini sudah ada."),
            ),
            models.CheckConstraint(
                condition=Q(kind="national", unit__isnull=True)
                | Q(kind="unit", unit__isnull=False),
                name="report_names_its_unit",
                violation_error_message=_("Laporan balai menyebut balainya; nasional tidak."),
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12)
                & Q(through__year=models.F("year"))
                & Q(through__month=models.F("month")),
                name="report_ends_in_its_month",
                violation_error_message=_("Tanggal akhir laporan harus di dalam bulannya."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running", "done", "failed"]),
                name="report_status_is_known",
                violation_error_message=_("Status laporan tidak dikenal."),
            ),
            models.CheckConstraint(
                condition=(Q(status="done") & ~Q(sha256="") & ~Q(facts_hash="") & ~Q(content=b""))
                | (~Q(status="done") & Q(sha256="") & Q(facts_hash="") & Q(content=b"")),
                name="report_has_its_file_when_done",
                violation_error_message=_("Laporan yang selesai menyimpan berkas dan hash-nya."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def place(self) -> Place:
        """What it is read on: a balai on *served*."""
        return Place(Measure.SERVED, self.unit_id) if self.unit_id else Place()

    @property
    def span(self) -> Span:
        return year_span(self.year, self.through)

    @property
    def is_running(self) -> bool:
        return self.status in {self.Status.WAITING, self.Status.RUNNING}

    @property
    def short_hash(self) -> str:
        return self.facts_hash[:HASH_LENGTH]

    @property
    def file_name(self) -> str:
        return f"{self.number}.pdf"

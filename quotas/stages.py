"""The steps before a placement that a programme reports: training, account, process.

They are reported, not counted: SISKOP2MI knows them and this program does not. Nothing of this ever
enters the tally. The last step of the funnel, the E-KPMI, is the placement itself and is counted.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.history import keeps_history
from accounts.models import User
from placement.models import Programme
from regions.calendar import last_of_month
from regions.models import Office


class StageReportQuerySet(models.QuerySet["StageReport"]):
    def visible_to(self, user: User) -> StageReportQuerySet:
        """National reports and those of the own balai; every one for who sees every figure."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_every_figure:
            return self
        own = Q(unit=None)
        if user.office_id:
            own |= Q(unit=user.office.unit_id)
        return self.filter(own)

    def in_year(self, year: int) -> StageReportQuerySet:
        return self.filter(month__year=year)


@keeps_history()
class StageReport(models.Model):
    """How many passed one stage in one month, at one balai or (``unit`` empty) in the nation.

    A count is of its month alone, so months sum to the year and balai to their sum. ``count`` empty
    is a report that was taken back, which is not zero.
    """

    class Stage(models.TextChoices):
        TRAINING = "training", _("Pelatihan")
        ACCOUNT = "account", _("Akun SISKOP2MI")
        PROCESS = "process", _("Proses (punya penempatan)")

    programme = models.ForeignKey(
        Programme, models.PROTECT, db_index=False, related_name="+", verbose_name=_("program")
    )
    unit = models.ForeignKey(
        Office, models.PROTECT, db_index=False, null=True, blank=True, related_name="+",
        verbose_name=_("balai"), help_text=_("Kosong: nasional."),
    )  # fmt: skip
    stage = models.CharField(_("tahap"), max_length=8, choices=Stage)
    month = models.DateField(_("bulan"), help_text=_("Tanggal 1 dari bulan itu."))
    count = models.PositiveIntegerField(
        _("jumlah"), null=True, blank=True,
        help_text=_("Bulan itu saja, bukan kumulatif. Kosong: laporan ditarik."),
    )  # fmt: skip
    source = models.CharField(
        _("sumber"), max_length=300, help_text=_("Dokumen atau alamat tempat angka ini tertulis.")
    )
    reason = models.CharField(_("alasan"), max_length=300)
    reported_on = models.DateField(_("dilaporkan pada"), editable=False)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+",
        verbose_name=_("dilaporkan oleh"), editable=False,
    )  # fmt: skip

    objects = StageReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan tahap")
        verbose_name_plural = _("laporan tahap")
        ordering = ["-month", "programme", "unit", "stage"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "programme", "unit", "stage"],
                nulls_distinct=False,
                name="one_report_for_each_stage_and_month",
                violation_error_message=_("Tahap ini sudah dilaporkan untuk bulan itu."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1, month__gte="2007-01-01"),
                name="stage_report_names_the_first_of_a_month",
                violation_error_message=_("Bulan ditulis dengan tanggal 1."),
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["training", "account", "process"]),
                name="stage_is_known",
                violation_error_message=_("Tahap tidak dikenal."),
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(reason=""),
                name="stage_report_has_source_and_reason",
                violation_error_message=_("Tulis sumber dan alasannya."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.unit or 'Indonesia'}: {self.get_stage_display()}"

    def clean(self) -> None:
        """What no constraint can say: which programme, which office, and that the month is over."""
        wrong = {}
        if self.programme_id and not self.programme.has_stages:
            wrong["programme"] = gettext("Program ini tidak punya corong tahap.")
        if self.unit_id and self.unit.kind != Office.Kind.BALAI:
            wrong["unit"] = gettext("Tahap dilaporkan oleh BP3MI, atau secara nasional.")
        if self.month and last_of_month(self.month) >= timezone.localdate():
            wrong["month"] = gettext("Bulan ini belum berakhir; laporkan setelah berakhir.")
        if wrong:
            raise ValidationError(wrong)

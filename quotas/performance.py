"""Other indicators of a balai's performance agreement (Perjanjian Kinerja), apart from placements.

They are typed, not counted: a target for the year and what was reached in each quarter. Nothing of
this ever enters the tally.
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import keeps_history
from accounts.models import User
from quotas import ratio
from regions.models import Office


class Indicator(models.Model):
    """What is measured, in which unit, and how quarters make a year."""

    class Kind(models.TextChoices):
        SUM = "sum", _("jumlah keempat triwulan")
        LAST = "last", _("nilai triwulan terakhir")

    name = models.CharField(_("indikator"), max_length=160, unique=True)
    unit_label = models.CharField(
        _("satuan"), max_length=30, help_text=_("Misalnya: layanan, berkas, %.")
    )
    kind = models.CharField(_("cara menjumlah"), max_length=4, choices=Kind, default=Kind.SUM)
    source = models.URLField(_("sumber"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("indikator kinerja")
        verbose_name_plural = _("indikator kinerja")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["sum", "last"]),
                name="indicator_kind_is_known",
                violation_error_message=_("Cara menjumlah tidak dikenal."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorTargetQuerySet(models.QuerySet["IndicatorTarget"]):
    def visible_to(self, user: User) -> IndicatorTargetQuerySet:
        """Agreements of the own balai; every one for those who see every figure."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_every_figure:
            return self
        return self.filter(office=user.office.unit_id) if user.office_id else self.none()


@keeps_history()
class IndicatorTarget(models.Model):
    """What a balai promised for one indicator in one year, and what it reached by quarter."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="targets", verbose_name=_("indikator")
    )
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="indicator_targets", verbose_name=_("balai")
    )
    year = models.PositiveSmallIntegerField(
        _("tahun"), validators=[MinValueValidator(2007), MaxValueValidator(2100)]
    )
    amount = models.DecimalField(
        _("target"),
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    quarter_1 = models.DecimalField(_("triwulan I"), max_digits=14, decimal_places=2, null=True)
    quarter_2 = models.DecimalField(_("triwulan II"), max_digits=14, decimal_places=2, null=True)
    quarter_3 = models.DecimalField(_("triwulan III"), max_digits=14, decimal_places=2, null=True)
    quarter_4 = models.DecimalField(_("triwulan IV"), max_digits=14, decimal_places=2, null=True)
    source = models.URLField(_("sumber"), max_length=500, blank=True)
    note = models.CharField(_("catatan"), max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("diubah oleh"), editable=False,
    )  # fmt: skip

    objects = IndicatorTargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target indikator")
        verbose_name_plural = _("target indikator")
        ordering = ["-year", "office", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "office", "year"],
                name="one_target_for_each_indicator_and_balai",
                violation_error_message=_("Balai ini sudah punya target indikator itu."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="indicator_target_is_positive",
                violation_error_message=_("Target indikator harus lebih dari nol."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.office}: {self.indicator}"

    @property
    def quarters(self) -> list[Decimal | None]:
        return [self.quarter_1, self.quarter_2, self.quarter_3, self.quarter_4]

    @property
    def realised(self) -> Decimal | None:
        """The year so far; None while no quarter was reported."""
        known = [value for value in self.quarters if value is not None]
        if not known:
            return None
        return sum(known) if self.indicator.kind == Indicator.Kind.SUM else known[-1]

    @property
    def rounded(self) -> Decimal | None:
        """Percent of the target, half up to one decimal; None while nothing was reported."""
        realised = self.realised
        return None if realised is None else ratio.rounded(ratio.percent(realised, self.amount))

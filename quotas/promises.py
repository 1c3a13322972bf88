"""Targets as promised: sets with a decree, their amounts, and the bands that rate attainment."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from accounts.history import keeps_history
from placement.models import Programme
from regions.language import in_language
from regions.models import Office, Province, ReferenceRow


class Measure(models.TextChoices):
    """Which of the two places of a placement a figure is measured on; never merged."""

    NATIONAL = "national", _("nasional")
    SERVED = "served", _("dilayani")
    ORIGIN = "origin", _("daerah asal")


class RatingBand(ReferenceRow):
    """A rating from a percentage on, up to the next band. Editable: Permendagri 86/2017 is a
    rule for regional governments, and the ministry's own scale was not found."""

    minimum = models.DecimalField(
        _("mulai dari (%)"),
        max_digits=6,
        decimal_places=2,
        unique=True,
        validators=[MinValueValidator(0)],
    )
    label = models.CharField(_("sebutan"), max_length=40)
    label_en = models.CharField(_("sebutan Inggris"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(
        _("tingkat warna"), unique=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    source = models.CharField(_("sumber"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("peringkat capaian")
        verbose_name_plural = _("peringkat capaian")
        ordering = ["-minimum"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum__gte=0),
                name="rating_band_is_not_negative",
                violation_error_message=_("Batas peringkat tidak boleh negatif."),
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5),
                name="rating_level_has_a_colour",
                violation_error_message=_("Tingkat warna adalah 1 sampai 5."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.label, self.label_en)


class TargetSetQuerySet(models.QuerySet["TargetSet"]):
    def enacted(self) -> TargetSetQuerySet:
        """The sets that attainment is measured against: at most one a year."""
        return self.filter(status=TargetSet.Status.ENACTED)

    def with_national_amount(self) -> TargetSetQuerySet:
        """Annotate ``national_amount``: the nation's target for all programmes together, by the
        rule of ``attainment_targets`` (sql/attainment_targets_v2.sql), and of a partial set that
        for its own programmes; None where there is none."""
        amount = RawSQL(
            """
            (SELECT sum(t.amount) FROM attainment_targets(quotas_targetset.id) t
             WHERE t.measure = 'national' AND (t.programme = '' OR quotas_targetset.is_partial))
            """,
            [],
            output_field=models.BigIntegerField(),
        )
        return self.annotate(national_amount=amount)

    def published(self) -> TargetSetQuerySet:
        """Versions figures may be read under: everything but drafts."""
        return self.exclude(status=TargetSet.Status.DRAFT)

    def in_year(self, year: int) -> TargetSetQuerySet:
        return self.filter(year=year)


@keeps_history()
class TargetSet(models.Model):
    """One version of a year's targets. Rivals and versions stand side by side; at most one set a
    year is enacted, and an enacted set is never overwritten."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draf")
        PROPOSED = "proposed", _("Diusulkan")
        ENACTED = "enacted", _("Ditetapkan")
        SUPERSEDED = "superseded", _("Digantikan")

    year = models.PositiveSmallIntegerField(
        _("tahun"), validators=[MinValueValidator(2007), MaxValueValidator(2100)]
    )
    name = models.CharField(_("nama"), max_length=120)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    decree_number = models.CharField(_("nomor penetapan"), max_length=80, blank=True)
    decree_date = models.DateField(_("tanggal penetapan"), null=True, blank=True)
    effective_on = models.DateField(_("berlaku sejak"), null=True, blank=True)
    source = models.TextField(
        _("sumber"), blank=True, help_text=_("Dokumen atau alamat tempat angka ini diumumkan.")
    )
    note = models.TextField(_("catatan"), blank=True)
    is_sample = models.BooleanField(
        _("contoh"), default=False, help_text=_("Angka contoh, bukan angka kementerian.")
    )
    is_partial = models.BooleanField(
        _("hanya sebagian program"),
        default=False,
        help_text=_(
            "Targetnya hanya untuk program yang disebut, bukan untuk semua penempatan: tidak "
            "diukur terhadap jumlah semua program dan tidak dapat ditetapkan untuk tahun itu."
        ),
    )
    revises = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        verbose_name=_("revisi dari"),
        editable=False,
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("diusulkan oleh"),
        editable=False,
    )
    enacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ditetapkan oleh"),
        editable=False,
    )
    enacted_at = models.DateTimeField(_("ditetapkan pada"), null=True, editable=False)

    objects = TargetSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target tahunan")
        verbose_name_plural = _("target tahunan")
        ordering = ["-year", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "name"],
                name="target_set_name_is_unique_in_its_year",
                violation_error_message=_("Sudah ada target dengan nama itu pada tahun yang sama."),
            ),
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(status="enacted"),
                name="one_enacted_target_set_a_year",
                violation_error_message=_(
                    "Tahun ini sudah punya target yang ditetapkan. Tetapkan yang baru lewat "
                    "tindakan “Tetapkan” supaya yang lama digantikan."
                ),
            ),
            models.UniqueConstraint(
                fields=["decree_number"],
                condition=~Q(decree_number=""),
                name="decree_number_is_used_once",
                violation_error_message=_(
                    "Nomor penetapan ini sudah dipakai target lain. Periksa nomornya."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "proposed", "enacted", "superseded"]),
                name="target_set_status_is_known",
                violation_error_message=_("Status target tidak dikenal."),
            ),
            models.CheckConstraint(
                condition=~Q(status="enacted", is_partial=True),
                name="partial_target_set_is_not_enacted",
                violation_error_message=_(
                    "Target untuk sebagian program tidak dapat ditetapkan sebagai target tahun "
                    "itu. Masukkan angkanya ke target yang mencakup semua penempatan."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} · {self.name}"

    @property
    def is_enacted(self) -> bool:
        return self.status == self.Status.ENACTED

    @property
    def is_editable(self) -> bool:
        return self.status == self.Status.DRAFT


@keeps_history()
class Target(models.Model):
    """One amount of a set: for the nation, for a balai (served) or for a province (origin).

    No programme means *all programmes together*. Where a unit has only amounts per programme,
    its target for all of them is their sum (``quotas.attainment``).
    """

    target_set = models.ForeignKey(
        TargetSet, models.CASCADE, related_name="targets", verbose_name=_("target tahunan")
    )
    measure = models.CharField(_("ukuran"), max_length=8, choices=Measure)
    unit = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("balai"),
    )
    province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("provinsi"),
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("program"),
        help_text=_("Kosong: semua program."),
    )
    amount = models.PositiveIntegerField(
        _("target (penempatan)"), validators=[MinValueValidator(1)]
    )
    months = ArrayField(
        models.PositiveIntegerField(),
        size=12,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("per bulan"),
        help_text=_("Dua belas bulan yang jumlahnya tepat target setahun; kosong: hari kerja."),
    )
    note = models.CharField(_("catatan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("target")
        ordering = ["measure", "unit", "province", "programme"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(measure="national", unit__isnull=True, province__isnull=True)
                    | Q(measure="served", unit__isnull=False, province__isnull=True)
                    | Q(measure="origin", unit__isnull=True, province__isnull=False)
                ),
                name="target_names_the_unit_of_its_measure",
                violation_error_message=_(
                    "Target nasional tidak menyebut balai atau provinsi; target dilayani menyebut "
                    "balai; target daerah asal menyebut provinsi."
                ),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=1),
                name="target_is_at_least_one",
                violation_error_message=_(
                    "Target paling sedikit 1. Kosongkan barisnya bila belum ada target."
                ),
            ),
            models.UniqueConstraint(
                fields=["target_set", "measure", "unit", "province", "programme"],
                nulls_distinct=False,
                name="one_target_for_each_unit_and_programme",
                violation_error_message=_("Unit ini sudah punya target untuk program yang sama."),
            ),
        ]

    def __str__(self) -> str:
        unit = self.unit or self.province or _("Indonesia")
        return f"{unit}: {self.amount}"

    def clean(self) -> None:
        super().clean()
        if self.months is None or self.amount is None:
            return
        if len(self.months) != 12 or sum(self.months) != self.amount:
            raise ValidationError(
                _("Jumlah dua belas bulan (%(sum)d) harus sama dengan target (%(amount)d).")
                % {"sum": sum(self.months), "amount": self.amount}
            )


class Distribution(models.Model):
    """A named way to split a year into months: twelve percentages that sum to 100."""

    name = models.CharField(_("nama"), max_length=80, unique=True)
    shares = ArrayField(
        models.DecimalField(max_digits=6, decimal_places=3, validators=[MinValueValidator(0)]),
        size=12,
        verbose_name=_("persen per bulan"),
        help_text=_("Dua belas angka dipisah koma, Januari sampai Desember, jumlahnya 100."),
    )

    class Meta:
        verbose_name = _("sebaran bulan")
        verbose_name_plural = _("sebaran bulan")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.shares and (len(self.shares) != 12 or sum(self.shares) != 100):
            raise ValidationError(
                {
                    "shares": _("Isi dua belas persen yang jumlahnya tepat 100; sekarang %(sum)s.")
                    % {"sum": sum(self.shares)}
                }
            )


class TargetDocument(models.Model):
    """The decree itself, as a PDF, kept in the database beside the set it enacts."""

    MAX_BYTES = 10 * 1024 * 1024

    target_set = models.OneToOneField(
        TargetSet, models.CASCADE, related_name="document", verbose_name=_("target tahunan")
    )
    name = models.CharField(_("nama berkas"), max_length=120)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    attached_at = models.DateTimeField(auto_now_add=True)
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("dilampirkan oleh"),
    )

    class Meta:
        verbose_name = _("dokumen penetapan")
        verbose_name_plural = _("dokumen penetapan")

    def __str__(self) -> str:
        return self.name

"""Where things are: provinces, regencies, countries, offices and which balai serves whom."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.language import in_language


class ReferenceRow(models.Model):
    """A row of reference data that the loader may refresh and an administrator may edit.

    ``loaded`` keeps the values the loader wrote last. A later load changes a field only while
    its present value is still the loaded one, so an administrator's edit is never overwritten.
    """

    loaded = models.JSONField(_("nilai yang dimuat"), default=dict, editable=False, blank=True)

    class Meta:
        abstract = True


class Province(ReferenceRow):
    """A province by its Kemendagri code (not BPS: the two differ in Papua)."""

    code = models.CharField(_("kode"), max_length=2, primary_key=True)
    name = models.CharField(_("nama"), max_length=60, unique=True)
    short_name = models.CharField(_("nama pendek"), max_length=12)
    iso_3166_2 = models.CharField("ISO 3166-2", max_length=5)
    capital = models.CharField(_("ibu kota"), max_length=60, blank=True)
    time_zone = models.CharField(_("zona waktu"), max_length=40, default="Asia/Jakarta")
    tile_column = models.PositiveSmallIntegerField(_("kolom petak"))
    tile_row = models.PositiveSmallIntegerField(_("baris petak"))

    class Meta:
        verbose_name = _("provinsi")
        verbose_name_plural = _("provinsi")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["tile_column", "tile_row"],
                name="province_tile_is_its_own",
                violation_error_message=_("Petak itu sudah dipakai provinsi lain."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProvinceBoundary(models.Model):
    """The outline of a province as an SVG path (``regions.boundaries``), where an operator has
    loaded one. Source and licence are shown wherever it is drawn."""

    province = models.OneToOneField(
        Province,
        models.CASCADE,
        primary_key=True,
        related_name="boundary",
        verbose_name=_("provinsi"),
    )
    path = models.TextField(_("garis"))
    source = models.CharField(_("sumber"), max_length=300)
    licence = models.CharField(_("lisensi"), max_length=100)
    loaded_at = models.DateTimeField(_("dimuat pada"), auto_now_add=True)

    class Meta:
        verbose_name = _("batas provinsi")
        verbose_name_plural = _("batas provinsi")
        ordering = ["province"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(licence=""),
                name="boundary_names_source_and_licence",
                violation_error_message=_("Batas wilayah harus menyebut sumber dan lisensinya."),
            )
        ]

    def __str__(self) -> str:
        return str(self.province)


class Regency(ReferenceRow):
    """A kabupaten or kota; the first two digits of its code are its province."""

    code = models.CharField(_("kode"), max_length=4, primary_key=True)
    province = models.ForeignKey(
        Province, models.PROTECT, related_name="regencies", verbose_name=_("provinsi")
    )
    kind = models.CharField(_("jenis"), max_length=24)
    name = models.CharField(_("nama"), max_length=60)

    class Meta:
        verbose_name = _("kabupaten/kota")
        verbose_name_plural = _("kabupaten/kota")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__startswith=F("province")),
                name="regency_code_starts_with_its_province",
                violation_error_message=_(
                    "Dua angka pertama kode kabupaten/kota harus kode provinsinya."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """``Kab. Cilacap`` or ``Kota Semarang``, as people write it."""
        return f"{self.kind.replace('Kabupaten', 'Kab.')} {self.name}"


class Country(ReferenceRow):
    """A destination. Hong Kong and Taiwan are values of their own, as the ministry publishes."""

    code = models.CharField(_("kode"), max_length=2, primary_key=True)
    name_id = models.CharField(_("nama Indonesia"), max_length=80)
    name_en = models.CharField(_("nama Inggris"), max_length=80)
    aliases = models.CharField(
        _("sebutan lain"),
        max_length=200,
        blank=True,
        help_text=_("Yang juga diketik orang untuk mencarinya, dipisah titik koma: Korsel;Korea."),
    )
    is_active = models.BooleanField(_("dapat dipilih"), default=True)

    class Meta:
        verbose_name = _("negara/wilayah tujuan")
        verbose_name_plural = _("negara/wilayah tujuan")
        ordering = ["name_id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return in_language(self.name_id, self.name_en)

    @property
    def other_names(self) -> str:
        """What a search finds it by beside its name, separated by semicolons."""
        return ";".join(filter(None, [self.code, self.name_id, self.name_en, self.aliases]))


class OfficeQuerySet(models.QuerySet["Office"]):
    def balai(self) -> OfficeQuerySet:
        """The BP3MI: the offices whose targets are measured on what they and their posts served."""
        return self.filter(kind=Office.Kind.BALAI)

    def served_units(self) -> OfficeQuerySet:
        """Every row of a served table: the balai, and what stands outside every balai."""
        return self.filter(parent__isnull=True)

    def within(self, unit: Office) -> OfficeQuerySet:
        """The unit itself and the posts below it."""
        return self.filter(Q(pk=unit.pk) | Q(parent=unit))

    def open_for_recording(self) -> OfficeQuerySet:
        """Offices at which a service can be completed today."""
        return self.filter(is_active=True)


class Office(ReferenceRow):
    """An office that completes placements: a balai, one of its posts, or one outside any balai."""

    class Kind(models.TextChoices):
        BALAI = "bp3mi", "BP3MI"
        POST = "p4mi", "P4MI"
        ONE_ROOF = "ltsa", "LTSA"
        MALL = "mpp", "MPP"
        HEAD_OFFICE = "head_office", _("Kantor pusat")
        MISSION = "mission", _("Perwakilan RI")

    code = models.SlugField(_("kode"), max_length=40, primary_key=True)
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind)
    name = models.CharField(_("nama"), max_length=80, unique=True)
    seat = models.CharField(_("kedudukan"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("induk"),
        help_text=_("Kosong untuk BP3MI dan untuk kantor di luar balai."),
    )
    time_zone = models.CharField(_("zona waktu"), max_length=40, default="Asia/Jakarta")
    is_active = models.BooleanField(_("melayani"), default=True)
    status_note = models.CharField(_("keterangan status"), max_length=200, blank=True)
    source = models.URLField(_("sumber"), max_length=500, blank=True)
    note = models.TextField(_("catatan"), blank=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("kantor")
        verbose_name_plural = _("kantor")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="bp3mi") | Q(parent__isnull=True),
                name="balai_has_no_parent",
                violation_error_message=_("BP3MI tidak berada di bawah kantor lain."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("code")),
                name="office_is_not_its_own_parent",
                violation_error_message=_("Kantor tidak dapat menjadi induknya sendiri."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.parent_id and self.parent and self.parent.parent_id:
            raise ValidationError(
                {"parent": _("Induk harus BP3MI atau kantor yang tidak punya induk.")}
            )

    @property
    def unit_id(self) -> str:
        """Code of the served unit: the balai, or the office itself outside every balai."""
        return self.parent_id or self.code

    @property
    def is_balai(self) -> bool:
        return self.kind == self.Kind.BALAI

    def today(self) -> datetime.date:
        """The office's local date."""
        return timezone.now().astimezone(ZoneInfo(self.time_zone)).date()


class ServiceAreaQuerySet(models.QuerySet["ServiceArea"]):
    def on(self, day: datetime.date) -> ServiceAreaQuerySet:
        """Areas in force on ``day``."""
        ends = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        return self.filter(ends, valid_from__lte=day)


class ServiceArea(ReferenceRow):
    """Which balai serves which province, from when, and how sure that is."""

    class Certainty(models.TextChoices):
        STATED = "stated", _("dinyatakan sumber")
        SUPPORTED = "supported", _("didukung sumber")
        INFERRED = "inferred", _("disimpulkan, belum dipastikan")
        UNVERIFIED = "unverified", _("belum dipastikan")

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="service_areas", verbose_name=_("balai")
    )
    province = models.ForeignKey(
        Province, models.PROTECT, related_name="service_areas", verbose_name=_("provinsi")
    )
    valid_from = models.DateField(_("berlaku sejak"))
    valid_until = models.DateField(
        _("berlaku sampai"), null=True, blank=True, help_text=_("Kosong: masih berlaku.")
    )
    certainty = models.CharField(_("kepastian"), max_length=12, choices=Certainty)
    source = models.URLField(_("sumber"), max_length=500, blank=True)
    note = models.TextField(_("catatan"), blank=True)

    objects = ServiceAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("wilayah layanan")
        verbose_name_plural = _("wilayah layanan")
        ordering = ["province", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="service_area_ends_after_it_begins",
                violation_error_message=_("Tanggal akhir harus pada atau sesudah tanggal mulai."),
            ),
            ExclusionConstraint(
                name="province_has_one_balai_at_a_time",
                expressions=[
                    ("province", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_until"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_(
                    "Provinsi ini sudah dilayani balai lain pada masa itu. "
                    "Akhiri dulu wilayah layanan yang lama."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} – {self.province}"

    def clean(self) -> None:
        if self.office_id and self.office.kind != Office.Kind.BALAI:
            raise ValidationError({"office": _("Wilayah layanan hanya untuk BP3MI.")})

    def covers(self, day: datetime.date) -> bool:
        """Whether this balai serves this province on ``day``."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def is_certain(self) -> bool:
        return self.certainty in {self.Certainty.STATED, self.Certainty.SUPPORTED}


class DataNotice(models.Model):
    """What every page must say about the data it shows, for instance that they are samples."""

    key = models.SlugField(_("kunci"), max_length=40, primary_key=True)
    text = models.CharField(_("kalimat"), max_length=200)
    text_en = models.CharField(_("kalimat (Inggris)"), max_length=200, blank=True)
    shown = models.BooleanField(_("ditampilkan"), default=True)

    class Meta:
        verbose_name = _("pemberitahuan data")
        verbose_name_plural = _("pemberitahuan data")

    def __str__(self) -> str:
        return self.text

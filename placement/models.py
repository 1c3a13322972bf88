"""What happened: workers (identity, apart) and placements (the fact that is counted)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex, GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q, Value
from django.db.models.functions import Cast, Left, Substr, Upper
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import keeps_history
from accounts.models import User
from placement.closing import LATE_AFTER_DAYS, MonthClosing
from placement.identity import hold_no_nik
from placement.jobs import ImportJob
from placement.matching import ColumnMatch
from placement.reference import Agency, EmployerKind, JobTitle, Programme, Scheme, Sector
from placement.saved import SavedFilter
from regions.calendar import last_of_month
from regions.models import Country, Office, Regency

__all__ = [
    "Agency",
    "ColumnMatch",
    "EmployerKind",
    "IdentityReading",
    "ImportJob",
    "JobTitle",
    "MonthClosing",
    "Placement",
    "Programme",
    "SavedFilter",
    "Scheme",
    "Sector",
    "Worker",
]


# How long an entry can be undone by who made it, without a reason typed.
UNDO_WITHIN = datetime.timedelta(minutes=10)


@keeps_history(inserts=False, exclude=("nik_digest",))
class Worker(models.Model):
    """Who a worker is. Only entry, correction and the duplicate check read it.

    The NIK is never stored: a keyed digest finds the same worker again across offices, and the
    last four digits let an officer recognise a row. Figures and exports never touch this table,
    so erasing an identity never changes a count.
    """

    nik_digest = models.BinaryField(_("sidik NIK"), max_length=32, unique=True, editable=False)
    nik_last4 = models.CharField(_("empat angka terakhir NIK"), max_length=4)
    name = models.CharField(_("nama lengkap"), max_length=120, validators=[hold_no_nik])
    birth_date = models.DateField(_("tanggal lahir"))

    class Meta:
        verbose_name = _("pekerja")
        verbose_name_plural = _("pekerja")
        indexes = [
            # Near duplicates at every save: same birth date and name, whatever the case.
            models.Index("birth_date", Upper("name"), name="worker_namesakes"),
            # The search of the list: part of a name, four digits of a NIK.
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), F("nik_last4"), name="worker_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(nik_last4__regex=r"^[0-9]{4}$"),
                name="worker_last4_is_four_digits",
                violation_error_message=_("Empat angka terakhir NIK harus empat angka."),
            )
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """Initials and last four digits: enough to recognise a row, too little to identify."""
        initials = " ".join(f"{part[0]}•••" for part in self.name.split()[:2] if part)
        return f"{initials} · •••• {self.nik_last4}"


# The version of a key: that of a form is random (4), that of a row of a file is named after worker
# and day (5, ``sifting.Entry.key``).
_KEY_VERSION = Substr(Cast("request_key", models.TextField()), 15, 1)
TYPED_AT_A_FORM = ~Q(Exact(_KEY_VERSION, "5"))


class PlacementQuerySet(models.QuerySet["Placement"]):
    def counted(self) -> PlacementQuerySet:
        """What counts. The rule itself is the SQL function ``placement_counts``; a test keeps
        the two equal."""
        return self.filter(status=Placement.Status.COMPLETED)

    def visible_to(self, user: User) -> PlacementQuerySet:
        """Placements this user may open; anybody else's are a 404."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_every_placement:
            return self
        return self.filter(office__in=user.offices_in_reach())

    def correctable_by(self, user: User) -> PlacementQuerySet:
        """Placements this user may change."""
        return self.visible_to(user) if user.is_authenticated and user.may_record else self.none()

    def typed_by(self, user: User) -> PlacementQuerySet:
        """What this user entered at the form, not by a file, newest first."""
        return self.filter(TYPED_AT_A_FORM, recorded_by=user).order_by("-id")

    def recorded_late(self) -> PlacementQuerySet:
        """Recorded more than a week after they were completed, by the date at their office."""
        local = Func(F("office__time_zone"), F("recorded_at"), function="timezone")
        latest = ExpressionWrapper(
            F("completed_on") + Value(LATE_AFTER_DAYS), output_field=models.DateField()
        )
        return self.alias(recorded_on=Cast(local, models.DateField())).filter(
            recorded_on__gt=latest
        )

    def served_in(self, unit: Office, month: datetime.date) -> PlacementQuerySet:
        """What a unit served in one month, whatever its status."""
        return self.filter(unit=unit, completed_on__range=(month, last_of_month(month)))

    def for_list(self) -> PlacementQuerySet:
        """Everything a row of the list shows, in one statement; newest first."""
        return self.select_related(
            "worker",
            "office",
            "origin__province",
            "destination",
            "scheme",
            "programme",
            "job_title",
            "unit",
            "employer_kind",
            "agency",
            "recorded_by",
        ).order_by("-completed_on", "-id")

    def for_detail(self) -> PlacementQuerySet:
        return self.for_list()


@keeps_history(exclude=("origin_province", "request_key"))
class Placement(models.Model):
    """One completed service of one worker, at one office, on one date. Not a departure, not a
    person: an extension or a re-entry is another placement.

    It has two places that are never merged: the office that served it (with its ``unit``, the
    balai) and the worker's origin. Both are stored, so re-mapping an office never rewrites
    history. Only ``placement.recording`` writes it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draf")
        COMPLETED = "completed", _("Selesai")
        VOID = "void", _("Dibatalkan")

    class Sex(models.TextChoices):
        FEMALE = "F", _("Perempuan")
        MALE = "M", _("Laki-laki")

    id = models.BigAutoField(primary_key=True)
    # Unique by constraint: unique=True would add a second index for LIKE, which nobody asks.
    reference = models.CharField(_("nomor"), max_length=20, editable=False)
    request_key = models.UUIDField(_("kunci kiriman"), unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.COMPLETED, editable=False
    )

    completed_on = models.DateField(
        _("tanggal selesai proses"),
        help_text=_("Tanggal seluruh proses pra-penempatan selesai; inilah tanggal hitungan."),
    )
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        db_index=False,
        related_name="placements",
        verbose_name=_("kantor pelayanan"),
    )
    unit = models.ForeignKey(
        Office,
        models.PROTECT,
        db_index=False,
        related_name="served_placements",
        verbose_name=_("balai"),
        editable=False,
        help_text=_("Balai kantor itu pada saat dicatat; kantor di luar balai berdiri sendiri."),
    )
    worker = models.ForeignKey(
        Worker, models.PROTECT, db_index=False, related_name="placements", verbose_name=_("pekerja")
    )
    sex = models.CharField(_("jenis kelamin"), max_length=1, choices=Sex)
    origin = models.ForeignKey(
        Regency,
        models.PROTECT,
        db_index=False,
        related_name="placements",
        verbose_name=_("daerah asal"),
        help_text=_("Kabupaten/kota asal pekerja; tidak diambil dari NIK."),
    )
    origin_province = models.GeneratedField(
        expression=Left("origin_id", 2),
        output_field=models.CharField(_("provinsi asal"), max_length=2),
        db_persist=True,
    )
    destination = models.ForeignKey(
        Country,
        models.PROTECT,
        db_index=False,
        related_name="placements",
        verbose_name=_("negara tujuan"),
    )
    scheme = models.ForeignKey(
        Scheme, models.PROTECT, db_index=False, related_name="placements", verbose_name=_("skema")
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        db_index=False,
        related_name="placements",
        verbose_name=_("program"),
    )
    employer_kind = models.ForeignKey(
        EmployerKind,
        models.PROTECT,
        db_index=False,
        related_name="placements",
        verbose_name=_("pemberi kerja"),
    )
    job_title = models.ForeignKey(
        JobTitle,
        models.PROTECT,
        db_index=False,
        related_name="placements",
        verbose_name=_("jabatan"),
    )
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="placements",
        verbose_name="P3MI",
    )
    ekpmi_number = models.CharField(
        _("nomor E-KPMI"),
        max_length=30,
        blank=True,
        validators=[
            RegexValidator(
                r"^[A-Z0-9][A-Z0-9./-]*$",
                _("Nomor E-KPMI hanya berisi huruf, angka, titik, garis miring dan tanda hubung."),
            )
        ],
    )
    remark = models.CharField(_("catatan"), max_length=500, blank=True, validators=[hold_no_nik])
    void_reason = models.CharField(_("alasan pembatalan"), max_length=300, blank=True)

    recorded_at = models.DateTimeField(_("dicatat pada"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        related_name="recorded_placements",
        verbose_name=_("dicatat oleh"),
        editable=False,
    )

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("penempatan")
        verbose_name_plural = _("penempatan")
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="placement_reference_is_unique"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "completed", "void"]),
                name="placement_status_is_known",
                violation_error_message=_("Status penempatan tidak dikenal."),
            ),
            models.CheckConstraint(
                condition=Q(sex__in=["F", "M"]),
                name="placement_sex_is_known",
                violation_error_message=_("Pilih perempuan atau laki-laki."),
            ),
            models.CheckConstraint(
                condition=~Q(status="void") | ~Q(void_reason=""),
                name="void_placement_has_a_reason",
                violation_error_message=_("Tulis alasan pembatalan."),
            ),
            models.CheckConstraint(
                condition=Q(completed_on__gte="2007-01-01"),
                name="placement_not_before_the_register",
                violation_error_message=_(
                    "Tanggal ini sebelum 2007, awal data penempatan. Periksa tahunnya."
                ),
            ),
            models.UniqueConstraint(
                fields=["worker", "completed_on"],
                condition=~Q(status="void"),
                name="worker_completes_once_a_day",
                violation_error_message=_(
                    "Pekerja ini sudah dicatat pada tanggal itu. Satu pekerja hanya dapat "
                    "menyelesaikan satu layanan sehari; buka catatan yang ada."
                ),
            ),
        ]
        # Foreign keys have no index of their own: Django would add two to each, and no page asks
        # by one of them alone.
        indexes = [
            # The list and the day's summary of an office, newest first.
            models.Index("office", F("completed_on").desc(), F("id").desc(), name="list_of_office"),
            # The placements behind a balai's figure and its crosses.
            models.Index("unit", F("completed_on").desc(), F("id").desc(), name="list_of_unit"),
            # The placements behind a province's figure and its crosses.
            models.Index(
                "origin_province", F("completed_on").desc(), F("id").desc(), name="list_of_origin"
            ),
            # The placements of one kabupaten/kota.
            models.Index(
                "origin", F("completed_on").desc(), F("id").desc(), name="list_of_regency"
            ),
            # The national list, and figures through a day in mid-month.
            models.Index(F("completed_on").desc(), F("id").desc(), name="list_of_nation"),
            # What is rare in the list, alone or together: without it a filter that finds little
            # reads ten million rows.
            GinIndex(
                fields=[
                    "destination",
                    "scheme",
                    "programme",
                    "job_title",
                    "employer_kind",
                    "agency",
                    "status",
                ],
                name="list_filters",
            ),
            # From a worker that was searched for to the list, void ones included.
            models.Index(fields=["worker"], name="list_of_worker"),
            # What somebody typed last: beside the form, and what it repeats. A file of 100,000 rows
            # is not in the way, and not written here.
            models.Index(
                "recorded_by", F("id").desc(), condition=TYPED_AT_A_FORM, name="typed_by_recorder"
            ),
            # Rows arrive in the order of recording.
            BrinIndex(fields=["recorded_at"], pages_per_range=32, name="list_by_recording"),
            # How late a year was recorded, read from the index alone. Its condition is the
            # counting rule written out: ``placement_counts`` is inlined to it (rule version 1).
            models.Index(
                fields=["completed_on"],
                include=["unit", "office", "recorded_at", "programme"],
                condition=Q(status="completed"),
                name="entry_of_days",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("placement:detail", kwargs={"reference": self.reference})

    @property
    def is_void(self) -> bool:
        return self.status == self.Status.VOID

    @property
    def may_be_undone(self) -> bool:
        """Whether its recorder may still take it back with one click."""
        return not self.is_void and timezone.now() - self.recorded_at < UNDO_WITHIN


class IdentityReading(models.Model):
    """Who read the identity of which worker, when and where (UU 27/2022)."""

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="identity_readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(auto_now_add=True)
    occasion = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("pembacaan identitas")
        verbose_name_plural = _("pembacaan identitas")
        ordering = ["-read_at", "-id"]

    def __str__(self) -> str:
        return f"{self.reader} – {self.placement}"

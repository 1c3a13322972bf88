"""Dated reference tables of a placement: schemes, programmes, employers, jobs, sectors, agencies.

They are tables and not enums because the ministry renames and regroups them: formal/informal
became berbadan hukum/perseorangan in 2025, and the list of schemes varies by publication.
"""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.history import keeps_history
from regions.language import in_language
from regions.models import ReferenceRow

# What stands for "no sector" in links, files and answers; no sector may be called so.
UNGROUPED = "ungrouped"
# Codes that stand for "everything else": no rank of their own among values with a name. The second
# is the published residual of the job titles.
RESIDUAL = frozenset({UNGROUPED, "other"})


class DatedQuerySet(models.QuerySet):
    def valid_on(self, day: datetime.date):
        """Rows that may be chosen for a placement completed on ``day``."""
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        )


class DatedReference(ReferenceRow):
    """A named value that is valid from one day until another."""

    code = models.SlugField(_("kode"), max_length=24, primary_key=True)
    label = models.CharField(_("nama"), max_length=80)
    label_en = models.CharField(_("nama Inggris"), max_length=80, blank=True)
    valid_from = models.DateField(_("berlaku sejak"), null=True, blank=True)
    valid_until = models.DateField(_("berlaku sampai"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("urutan"), default=100)
    source = models.URLField(_("sumber"), max_length=500, blank=True)
    note = models.TextField(_("catatan"), blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "label"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="%(class)s_ends_after_it_begins",
                violation_error_message=_("Tanggal akhir harus pada atau sesudah tanggal mulai."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The label in the language of the screen."""
        return in_language(self.label, self.label_en)

    def is_valid_on(self, day: datetime.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class Scheme(DatedReference):
    """Skema penempatan: G to G, P to P, perseorangan, perpanjangan …"""

    requires_agency = models.BooleanField(
        _("wajib P3MI"), default=False, help_text=_("Penempatan dengan skema ini menyebut P3MI.")
    )

    class Meta(DatedReference.Meta):
        verbose_name = _("skema")
        verbose_name_plural = _("skema")


class Programme(DatedReference):
    """Regular, SMK Go Global, general quick win: a dimension of placements and of targets."""

    has_stages = models.BooleanField(
        _("punya corong tahap"),
        default=False,
        help_text=_(
            "Pelatihan, akun dan proses dilaporkan per bulan, sebelum penempatan dihitung."
        ),
    )

    class Meta(DatedReference.Meta):
        verbose_name = _("program")
        verbose_name_plural = _("program")


class EmployerKind(DatedReference):
    """Pemberi kerja berbadan hukum or perseorangan; one field with two sets of labels."""

    former_label = models.CharField(_("sebutan lama"), max_length=40, blank=True)
    renamed_on = models.DateField(_("berganti sebutan pada"), null=True, blank=True)

    class Meta(DatedReference.Meta):
        verbose_name = _("jenis pemberi kerja")
        verbose_name_plural = _("jenis pemberi kerja")

    def label_on(self, day: datetime.date) -> str:
        """The label in use on ``day``: formal/informal before the renaming."""
        if self.renamed_on and self.former_label and day < self.renamed_on:
            return self.former_label
        return self.name


class Sector(DatedReference):
    """Sektor ekonomi: a group of job titles, published as shares. A third classification beside
    the employer (formal/informal) and the job itself."""

    class Meta(DatedReference.Meta):
        verbose_name = _("sektor")
        verbose_name_plural = _("sektor")
        constraints = [
            *DatedReference.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(code=UNGROUPED),
                name="sector_is_not_called_ungrouped",
                violation_error_message=_("Kode itu dipakai untuk yang belum dikelompokkan."),
            ),
        ]


@keeps_history(exclude=("loaded",))
class JobTitle(DatedReference):
    """Jabatan, in English as SISKOP2MI prints it; the note says it in Indonesian.

    Its sector says where all its placements are counted, those of the past as well: which is why
    the table keeps a history.
    """

    sector = models.ForeignKey(
        Sector,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="job_titles",
        verbose_name=_("sektor"),
        help_text=_(
            "Mengubahnya mengubah bagian sektor semua tahun, juga yang lalu. Kosong: belum "
            "dikelompokkan."
        ),
    )

    class Meta(DatedReference.Meta):
        verbose_name = _("jabatan")
        verbose_name_plural = _("jabatan")

    @property
    def other_names(self) -> str:
        """What a search finds it by beside its label, separated by semicolons."""
        return ";".join(filter(None, [self.label, self.label_en, self.note]))


class Agency(DatedReference):
    """P3MI: a licensed company that places workers."""

    class Meta(DatedReference.Meta):
        verbose_name = _("P3MI")
        verbose_name_plural = _("P3MI")

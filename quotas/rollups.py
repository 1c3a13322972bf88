"""The tally and attainment: derived tables, written by SQL in ``quotas.tally`` only.

Codes are plain text and not foreign keys: the rows are rebuilt from the placements, whose own
keys are enforced, and a fold writes hundreds of thousands of them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from quotas.promises import Measure, TargetSet


class Cell(models.Model):
    """Everything a figure can be asked by."""

    completed_on = models.DateField()
    office = models.CharField(max_length=40)
    unit = models.CharField(max_length=40)
    origin = models.CharField(max_length=4)
    destination = models.CharField(max_length=2)
    scheme = models.CharField(max_length=24)
    programme = models.CharField(max_length=24)
    employer_kind = models.CharField(max_length=24)
    sex = models.CharField(max_length=1)
    job_title = models.CharField(max_length=24)

    class Meta:
        abstract = True


class TallyInbox(Cell):
    """Signed rows waiting for a fold; written by the triggers on the placements only."""

    id = models.BigAutoField(primary_key=True)
    placement = models.BigIntegerField()
    n = models.SmallIntegerField()
    arrived_at = models.DateTimeField()

    class Meta:
        db_table = "tally_inbox"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.placement}: {self.n:+d}"


class TallyBatch(models.Model):
    """One fold, rebuild or correction: a cut in commit order, so *as of batch b* is exact."""

    class Kind(models.TextChoices):
        FOLD = "fold", _("lipatan")
        REBUILD = "rebuild", _("hitung ulang")
        CORRECTION = "correction", _("koreksi")

    number = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    rule_version = models.PositiveSmallIntegerField()
    entries = models.PositiveIntegerField(_("baris"), default=0)
    net = models.IntegerField(_("perubahan bersih"), default=0)
    folded_at = models.DateTimeField(_("pada"))

    class Meta:
        db_table = "tally_batch"
        default_permissions = ("view",)
        verbose_name = _("batch hitungan")
        verbose_name_plural = _("batch hitungan")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number} ({self.get_kind_display()})"


class TallyLedger(Cell):
    """The signed rows of every batch, kept for ever: who counted where, as of which batch."""

    id = models.BigAutoField(primary_key=True)
    batch = models.BigIntegerField()
    placement = models.BigIntegerField()
    n = models.SmallIntegerField()

    class Meta:
        db_table = "tally_ledger"
        default_permissions = ()
        indexes = [
            # A batch's own rows, when it is folded and when its changes are listed.
            models.Index("batch", name="ledger_of_batch"),
            # Figures as of a batch for a year, and rebuilds of a year.
            models.Index("completed_on", "batch", name="ledger_of_year"),
            # What happened to one placement.
            models.Index("placement", name="ledger_of_placement"),
            # Of which placements anything was ever taken back: few, and the only ones whose
            # changes need more than one row (quotas.changes).
            models.Index("placement", name="ledger_taken_back", condition=models.Q(n__lt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.batch}/{self.placement}: {self.n:+d}"


class TallyMonth(models.Model):
    """Count per month, served unit, province of origin and programme."""

    pk = models.CompositePrimaryKey("month", "unit", "province", "programme")
    month = models.DateField()
    unit = models.CharField(max_length=40)
    province = models.CharField(max_length=2)
    programme = models.CharField(max_length=24)
    n = models.IntegerField()

    class Meta:
        db_table = "tally_month"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(n__gte=0), name="tally_month_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.unit} {self.province} {self.programme}: {self.n}"


class TallyBreakdown(models.Model):
    """Count per month, level, unit, programme and one value of one dimension.

    ``level`` is a Measure; ``unit_code`` is empty for the nation, else an office or province.
    """

    pk = models.CompositePrimaryKey(
        "month", "level", "unit_code", "programme", "dimension", "value"
    )
    month = models.DateField()
    level = models.CharField(max_length=8, choices=Measure)
    unit_code = models.CharField(max_length=40)
    programme = models.CharField(max_length=24)
    dimension = models.CharField(max_length=16)
    value = models.CharField(max_length=40)
    n = models.IntegerField()

    class Meta:
        db_table = "tally_breakdown"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(n__gte=0), name="tally_breakdown_not_negative"
            )
        ]
        # A page asks for every dimension of one place: the key begins with the month, and would
        # have it read every place of the year.
        indexes = [models.Index(fields=["level", "unit_code", "month"], name="breakdown_of_place")]

    def __str__(self) -> str:
        return f"{self.month} {self.level} {self.unit_code} {self.dimension}={self.value}: {self.n}"


class AttainmentQuerySet(models.QuerySet):
    def visible_to(self, user: User):
        """Figures this user may read (design 6).

        Officers and heads read the nation, their own balai, and the provinces their balai
        serves today; directorate, target administrators and auditors read everything.
        """
        if not user.is_authenticated:
            return self.none()
        if user.sees_every_figure:
            return self
        own = models.Q(measure=Measure.NATIONAL)
        if user.may_record:
            provinces = user.office_provinces()
            own |= models.Q(measure=Measure.SERVED, unit_code=user.office.unit_id)
            own |= models.Q(measure=Measure.ORIGIN, unit_code__in=provinces)
        return self.filter(own)


class AttainmentColumns(models.Model):
    """A year's attainment of the nation, a served unit or a province of origin.

    ``programme`` is empty for all programmes together, ``unit_code`` for the nation; ``target``
    is null when there is none, which is not zero.
    """

    year = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=8, choices=Measure)
    unit_code = models.CharField(max_length=40)
    programme = models.CharField(max_length=24)
    target = models.PositiveIntegerField(null=True)
    realised = models.IntegerField()
    target_set = models.ForeignKey(TargetSet, models.DO_NOTHING, null=True, related_name="+")
    batch = models.BigIntegerField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Attainment(AttainmentColumns):
    """Attainment as of the last fold; ``AttainmentNow`` adds what still waits in the inbox."""

    pk = models.CompositePrimaryKey("year", "measure", "unit_code", "programme")
    objects = AttainmentQuerySet.as_manager()

    class Meta:
        db_table = "attainment"
        default_permissions = ("view",)
        verbose_name = _("capaian")
        verbose_name_plural = _("capaian")

    def __str__(self) -> str:
        return f"{self.year} {self.measure} {self.unit_code}: {self.realised}/{self.target}"


class AttainmentNow(AttainmentColumns):
    """A database view: attainment plus the waiting rows, exact in every snapshot.

    ``realised`` includes the ``waiting`` net change of ``pending`` inbox rows. ``percent`` is the
    exact ratio times 100 (a Decimal, not rounded); ``rating_level`` its band or null.
    """

    pk = models.CompositePrimaryKey("year", "measure", "unit_code", "programme")
    waiting = models.IntegerField()
    pending = models.IntegerField()
    percent = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    rating_level = models.PositiveSmallIntegerField(null=True)
    rating_label = models.CharField(max_length=40, null=True)
    rating_label_en = models.CharField(max_length=40, null=True)
    unit_name = models.CharField(max_length=80)
    unit_kind = models.CharField(max_length=12)

    objects = AttainmentQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "attainment_now"

    def __str__(self) -> str:
        return f"{self.year} {self.measure} {self.unit_code}: {self.realised}/{self.target}"


class Reconciliation(models.Model):
    """One check of the tally against the placements, in one snapshot."""

    ran_at = models.DateTimeField(_("pada"))
    year = models.PositiveSmallIntegerField(_("tahun"), null=True)
    batch = models.BigIntegerField(_("batch"), null=True)
    placements = models.BigIntegerField(_("penempatan diperiksa"))
    cells = models.BigIntegerField(_("sel diperiksa"))
    mismatches = models.BigIntegerField(_("selisih"))
    examples = models.JSONField(_("contoh selisih"), default=list)

    class Meta:
        db_table = "reconciliation"
        default_permissions = ("view",)
        verbose_name = _("pencocokan")
        verbose_name_plural = _("pencocokan")
        ordering = ["-ran_at", "-id"]
        indexes = [models.Index(models.F("ran_at").desc(), name="last_reconciliation")]

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d %H:%M} {self.mismatches}"


class Heartbeat(models.Model):
    """When a worker last ran a named task; ``/readyz`` and the stamp read it."""

    name = models.CharField(max_length=20, primary_key=True)
    beat_at = models.DateTimeField()

    class Meta:
        db_table = "heartbeat"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

"""A file on its way in: the row that is its queue, its progress and its report."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from regions.models import Office


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: User) -> ImportJobQuerySet:
        """A file is its sender's business alone."""
        return self.filter(by=user) if user.is_authenticated else self.none()


class ImportJob(models.Model):
    """One file on its way in."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("menunggu diperiksa")
        CHECKING = "checking", _("sedang diperiksa")
        MAPPING = "mapping", _("menunggu kolomnya dicocokkan")
        CHECKED = "checked", _("sudah diperiksa, belum disimpan")
        QUEUED = "queued", _("menunggu disimpan")
        SAVING = "saving", _("sedang disimpan")
        DONE = "done", _("selesai")
        REFUSED = "refused", _("ditolak")
        CANCELLED = "cancelled", _("dibatalkan")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="import_jobs")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    report = models.BinaryField(default=b"")
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    message = models.CharField(max_length=300, blank=True)
    # Headings and first values of a file whose columns a person must match; erased with it.
    columns = models.JSONField(default=list, blank=True)
    # How often a worker has begun this step: a claim, and the end of a job that kills its workers.
    attempts = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    # Those of the wrong ones that a reason would let in, if nothing else is wrong with them.
    held = models.PositiveIntegerField(default=0)
    # Row and sentence of the first ones, for the page; erased with the report.
    first_wrong = models.JSONField(default=list, blank=True)
    already = models.PositiveIntegerField(default=0)
    saved = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("impor")
        verbose_name_plural = _("impor")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["waiting", "checking", "mapping", "checked", "queued", "saving",
                                "done", "refused", "cancelled"]
                ),
                name="import_status_is_known",
                violation_error_message=_("Status impor tidak dikenal."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.get_status_display()})"

    @property
    def more_wrong(self) -> int:
        """Wrong rows that the page does not tell of by itself."""
        return self.wrong - len(self.first_wrong)

    @property
    def is_running(self) -> bool:
        return self.status in {"waiting", "checking", "queued", "saving"}

    @property
    def is_cancellable(self) -> bool:
        return self.is_running or self.status in {self.Status.CHECKED, self.Status.MAPPING}

    @property
    def percent(self) -> int:
        return self.seen * 100 // self.total if self.total else 0

    @property
    def unsaved(self) -> int:
        """Good rows of a saved file that were not: recorded or closed since they were checked."""
        return max(self.good - self.saved, 0) if self.status == self.Status.DONE else 0

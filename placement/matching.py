"""Headings of an office's own sheets, matched to our columns once and remembered."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from placement.sheets import HEADINGS, plain
from regions.models import Office

_LONGEST = 120


class ColumnMatch(models.Model):
    """What a heading means in the files of one office; an empty field leaves the column out."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    heading = models.CharField(_("judul di berkas"), max_length=_LONGEST)
    field = models.CharField(_("kolom"), max_length=20, blank=True)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("judul kolom impor")
        verbose_name_plural = _("judul kolom impor")
        ordering = ["heading"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "heading"],
                name="import_heading_means_one_column",
                violation_error_message=_("Judul ini sudah dicocokkan untuk kantor ini."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading}: {self.label}"

    @property
    def label(self) -> str:
        return str(HEADINGS.get(self.field, _("dilewati")))


def remembered(office: Office) -> dict[str, str]:
    """Fields by plain heading, as ``sheets.read_sheet`` takes them."""
    return dict(ColumnMatch.objects.filter(office=office).values_list("heading", "field"))


@transaction.atomic
def remember(*, office: Office, by: User, fields: Mapping[str, str]) -> None:
    """Keep what headings mean for an office, '' for a column to leave out; a heading that was
    matched before means the new field."""
    for heading, field in fields.items():
        ColumnMatch.objects.update_or_create(
            office=office, heading=plain(heading)[:_LONGEST],
            defaults={"field": field, "chosen_by": by},
        )  # fmt: skip


def forget(*, office: Office) -> int:
    """Forget every heading of an office; returns how many there were."""
    return ColumnMatch.objects.filter(office=office).delete()[0]

"""Filters of the list that a person keeps under a name."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User

# Where a page begins is no part of what was filtered.
_PASSING = ("after", "before")


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: User) -> SavedFilterQuerySet:
        """A filter is its owner's alone: what somebody searches for is nobody else's business."""
        return self.filter(owner=user) if user.is_authenticated else self.none()


class SavedFilter(models.Model):
    """A filter, with its columns and order, as the query of its address."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters"
    )
    name = models.CharField(gettext_lazy("nama"), max_length=60)
    query = models.CharField(gettext_lazy("saringan"), max_length=2000)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("saringan tersimpan")
        verbose_name_plural = gettext_lazy("saringan tersimpan")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_has_its_own_name")
        ]

    def __str__(self) -> str:
        return self.name


def save_filter(*, by: User, name: str, query: str) -> SavedFilter:
    """Keep ``query`` (of the list's address) under ``name``; the same name is replaced.

    Raises ValidationError without a name, and for an empty or overlong filter.
    """
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise ValidationError(_("Beri nama saringan, paling panjang 60 huruf."))
    chosen = QueryDict(query, mutable=True)
    for passing in _PASSING:
        chosen.pop(passing, None)
    kept = QueryDict(mutable=True)
    for key, values in chosen.lists():
        kept.setlist(key, [value for value in values if value])
    text = kept.urlencode()
    if not text:
        raise ValidationError(_("Belum ada yang disaring. Pilih saringannya dulu."))
    if len(text) > 2000:
        raise ValidationError(_("Saringan ini terlalu panjang untuk disimpan."))
    return SavedFilter.objects.update_or_create(owner=by, name=name, defaults={"query": text})[0]

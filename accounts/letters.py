"""The weekly letter of a person: whether they want it, in which language, and that it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import roles

if TYPE_CHECKING:
    from accounts.models import User


class DigestSent(models.Model):
    """The letter of one week has gone to one person. The row is written in the transaction that
    sends it (``dashboards.digest``); two of them for a week cannot be."""

    week = models.DateField(_("minggu, hari terakhirnya"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests",
        verbose_name=_("penerima"),
    )  # fmt: skip
    sent_at = models.DateTimeField(_("dikirim pada"))

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("ringkasan terkirim")
        verbose_name_plural = _("ringkasan terkirim")
        ordering = ["-week", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "user"],
                name="digest_goes_to_a_person_once_a_week",
                violation_error_message=_("Ringkasan minggu itu sudah dikirim kepada orang ini."),
            ),
            models.CheckConstraint(
                # Django counts the days of a week from Sunday, 1.
                condition=Q(week__week_day=1),
                name="digest_week_ends_on_sunday",
                violation_error_message=_("Minggu ditulis dengan hari Minggunya."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.user}"


@transaction.atomic
def choose_letter(*, user: User, wanted: bool, language: str) -> None:
    """Keep whether ``user`` wants the weekly letter and in which language.

    Raises ValidationError for a language there is not.
    """
    user.digest, user.language = wanted, language
    user.clean_fields(exclude=["password"])
    user.save(update_fields=["digest", "language"])


def digest_recipients() -> models.QuerySet[User]:
    """Who gets the weekly letter: active heads of a balai and the directorate, with an address,
    who have not declined it."""
    heads = Q(groups__name=roles.HEAD, office__isnull=False)
    chosen = get_user_model().objects.filter(heads | Q(groups__name=roles.DIRECTORATE))
    chosen = chosen.filter(is_active=True, digest=True).exclude(email="")
    return chosen.select_related("office").order_by("pk").distinct()

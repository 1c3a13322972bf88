"""Who: the user, the office they work at, and what their groups allow."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.letters import DigestSent
from accounts.tokens import ApiToken, ApiUse
from regions.models import Office, Province, ServiceArea

__all__ = ["ApiToken", "ApiUse", "DigestSent", "User"]


class User(AbstractUser):
    """A person who signs in. Officers and heads belong to an office; the others to none."""

    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("kantor"),
        help_text=_("Wajib untuk petugas dan kepala balai."),
    )
    digest = models.BooleanField(
        _("ringkasan mingguan lewat surel"),
        default=True,
        help_text=_("Untuk kepala balai dan direktorat, bila dinyalakan di server."),
    )
    language = models.CharField(
        _("bahasa surel"), max_length=2, choices=settings.LANGUAGES, default="id"
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("pengguna")
        verbose_name_plural = _("pengguna")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def clean(self) -> None:
        super().clean()
        if self.pk and not self.office_id and self.role_names & {roles.OFFICER, roles.HEAD}:
            raise ValidationError({"office": _("Petugas dan kepala balai harus punya kantor.")})

    @cached_property
    def role_names(self) -> frozenset[str]:
        """Names of the groups of this user, read once per request."""
        return frozenset(group.name for group in self.groups.all())

    def has_role(self, *names: str) -> bool:
        return self.is_active and bool(self.role_names.intersection(names))

    @property
    def is_officer(self) -> bool:
        return bool(self.office_id) and self.has_role(roles.OFFICER)

    @property
    def is_head(self) -> bool:
        return bool(self.office_id) and self.has_role(roles.HEAD)

    def heads(self, unit_id: str) -> bool:
        """Whether this user is the head of that balai."""
        return self.is_head and self.office.unit_id == unit_id

    @property
    def gets_digest(self) -> bool:
        """Whether the weekly letter is meant for somebody in this place."""
        return self.is_head or self.has_role(roles.DIRECTORATE)

    @property
    def sees_every_placement(self) -> bool:
        return self.is_superuser or self.has_role(roles.DIRECTORATE, roles.AUDITOR)

    @property
    def sees_every_figure(self) -> bool:
        return self.sees_every_placement or self.has_role(roles.TARGET_ADMIN)

    @property
    def may_record(self) -> bool:
        """May record, correct and void placements of the offices in reach."""
        return self.is_officer or self.is_head

    @property
    def may_reopen_months(self) -> bool:
        return self.is_superuser or self.has_role(roles.DIRECTORATE)

    @property
    def may_edit_targets(self) -> bool:
        return self.is_superuser or self.has_role(roles.TARGET_ADMIN)

    def offices_in_reach(self) -> models.QuerySet[Office]:
        """Offices whose placements this user may see: own, own balai's, all, or none."""
        offices = Office.objects.all()
        if self.sees_every_placement:
            return offices
        if self.is_head:
            return offices.within(Office(code=self.office.unit_id))
        if self.is_officer:
            return offices.filter(pk=self.office_id)
        return offices.none()

    def office_provinces(self) -> models.QuerySet[Province]:
        """Provinces the balai of this user serves today; empty when it is not known."""
        if not self.office_id:
            return Province.objects.none()
        today = timezone.localdate()
        areas = ServiceArea.objects.filter(office=self.office.unit_id, valid_from__lte=today)
        areas = areas.filter(models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=today))
        return Province.objects.filter(pk__in=areas.values("province"))


def heads_of(unit_id: str) -> models.QuerySet[User]:
    """The heads of a balai who can sign in, by name."""
    of_unit = models.Q(office=unit_id) | models.Q(office__parent=unit_id)
    heads = User.objects.filter(of_unit, is_active=True, groups__name=roles.HEAD)
    return heads.order_by("first_name", "username")

"""Tokens by which a program reads the API with the rights of one person.

A token is a secret of 256 bits, shown once and kept as its SHA-256 only. A plain digest is enough
where a password would need a slow one: nobody can guess 256 bits. It is looked up by that digest,
so how long the look-up takes says nothing about any secret.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.history import keeps_history

if TYPE_CHECKING:
    from accounts.models import User

# Begins every secret, so that a leaked one is known for what it is.
_MARK = "cpmi_"
_SHOWN = len(_MARK) + 6
LONGEST = datetime.timedelta(days=366)
MOST_LIVE = 10
_SEEN_EVERY = datetime.timedelta(minutes=1)


class TokenRefused(Exception):
    """The secret opens nothing; ``str(error)`` is the sentence that says why."""


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> ApiTokenQuerySet:
        """A token is its owner's alone; superusers see every one in the admin."""
        return self.filter(owner=user) if user.is_authenticated else self.none()

    def live(self) -> ApiTokenQuerySet:
        """Neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_on__gte=timezone.localdate())


@keeps_history(exclude=("digest", "last_used_at"))
class ApiToken(models.Model):
    """One secret of one person, usable through the day ``expires_on`` in Jakarta."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="api_tokens",
        verbose_name=gettext_lazy("pemilik"),
    )
    name = models.CharField(
        gettext_lazy("nama"),
        max_length=60,
        help_text=gettext_lazy("Program yang memakainya, misalnya: layar ruang rapat."),
        error_messages={"blank": gettext_lazy("Beri nama, supaya nanti jelas mana yang dicabut.")},
    )
    digest = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    prefix = models.CharField(gettext_lazy("awal token"), max_length=16, editable=False)
    created_at = models.DateTimeField(gettext_lazy("dibuat pada"), default=timezone.now)
    expires_on = models.DateField(gettext_lazy("berlaku sampai"))
    last_used_at = models.DateTimeField(gettext_lazy("terakhir dipakai"), null=True, editable=False)
    revoked_at = models.DateTimeField(gettext_lazy("dicabut pada"), null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("token API")
        verbose_name_plural = gettext_lazy("token API")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(revoked_at__isnull=True),
                name="unrevoked_token_has_its_own_name",
                violation_error_message=gettext_lazy(
                    "Anda sudah punya token dengan nama itu. Cabut dulu, atau beri nama lain."
                ),
            ),
            # A day of slack: the verb counts in Jakarta days, the database in its own zone.
            models.CheckConstraint(
                condition=Q(expires_on__lte=F("created_at") + datetime.timedelta(days=367)),
                name="token_lives_at_most_a_year",
                violation_error_message=gettext_lazy("Token berlaku paling lama setahun."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_expired(self) -> bool:
        return self.expires_on < timezone.localdate()

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and not self.is_expired


class ApiUse(models.Model):
    """Calls of one caller in its current minute: one row each, written over and over.

    The table is unlogged (migration 0004): a count of this minute need not survive a crash, and
    so a call waits for no disk.
    """

    caller = models.CharField(max_length=40, primary_key=True)
    minute = models.BigIntegerField()
    calls = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.caller}: {self.calls}"


@transaction.atomic
def create_token(*, by: User, name: str, expires_on: datetime.date) -> tuple[ApiToken, str]:
    """Make a token of ``by`` and return it with its secret, which nobody can read again.

    Raises ValidationError: no name, a name in use, a last day that is past or over a year away,
    too many live tokens; and for superusers, who must not be reachable by one factor.
    """
    if by.is_superuser:
        raise ValidationError(
            _("Akun superuser tidak dapat memakai token. Pakai akun biasa yang cukup haknya.")
        )
    today = timezone.localdate()
    if expires_on < today:
        raise ValidationError({"expires_on": _("Tanggal ini sudah lewat.")})
    if expires_on > today + LONGEST:
        raise ValidationError({"expires_on": _("Token berlaku paling lama setahun.")})
    # Two requests at once must not both find room for the last token.
    get_user_model().objects.select_for_update().get(pk=by.pk)
    if ApiToken.objects.visible_to(by).live().count() >= MOST_LIVE:
        raise ValidationError(
            _("Anda sudah punya %(most)d token yang berlaku. Cabut dulu yang tidak dipakai.")
            % {"most": MOST_LIVE}
        )
    secret = _MARK + secrets.token_urlsafe(32)
    token = ApiToken(
        owner=by,
        name=" ".join(name.split()),
        digest=_digest(secret),
        prefix=secret[:_SHOWN],
        expires_on=expires_on,
    )
    with pghistory.context(user=by.pk, verb="create token"):
        token.full_clean()
        token.save()
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> ApiToken:
    """End a token at once and for good; twice is harmless. Its owner may, and a superuser.

    Raises PermissionDenied for everybody else.
    """
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.owner_id != by.pk and not by.is_superuser:
        raise PermissionDenied
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        with pghistory.context(user=by.pk, verb="revoke token"):
            token.save(update_fields=["revoked_at"])
    return token


def open_token(secret: str) -> ApiToken:
    """Return the live token of ``secret``, its owner fetched with office and groups, and note the
    use at most once a minute. Raises TokenRefused with a sentence."""
    token = (
        ApiToken.objects.select_related("owner__office__parent")
        .prefetch_related("owner__groups")
        .filter(digest=_digest(secret))
        .first()
    )
    if token is None:
        raise TokenRefused(_("Token ini tidak dikenal. Periksa apakah tersalin utuh."))
    if token.revoked_at is not None:
        raise TokenRefused(_("Token ini sudah dicabut. Buat yang baru di halaman Token API."))
    if token.is_expired:
        raise TokenRefused(_("Token ini sudah habis masanya. Buat yang baru di halaman Token API."))
    if not token.owner.is_active:
        raise TokenRefused(_("Akun pemilik token ini tidak aktif lagi."))
    if token.owner.is_superuser:
        raise TokenRefused(
            _("Akun superuser tidak dapat memakai token. Pakai akun biasa yang cukup haknya.")
        )
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at <= now - _SEEN_EVERY:
        unseen = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - _SEEN_EVERY)
        ApiToken.objects.filter(unseen, pk=token.pk).update(last_used_at=now)
    return token


def count_call(*, caller: str, minute: int, most: int) -> bool:
    """Count one call of ``caller`` in ``minute`` (minutes since 1970) and say whether it may pass.

    One statement, exact across processes; a caller already over ``most`` writes nothing more.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_apiuse AS u (caller, minute, calls) VALUES (%s, %s, 1)
            ON CONFLICT (caller) DO UPDATE SET
                calls = CASE WHEN u.minute = excluded.minute THEN u.calls + 1 ELSE 1 END,
                minute = excluded.minute
            WHERE u.minute <> excluded.minute OR u.calls < %s
            RETURNING calls
            """,
            [caller, minute, most],
        )
        return cursor.fetchone() is not None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

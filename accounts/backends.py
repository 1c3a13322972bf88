"""Sign-in backends that fetch the user with office and groups, so pages need not ask again."""

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend


class _FetchesOffice:
    """``get_user`` runs once per request: one query for the user with office, one for groups."""

    def get_user(self, user_id):
        user = (
            get_user_model()
            .objects.select_related("office__parent")
            .prefetch_related("groups")
            .filter(pk=user_id)
            .first()
        )
        return user if user and self.user_can_authenticate(user) else None


class OfficeBackend(_FetchesOffice, ModelBackend):
    """Django's permissions; passwords by user name."""


class OfficeAllauthBackend(_FetchesOffice, AllauthBackend):
    """allauth's sign-in (rate limits, second factor)."""

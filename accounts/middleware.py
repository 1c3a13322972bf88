"""A superuser can read and undo everything, so a password alone does not let one in."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

_ALLOWED = ("/accounts/", "/static/", "/healthz", "/readyz", "/i18n/", "/tema/")


class SecondFactorMiddleware:
    """Send superusers without a second factor to the page that sets one up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if (
            user.is_authenticated
            and user.is_superuser
            and not request.path.startswith(_ALLOWED)
            and not is_mfa_enabled(user)
        ):
            messages.warning(request, _("Akun superuser wajib memakai faktor kedua. Atur dulu."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)

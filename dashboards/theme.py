"""Light, dark, or as the reader's device: one cookie, which the server reads: nothing flashes."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEMES = ("light", "dark")
COOKIE = "theme"
_KEPT = datetime.timedelta(days=365)


def theme_of(request: HttpRequest) -> str:
    """``light`` or ``dark`` as the reader chose; empty where the device decides."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in THEMES else ""


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep ``theme`` (light or dark, anything else changes nothing) in a cookie for a year and go
    back to ``next``; to the start where that is not an address of this site. For everybody, signed
    in or not, as the language is."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    answer = HttpResponseRedirect(back)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        answer.set_cookie(
            COOKIE, theme, max_age=_KEPT, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )
    return answer

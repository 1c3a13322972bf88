"""Pages that have not changed are not made again: an ETag from everything they depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition

from dashboards.context import frame_stamp
from dashboards.theme import theme_of
from quotas.state import state_tag


def conditional(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 304 while neither the figures, the reader's rights, the language, the theme, the
    address, the day nor the program has changed. A page with a message is always made."""

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = condition(etag_func=_tag)(view)(request, *args, **kwargs)
        # Kept by the reader's own browser, and asked about every time.
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return answered


def _tag(request: HttpRequest, *args, **kwargs) -> str | None:
    if len(get_messages(request)):
        return None
    user = request.user
    parts = (
        settings.RELEASE, state_tag(), frame_stamp(), user.pk, user.office_id,
        sorted(user.role_names), user.is_superuser, get_language(), theme_of(request),
        timezone.localdate(), request.get_full_path(),
    )  # fmt: skip
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'

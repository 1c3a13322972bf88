"""The language of a page is the one its reader chose."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Indonesian until the reader chooses English with the switch (a cookie).

    A browser set up in English is common in the offices and says nothing about who sits before it.
    Programs have no switch: the API follows ``Accept-Language``; its description is a page.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith("/api/") and not request.path.endswith("/docs"):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        known = dict(settings.LANGUAGES)
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

"""Pages are compressed on their way: a slow line is the usual one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_WORTH_IT = ("text/", "application/json", "image/svg+xml")


class TextCompressionMiddleware(GZipMiddleware):
    """Django's, for text only: XLSX, PDF and PNG are compressed already and keep their length, so
    that a browser can show how far a download is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase):
        if not response.get("Content-Type", "").startswith(_WORTH_IT):
            return response
        return super().process_response(request, response)

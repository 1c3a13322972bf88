"""Errors are pages like the others: a sentence, a next step, the same frame."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error as plain_server_error


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """An old tab or blocked cookies; the page says to go back and send again."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors: they might be what failed."""
    return plain_server_error(request, template_name="500.html")

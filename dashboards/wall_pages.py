"""Wall mode: the nation on a meeting-room screen, read from across the room."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.conditional import conditional
from dashboards.pages import nation_context
from dashboards.questions import read_question


@login_required
@require_safe
@conditional
def wall(request: HttpRequest) -> HttpResponse:
    """The same figures as the national page, larger, without anything to click on the way."""
    context = nation_context(request, read_question(request.GET))
    return render(request, "dashboards/wall.html", context)

"""Pages of entry: the form an officer uses all day, with and without a line."""

from __future__ import annotations

import datetime
import uuid
from pathlib import Path
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import (
    HttpRequest,
    HttpResponse,
    JsonResponse,
)
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from placement import judging, recording
from placement.forms import (
    PlacementForm,
    blank_form,
)
from placement.models import Placement
from placement.telling import told_of
from regions.models import Province


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """The form an officer uses all day. Saving leads to the next empty form."""
    user = request.user
    if not user.may_record:
        raise PermissionDenied
    if request.method != "POST":
        form = blank_form(user, _own_entries(user).first())
        return render(request, "placement/record.html", _entry_context(user, form))
    form = PlacementForm(request.POST, user=user)
    placement = _recorded(form)
    if placement is not None:
        messages.success(request, _saved(placement))
        return redirect(placement if "open" in request.POST else "placement:record")
    status = 422 if form.errors else 200
    return render(request, "placement/record.html", _entry_context(user, form), status=status)


def _saved(placement: Placement) -> str:
    return _("%(reference)s tersimpan.") % {"reference": placement.reference}


def _recorded(form: PlacementForm) -> Placement | None:
    """Record what the form says; None leaves what is wrong, or to be confirmed, in the form."""
    if not form.is_valid():
        form.judge_rest()
        return None
    key = form.cleaned_data["request_key"]
    return form.attempt(recording.record_placement, request_key=key, **form.facts())


@require_POST
def check(request: HttpRequest) -> JsonResponse:
    """What a save would say of the entry so far, in JSON; nothing is written.

    ``visited`` names the fields the person has left: of the others nothing is said. The sentences
    are HTML, escaped.
    """
    user = request.user
    if not user.is_authenticated or not user.may_record:
        return JsonResponse({"detail": _("Masuk lagi untuk mencatat.")}, status=401)
    form = PlacementForm(request.POST, user=user)
    form.full_clean()
    found = form.examine(visited=set(request.POST.getlist("visited")))
    errors = {
        name: [text for each in errors for text in each.messages]
        for name, errors in found.errors.items()
    }
    is_closed = any(
        each.code == judging.REASON_MISSING for each in found.errors.get("completed_on", [])
    )
    return JsonResponse(told_of(errors, found.warnings, found.needs_reason or is_closed))


@login_required
@require_safe
def offline_form(request: HttpRequest) -> HttpResponse:
    """The empty form that a device keeps for a dead line: no figure and no worker on it."""
    user = request.user
    if not user.may_record:
        raise PermissionDenied
    context = {"form": blank_form(user, None), "is_kept": True, "today": user.office.today()}
    return render(request, "placement/record.html", context | {"provinces": _provinces()})


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> JsonResponse:
    """The door of the form's script and of what waits on a device: answers in JSON, never with a
    page to sign in.

    GET tells who is signed in, a token to send with, and for ``key`` the reference it was recorded
    under. POST records as the form does; 422 carries what ``check`` would say, and as
    ``request_key`` the key to send it with when it is mended.
    """
    user = request.user
    if not user.is_authenticated or not user.may_record:
        return JsonResponse({"detail": _("Masuk lagi untuk mengirim.")}, status=401)
    if request.method != "POST":
        return JsonResponse(
            {
                "user": str(user.pk),
                "token": get_token(request),
                "reference": _reference_of(user, request.GET.get("key", "")),
            }
        )
    form = PlacementForm(request.POST, user=user)
    placement = _recorded(form)
    if placement is not None:
        told = {
            "reference": placement.reference,
            "url": placement.get_absolute_url(),
            "message": _saved(placement),
        }
        return JsonResponse(told, status=201)
    told = told_of(form.errors, form.warnings, form.asks_reason)
    return JsonResponse(told | {"request_key": form.data.get("request_key")}, status=422)


def _reference_of(user: User, key: str) -> str | None:
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    own = Placement.objects.visible_to(user).filter(recorded_by=user, request_key=wanted)
    return own.values_list("reference", flat=True).first()


@never_cache
@login_required
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What was done today, beside the form: fetched anew when something was saved."""
    user = request.user
    if not user.may_record:
        raise PermissionDenied
    return render(request, "placement/_today.html", _day_context(user))


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker's file, at the address that lets it serve the pages of this app."""
    code = Path(finders.find("sw.js")).read_bytes()
    answer = HttpResponse(code, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


def _own_entries(user):
    return Placement.objects.visible_to(user).typed_by(user)


def _entry_context(user, form: PlacementForm) -> dict:
    """The form, and at its right what was done today."""
    day = _day_context(user)
    return day | {
        "form": form,
        # The device forgets what it kept of these.
        "saved": " ".join(str(each.request_key) for each in day["recent"]),
        "provinces": _provinces(),
    }


def _day_context(user: User) -> dict:
    today = user.office.today()
    done = Placement.objects.visible_to(user).counted()
    areas = dict(user.office_provinces().values_list("code", "name"))
    summary = done.filter(completed_on=today, office=user.office_id).aggregate(
        all=Count("id"),
        near=Count("id", filter=Q(origin_province__in=list(areas))),
    )
    midnight = datetime.datetime.combine(today, datetime.time.min, ZoneInfo(user.office.time_zone))
    recorded = done.filter(recorded_by=user, recorded_at__gte=midnight).count()
    recent = _own_entries(user).select_related("worker", "destination", "job_title")[:6]
    return {
        "summary": summary | {"recorded": recorded},
        "areas": get_text_list(list(areas.values()), _("dan")),
        "recent": recent,
        "today": today,
    }


def _provinces() -> dict[str, str]:
    """Names by code, for the offer of the NIK."""
    return dict(Province.objects.values_list("code", "name"))

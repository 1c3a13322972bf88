"""Pages of months: the months of a balai, and one month with what to check before closing it."""

from __future__ import annotations

import datetime
import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User, heads_of
from placement.checking import OUTLIER_LEAST, check_month, month_reports
from placement.closing import (
    LATE_AFTER_DAYS,
    MonthClosing,
    close_month,
    edit_note,
    lock_sentence,
    reopen_month,
)
from placement.forms import CloseForm, NoteForm, ReopenForm
from placement.models import Placement
from regions.calendar import last_of_month, next_month
from regions.models import Office, OfficeQuerySet


@login_required
@require_safe
def closings(request: HttpRequest) -> HttpResponse:
    """The months of a balai, newest first, each with a way to check, close or reopen it."""
    units = _units(request.user)
    wanted = request.GET.get("unit", "")
    unit = units.filter(pk=wanted).first() or units.first()
    if wanted and unit.pk != wanted:
        raise Http404
    context = {
        "unit": unit,
        "units": units,
        "months": month_reports(unit=unit),
        "sees_part": _sees_part(request.user),
    }
    return render(request, "placement/closings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """One month: what to check first, then closing it, its note, or opening it again."""
    user = request.user
    unit = get_object_or_404(_units(user), pk=code)
    first = _first_day(month, unit)
    closing = (
        MonthClosing.objects.visible_to(user)
        .filter(unit=unit, month=first)
        .select_related("unit", "closed_by", "reopened_by")
        .first()
    )
    is_locked = closing is not None and closing.is_locked
    asked = NoteForm if is_locked else CloseForm
    note_form = asked(initial={"note": closing.note if closing else ""})
    reopen_form = ReopenForm(initial={"until": unit.today()})
    status = 200
    if request.method == "POST":
        step = request.POST.get("step", "")
        # A step that says nothing of closing is asked no tick: the verbs decide who may.
        made = {"reopen": ReopenForm, "close": CloseForm if user.heads(unit.pk) else NoteForm}
        form = made.get(step, NoteForm)(request.POST)
        if form.is_valid():
            try:
                done = _take(step, unit, first, closing, user, form.cleaned_data)
            except ValidationError as error:
                for name, errors in _by_field(error):
                    form.add_error(name if name in form.fields else None, errors)
            else:
                messages.success(request, done % {"month": date_format(first, "F Y")})
                return redirect(request.path)
        status = 422
        if step == "reopen":
            reopen_form = form
        else:
            note_form = form
    found = check_month(unit=unit, month=first, user=user)
    references = {each.reference for each in found.restatements}
    visible = Placement.objects.visible_to(user).filter(reference__in=references)
    context = {
        "unit": unit,
        "month": first,
        "last_day": last_of_month(first),
        "opens_on": next_month(first),
        "has_ended": next_month(first) <= unit.today(),
        "closing": closing,
        "is_locked": is_locked,
        "lock": lock_sentence(closing, reader=user) if is_locked else "",
        "found": found,
        "visible": set(visible.values_list("reference", flat=True)) if references else set(),
        "late_after": LATE_AFTER_DAYS,
        "outlier_least": OUTLIER_LEAST,
        "note_form": note_form,
        "reopen_form": reopen_form,
        "may_close": user.heads(unit.pk),
        "may_reopen": user.may_reopen_months,
        "sees_part": _sees_part(user),
        "heads": heads_of(unit.pk),
    }
    return render(request, "placement/month.html", context, status=status)


def _units(user: User) -> OfficeQuerySet:
    """Units whose months this user may look at."""
    units = Office.objects.served_units()
    if user.sees_every_placement:
        return units
    if not user.office_id:
        raise PermissionDenied
    return units.filter(pk=user.office.unit_id)


def _first_day(month: str, unit: Office) -> datetime.date:
    """The first day of a month written as 2026-03; anything else, and the future, is a 404."""
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", month):
        raise Http404
    first = datetime.date.fromisoformat(f"{month}-01")
    if first.year < 2007 or first > unit.today():
        raise Http404
    return first


def _take(step: str, unit: Office, month: datetime.date, closing, user: User, typed: dict) -> str:
    """Take a step of the page and return what to say of it; the verbs decide who may."""
    if step == "close":
        close_month(unit=unit, month=month, by=user, note=typed["note"])
        return _("%(month)s ditutup.")
    if closing is None or step not in {"note", "reopen"}:
        raise Http404
    if step == "note":
        edit_note(closing=closing, by=user, note=typed["note"])
        return _("Catatan %(month)s tersimpan.")
    reopen_month(closing=closing, by=user, reason=typed["reason"], until=typed["until"])
    return _("%(month)s dibuka lagi.")


def _by_field(error: ValidationError) -> list[tuple[str | None, list]]:
    if hasattr(error, "error_dict"):
        return list(error.error_dict.items())
    return [(None, error.error_list)]


def _sees_part(user) -> bool:
    """Whether the records this user may open are those of one office, not of the whole unit."""
    return not user.sees_every_placement and not user.is_head

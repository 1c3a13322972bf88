"""Pages of one placement: look, correct, void, restore, undo, read the identity."""

from __future__ import annotations

import datetime
from dataclasses import replace
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.http import (
    HttpRequest,
    HttpResponse,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.history import tell
from placement import recording, restating
from placement.closing import locked_sentence
from placement.forms import (
    CorrectionForm,
    ReasonForm,
)
from placement.models import (
    IdentityReading,
    Placement,
)
from placement.telling import told_of


def _sent_by_a_button(sentence: str):
    """For an address that only a button sends to: a sign-in or another language in between brings
    people here without what they had sent. They are led back to the record and told by ``sentence``
    that nothing was done."""

    def decorate(view):
        @wraps(view)
        @require_http_methods(["GET", "HEAD", "POST"])
        def taken(request: HttpRequest, reference: str) -> HttpResponse:
            if request.method == "POST":
                return view(request, reference)
            placement = _correctable(request, reference)
            messages.warning(request, sentence)
            return redirect(placement)

        return taken

    return decorate


@never_cache
@login_required
@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    return render(request, "placement/detail.html", _detail_context(request, reference))


@never_cache
@login_required
@_sent_by_a_button(
    gettext_lazy(
        "Identitas belum ditampilkan. Bila masih perlu, tekan lagi “Lihat identitas (dicatat)”."
    )
)
def reveal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the worker's identity once, to those who may record there, and note who read it."""
    placement = _correctable(request, reference)
    IdentityReading.objects.create(placement=placement, reader=request.user, occasion="detail")
    context = _detail_context(request, reference) | {"revealed": True}
    return render(request, "placement/detail.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    placement = _correctable(request, reference)
    if placement.is_void:
        messages.warning(
            request,
            _("Penempatan ini dibatalkan, jadi tidak dikoreksi. Pulihkan dulu dengan alasan."),
        )
        return redirect(placement)
    lock = _lock(request, placement)
    # A closed month leaves an officer what is not counted.
    fixed = recording.COUNTED_FIELDS if lock and not request.user.is_head else frozenset()
    if request.method != "POST":
        IdentityReading.objects.create(
            placement=placement, reader=request.user, occasion="correction"
        )
        form = CorrectionForm(user=request.user, initial=_as_typed(placement), fixed=fixed)
        context = {"form": form, "placement": placement, "before": _before(placement)}
        context |= {"lock": lock, "is_fixed": bool(fixed)}
        return render(request, "placement/correct.html", context)
    form = _correction(request, placement)
    if form.is_valid():
        last = _last_event(placement)
        corrected = _corrected(form, placement)
        if corrected is not None:
            if _facts_of(corrected) == _facts_of(placement):
                messages.info(
                    request, _("Tidak ada yang diubah: isinya sama dengan yang tercatat.")
                )
            else:
                restated = _restated(corrected, last)
                messages.success(request, restated or _("Perubahan tersimpan."))
            return redirect(corrected)
    # Only opening the page is noted as a reading of the identity: here it is left out.
    before = _before(placement, without=recording.IDENTITY_FIELDS)
    context = {"form": form, "placement": placement, "before": before}
    context |= {"lock": lock, "is_fixed": bool(form.fixed)}
    return render(request, "placement/correct.html", context, status=422 if form.errors else 200)


def _correction(request: HttpRequest, placement: Placement) -> CorrectionForm:
    # What the page did not let one change is not sent; what is sent is judged, not dropped.
    fixed = recording.COUNTED_FIELDS.difference(request.POST)
    known = {name: value for name, value in _as_typed(placement).items() if name in fixed}
    return CorrectionForm(request.POST, user=request.user, initial=known, fixed=fixed)


def _corrected(form: CorrectionForm, placement: Placement) -> Placement | None:
    """Correct as the valid form says; None leaves what is wrong, or to be confirmed, in it."""
    changes = form.facts()
    asked = {name: changes.pop(name) for name in ("reason", "confirmed")}
    return form.attempt(recording.correct_placement, placement=placement, changes=changes, **asked)


@require_POST
def check_correction(request: HttpRequest, reference: str) -> JsonResponse:
    """What saving the correction would say so far, as ``entry_pages.check`` tells it: the very
    thing is tried, and nothing of it kept."""
    if not request.user.is_authenticated:
        return JsonResponse({"detail": _("Masuk lagi untuk mencatat.")}, status=401)
    placement = _correctable(request, reference)
    form = _correction(request, placement)
    visited = {*request.POST.getlist("visited"), "__all__"}
    if form.is_valid():
        if "reason" not in visited:
            # It comes last: until then the rest is judged as if it were there.
            form.cleaned_data["reason"] = form.cleaned_data["reason"] or "…"
        with transaction.atomic():
            _corrected(form, placement)
            transaction.set_rollback(True)
    errors = {name: told for name, told in form.errors.items() if name in visited}
    return JsonResponse(told_of(errors, form.warnings, form.asks_reason))


@login_required
@_sent_by_a_button(
    gettext_lazy(
        "Penempatan belum dibatalkan. Tulis lagi alasannya, lalu tekan “Batalkan penempatan”."
    )
)
def void(request: HttpRequest, reference: str) -> HttpResponse:
    return _with_reason(request, reference, recording.void_placement, _("Penempatan dibatalkan."))


@login_required
@_sent_by_a_button(
    gettext_lazy("Penempatan belum dipulihkan. Tulis lagi alasannya, lalu tekan “Pulihkan”.")
)
def restore(request: HttpRequest, reference: str) -> HttpResponse:
    return _with_reason(
        request, reference, recording.restore_placement, _("Penempatan dihitung kembali.")
    )


@login_required
@_sent_by_a_button(
    gettext_lazy(
        "Entri belum diurungkan. Tekan lagi “Urungkan” di halaman Catat, atau batalkan di "
        "sini dengan alasan."
    )
)
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back an entry of minutes ago and return to the form."""
    placement = _correctable(request, reference)
    try:
        recording.undo_placement(placement=placement, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(placement)
    undone = _("{reference} diurungkan. Keliru? {link}.")
    link = format_html(
        '<a href="{}">{}</a>', placement.get_absolute_url(), _("Pulihkan di halamannya")
    )
    messages.success(request, format_html(undone, reference=placement.reference, link=link))
    return redirect("placement:record")


def _with_reason(request: HttpRequest, reference: str, verb, done: str) -> HttpResponse:
    placement = _correctable(request, reference)
    form = ReasonForm(request.POST)
    if form.is_valid():
        last = _last_event(placement)
        try:
            verb(placement=placement, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error("reason", error.messages)
        else:
            messages.success(request, " ".join(filter(None, [done, _restated(placement, last)])))
            return redirect(placement)
    context = _detail_context(request, reference) | {"reason_form": form}
    return render(request, "placement/detail.html", context, status=422)


def _lock(request: HttpRequest, placement: Placement) -> str:
    """What this reader is told of the closed month of a placement; '' while it is open."""
    return locked_sentence(by=request.user, unit_id=placement.unit_id, day=placement.completed_on)


def _last_event(placement: Placement) -> int:
    return placement.events.aggregate(last=Max("pgh_id"))["last"] or 0


def _restated(placement: Placement, last: int) -> str:
    """What to say of the closed months that changes after the event ``last`` restated."""
    months = restating.restated_since(placement, last)
    if not months:
        return ""
    return _("Perubahan tersimpan sebagai pernyataan ulang %(months)s.") % {
        "months": get_text_list(months, _("dan"))
    }


def _correctable(request: HttpRequest, reference: str) -> Placement:
    if not request.user.may_record:
        raise PermissionDenied  # Whatever the record: this group changes none.
    return get_object_or_404(
        Placement.objects.correctable_by(request.user).select_related("worker", "office__parent"),
        reference=reference,
    )


def _detail_context(request: HttpRequest, reference: str) -> dict:
    placement = get_object_or_404(
        Placement.objects.visible_to(request.user).for_detail(), reference=reference
    )
    lock = _lock(request, placement)
    may_correct = Placement.objects.correctable_by(request.user).filter(pk=placement.pk).exists()
    return {
        "placement": placement,
        "events": _story(placement),
        "lock": lock,
        "may_correct": may_correct,
        "may_void": may_correct and (not lock or request.user.is_head),
        "reason_form": ReasonForm(),
        # Where another language or theme leads: some of these pages answer no GET of their own.
        "stay_at": placement.get_absolute_url(),
    }


def _story(placement: Placement) -> list:
    """What happened to a placement, and that its worker's identity was corrected (not from what
    to what: that is identity), newest first."""
    events = placement.events.select_related("pgh_context").order_by("pgh_id")
    told = tell(events, marks_of=restating.marks_of)
    identity = placement.worker.events.filter(pgh_created_at__gte=placement.recorded_at)
    for each in tell(identity.select_related("pgh_context").order_by("pgh_id")):
        told.append(replace(each, verb="identity", changes=[]))
    return sorted(told, key=lambda each: each.at, reverse=True)


def _as_typed(placement: Placement) -> dict:
    """A placement as the values of the form."""
    initial = {
        name: getattr(placement, placement._meta.get_field(name).attname)
        for name in recording.FACT_FIELDS
    }
    return initial | {"name": placement.worker.name, "birth_date": placement.worker.birth_date}


def _facts_of(placement: Placement) -> dict:
    """Everything a correction can change."""
    return _as_typed(placement) | {"worker": placement.worker_id}


def _before(placement: Placement, without: tuple[str, ...] = ()) -> dict[str, str]:
    """What is recorded, as the form writes it; of the NIK what is known of it."""
    return {"nik": f"•••• {placement.worker.nik_last4}"} | {
        name: f"{value:%d/%m/%Y}" if isinstance(value, datetime.date) else str(value or "")
        for name, value in _as_typed(placement).items()
        if name not in without
    }

"""Pages of placements: record, list, detail, correct, void, restore."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import replace
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    QueryDict,
)
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import conditional_escape, strip_tags
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from accounts.downloads import CSV, XLSX, download
from accounts.history import tell
from accounts.models import User
from placement import importing, matching, recording, restating, sheets, workbooks
from placement.exporting import export_csv, export_xlsx
from placement.filters import PlacementFilter
from placement.forms import (
    BulkForm,
    CorrectionForm,
    PlacementForm,
    ReasonForm,
    blank_form,
)
from placement.models import (
    ColumnMatch,
    IdentityReading,
    ImportJob,
    Placement,
    PlacementQuerySet,
    SavedFilter,
)
from placement.saved import save_filter
from placement.tables import KeysetPage, PlacementTable
from regions.models import Province

# Counting further than this is asked for after the page.
COUNT_AT_ONCE = 10_000


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
    placement = _recorded(form, user)
    if placement is not None:
        messages.success(
            request, _("%(reference)s tersimpan.") % {"reference": placement.reference}
        )
        return redirect(placement if "open" in request.POST else "placement:record")
    status = 422 if form.errors else 200
    return render(request, "placement/record.html", _entry_context(user, form), status=status)


def _recorded(form: PlacementForm, user: User) -> Placement | None:
    """Record what the form says; None leaves what is wrong, or to be confirmed, in the form."""
    if not form.is_valid():
        return None
    try:
        return recording.record_placement(
            by=user, request_key=form.cleaned_data["request_key"], **form.facts()
        )
    except recording.Unconfirmed as unconfirmed:
        form.take_question(unconfirmed)
    except ValidationError as error:
        form.take_errors(error)
    return None


@require_POST
def check(request: HttpRequest) -> JsonResponse:
    """What a save would say of the entry so far, in JSON; nothing is written.

    ``visited`` names the fields the person has left: of the others nothing is said. The sentences
    of ``errors`` are HTML, escaped.
    """
    user = request.user
    if not user.is_authenticated or not user.may_record:
        return JsonResponse({"detail": _("Masuk lagi untuk mencatat.")}, status=401)
    form = PlacementForm(request.POST, user=user)
    form.full_clean()
    found = form.examine(visited=set(request.POST.getlist("visited")))
    errors = {
        name: [conditional_escape(text) for each in errors for text in each.messages]
        for name, errors in found.errors.items()
    }
    is_closed = any(
        each.code == recording.REASON_MISSING for each in found.errors.get("completed_on", [])
    )
    return JsonResponse(
        {
            "errors": errors,
            "warnings": found.warnings,
            "asks_reason": found.needs_reason or is_closed,
        }
    )


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
    """The door of what waits on a device: answers in JSON, never with a page to sign in.

    GET tells who is signed in, a token to send with, and for ``key`` the reference it was recorded
    under. POST records as the form does; 422 carries the sentences by field.
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
    placement = _recorded(form, user)
    if placement is not None:
        told = {"reference": placement.reference, "url": placement.get_absolute_url()}
        return JsonResponse(told, status=201)
    errors = {
        name: [strip_tags(each) for each in each_list] for name, each_list in form.errors.items()
    }
    if form.warnings:
        errors["__all__"] = form.warnings
    return JsonResponse({"errors": errors}, status=422)


def _reference_of(user: User, key: str) -> str | None:
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    own = Placement.objects.visible_to(user).filter(recorded_by=user, request_key=wanted)
    return own.values_list("reference", flat=True).first()


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker's file, at the address that lets it serve the pages of this app."""
    code = Path(finders.find("sw.js")).read_bytes()
    answer = HttpResponse(code, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@login_required
@require_safe
def placement_list(request: HttpRequest) -> HttpResponse:
    """What the user may see, filtered; the address holds filter, columns, order and place."""
    found = PlacementFilter(
        request.GET, queryset=Placement.objects.visible_to(request.user).for_list()
    )
    rows = KeysetPage(
        found.qs, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    chosen = [name for name in request.GET.getlist("column") if name in PlacementTable.base_columns]
    chosen = chosen or PlacementTable.USUAL
    table = PlacementTable(
        rows,
        order_by="-completed_on",
        exclude=[name for name in PlacementTable.base_columns if name not in chosen],
    )
    total = _count(found.qs, COUNT_AT_ONCE)
    if total is None:
        table.allow_only(PlacementTable.BY_INDEX)
    RequestConfig(request, paginate=False).configure(table)
    context = {
        "filter": found,
        "table": table,
        "rows": rows,
        "total": total,
        "orders_little": total is None,
        "columns": [
            (name, column.verbose_name, name in chosen)
            for name, column in PlacementTable.base_columns.items()
        ],
        "saved": SavedFilter.objects.visible_to(request.user),
        "query": _without(request.GET, "after", "before").urlencode(),
    }
    return render(request, "placement/list.html", context)


def _count(found: PlacementQuerySet, most: int) -> int | None:
    """How many there are; None when there are more than ``most``."""
    counted = found.order_by()[: most + 1].count()
    return counted if counted <= most else None


@login_required
@require_safe
def count_all(request: HttpRequest) -> HttpResponse:
    """The exact count of a long list, asked after the page so that the page need not wait."""
    found = PlacementFilter(request.GET, queryset=Placement.objects.visible_to(request.user))
    context = {"total": found.qs.order_by().count(), "query": request.GET.urlencode()}
    return render(request, "placement/_total.html", context)


@login_required
@require_POST
def saved_filters(request: HttpRequest) -> HttpResponse:
    """Keep the filter of the list under a name, or drop one that was kept."""
    query = request.POST.get("query", "")
    if "drop" in request.POST:
        wanted = request.POST["drop"]
        own = SavedFilter.objects.visible_to(request.user)
        get_object_or_404(own, pk=int(wanted) if wanted.isdecimal() else None).delete()
        messages.success(request, _("Saringan dihapus."))
    else:
        try:
            made = save_filter(by=request.user, name=request.POST.get("name", ""), query=query)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            query = made.query
            messages.success(request, _("Saringan “%(name)s” tersimpan.") % {"name": made.name})
    return redirect(f"{reverse('placement:list')}?{query}")


@login_required
@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    return render(request, "placement/detail.html", _detail_context(request, reference))


@login_required
@require_POST
def reveal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the worker's identity once, to those who may record there, and note who read it."""
    placement = _correctable(request, reference)
    IdentityReading.objects.create(placement=placement, reader=request.user, occasion="detail")
    context = _detail_context(request, reference) | {"revealed": True}
    return render(request, "placement/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    placement = _correctable(request, reference)
    if request.method != "POST":
        IdentityReading.objects.create(
            placement=placement, reader=request.user, occasion="correction"
        )
        form = CorrectionForm(user=request.user, initial=_as_typed(placement))
        context = {"form": form, "placement": placement, "before": _before(placement)}
        return render(request, "placement/correct.html", context)
    form = CorrectionForm(request.POST, user=request.user)
    if form.is_valid():
        changes = form.facts()
        reason, confirmed = changes.pop("reason"), changes.pop("confirmed")
        try:
            placement = recording.correct_placement(
                placement=placement,
                by=request.user,
                reason=reason,
                confirmed=confirmed,
                changes=changes,
            )
        except recording.Unconfirmed as unconfirmed:
            form.take_question(unconfirmed)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, _("Perubahan tersimpan."))
            return redirect(placement)
    # Only opening the page is noted as a reading of the identity: here it is left out.
    before = _before(placement, without=recording.IDENTITY_FIELDS)
    context = {"form": form, "placement": placement, "before": before}
    return render(request, "placement/correct.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_many(request: HttpRequest) -> HttpResponse:
    """One value for everything in the filter: choose, look at before and after, apply."""
    user = request.user
    if not user.may_record:
        raise PermissionDenied
    field = request.GET.get("field", "")
    field = field if field in recording.BULK_FIELDS else recording.BULK_FIELDS[0]
    found = PlacementFilter(request.GET, queryset=Placement.objects.correctable_by(user).for_list())
    placements = found.qs.exclude(status=Placement.Status.VOID)
    total = _count(placements, recording.BULK_MOST)
    form = BulkForm(request.POST or None, user=user, field=field)
    changes: list[recording.Change] = []
    if form.is_valid() and total:
        seen = dict(each.split(":", 1) for each in request.POST.getlist("seen") if ":" in each)
        is_applied = "apply" in request.POST
        if is_applied:
            placements = placements.filter(reference__in=list(seen))
        changes = recording.correct_many(
            by=user,
            placements=placements,
            field=field,
            value=form.cleaned_data["value"],
            reason=form.cleaned_data["reason"],
            seen=seen if is_applied else None,
        )
        if is_applied and changes and not any(change.problem for change in changes):
            messages.success(request, _("%(n)d penempatan dikoreksi.") % {"n": len(changes)})
            return redirect(f"{reverse('placement:list')}?{request.GET.urlencode()}")
    labels = PlacementForm.base_fields
    context = {
        "fields": [(name, labels[name].label, name == field) for name in recording.BULK_FIELDS],
        "form": form,
        "total": total,
        "most": recording.BULK_MOST,
        "about": found.describe(),
        "query": _without(request.GET, "field").urlencode(),
        "changes": [
            (change, f"{change.placement.reference}:{recording.key_of(change.before)}")
            for change in changes
        ],
        "problems": sum(bool(change.problem) for change in changes),
    }
    status = 422 if form.errors else 200
    return render(request, "placement/correct_many.html", context, status=status)


def _without(query: QueryDict, *names: str) -> QueryDict:
    """A copy of an address without some of its parameters."""
    left = query.copy()
    for name in names:
        left.pop(name, None)
    return left


@login_required
@require_POST
def void(request: HttpRequest, reference: str) -> HttpResponse:
    return _with_reason(request, reference, recording.void_placement, _("Penempatan dibatalkan."))


@login_required
@require_POST
def restore(request: HttpRequest, reference: str) -> HttpResponse:
    return _with_reason(
        request, reference, recording.restore_placement, _("Penempatan dihitung kembali.")
    )


@login_required
@require_POST
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back an entry of minutes ago and return to the form."""
    placement = _correctable(request, reference)
    try:
        recording.undo_placement(placement=placement, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(placement)
    messages.success(request, _("%(reference)s diurungkan.") % {"reference": placement.reference})
    return redirect("placement:record")


def _with_reason(request: HttpRequest, reference: str, verb, done: str) -> HttpResponse:
    placement = _correctable(request, reference)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            verb(placement=placement, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error("reason", error.messages)
        else:
            messages.success(request, done)
            return redirect(placement)
    context = _detail_context(request, reference) | {"reason_form": form}
    return render(request, "placement/detail.html", context, status=422)


def _correctable(request: HttpRequest, reference: str) -> Placement:
    if not request.user.may_record:
        raise PermissionDenied  # Whatever the record: this group changes none.
    return get_object_or_404(
        Placement.objects.correctable_by(request.user).select_related("worker", "office__parent"),
        reference=reference,
    )


def _own_entries(user):
    return Placement.objects.visible_to(user).filter(recorded_by=user).order_by("-id")


def _entry_context(user, form: PlacementForm) -> dict:
    """The form, and at its right what was done today."""
    today = user.office.today()
    done = Placement.objects.visible_to(user).counted()
    areas = dict(user.office_provinces().values_list("code", "name"))
    summary = done.filter(completed_on=today, office=user.office_id).aggregate(
        all=Count("id"),
        own=Count("id", filter=Q(recorded_by=user)),
        near=Count("id", filter=Q(origin_province__in=list(areas))),
    )
    recent = _own_entries(user).select_related("worker", "destination", "job_title")[:6]
    return {
        "form": form,
        "summary": summary,
        "areas": get_text_list(list(areas.values()), _("dan")),
        "recent": recent,
        "today": today,
        "provinces": _provinces(),
    }


def _provinces() -> dict[str, str]:
    """Names by code, for the offer of the NIK."""
    return dict(Province.objects.values_list("code", "name"))


def _detail_context(request: HttpRequest, reference: str) -> dict:
    placement = get_object_or_404(
        Placement.objects.visible_to(request.user).for_detail(), reference=reference
    )
    return {
        "placement": placement,
        "events": _story(placement),
        "may_correct": Placement.objects.correctable_by(request.user)
        .filter(pk=placement.pk)
        .exists(),
        "reason_form": ReasonForm(),
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


def _before(placement: Placement, without: tuple[str, ...] = ()) -> dict[str, str]:
    """What is recorded, as the form writes it."""
    return {
        name: f"{value:%d/%m/%Y}" if isinstance(value, datetime.date) else str(value or "")
        for name, value in _as_typed(placement).items()
        if name not in without
    }


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Exactly what is filtered, as CSV, streamed row by row. Workers are left out."""
    found = PlacementFilter(request.GET, queryset=Placement.objects.visible_to(request.user))
    return download(export_csv(found.qs, found.describe(), request.user), "penempatan.csv", CSV)


@login_required
@require_safe
def export_workbook(request: HttpRequest) -> HttpResponse:
    """Exactly what is filtered, as XLSX with a sheet that says what it is."""
    found = PlacementFilter(request.GET, queryset=Placement.objects.visible_to(request.user))
    try:
        made = export_xlsx(found.qs, found.describe(), request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('placement:list')}?{request.GET.urlencode()}")
    return FileResponse(made, as_attachment=True, filename="penempatan.xlsx", content_type=XLSX)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Send a sheet, watch it, take the wrong rows back, save the good ones."""
    user = request.user
    if not user.may_record:
        raise PermissionDenied
    jobs = ImportJob.objects.visible_to(user).defer("content", "report", "columns")
    jobs = jobs.annotate(has_report=Q(report__gt=b""))
    if request.method == "POST":
        try:
            return _import_step(request, jobs)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("placement:imports")
    recent = list(jobs[:10])
    context = {
        "jobs": recent,
        "is_running": any(job.is_running for job in recent),
        "remembered": ColumnMatch.objects.filter(office=user.office_id),
    }
    part = "placement/_imports.html" if request.htmx else "placement/imports.html"
    return render(request, part, context)


def _import_step(request: HttpRequest, jobs) -> HttpResponse:
    if "forget" in request.POST:
        matching.forget(office=request.user.office)
        messages.success(request, _("Judul kolom yang diingat dihapus."))
        return redirect("placement:imports")
    if "job" not in request.POST:
        sent = request.FILES.get("sheet")
        if getattr(request, "is_too_large", False):
            raise ValidationError(_("Berkas lebih besar dari 20 MB. Bagi menjadi beberapa berkas."))
        if sent is None:
            raise ValidationError(_("Pilih dulu berkas XLSX atau CSV."))
        content = sent.read(sheets.MAX_BYTES + 1)
        importing.send_file(by=request.user, name=sent.name, content=content)
        messages.success(request, _("Berkas diterima dan sedang diperiksa."))
        return redirect("placement:imports")
    wanted = request.POST["job"]
    job = get_object_or_404(jobs, pk=int(wanted) if wanted.isdecimal() else None)
    step = importing.cancel if "cancel" in request.POST else importing.save_checked
    step(job=job, by=request.user)
    return redirect("placement:imports")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Match the columns of a file that were not recognised; the office's next file needs it not."""
    waiting = ImportJob.objects.visible_to(request.user).filter(status=ImportJob.Status.MAPPING)
    job = get_object_or_404(waiting.defer("content", "report"), pk=pk)
    known = {column["field"]: str(place) for place, column in enumerate(job.columns)}
    typed = request.POST if request.method == "POST" else known
    choices = {field: typed.get(field, "") for field in sheets.HEADINGS}
    problem = ""
    if request.method == "POST":
        columns = {
            field: int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else None
            for field, text in choices.items()
        }
        try:
            importing.match_columns(job=job, by=request.user, columns=columns)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            messages.success(request, _("Kolom dicocokkan dan diingat. Berkas sedang diperiksa."))
            return redirect("placement:imports")
    options = [
        (str(place), column["heading"], ", ".join(filter(None, column["values"])))
        for place, column in enumerate(job.columns)
        if column["heading"].strip()
    ]
    context = {
        "job": job,
        "problem": problem,
        "options": options,
        "fields": [
            (field, heading, field not in sheets.OPTIONAL, choices[field])
            for field, heading in sheets.HEADINGS.items()
        ],
    }
    status = 422 if problem else 200
    return render(request, "placement/import_columns.html", context, status=status)


@login_required
@require_safe
def import_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The wrong rows of a file, to be mended and sent again."""
    job = get_object_or_404(ImportJob.objects.visible_to(request.user).exclude(report=b""), pk=pk)
    return download(bytes(job.report), f"perbaikan-{pk}.xlsx", XLSX)


@login_required
@require_safe
def import_template(request: HttpRequest) -> HttpResponse:
    return download(workbooks.template(), "templat-penempatan.xlsx", XLSX)

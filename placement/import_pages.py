"""Pages of the import: send a file, match its columns, take back what is wrong, save."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import (
    HttpRequest,
    HttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.downloads import XLSX, download
from placement import importing, matching, sheets, workbooks
from placement.models import (
    ColumnMatch,
    ImportJob,
)


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
            messages.success(request, _("Kolom dicocokkan dan diingat."))
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

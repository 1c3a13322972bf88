"""Reports through HTTP: ask, watch, download, verify. The rules are in ``dashboards.reporting``."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.downloads import PDF, download
from dashboards import reporting, verifying
from dashboards.forms import ALL_BALAI, ReportForm, VerifyForm
from dashboards.models import Report

_PER_PAGE = 30


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """The reports this user may see, and the form that asks for more."""
    user = request.user
    form = ReportForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            done = _ask(request, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, done)
            return redirect("dashboards:reports")
    visible = Report.objects.visible_to(user)
    page = Paginator(visible.for_list(), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "waiting": visible.running().count(),
    }
    if request.htmx:
        return render(request, "dashboards/_reports.html", context)
    status = 422 if request.method == "POST" else 200
    return render(request, "dashboards/reports.html", context, status=status)


def _ask(request: HttpRequest, typed: dict) -> str:
    """Queue what was asked for; returns the sentence that says so."""
    words = {name: typed[name] for name in ("year", "month", "programme")}
    if typed["unit"] == ALL_BALAI:
        asked = reporting.request_all_balai(by=request.user, **words)
    else:
        asked = [reporting.request_report(by=request.user, unit=typed["unit"], **words)]
    made = sum(not report.is_running for report in asked)
    if made == len(asked) == 1:
        return _("Laporan %(number)s sudah ada untuk keadaan ini; unduh di bawah.") % {
            "number": asked[0].number
        }
    return ngettext(
        "%(n)d laporan diminta, %(made)d sudah ada. Kemajuannya di bawah.",
        "%(n)d laporan diminta, %(made)d sudah ada. Kemajuannya di bawah.",
        len(asked),
    ) % {"n": len(asked), "made": made}


@login_required
@require_safe
def report_file(request: HttpRequest, sha256: str) -> HttpResponse:
    """The very file that was printed, by its own hash."""
    report = get_object_or_404(Report.objects.verifiable_by(request.user), sha256=sha256)
    return download(bytes(report.content), report.file_name, PDF)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Number, hash or file in; genuine or not, the identical file, and what changed since out."""
    if request.method == "POST":
        return _verify_file(request)
    typed = request.GET.get("kode", "")[:200]
    context = {"form": VerifyForm(initial={"kode": typed}), "verdict": None, "problem": ""}
    if "kode" in request.GET:
        try:
            report = verifying.find_report(user=request.user, typed=typed)
        except ValidationError as error:
            context["problem"] = " ".join(error.messages)
        else:
            context["verdict"] = verifying.verdict(report=report, user=request.user)
    return render(request, "dashboards/verify.html", context)


def _verify_file(request: HttpRequest) -> HttpResponse:
    """A file is only hashed, and asked for by that hash; it is not kept."""
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise ValidationError(_("Pilih dulu berkas PDF laporan."))
        found = verifying.hash_of_file(sent.read(verifying.MAX_BYTES + 1))
    except ValidationError as error:
        context = {"form": VerifyForm(), "verdict": None, "problem": " ".join(error.messages)}
        return render(request, "dashboards/verify.html", context, status=422)
    return redirect(f"{reverse('dashboards:verify')}?{urlencode({'kode': found})}")

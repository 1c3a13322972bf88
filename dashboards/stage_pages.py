"""What was reported of the stages before a placement, month by month, and where it is reported."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboards.forms import StageForm
from dashboards.funnels import cards
from dashboards.pages import frame
from dashboards.places import Behind, url_of
from dashboards.questions import Question, read_question
from placement.models import Programme
from quotas import indicators, stage_reporting
from quotas.models import StageReport
from quotas.moments import snapshot
from quotas.promises import Measure
from quotas.reading import Place
from quotas.summary import summarise
from regions.calendar import last_of_month
from regions.models import Office


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stages(request: HttpRequest, code: str = "") -> HttpResponse:
    """The funnel of the nation or of a balai with every report behind it, and a form for those who
    report for it."""
    unit = get_object_or_404(Office.objects.balai(), pk=code) if code else None
    place = Place(Measure.SERVED, code) if unit else Place()
    question = read_question(request.GET)
    with snapshot():
        summary = summarise(user=request.user, place=place, **question.words)
        if summary is None and unit:
            raise Http404
        behind = Behind(request.user, question, place)
        funnels, amiss = cards(summary, question, behind) if summary else ([], [])
        reports = _reports(request, unit, question)
        context = frame(question)
        context["problems"] += amiss
    may_report = indicators.may_report(request.user, unit)
    if request.method == "POST" and not may_report:
        raise PermissionDenied
    form = StageForm(
        request.POST or None,
        programmes=Programme.objects.filter(has_stages=True),
        months=_months_over(question.year),
    )
    if request.method == "POST" and form.is_valid():
        try:
            stage_reporting.report_stage(by=request.user, unit=unit, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Laporan tahap tersimpan."))
            return redirect(request.get_full_path())
    context |= {
        "name": unit.name if unit else "Indonesia",
        "unit": unit,
        "back": url_of(place, question),
        "funnels": funnels,
        "reports": reports,
        "sees_all": request.user.sees_every_figure,
        "form": form if may_report else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "dashboards/stages.html", context, status=status)


def _reports(request: HttpRequest, unit: Office | None, question: Question) -> list[StageReport]:
    """Every report of the year this user may read, as it is now, newest month first."""
    found = StageReport.objects.visible_to(request.user).in_year(question.year)
    if unit is not None:
        found = found.filter(unit=unit)
    if question.programme:
        found = found.filter(programme=question.programme)
    steps = StageReport.Stage.values

    def place_in_list(each: StageReport) -> tuple:
        """Newest month first; the nation before the balai, stages as they follow each other."""
        name = each.unit.name if each.unit else ""
        step = steps.index(each.stage)
        return -each.month.toordinal(), name, each.programme.position, step

    return sorted(found.select_related("unit", "programme", "reported_by"), key=place_in_list)


def _months_over(year: int) -> list[datetime.date]:
    """The months of a year that are over, the last one first: only those are reported."""
    today = timezone.localdate()
    months = [datetime.date(year, number, 1) for number in range(12, 0, -1)]
    return [month for month in months if last_of_month(month) < today]

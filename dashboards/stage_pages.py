"""What was reported of the stages before a placement, month by month, and where it is reported."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

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
        reporters = _reporters(request, unit)
        funnels, amiss = cards(summary, question, behind, reporters) if summary else ([], [])
        months, month, lines = _lines(request, unit, question)
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
        "months": months if month else [],
        "month": month,
        "stages": StageReport.Stage.labels,
        "lines": lines,
        "totals": _totals(lines, is_nation=unit is None)
        if unit or request.user.sees_every_figure
        else [],
        "sees_all": request.user.sees_every_figure,
        "form": form if may_report else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "dashboards/stages.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Line:
    """What was reported for one place, programme and month: ``reports`` by stage, in their order,
    None where a stage was not reported."""

    month: datetime.date
    unit: Office | None
    programme: Programme
    reports: list[StageReport | None]

    @property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(each.source for each in self.reports if each))

    @property
    def told(self) -> list[tuple[str, datetime.date, str]]:
        """(who, when, why), each said once."""
        said = [
            (str(each.reported_by), each.reported_on, each.reason) for each in self.reports if each
        ]
        return list(dict.fromkeys(said))


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of the lines of a programme by stage; None where none of them was reported. The
    nation's own report is no part of it: it is what the balai report, once more."""

    programme: Programme
    counts: list[int | None]


def _totals(lines: list[Line], *, is_nation: bool) -> list[Total]:
    summed: dict[Programme, list[Line]] = {}
    for line in lines:
        if line.unit or not is_nation:
            summed.setdefault(line.programme, []).append(line)
    totals = []
    for programme, mine in summed.items():
        columns = zip(*(line.reports for line in mine), strict=True)
        told = [
            [each.count for each in column if each and each.count is not None] for column in columns
        ]
        totals.append(Total(programme, [sum(column) if column else None for column in told]))
    return totals


def _reporters(request: HttpRequest, unit: Office | None) -> dict[str, str]:
    """Who reports for the place of the page, of whom this user may know that they did not."""
    if unit is not None:
        return {unit.pk: unit.name}
    if not request.user.sees_every_figure:
        return {}
    active = Office.objects.balai().filter(is_active=True).order_by("name")
    return dict(active.values_list("pk", "name"))


def _lines(
    request: HttpRequest, unit: Office | None, question: Question
) -> tuple[list[datetime.date], datetime.date | None, list[Line]]:
    """(months reported, newest first; the one chosen; the lines to show).

    A balai shows its months; the nation one month (``month=2026-10``, else the newest) with every
    balai this user may read, for there are hundreds of them in a year.
    """
    found = StageReport.objects.visible_to(request.user).in_year(question.year)
    if unit is not None:
        found = found.filter(unit=unit)
    if question.programme:
        found = found.filter(programme=question.programme)
    lines: dict[tuple, dict[str, StageReport]] = {}
    for each in found.select_related("unit", "programme", "reported_by"):
        lines.setdefault((each.month, each.unit, each.programme), {})[each.stage] = each
    months = sorted({month for month, _unit, _programme in lines}, reverse=True)
    chosen = None
    if unit is None and months:
        asked = {f"{month:%Y-%m}": month for month in months}
        chosen = asked.get(request.GET.get("month", ""), months[0])
    ordered = sorted(lines, key=lambda key: (-key[0].toordinal(), str(key[1] or ""), key[2].pk))
    steps = StageReport.Stage.values
    shown = [
        Line(*key, [lines[key].get(step) for step in steps])
        for key in ordered
        if chosen in {None, key[0]}
    ]
    return months, chosen, shown


def _months_over(year: int) -> list[datetime.date]:
    """The months of a year that are over, the last one first: only those are reported."""
    today = timezone.localdate()
    months = [datetime.date(year, number, 1) for number in range(12, 0, -1)]
    return [month for month in months if last_of_month(month) < today]

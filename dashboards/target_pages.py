"""Pages about promises: versions of a year's target, decrees, a balai's performance agreement."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.downloads import PDF, download
from dashboards.charts.months import MonthChart, month_chart
from dashboards.drawings import place_asked
from dashboards.forms import QuarterForm
from dashboards.pages import frame
from dashboards.places import Behind, url_of, url_of_plan
from dashboards.questions import Question, read_question
from placement.models import Programme
from quotas import figures, indicators, splitting
from quotas.models import IndicatorTarget, TargetDocument, TargetSet
from quotas.moments import snapshot
from quotas.outlook import Outlook, outlook
from quotas.promises import Measure
from quotas.reading import Place
from quotas.summary import Summary, summarise
from regions.models import Office


@login_required
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version and rival of a year's target, with what attainment is under each; and the
    months of the target of a place (``level``, ``code``; else the nation) in the set that was
    asked for."""
    question, place = read_question(request.GET), place_asked(request)
    asked = question.words | {"target_set": None}
    rows = figures.attainment_figures(user=request.user, measure=Measure.NATIONAL, **asked)
    sets = TargetSet.objects.in_year(question.year).published().select_related("document")
    sets = sorted(sets, key=lambda each: (not each.is_enacted, each.name))
    under = figures.under_sets(
        rows, target_sets=[each.pk for each in sets], programme=question.programme_code
    )
    found = []
    for each in sets:
        # A set for some programmes is measured against theirs, never against all placements.
        scope = _programmes_of(each) if each.is_partial else []
        if scope and not question.programme:
            codes = [programme.code for programme in scope]
            words = question.words | {"target_set": each.pk, "programmes": codes}
            figure = figures.under_programmes(user=request.user, **words)
        else:
            figure = under[each.pk][0] if under[each.pk] else None
        if figure is not None:
            found.append(_version(request, question, each, scope, figure))
    context = frame(question) | {"versions": found, "plan": _plan(request, question, place)}
    context["kept"] = {"level": place.level, "code": place.code} if place.code else {}
    return render(request, "dashboards/versions.html", context)


@dataclass(frozen=True, slots=True)
class Version:
    """A set of the year with the programmes it is limited to. ``behind`` and ``plan`` are '' where
    the figure is of several programmes: there is no list, and no plan, of just those."""

    set: TargetSet
    scope: list[Programme]
    figure: figures.Figure
    behind: str
    plan: str


def _version(
    request: HttpRequest, question: Question, each: TargetSet, scope: list[Programme], figure
) -> Version:
    programme = question.programme
    if scope and not programme:
        if len(scope) > 1:
            return Version(each, scope, figure, "", "")
        (programme,) = scope
    asked = replace(question, version=each, programme=programme)
    behind = Behind(request.user, asked, Place())()
    plan = url_of_plan(Place(), asked.parameters) if figure.target is not None else ""
    return Version(each, scope, figure, behind, plan)


@dataclass(frozen=True, slots=True)
class Plan:
    """The months of the target of a place; ``url`` is the page of the place."""

    summary: Summary
    outlook: Outlook
    chart: MonthChart
    behind: str
    url: str

    @property
    def is_by_working_days(self) -> bool:
        """Whether nobody gave the months other numbers."""
        amount = self.summary.figure.target
        return self.summary.plan == splitting.by_working_days(amount, self.summary.year)


def _plan(request: HttpRequest, question: Question, place: Place) -> Plan | None:
    """None where the place has no target in the set, or this user may not see it."""
    with snapshot():
        summary = summarise(user=request.user, place=place, **question.words)
        if summary is None or summary.plan is None:
            return None
        view = outlook(summary, programme=question.programme_code, as_of=question.as_of)
    behind = Behind(request.user, question, place)
    chart = month_chart(summary=summary, behind=behind)
    return Plan(summary, view, chart, behind(), url_of(place, question))


def _programmes_of(target_set: TargetSet) -> list[Programme]:
    return list(
        Programme.objects.filter(
            targets__target_set=target_set, targets__measure=Measure.NATIONAL
        ).distinct()
    )


@login_required
@require_safe
def decree(request: HttpRequest, pk: int) -> HttpResponse:
    """The decree of a set as a download, for everybody who is signed in."""
    document = get_object_or_404(
        TargetDocument, target_set__in=TargetSet.objects.published(), target_set=pk
    )
    return download(bytes(document.content), f"penetapan-{pk}.pdf", PDF)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """The whole performance agreement of a balai: placements counted, other indicators typed."""
    place = get_object_or_404(Office.objects.served_units(), pk=code)
    question = read_question(request.GET)
    rows = figures.attainment_figures(
        user=request.user, measure=Measure.SERVED, code=code, **question.words
    )
    if not rows:
        raise Http404
    promised = IndicatorTarget.objects.visible_to(request.user).filter(office=place)
    promised = promised.filter(year=question.year).select_related("indicator")
    may_report = indicators.may_report(request.user, place)
    if request.method == "POST" and not may_report:
        raise PermissionDenied
    form = QuarterForm(request.POST or None, promised=promised)
    if request.method == "POST" and form.is_valid():
        try:
            indicators.report_quarter(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Realisasi triwulan tersimpan."))
            return redirect(request.get_full_path())
    context = frame(question) | {
        "name": place.name,
        "code": code,
        "is_balai": place.kind == Office.Kind.BALAI,
        "figure": rows[0],
        "promised": promised,
        "form": form if may_report else None,
        "behind": Behind(request.user, question, Place(Measure.SERVED, code))(),
        "plan_url": url_of_plan(Place(Measure.SERVED, code), question.parameters),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "dashboards/agreement.html", context, status=status)

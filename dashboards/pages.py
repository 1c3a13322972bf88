"""The pages of the dashboards. Each asks ``quotas.figures`` and lays out what comes back."""

from __future__ import annotations

import datetime
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_tables2 import RequestConfig

from accounts.downloads import PDF, download
from dashboards.charts import month_chart
from dashboards.forms import QuarterForm
from dashboards.questions import Question, read_question
from dashboards.tables import AttainmentTable, FigureData
from quotas import figures, indicators, pace
from quotas.models import IndicatorTarget, TargetDocument, TargetSet
from quotas.promises import Measure
from regions.calendar import last_of_month
from regions.models import Office, Province, Regency


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Officers begin their day at the form, everybody else at the nation."""
    return redirect("placement:record" if request.user.is_officer else "dashboards:national")


@login_required
@require_safe
def national(request: HttpRequest) -> HttpResponse:
    """The year of the nation: total, map, months, provinces by origin, balai by served."""
    question = read_question(request.GET)
    rows = _figures(request, question)
    context = _frame(question) | {
        "nation": _nation(rows),
        "tiles": _tiles([row for row in rows if row.measure == Measure.ORIGIN], question),
        "provinces": _table(request, rows, Measure.ORIGIN, question, "p-"),
        "units": _table(request, rows, Measure.SERVED, question, "b-"),
    }
    context["chart"] = _chart(question, context["nation"], Measure.NATIONAL, "")
    context["behind"] = _behind(question)
    context["needed"] = _needed(question, context["nation"])
    return render(request, "dashboards/national.html", context)


@login_required
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version and rival of a year's target, with what attainment is under each."""
    question = read_question(request.GET)
    rows = figures.attainment_figures(
        user=request.user,
        year=question.year,
        programme=question.programme_code,
        measure=Measure.NATIONAL,
        through=question.through,
    )
    sets = TargetSet.objects.in_year(question.year).published().select_related("document")
    sets = sorted(sets, key=lambda each: (not each.is_enacted, each.name))
    under = figures.under_sets(
        rows, target_sets=[each.pk for each in sets], programme=question.programme_code
    )
    found = [(each, figure) for each in sets for figure in under[each.pk]]
    return render(request, "dashboards/versions.html", _frame(question) | {"versions": found})


@login_required
@require_safe
def decree(request: HttpRequest, pk: int) -> HttpResponse:
    """The decree of a set as a download, for everybody who is signed in."""
    document = get_object_or_404(
        TargetDocument, target_set__in=TargetSet.objects.published(), target_set=pk
    )
    return download(bytes(document.content), f"penetapan-{pk}.pdf", PDF)


@login_required
@require_safe
def provinces(request: HttpRequest) -> HttpResponse:
    return _list_of(request, Measure.ORIGIN, "dashboards/provinces.html")


@login_required
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    return _list_of(request, Measure.SERVED, "dashboards/units.html")


@login_required
@require_safe
def province(request: HttpRequest, code: str) -> HttpResponse:
    """One province, read on origin."""
    place = get_object_or_404(Province, pk=code)
    return _unit_page(request, Measure.ORIGIN, code, place.name, "office")


@login_required
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One balai, or an office outside every balai, read on served."""
    place = get_object_or_404(Office.objects.served_units(), pk=code)
    return _unit_page(request, Measure.SERVED, code, place.name, "regency")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """The whole performance agreement of a balai: placements counted, other indicators typed."""
    place = get_object_or_404(Office.objects.served_units(), pk=code)
    question = read_question(request.GET)
    rows = _figures(request, question, measure=Measure.SERVED, code=code)
    if not rows:
        raise Http404
    may_report = indicators.may_report(request.user, place)
    if request.method == "POST" and not may_report:
        raise PermissionDenied
    promised = IndicatorTarget.objects.visible_to(request.user).filter(office=place)
    promised = promised.filter(year=question.year).select_related("indicator")
    form = QuarterForm(request.POST or None, promised=promised)
    if request.method == "POST" and form.is_valid():
        try:
            indicators.report_quarter(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Realisasi triwulan tersimpan."))
            return redirect(request.get_full_path())
    context = _frame(question) | {
        "name": place.name,
        "figure": rows[0],
        "promised": promised,
        "form": form if may_report else None,
        "behind": _behind(question, unit=code),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "dashboards/agreement.html", context, status=status)


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    if not request.user.office_id:
        raise Http404
    return redirect("dashboards:unit", code=request.user.office.unit_id)


@login_required
@require_safe
def province_placements(request: HttpRequest, code: str) -> HttpResponse:
    return redirect(_behind(read_question(request.GET), origin_province=code))


@login_required
@require_safe
def unit_placements(request: HttpRequest, code: str) -> HttpResponse:
    return redirect(_behind(read_question(request.GET), unit=code))


def _behind(question: Question, *, month: datetime.date | None = None, **where: str) -> str:
    """The list that shows exactly the placements behind a figure: of the page's period or of one
    ``month`` of it, narrowed by fields of the list's filter."""
    first = month or datetime.date(question.year, 1, 1)
    last = last_of_month(month) if month else question.last_day
    chosen = {
        "status": "completed",
        "completed_from": first.isoformat(),
        "completed_to": last.isoformat(),
        **where,
    }
    if question.programme:
        chosen["programme"] = question.programme.code
    return f"{reverse('placement:list')}?{urlencode(chosen)}"


def _figures(request: HttpRequest, question: Question, **which) -> list[figures.Figure]:
    return figures.attainment_figures(
        user=request.user,
        year=question.year,
        programme=question.programme_code,
        through=question.through,
        target_set=question.version.pk if question.version else None,
        **which,
    )


def _frame(question: Question) -> dict:
    return {"question": question, "freshness": figures.freshness()}


def _needed(question: Question, figure: figures.Figure | None) -> int | None:
    """Placements needed on each working day left; only for the running year as it stands today."""
    today = timezone.localdate()
    if figure is None or question.through or question.year != today.year:
        return None
    return pace.required_per_working_day(
        target=figure.target, realised=figure.realised, year=question.year, today=today
    )


def _nation(rows: list[figures.Figure]) -> figures.Figure | None:
    return next((row for row in rows if row.measure == Measure.NATIONAL), None)


def _table(
    request: HttpRequest,
    rows: list[figures.Figure],
    measure: str,
    question: Question,
    prefix: str,
) -> AttainmentTable:
    table = AttainmentTable(
        FigureData([row for row in rows if row.measure == measure]),
        question=question.parameters,
        page_name="dashboards:province" if measure == Measure.ORIGIN else "dashboards:unit",
        nation=_nation(rows) if request.user.sees_every_figure else None,
        prefix=prefix,
    )
    RequestConfig(request, paginate=False).configure(table)
    return table


def _with(url: str, question: Question) -> str:
    """A link that keeps the year, programme and day of this page."""
    return f"{url}?{urlencode(question.parameters)}" if question.parameters else url


def _tiles(rows: list[figures.Figure], question: Question) -> list[dict]:
    """Every province of the map; those the user may not see have no figure."""
    known = {row.code: row for row in rows}
    places = Province.objects.values_list("code", "name", "short_name", "tile_column", "tile_row")
    return [
        {
            "name": name,
            "short": short,
            "figure": known.get(code),
            "column": column,
            "row": row,
            "url": _with(reverse("dashboards:province", args=[code]), question),
        }
        for code, name, short, column, row in places
    ]


def _chart(question: Question, figure: figures.Figure | None, measure: str, code: str):
    counts = figures.months(
        year=question.year, programme=question.programme_code, measure=measure, code=code
    )
    today = timezone.localdate()
    last_month = today.month if question.year == today.year else 12
    return month_chart(
        year=question.year,
        counts=counts,
        target=figure.target if figure else None,
        last_month=last_month,
        behind=lambda month: _behind(question, month=month, **_where(measure, code)),
    )


def _list_of(request: HttpRequest, measure: str, template: str) -> HttpResponse:
    question = read_question(request.GET)
    rows = _figures(request, question)
    table = _table(request, rows, measure, question, "")
    return render(request, template, _frame(question) | {"table": table})


def _unit_page(
    request: HttpRequest, measure: str, code: str, name: str, dimension: str
) -> HttpResponse:
    question = read_question(request.GET)
    rows = _figures(request, question, measure=measure, code=code)
    if not rows:
        raise Http404
    parts = figures.breakdown(
        year=question.year, dimension=dimension, measure=measure, code=code,
        programme=question.programme_code,
    )  # fmt: skip
    where = _where(measure, code)
    context = _frame(question) | {
        "name": name,
        "figure": rows[0],
        "needed": _needed(question, rows[0]),
        "measure": measure,
        "parts": _linked(question, dimension, parts[:15], where),
        "chart": _chart(question, rows[0], measure, code),
        "behind": _behind(question, **where),
        "areas": _areas(measure, code),
        "code": code,
    }
    return render(request, "dashboards/unit.html", context)


def _where(measure: str, code: str) -> dict[str, str]:
    """The filter of the list for one unit of a measure."""
    key = {Measure.ORIGIN: "origin_province", Measure.SERVED: "unit"}.get(measure)
    return {key: code} if key else {}


def _linked(
    question: Question, dimension: str, parts: list[tuple[str, int]], where: dict[str, str]
) -> list[tuple[str, int, str]]:
    """(name, count, list behind it) of each part of the whole year."""
    codes = [value for value, _n in parts]
    if dimension == "office":
        names = dict(Office.objects.filter(pk__in=codes).values_list("code", "name"))
        field = "office"
    else:
        regencies = Regency.objects.filter(pk__in=codes).select_related("province")
        names = {each.pk: f"{each.full_name}, {each.province}" for each in regencies}
        field = "origin"
    year = replace(question, through=None)
    return [
        (names.get(value, value), n, _behind(year, **where, **{field: value})) for value, n in parts
    ]


def _areas(measure: str, code: str):
    """Who serves whom today, with its certainty; empty where nobody knows."""
    today = timezone.localdate()
    place = Province(pk=code) if measure == Measure.ORIGIN else Office(pk=code)
    return [
        area
        for area in place.service_areas.select_related("office", "province")
        if area.valid_from <= today and (area.valid_until is None or today <= area.valid_until)
    ]

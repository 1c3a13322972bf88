"""The pages of places: nation, province, balai, office, kabupaten. One shape, one reading."""

from __future__ import annotations

import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from dashboards.behind import rows_offered
from dashboards.charts.months import month_chart
from dashboards.charts.steps import step_chart
from dashboards.conditional import conditional
from dashboards.dimensions import NATION_DIMENSIONS, PLACE_DIMENSIONS, dimensions_of
from dashboards.drawings import files_of, map_credit, map_url
from dashboards.funnels import cards
from dashboards.notes import notes_of_month, sentences_beside
from dashboards.places import Behind, exports_of, exports_of_place, url_of, url_of_plan
from dashboards.projecting import past_of
from dashboards.provenance import beside
from dashboards.questions import Question, read_question
from dashboards.sides import sides_of, split_of
from dashboards.tables import AttainmentTable, Row
from dashboards.unit_tables import choices, rows_of, searched, unit_table
from quotas import figures, guard, plans
from quotas.moments import snapshot
from quotas.outlook import outlook
from quotas.promises import Measure
from quotas.reading import OFFICE, REGENCY, Place
from quotas.summary import Summary, summarise
from regions.models import Office, Province, Regency


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Officers begin their day at the form, everybody else at the nation."""
    if request.user.is_officer:
        return redirect("placement:record")
    query = request.GET.urlencode()
    return redirect(reverse("dashboards:national") + (f"?{query}" if query else ""))


@login_required
@require_safe
@conditional
def national(request: HttpRequest) -> HttpResponse:
    """The year of the nation: total, map, months, provinces by origin, balai by served."""
    question = read_question(request.GET)
    return render(request, "dashboards/national.html", nation_context(request, question))


def nation_context(request: HttpRequest, question: Question) -> dict:
    """What the national page and the wall show."""
    user = request.user
    with snapshot():
        rows = figures.attainment_figures(user=user, **question.words)
        summary = summarise(user=user, place=Place(), rows=rows, **question.words)
        context = frame(question)
        if summary is None or not question.is_known:
            return context | {"summary": None}
        context |= place_context(request, question, summary, NATION_DIMENSIONS)
        units = rows_of(rows, summary, question, sentences_beside(user, question))
        if user.sees_every_figure:
            context["problems"] += guard.sums_of_units(rows)

    def table(measure: str):
        return unit_table(
            user=user, question=question, rows=units, measure=measure, asked=request.GET,
            is_list=False, beside=context["beside"],
        )  # fmt: skip

    chosen = "served" if request.GET.get("map") == "served" else "origin"
    seen = {row.code: row for row in units if row.measure == Measure.ORIGIN}
    return context | {
        "map": chosen,
        "tiles": _tiles(seen, question),
        "map_url": map_url(question),
        "map_credit": map_credit,
        "map_files": files_of("petak", question, measure=chosen),
        "served_tiles": [row for row in units if row.measure == Measure.SERVED],
        "provinces": table(Measure.ORIGIN),
        "units": table(Measure.SERVED),
        "exports": _files_of(summary, user, question, **choices(request.GET, is_list=False)),
        "sides": sides_of(summary, question, Behind(user, question, Place()))
        if user.sees_every_figure
        else [],
    }


@login_required
@require_safe
@conditional
def provinces(request: HttpRequest) -> HttpResponse:
    return _list_of(request, Measure.ORIGIN, "dashboards/provinces.html")


@login_required
@require_safe
@conditional
def units(request: HttpRequest) -> HttpResponse:
    return _list_of(request, Measure.SERVED, "dashboards/units.html")


@login_required
@require_safe
@conditional
def province(request: HttpRequest, code: str) -> HttpResponse:
    """One province, read on origin."""
    get_object_or_404(Province, pk=code)
    return _place_page(request, Place(Measure.ORIGIN, code))


@login_required
@require_safe
@conditional
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One balai, or an office outside every balai, read on served."""
    get_object_or_404(Office.objects.served_units(), pk=code)
    return _place_page(request, Place(Measure.SERVED, code))


@login_required
@require_safe
@conditional
def office(request: HttpRequest, code: str) -> HttpResponse:
    """One office or post: what was completed at its own desk."""
    return _place_page(request, Place(OFFICE, code))


@login_required
@require_safe
@conditional
def regency(request: HttpRequest, code: str) -> HttpResponse:
    """One kabupaten or kota, read on origin."""
    return _place_page(request, Place(REGENCY, code))


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    if not request.user.office_id:
        raise Http404
    return redirect("dashboards:unit", code=request.user.office.unit_id)


@login_required
@require_safe
def own_line(request: HttpRequest) -> HttpResponse:
    """Where the balai of this user stands this year, as a line beside the officer's form."""
    if not request.user.office_id:
        raise Http404
    office = request.user.office
    year = office.today().year
    rows = figures.attainment_figures(
        user=request.user, year=year, measure=Measure.SERVED, code=office.unit_id
    )
    context = {"figure": rows[0] if rows else None, "year": year}
    return render(request, "dashboards/_own_line.html", context)


@login_required
@require_safe
def province_placements(request: HttpRequest, code: str) -> HttpResponse:
    return _to_placements(request, Place(Measure.ORIGIN, code))


@login_required
@require_safe
def unit_placements(request: HttpRequest, code: str) -> HttpResponse:
    return _to_placements(request, Place(Measure.SERVED, code))


def _to_placements(request: HttpRequest, place: Place) -> HttpResponse:
    url = Behind(request.user, read_question(request.GET), place)()
    if not url:
        raise Http404
    return redirect(url)


def frame(question: Question) -> dict:
    """What the head of every page of figures says."""
    freshness = figures.freshness(question.year)
    return {
        "question": question,
        "freshness": freshness,
        "problems": [],
        "beside": beside(question, freshness),
    }


def place_context(request: HttpRequest, question: Question, summary: Summary, dimensions) -> dict:
    """The part that every place shows: cards, months, shares. Call it inside the snapshot."""
    behind = Behind(request.user, question, summary.place)
    funnels, amiss = cards(summary, question, behind)
    view = outlook(summary, programme=question.programme_code, as_of=question.as_of)
    return {
        "summary": summary,
        "figure": summary.figure,
        "outlook": view,
        "behind": behind(),
        "behind_before": behind(span=summary.span_before),
        "month_url": _month_url(summary, behind),
        "plan_url": url_of_plan(summary.place, question.parameters),
        "past": past_of(summary, view, behind),
        "exports": _files_of(summary, request.user, question),
        "chart": month_chart(summary=summary, behind=behind),
        "chart_files": files_of("bulan", question, summary.place),
        "dimensions": dimensions_of(summary, question, behind, dimensions),
        "funnels": funnels,
        "problems": [*summary.problems, *amiss],
        "step_chart": _steps(summary, question),
        "step_files": files_of("target", question, summary.place),
    }  # fmt: skip


def _month_url(summary: Summary, behind: Behind) -> str:
    """The placements of the month the cards speak of."""
    told = summary.month_change
    return behind.month(datetime.date(summary.year, told[0], 1)) if told else ""


def _steps(summary: Summary, question: Question):
    """The line of the target by decree; None for places that have none."""
    if summary.figure.target is None or not summary.place.is_rolled_up:
        return None
    steps = plans.steps_of_target(
        year=question.year, measure=summary.place.level, code=summary.place.code,
        programme=question.programme_code,
    )  # fmt: skip
    return step_chart(summary=summary, steps=steps) if steps else None


def _place_page(request: HttpRequest, place: Place) -> HttpResponse:
    question = read_question(request.GET)
    with snapshot():
        summary = summarise(user=request.user, place=place, **question.words)
        if summary is None:
            raise Http404
        context = frame(question)
        if not question.is_known:
            context |= {"summary": None, "name": summary.name, "measure": place.measure}
            return render(request, "dashboards/place.html", context)
        context |= place_context(request, question, summary, PLACE_DIMENSIONS)
    context |= {
        "name": summary.name,
        "measure": place.measure,
        "level": place.level,
        "code": place.code,
        "areas": _areas(place, question),
        "split": split_of(summary, question, Behind(request.user, question, place)),
        "note": notes_of_month(request.user, question, unit=place.code).get(place.code)
        if place.level == Measure.SERVED
        else None,
        "above": _above(place, question),
    }
    return render(request, "dashboards/place.html", context)


def _list_of(request: HttpRequest, measure: str, template: str) -> HttpResponse:
    question = read_question(request.GET)
    with snapshot():
        rows = figures.attainment_figures(user=request.user, **question.words)
        summary = summarise(user=request.user, place=Place(), rows=rows, **question.words)
        context = frame(question)
    notes = sentences_beside(request.user, question) if measure == Measure.SERVED else {}
    table = unit_table(
        user=request.user, question=question, measure=measure, asked=request.GET, is_list=True,
        beside=context["beside"],
        rows=rows_of(rows, summary, question, notes) if summary and question.is_known else [],
    )  # fmt: skip
    page = "provinces" if measure == Measure.ORIGIN else "units"
    context |= {
        "table": table,
        "find": searched(request.GET),
        "columns": [
            (name, column.verbose_name, name in table.shown)
            for name, column in AttainmentTable.base_columns.items()
            if name != "name"
        ],
        "exports": rows_offered(
            exports_of(page, question, **choices(request.GET, is_list=True)),
            user=request.user,
            realised=summary.figure.realised if summary else 0,
        ),
    }
    return render(request, template, context)


def _files_of(summary: Summary, user: User, question: Question, **more: list[str]):
    """(label, address) of the page of a place as files."""
    return rows_offered(
        exports_of_place(summary.place, question, **more),
        user=user, realised=summary.figure.realised,
    )  # fmt: skip


def _tiles(seen: dict[str, Row], question: Question) -> list[dict]:
    """Every province of the map; those the user may not see have no figure."""
    places = Province.objects.values_list("code", "name", "short_name", "tile_column", "tile_row")
    return [
        {
            "name": name,
            "short": short,
            "figure": seen[code].figure if code in seen else None,
            "column": column,
            "row": row,
            "url": url_of(Place(Measure.ORIGIN, code), question),
        }
        for code, name, short, column, row in places
    ]


def _areas(place: Place, question: Question):
    """Who serves whom on the day of the page, with its certainty; None below balai and province,
    empty where nobody knows."""
    if place.level == Measure.ORIGIN:
        found = Province(pk=place.code)
    elif place.level == Measure.SERVED:
        found = Office(pk=place.code)
    else:
        return None
    areas = found.service_areas.select_related("office", "province")
    return list(areas.on(question.day))


def _above(place: Place, question: Question) -> tuple[str, str] | None:
    """(name, address) of the balai of a post, or the province of a kabupaten."""
    if place.level == OFFICE:
        row = Office.objects.select_related("parent").get(pk=place.code)
        unit_row = row.parent or row
        return unit_row.name, url_of(Place(Measure.SERVED, unit_row.pk), question)
    if place.level == REGENCY:
        home = Regency.objects.select_related("province").get(pk=place.code).province
        return home.name, url_of(Place(Measure.ORIGIN, home.pk), question)
    return None

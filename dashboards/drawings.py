"""Charts as files: ``/grafik/NAME.svg`` and ``.png``, with the question and the place of a page.

``level`` and ``code`` are the place, ``dimension`` the parts and ``measure`` the side of a map. Who
may not see the page of the place gets 404 here too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.downloads import download
from dashboards.charts import standalone
from dashboards.charts.bridge import Bridge, bridge, until_now
from dashboards.charts.maps import MapChart, boundary_map, province_tiles, tile_map
from dashboards.charts.months import MonthChart, month_chart
from dashboards.charts.shares import TITLES, ShareChart, share_chart
from dashboards.charts.steps import StepChart, step_chart
from dashboards.questions import Question, read_question
from quotas import figures
from quotas.changes import changes_between
from quotas.moments import snapshot
from quotas.plans import steps_of_target
from quotas.promises import Measure
from quotas.reading import OFFICE, REGENCY, Place
from quotas.summary import Summary, summarise
from regions.language import in_language
from regions.models import ProvinceBoundary

Chart = MonthChart | Bridge | StepChart | ShareChart | MapChart
_LEVELS = {*Measure.values, OFFICE, REGENCY}


@dataclass(frozen=True, slots=True)
class File:
    """A link to a chart as a file."""

    label: str
    url: str


def files_of(name: str, question: Question, place: Place | None = None, **more: str) -> list[File]:
    """Links to a chart (its ``chart.name``) as SVG and PNG, for ``charts/figure.html``.

    ``more`` is ``dimension`` for the shares and ``measure`` for the maps.
    """
    asked = question.parameters | more
    if place and place.code:
        asked |= {"level": place.level, "code": place.code}
    return [
        File(kind.upper(), f"{reverse('dashboards:drawing', args=[name, kind])}?{urlencode(asked)}")
        for kind in ("svg", "png")
    ]


def map_url(question: Question, measure: str = Measure.ORIGIN) -> str | None:
    """Address of the map with boundaries, for ``charts/map.html``; None where none are loaded."""
    if not ProvinceBoundary.objects.exists():
        return None
    return files_of("peta", question, measure=measure)[0].url


def map_credit() -> str:
    """Who drew the boundaries, and under which licence."""
    rows = ProvinceBoundary.objects.order_by("source", "licence").values_list("source", "licence")
    credits = "; ".join(f"{source} ({licence})" for source, licence in rows.distinct())
    return _("Batas wilayah: %(credits)s") % {"credits": credits}


def bridge_of(
    *, user, place: Place, question: Question, behind: Callable[[str], str] | None = None
) -> Bridge | None:
    """The way from the state a question asks for to the present; None where it asks for none or
    the user may not see the place."""
    since = question.as_of
    if since is None:
        return None
    with snapshot():
        then = summarise(user=user, place=place, **question.words)
        now = summarise(user=user, place=place, **(question.words | {"as_of": None}))
        if then is None or now is None:
            return None
        changes = changes_between(
            place=place, span=now.span, programme=question.programme_code, since=since.batch,
            last_day=since.last_day, most=0,
        )  # fmt: skip
    return bridge(
        then=then.figure, now=now.figure, changes=changes, behind=behind,
        since=date_format(since.last_day, "j F Y"), until=until_now(),
    )  # fmt: skip


@login_required
@require_safe
def drawing(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """A chart as a file."""
    question = read_question(request.GET)
    place = place_asked(request)
    with snapshot():
        if name in {"petak", "peta"}:
            measure = request.GET.get("measure", Measure.ORIGIN)
            chart, unit = _map(request, question, name, measure), "Indonesia"
        else:
            summary = summarise(user=request.user, place=place, **question.words)
            if summary is None:
                raise Http404
            measure, unit = place.measure, summary.name
            chart = _of_place(request, name, question, summary)
        stamp = _stamp(question)
    if chart is None:
        raise Http404
    frame = figures.frame()
    drawn = standalone.svg(
        chart=chart,
        heading=f"{chart.title}: {unit}, {question.year}",
        subtitle=_subtitle(question, measure),
        stamp=stamp,
        notice=in_language(frame.notice, frame.notice_en),
    )
    file_name = _file_name(name, unit, measure, question, request.GET.get("dimension", ""), kind)
    if kind == "png":
        return download(standalone.png(drawn), file_name, "image/png")
    answer = download(drawn, file_name, "image/svg+xml; charset=utf-8")
    answer["Content-Security-Policy"] = standalone.policy()
    return answer


def place_asked(request: HttpRequest) -> Place:
    level, code = request.GET.get("level", Measure.NATIONAL), request.GET.get("code", "")
    if level not in _LEVELS or bool(code) == (level == Measure.NATIONAL):
        raise Http404
    return Place(level, code)


def _map(request: HttpRequest, question: Question, name: str, measure: str) -> MapChart | None:
    if measure not in {Measure.ORIGIN, Measure.SERVED}:
        raise Http404
    rows = figures.attainment_figures(user=request.user, measure=measure, **question.words)
    tiles = province_tiles(rows=rows, measure=measure, day=question.day)
    draw = tile_map if name == "petak" else boundary_map
    return draw(tiles=tiles, measure=measure, bands=figures.frame().bands)


def _of_place(
    request: HttpRequest, name: str, question: Question, summary: Summary
) -> Chart | None:
    if name == "bulan":
        return month_chart(summary=summary)
    if name == "jembatan":
        return bridge_of(user=request.user, place=summary.place, question=question)
    if name == "target" and summary.place.is_rolled_up:
        steps = steps_of_target(
            year=question.year, measure=summary.place.level, code=summary.place.code,
            programme=question.programme_code,
        )  # fmt: skip
        return step_chart(summary=summary, steps=steps)
    dimension = request.GET.get("dimension", "")
    if name == "bagian" and dimension in TITLES:
        return share_chart(dimension=dimension, parts=summary.parts.get(dimension, []))
    return None


def _subtitle(question: Question, measure: str) -> str:
    words = {
        Measure.NATIONAL: _("nasional"), Measure.SERVED: _("dilayani"),
        Measure.ORIGIN: _("menurut daerah asal"),
    }  # fmt: skip
    period = _("penempatan selesai 1 Januari sampai %(day)s") % {
        "day": date_format(min(question.day, question.last_day), "j F Y")
    }
    parts = [str(words[measure]), period]
    if question.programme:
        parts.append(str(question.programme))
    if question.set_name:
        sample = f" ({_('CONTOH')})" if question.set_is_sample else ""
        parts.append(_("target: %(name)s") % {"name": question.set_name} + sample)
    return " · ".join(parts)


def _stamp(question: Question) -> str:
    made = date_format(timezone.localtime(), "j F Y H.i")
    if question.as_of:
        return _("Keadaan per %(day)s, batch %(batch)d; digambar %(made)s WIB.") % {
            "day": date_format(question.as_of.last_day, "j F Y"),
            "batch": question.as_of.batch, "made": made,
        }  # fmt: skip
    fresh = figures.freshness()
    words = {"made": made, "batch": fresh.batch or 0, "n": fresh.pending}
    return _("Keadaan %(made)s WIB, batch %(batch)d dan %(n)d perubahan sesudahnya.") % words


def _file_name(
    name: str, unit: str, measure: str, question: Question, dimension: str, kind: str
) -> str:
    """Unit, measure, chart, year and state, so that a file says what it is when it is found."""
    if question.as_of:
        state = f"per-{question.as_of.last_day.isoformat()}-batch-{question.as_of.batch}"
    else:
        state = f"per-{timezone.localdate().isoformat()}"
    chart = f"{name}-{dimension}" if name == "bagian" else name
    through = f"sampai-{question.through.isoformat()}" if question.through else ""
    label = {Measure.ORIGIN: "daerah-asal", Measure.SERVED: "dilayani"}.get(measure, "nasional")
    programme = question.programme_code
    parts = [slugify(unit), label, chart, str(question.year), programme, through, state]
    return "_".join(filter(None, parts)) + f".{kind}"

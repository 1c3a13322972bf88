"""How long it takes from completion to recording, office by office, and what that hides."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards.pages import frame
from dashboards.places import Behind, url_of
from dashboards.questions import Question, read_question
from placement.closing import LATE_AFTER_DAYS
from quotas import figures
from quotas.lags import WINDOW
from quotas.lateness import Lateness, Outstanding, lateness, outstanding
from quotas.moments import snapshot
from quotas.names import name_of
from quotas.promises import Measure
from quotas.reading import OFFICE, Place, Span, year_span
from regions.calendar import last_of_month


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its name and page, how it records, what is behind it and the late ones."""

    name: str
    url: str
    found: Lateness
    behind: str
    late_url: str
    offices: list[Line]
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """A row of the estimate."""

    name: str
    url: str
    found: Outstanding
    realised: int
    behind: str


@login_required
@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """Days from completion to recording of every unit this user may see."""
    question = read_question(request.GET)
    if question.as_of:
        question.notices.append(
            _("Kelambatan selalu dibaca menurut catatan saat ini; “keadaan per” tidak berlaku.")
        )
        # The stamp says of what the figures are.
        question = replace(question, as_of=None)
    user = request.user
    words = question.words | {"target_set": None}
    span = year_span(question.year, question.through)
    with snapshot():
        rows = figures.attainment_figures(user=user, **words)
        served = [row for row in rows if row.measure == Measure.SERVED]
        nation = next((row for row in rows if row.measure == Measure.NATIONAL), None)
        codes, place, name = None, Place(), "Indonesia"
        if not user.sees_every_figure:
            nation, codes = None, [row.code for row in served]
            place = Place(Measure.SERVED, codes[0]) if codes else place
            name = served[0].name if served else "–"
        monitor = lateness(span=span, programme=question.programme_code, units=codes)
        context = frame(question)
        hidden = _hidden(request, question, nation, served)
    counted = sum(row.realised for row in served)
    if monitor.all.completed != counted:
        context["problems"].append(f"{_('dicatat')} {monitor.all.completed} ≠ {counted}")
    context |= {
        "late_after": LATE_AFTER_DAYS,
        "window": WINDOW,
        "whole": _line(request, question, place, monitor.all, span, name=name),
        "units": _units(request, question, served, monitor, span),
        "months": _months(request, question, place, monitor),
        "bins": monitor.all.bins,
        "hidden": hidden,
    }
    return render(request, "dashboards/late.html", context)


def _line(
    request: HttpRequest,
    question: Question,
    place: Place,
    found: Lateness,
    span: Span,
    *,
    name: str = "",
    office: str = "",
    offices: Sequence[Line] = (),
    is_outside: bool = False,
) -> Line:
    """A row of ``place``, or of one ``office`` of it, with the addresses of exactly its own."""
    where = {"office": office} if office else {}
    behind = Behind(request.user, question, place)(span=span, **where)
    own = Place(OFFICE, office) if office else place
    return Line(
        name,
        url_of(own, question),
        found,
        behind,
        f"{behind}&late=1" if behind and found.late else "",
        list(offices),
        is_outside,
    )


def _units(request, question, served, monitor, span) -> list[Line]:
    """Every served unit, what had nothing too, with the offices that recorded; by name."""
    lines = []
    for row in sorted(served, key=lambda each: (each.is_outside_balai, each.name)):
        place = Place(Measure.SERVED, row.code)
        offices = sorted(
            (name_of(OFFICE, code), code, found)
            for (unit, code), found in monitor.offices.items()
            if unit == row.code
        )
        below = [
            _line(request, question, place, found, span, name=name, office=code)
            for name, code, found in offices
        ]
        lines.append(
            _line(
                request, question, place, monitor.units.get(row.code, Lateness({})), span,
                name=row.name, offices=below if len(below) > 1 else [],
                is_outside=row.is_outside_balai,
            )
        )  # fmt: skip
    return lines


def _months(request, question, place, monitor) -> list[tuple[datetime.date, Line]]:
    """By month of completion."""
    return [
        (
            month,
            _line(
                request, question, place, each,
                Span(month, min(last_of_month(month), question.last_day)),
            ),
        )
        for month, each in monitor.months.items()
    ]  # fmt: skip


def _hidden(request: HttpRequest, question: Question, nation, served) -> list[Hidden]:
    """The estimate of what is not recorded yet: of the running year, of all its days, only."""
    today = timezone.localdate()
    if question.year != today.year or question.last_day < today:
        return []
    rows = ([nation] if nation else []) + sorted(served, key=lambda row: row.name)
    found = outstanding(
        year=question.year,
        realised={row.code: row.realised for row in rows},
        programme=question.programme_code,
    )
    return [
        Hidden(row.name, url_of(Place(row.measure, row.code), question), found[row.code],
               row.realised, Behind(request.user, question, Place(row.measure, row.code))())
        for row in rows
    ]  # fmt: skip

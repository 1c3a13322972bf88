"""What changed between a state and now, and the placements behind a figure as it stood."""

from __future__ import annotations

import datetime
from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards.charts.bridge import bridge
from dashboards.drawings import files_of
from dashboards.pages import frame
from dashboards.places import url_of
from dashboards.questions import read_question
from placement.models import Placement, Programme
from quotas.changes import KINDS, Change, changes_between, count_as_of, placements_as_of
from quotas.moments import Moment, moment_of_batch, moment_of_day, snapshot
from quotas.names import name_of, names_of
from quotas.promises import Measure
from quotas.reading import OFFICE, REGENCY, Place, Span, year_span
from quotas.summary import summarise

_LEVELS = {Measure.NATIONAL, Measure.SERVED, Measure.ORIGIN, OFFICE, REGENCY}
# Where nothing was chosen: against the state of a week ago.
_DEFAULT_DAYS = 7
_PAGE = 100
_RECORDS = 60
# Columns of a cell -> the dimension their codes are named by.
_DIMENSION = {"origin": "regency", "unit": "office"}
_FILTERS = {
    "unit": Measure.SERVED, "origin_province": Measure.ORIGIN, "office": OFFICE, "origin": REGENCY,
}  # fmt: skip


def read_place(parameters, notices: list[str]) -> Place:
    """The place of an address (``level`` and ``code``); the nation where it cannot be meant."""
    level, code = parameters.get("level", Measure.NATIONAL), parameters.get("code", "")
    if level not in _LEVELS or (level == Measure.NATIONAL) != (not code):
        notices.append(_("Tempat itu tidak dikenal; yang ditampilkan Indonesia."))
        return Place()
    return Place(level, code)


@login_required
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Why a figure moved: counts by kind, the bridge, and the records."""
    question = read_question(request.GET)
    place = read_place(request.GET, question.notices)
    then = question.as_of or _default_moment()
    with snapshot():
        now_words = question.words | {"as_of": None}
        now = summarise(user=request.user, place=place, **now_words)
        if now is None:
            raise Http404
        context = frame(question) | {"summary": now, "then": then}
        if then is not None:
            was = summarise(user=request.user, place=place, **question.words | {"as_of": then})
            found = changes_between(
                place=place, span=year_span(question.year, question.through),
                programme=question.programme_code, since=then.batch, last_day=then.last_day,
                most=_RECORDS,
            )  # fmt: skip
            moved = was.figure.realised + sum(found.net.values())
            context |= {
                "was": was.figure,
                "now": now.figure,
                "changes": found,
                "delta": now.figure.realised - was.figure.realised,
                "kinds": [(KINDS[kind], n, found.net[kind]) for kind, n in found.counts.items()],
                "agrees": moved == now.figure.realised,
                "records": _opened(request, found.records),
                "chart": bridge(
                    then=was.figure,
                    now=now.figure,
                    changes=found,
                    since=date_format(then.last_day, "j F Y"),
                    until=_("saat ini"),
                ),
                "files": files_of("jembatan", replace(question, as_of=then), place),
            }
    context |= {
        "place": place,
        "back": url_of(place, question),
        "then_parameters": question.parameters,
    }
    return render(request, "dashboards/changes.html", context)


def _default_moment() -> Moment | None:
    return moment_of_day(timezone.localdate() - datetime.timedelta(_DEFAULT_DAYS))


def _opened(request: HttpRequest, records: list[Change]) -> list[dict]:
    """Records in words; the number links for those who may open the placement."""
    seen = set(
        Placement.objects.visible_to(request.user)
        .filter(pk__in=[each.placement for each in records])
        .values_list("pk", flat=True)
    )
    return [
        {
            "change": each,
            "reference": each.reference if each.placement in seen else "",
            "cell": _words(each.after or each.before),
            "fields": [
                (name, named(name, before), named(name, after))
                for name, before, after in each.fields
            ],
        }
        for each in records
        if each.placement in seen or request.user.sees_every_figure
    ]


def named(column: str, value: object) -> str:
    """The value of a cell's column in words."""
    if column == "completed_on":
        return f"{datetime.date.fromisoformat(str(value)):%d/%m/%Y}"
    return name_of(_DIMENSION.get(column, column), str(value))


def _words(cell: dict | None) -> dict[str, str]:
    return {name: named(name, value) for name, value in (cell or {}).items()}


@login_required
@require_safe
def placements_then(request: HttpRequest) -> HttpResponse:
    """The placements behind a figure as it stood: the rows of the ledger up to a batch."""
    user = request.user
    if not (user.sees_every_placement or user.may_record):
        raise Http404
    asked = request.GET
    moment = moment_of_batch(int(asked["batch"])) if asked.get("batch", "").isdecimal() else None
    try:
        span = Span(
            datetime.date.fromisoformat(asked.get("completed_from", "")),
            datetime.date.fromisoformat(asked.get("completed_to", "")),
        )
    except ValueError:
        span = None
    if moment is None or span is None:
        raise Http404
    place = next(
        (Place(level, asked[key]) for key, level in _FILTERS.items() if asked.get(key)), Place()
    )
    programme = Programme.objects.filter(pk=asked.get("programme", "")).first()
    after = int(asked["after"]) if asked.get("after", "").isdecimal() else 0
    offices = None
    if not user.sees_every_placement:
        offices = list(user.offices_in_reach().values_list("pk", flat=True))
    behind = {
        "place": place, "span": span, "programme": programme.pk if programme else "",
        "as_of": moment.batch, "after": min(after, 2**62), "offices": offices,
    }  # fmt: skip
    # A batch never changes, so both statements speak of the same rows.
    rows = placements_as_of(**behind, most=_PAGE + 1)
    total, before = count_as_of(**behind)
    more = len(rows) > _PAGE
    query = asked.copy()
    query.pop("after", None)
    context = {
        "moment": moment,
        "span": span,
        "place_name": _place_name(place),
        "programme": programme,
        "total": total,
        "begins": before + 1,
        "ends": before + min(len(rows), _PAGE),
        "rows": [(reference, _words(cell)) for _pk, reference, cell in rows[:_PAGE]],
        "next": f"?{query.urlencode()}&{urlencode({'after': rows[_PAGE - 1][0]})}" if more else "",
        "limited": offices is not None,
        "first": f"?{query.urlencode()}" if after else "",
    }
    return render(request, "dashboards/placements_then.html", context)


def _place_name(place: Place) -> str:
    names = {
        Measure.SERVED: "office", Measure.ORIGIN: "province", OFFICE: "office", REGENCY: "regency",
    }  # fmt: skip
    return names_of(names[place.level]).get(place.code, place.code) if place.code else "Indonesia"

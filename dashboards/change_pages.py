"""What changed between a state and now, and the placements behind a figure as it stood."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from dashboards.charts.bridge import Bridge, bridge, until_now
from dashboards.dimensions import TITLES
from dashboards.drawings import files_of
from dashboards.pages import frame
from dashboards.places import files_at, slice_asked, url_of
from dashboards.questions import Question, read_question
from placement.closing import LATE_AFTER_DAYS
from placement.models import Placement, Programme
from quotas.changes import (
    KINDS,
    Between,
    Change,
    Changes,
    count_as_of,
    count_changes,
    list_changes,
    placements_as_of,
)
from quotas.figures import Figure
from quotas.moments import Moment, moment_of_batch, moment_of_day, snapshot
from quotas.names import name_of, names_of
from quotas.promises import Measure
from quotas.reading import OFFICE, REGENCY, Place, Span, year_span
from quotas.summary import Summary, summarise

_LEVELS = {Measure.NATIONAL, Measure.SERVED, Measure.ORIGIN, OFFICE, REGENCY}
# Where nothing was chosen: against the state of a week ago.
_DEFAULT_DAYS = 7
_PAGE = 100
_RECORDS = 60
_LIST = "catatan"
# Columns of a cell -> the dimension their codes are named by.
_DIMENSION = {"origin": "regency", "unit": "office"}


def read_place(parameters, notices: list[str]) -> Place:
    """The place of an address (``level`` and ``code``); the nation where it cannot be meant."""
    level, code = parameters.get("level", Measure.NATIONAL), parameters.get("code", "")
    if level not in _LEVELS or (level == Measure.NATIONAL) != (not code):
        notices.append(_("Tempat itu tidak dikenal; yang ditampilkan Indonesia."))
        return Place()
    return Place(level, code)


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved a figure since a state, as an address asks for it.

    ``kind`` is the cause the list is of ('' for all). ``counts`` are of every change; ``listed`` of
    those in the list, which leaves out what stands in an office out of the reader's reach
    (``offices``; None where every figure is open to the reader).
    """

    user: User
    question: Question
    place: Place
    then: Moment
    now: Summary
    was: Figure
    between: Between
    counts: dict[str, int]
    listed: dict[str, int]
    offices: list[str] | None
    kind: str

    @property
    def found(self) -> Changes:
        return Changes(self.counts, [])

    @property
    def delta(self) -> int:
        return self.now.figure.realised - self.was.realised

    @property
    def agrees(self) -> bool:
        """Whether the parts make the whole: two roads, the ledger's rows and the figures."""
        return sum(self.found.net.values()) == self.delta

    @property
    def total(self) -> int:
        """How many changes the whole list holds."""
        return self.listed.get(self.kind, 0) if self.kind else sum(self.listed.values())

    @property
    def left_out(self) -> int:
        """How many of its kind the reader may not open."""
        every = self.counts.get(self.kind, 0) if self.kind else self.found.total
        return every - self.total

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind]) if self.kind else _("semua sebab")

    @property
    def parameters(self) -> dict[str, str]:
        """Question, place and cause as parameters of a link."""
        asked = replace(self.question, as_of=self.then).parameters
        if self.place.code:
            asked |= {"level": self.place.level, "code": self.place.code}
        return asked | ({"kind": self.kind} if self.kind else {})

    def url_of_kind(self, kind: str) -> str:
        """The page with the list of one cause; '' for all of them."""
        asked = {name: value for name, value in self.parameters.items() if name != "kind"}
        asked |= {"kind": kind} if kind else {}
        return f"{reverse('dashboards:changes')}?{urlencode(asked)}#{_LIST}"


@dataclass(frozen=True, slots=True)
class Cause:
    """A row of the causes: ``n`` placements moved the count by ``effect``, the attainment by
    ``points`` ('' without a target); ``listed`` of them are in the list."""

    kind: str
    label: str
    n: int | None
    effect: int | None
    points: str
    url: str
    listed: int
    is_chosen: bool


def read_moved(
    *, user: User, question: Question, place: Place, then: Moment, now: Summary, asked: QueryDict
) -> Moved:
    """Read the other state and count what happened since. Call it inside ``snapshot``."""
    kind = asked.get("kind", "")
    if kind and kind not in KINDS:
        question.notices.append(
            _("Sebab “%(typed)s” tidak dikenal; yang didaftar semua sebab.") % {"typed": kind[:20]}
        )
        kind = ""
    was = summarise(user=user, place=place, **question.words | {"as_of": then})
    between = Between(
        place, year_span(question.year, question.through), then.batch, then.last_day,
        question.programme_code,
    )  # fmt: skip
    counts = listed = count_changes(between)
    offices = None
    if not user.sees_every_figure:
        offices = list(user.offices_in_reach().values_list("pk", flat=True))
        listed = count_changes(between, offices=offices)
    return Moved(
        user, question, place, then, now, was.figure, between, counts, listed, offices, kind
    )


def read_asked(asked: QueryDict) -> tuple[Question, Place, Moment | None]:
    """The question of an address, its place, and the earlier state."""
    question = read_question(asked, instead=_("Yang dibandingkan keadaan seminggu yang lalu."))
    return question, read_place(asked, question.notices), question.as_of or _default_moment()


@login_required
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Why a figure moved: counts by kind, the bridge, and the records of one cause or of all."""
    user = request.user
    question, place, then = read_asked(request.GET)
    with snapshot():
        now = summarise(user=user, place=place, **question.words | {"as_of": None})
        if now is None:
            raise Http404
        context = frame(question) | {"summary": now, "then": then}
        if then is not None:
            moved = read_moved(
                user=user, question=question, place=place, then=then, now=now, asked=request.GET
            )
            context |= _moved_context(moved, request.GET)
    context |= {"place": place, "back": url_of(place, question)}
    return render(request, "dashboards/changes.html", context)


def _moved_context(moved: Moved, asked: QueryDict) -> dict[str, object]:
    rows = list_changes(
        moved.between, kind=moved.kind, most=_RECORDS + 1, after=_after(asked.get("after", "")),
        offices=moved.offices,
    )  # fmt: skip
    records, more = rows[:_RECORDS], len(rows) > _RECORDS
    chart = bridge(
        then=moved.was, now=moved.now.figure, changes=moved.found,
        since=date_format(moved.then.last_day, "j F Y"), until=until_now(),
        behind=lambda kind: _behind(moved, kind),
    )  # fmt: skip
    onward = ""
    if more:
        rank, placement = records[-1].key
        query = moved.parameters | {"after": f"{rank}-{placement}"}
        onward = f"?{urlencode(query)}#{_LIST}"
    return {
        "moved": moved,
        "was": moved.was,
        "now": moved.now.figure,
        "changes": moved.found,
        "causes": _causes(moved, chart),
        "every": moved.url_of_kind(""),
        "records": _opened(moved.user, records),
        "next": onward,
        "first": moved.url_of_kind(moved.kind) if asked.get("after") else "",
        "exports": files_at("changes", moved.parameters),
        "chart": chart,
        "files": files_of("jembatan", replace(moved.question, as_of=moved.then), moved.place),
        "late_after": LATE_AFTER_DAYS,
    }


def _behind(moved: Moved, kind: str) -> str:
    """What is behind a step: the list of its cause, or the versions of the target."""
    if kind == "target":
        return f"{reverse('dashboards:versions')}?{urlencode({'year': moved.question.year})}"
    return moved.url_of_kind(kind) if kind in moved.counts else ""


def _causes(moved: Moved, chart: Bridge) -> list[Cause]:
    """Every kind that happened, in the order of the bridge, and the change of the target."""
    steps = {step.kind: step for step in chart.steps}
    causes = [
        Cause(
            kind, str(KINDS[kind]), n, moved.found.net[kind],
            steps[kind].point_words if kind in steps else "", moved.url_of_kind(kind),
            moved.listed.get(kind, 0), kind == moved.kind,
        )
        for kind, n in moved.counts.items()
    ]  # fmt: skip
    target = steps.get("target")
    if target:
        url = _behind(moved, "target")
        causes.append(Cause("target", target.label, None, None, target.point_words, url, 0, False))
    return causes


def _after(typed: str) -> tuple[int, int] | None:
    """The key a list goes on after; None for its beginning."""
    rank, dash, placement = typed.partition("-")
    if not (dash and rank in {"0", "1"} and placement.isascii() and placement.isdecimal()):
        return None
    return int(rank), min(int(placement), 2**62)


def _default_moment() -> Moment | None:
    return moment_of_day(timezone.localdate() - datetime.timedelta(_DEFAULT_DAYS))


def _opened(user: User, records: list[Change]) -> list[dict]:
    """Records in words; the number links for those who may open the placement."""
    seen = set(
        Placement.objects.visible_to(user)
        .filter(pk__in=[each.placement for each in records])
        .values_list("pk", flat=True)
    )
    return [
        {
            "change": each,
            "reference": each.reference if each.placement in seen else "",
            "cell": _words(each.after or each.before),
            "fields": changed_words(each),
        }
        for each in records
    ]


def changed_words(change: Change) -> list[tuple[str, str]]:
    """(before, after) in words of what differs."""
    return [(named(name, before), named(name, after)) for name, before, after in change.fields]


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
    place, parts = slice_asked(asked)
    programme = Programme.objects.filter(pk=asked.get("programme", "")).first()
    after = int(asked["after"]) if asked.get("after", "").isdecimal() else 0
    offices = None
    if not user.sees_every_placement:
        offices = list(user.offices_in_reach().values_list("pk", flat=True))
    behind = {
        "place": place, "span": span, "programme": programme.pk if programme else "",
        "as_of": moment.batch, "after": min(after, 2**62), "offices": offices, "parts": parts,
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
        "parts": [f"{TITLES[name]}: {name_of(name, code)}" for name, code in parts.items()],
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

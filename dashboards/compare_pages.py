"""Two places or two periods side by side; both sides are read from one snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dashboards.pages import frame
from dashboards.places import Behind, url_of
from dashboards.questions import Question, read_question
from quotas.moments import snapshot
from quotas.names import names_of
from quotas.outlook import Outlook, outlook
from quotas.promises import Measure
from quotas.reading import Place
from quotas.rollups import Attainment
from quotas.summary import Summary, change_percent, summarise

_DIMENSIONS = (
    ("destination", gettext_lazy("Negara tujuan")),
    ("job_title", gettext_lazy("Jabatan")),
    ("sector", gettext_lazy("Sektor")),
    ("scheme", gettext_lazy("Skema")),
    ("employer_kind", gettext_lazy("Pemberi kerja")),
    ("sex", gettext_lazy("Jenis kelamin")),
    ("programme", gettext_lazy("Program")),
)
_MOST = 6
_ASKED = ("place", "year", "programme", "through", "as_of", "batch", "target_set")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the comparison."""

    key: str
    spec: str
    question: Question
    summary: Summary | None
    outlook: Outlook | None
    url: str
    behind: str

    @property
    def label(self) -> str:
        """Place, period and state in words."""
        if self.summary is None:
            return "–"
        period = date_format(self.question.last_day, "j M Y")
        words = f"{self.summary.name}, {_('sampai')} {period}"
        if self.question.as_of:
            words += f", {_('keadaan per')} {date_format(self.question.as_of.last_day, 'j M Y')}"
        return words


@login_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Everything of two sides beside one another; each is a place, a period and a state."""
    choices = _choices(request)
    with snapshot():
        left = _side(request, "a", choices)
        right = _side(request, "b", choices)
        context = frame(left.question)
    for side in (left, right):
        if side.summary:
            context["problems"] += side.summary.problems
    context["question"].notices.extend(right.question.notices)
    context |= {"sides": [left, right], "choices": choices}
    if left.summary and right.summary:
        context |= {
            "same_measure": left.summary.place.measure == right.summary.place.measure,
            "rows": _months(left.summary, right.summary),
            "difference": left.summary.figure.realised - right.summary.figure.realised,
            "parts": [
                (label, _parts(left.summary, right.summary, name)) for name, label in _DIMENSIONS
            ],
        }
    return render(request, "dashboards/compare.html", context)


def _choices(request: HttpRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Places this user may compare, in groups: (group, [(spec, name)])."""
    seen = Attainment.objects.visible_to(request.user).filter(programme="")
    pairs = seen.order_by("measure", "unit_code").distinct().values_list("measure", "unit_code")
    names = {Measure.SERVED: names_of("office"), Measure.ORIGIN: names_of("province")}
    groups: dict[str, list[tuple[str, str]]] = {}
    for measure, code in pairs:
        name = names[measure].get(code, code) if measure in names else "Indonesia"
        groups.setdefault(measure, []).append((f"{measure}:{code}", name))
    return [
        (str(Measure(measure).label), sorted(found, key=lambda each: each[1]))
        for measure, found in groups.items()
    ]


def _side(request: HttpRequest, key: str, choices) -> Side:
    """Read one side; parameters of a side begin with its letter."""
    own = QueryDict(mutable=True)
    for name in _ASKED:
        value = request.GET.get(f"{key}_{name}", "")
        if value:
            own[name] = value
    known = {spec for _group, found in choices for spec, _name in found}
    spec = own.get("place", f"{Measure.NATIONAL}:")
    question = read_question(own)
    if spec not in known:
        question.notices.append(_("Tempat itu tidak dikenal; yang ditampilkan Indonesia."))
        spec = f"{Measure.NATIONAL}:"
    if key == "b" and not own and len(question.years) > 1:
        own["year"] = str(question.year - 1)
        question = read_question(own)
    level, _colon, code = spec.partition(":")
    place = Place(level, code)
    summary = summarise(user=request.user, place=place, **question.words)
    view = summary and outlook(summary, programme=question.programme_code, as_of=question.as_of)
    return Side(
        key, spec, question, summary, view, url_of(place, question),
        Behind(request.user, question, place)(),
    )  # fmt: skip


def _months(left: Summary, right: Summary) -> list[tuple]:
    """(month number, left, right, difference, change in percent of the right) and the sum.

    A month that has not begun on a side is None there: it is not zero.
    """
    rows = []
    for number in range(1, 13):
        a, b = _begun(left, number), _begun(right, number)
        both = a is not None and b is not None
        rows.append((number, a, b, a - b if both else None, change_percent(a, b) if both else None))
    a, b = left.figure.realised, right.figure.realised
    return [*rows, (0, a, b, a - b, change_percent(a, b))]


def _begun(summary: Summary, number: int) -> int | None:
    return None if number > summary.day.month else summary.months[number - 1]


def _parts(left: Summary, right: Summary, name: str) -> list[tuple]:
    """(value, left, share, right, share) of the largest values of both sides together."""
    a = {part.code: part for part in left.parts[name]}
    b = {part.code: part for part in right.parts[name]}
    codes = sorted(
        a.keys() | b.keys(),
        key=lambda code: -max(a[code].n if code in a else 0, b[code].n if code in b else 0),
    )
    return [
        (
            (a.get(code) or b.get(code)).name,
            a[code].n if code in a else 0, a[code].share if code in a else None,
            b[code].n if code in b else 0, b[code].share if code in b else None,
        )
        for code in codes[:_MOST]
    ]  # fmt: skip

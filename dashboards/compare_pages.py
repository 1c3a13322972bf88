"""Two places or two periods side by side; both sides are read from one snapshot."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from dashboards.charts.scales import few_and_rest
from dashboards.pages import frame
from dashboards.places import Behind, files_at, url_of
from dashboards.questions import Question, read_question
from placement.reference import RESIDUAL
from quotas import ratio
from quotas.moments import snapshot
from quotas.names import names_of
from quotas.outlook import Outlook, outlook
from quotas.promises import Measure
from quotas.reading import Place, Span
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
    open: Behind

    @property
    def behind(self) -> str:
        """The placements of the whole side; '' for who may open none."""
        return self.open()

    def month_url(self, number: int) -> str:
        """The placements of one of its months; 0 is the whole side."""
        if not number:
            return self.behind
        return self.open.month(datetime.date(self.question.year, number, 1))

    @property
    def label(self) -> str:
        """Place, period and state in words."""
        if self.summary is None:
            return "–"
        told = {
            "place": self.summary.name,
            "day": date_format(self.summary.day, "j M Y"),
            "state": self.question.as_of and date_format(self.question.as_of.last_day, "j M Y"),
        }
        if self.question.as_of:
            return _("%(place)s, sampai %(day)s, keadaan per %(state)s") % told
        return _("%(place)s, sampai %(day)s") % told

    @property
    def projected(self) -> int | None:
        """How the year will end, or has ended; None where that cannot be said."""
        return self.summary.figure.realised if self.outlook.is_over else self.outlook.estimate


@dataclass(frozen=True, slots=True)
class Pair:
    """A value of a dimension on both sides; a share is in percent of the whole of its side."""

    code: str
    name: str
    left: int
    left_share: Decimal | None
    right: int
    right_share: Decimal | None
    left_url: str
    right_url: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month (0: all of them) on both sides; ``change`` is in percent of the right."""

    number: int
    left: int | None
    right: int | None
    left_url: str
    right_url: str

    @property
    def has_both(self) -> bool:
        return self.left is not None and self.right is not None

    @property
    def gap(self) -> int | None:
        return self.left - self.right if self.has_both else None

    @property
    def change(self) -> Decimal | None:
        return change_percent(self.left, self.right) if self.has_both else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides and the rows beside one another: what the page and its files show."""

    choices: list[tuple[str, list[tuple[str, str]]]]
    left: Side
    right: Side

    @property
    def sides(self) -> list[Side]:
        return [self.left, self.right]

    @property
    def has_both(self) -> bool:
        """Whether there is something to compare; a place without a figure that year has none."""
        return self.left.summary is not None and self.right.summary is not None

    @property
    def same_measure(self) -> bool:
        return self.left.summary.place.measure == self.right.summary.place.measure

    @property
    def problems(self) -> list[str]:
        return [each for side in self.sides if side.summary for each in side.summary.problems]

    @property
    def parameters(self) -> dict[str, str]:
        """The address that asks the same again, with what was left out written down."""
        return {
            f"{side.key}_{name}": value
            for side in self.sides
            for name, value in {"place": side.spec, **side.question.parameters}.items()
        }

    def gaps(self) -> dict[str, int | None]:
        """Left less right of the numbers of the summary; None where a side has none."""
        sides = {
            "realised": [side.summary.figure.realised for side in self.sides],
            "target": [side.summary.figure.target for side in self.sides],
            "ahead": [side.outlook.ahead_count for side in self.sides],
            "projected": [side.projected for side in self.sides],
        }
        return {name: None if None in pair else pair[0] - pair[1] for name, pair in sides.items()}

    def months(self) -> list[MonthRow]:
        """Twelve months and, as month 0, the sum. A month that has not begun on a side is None
        there: it is not zero."""
        return [
            MonthRow(
                number, _begun(self.left.summary, number), _begun(self.right.summary, number),
                self.left.month_url(number), self.right.month_url(number),
            )
            for number in (*range(1, 13), 0)
        ]  # fmt: skip

    def parts(self) -> list[tuple[str, str, list[Pair]]]:
        """(dimension, its name, its largest values on both sides together)."""
        return [
            (name, str(label), _parts(self.left, self.right, name)) for name, label in _DIMENSIONS
        ]


@login_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Everything of two sides beside one another; each is a place, a period and a state."""
    with snapshot():
        found = read_comparison(user=request.user, asked=request.GET)
        context = frame(found.left.question)
    context["problems"] += found.problems
    context["question"].notices.extend(found.right.question.notices)
    context |= {"sides": found.sides, "choices": found.choices}
    if found.has_both:
        context |= {
            "exports": files_at("compare", found.parameters),
            "same_measure": found.same_measure,
            "gaps": found.gaps(),
            "rows": found.months(),
            "parts": found.parts(),
        }
    return render(request, "dashboards/compare.html", context)


def read_comparison(*, user: User, asked: QueryDict) -> Comparison:
    """Read both sides of an address: the parameters of a side begin with its letter and ``_``.

    Where nothing is asked of the right side, it is the left one a year earlier, through the same
    day. Call it inside ``quotas.moments.snapshot`` with whatever else goes into the same answer.
    """
    choices = _choices(user)
    left = _side(user, _own(asked, "a"), "a", choices)
    right = _side(user, _own(asked, "b") or _year_before(left), "b", choices)
    return Comparison(choices, left, right)


def _own(asked: QueryDict, key: str) -> QueryDict:
    """What an address asks of one side, without its letter."""
    own = QueryDict(mutable=True)
    for name in _ASKED:
        value = asked.get(f"{key}_{name}", "")
        if value:
            own[name] = value
    return own


def _year_before(left: Side) -> QueryDict:
    """What is asked of the right side where the address asks nothing of it."""
    asked = {"place": left.spec, "year": str(left.question.year)}
    if left.question.programme_code:
        asked["programme"] = left.question.programme_code
    before = left.question.year - 1
    if before in left.question.known_years:
        asked["year"] = str(before)
        if left.summary is not None:
            # Of a year that has not begun the first day stands for none.
            first = datetime.date(left.question.year, 1, 1)
            through = Span(first, max(left.summary.day, first)).year_before().last
            if through < datetime.date(before, 12, 31):
                asked["through"] = through.isoformat()
    own = QueryDict(mutable=True)
    own.update(asked)
    return own


def _choices(user: User) -> list[tuple[str, list[tuple[str, str]]]]:
    """Places this user may compare, in groups: (group, [(spec, name)])."""
    seen = Attainment.objects.visible_to(user).filter(programme="")
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


def _side(user: User, own: QueryDict, key: str, choices) -> Side:
    known = {spec for _group, found in choices for spec, _name in found}
    spec = own.get("place", f"{Measure.NATIONAL}:")
    question = read_question(own)
    if spec not in known:
        question.notices.append(_("Tempat itu tidak dikenal; yang ditampilkan Indonesia."))
        spec = f"{Measure.NATIONAL}:"
    level, _colon, code = spec.partition(":")
    place = Place(level, code)
    summary = None
    if question.is_known:
        summary = summarise(user=user, place=place, **question.words)
    view = summary and outlook(summary, programme=question.programme_code, as_of=question.as_of)
    return Side(
        key, spec, question, summary, view, url_of(place, question),
        Behind(user, question, place),
    )  # fmt: skip


def _begun(summary: Summary, number: int) -> int | None:
    if not number:
        return summary.figure.realised
    n = summary.months[number - 1]
    return n if number <= summary.day.month or n else None


def _parts(left: Side, right: Side, name: str) -> list[Pair]:
    a = {part.code: part for part in left.summary.parts[name]}
    b = {part.code: part for part in right.summary.parts[name]}
    codes = sorted(
        a.keys() | b.keys(),
        key=lambda code: -max(a[code].n if code in a else 0, b[code].n if code in b else 0),
    )
    shown, rest = few_and_rest([code for code in codes if code not in RESIDUAL], _MOST)
    # What stands for all else is last, and shown by its own name.
    shown += [code for code in codes if code in RESIDUAL]
    return [
        Pair(
            code, (a.get(code) or b.get(code)).name,
            a[code].n if code in a else 0, a[code].share if code in a else None,
            b[code].n if code in b else 0, b[code].share if code in b else None,
            left.open(**{name: code}), right.open(**{name: code}),
        )
        for code in shown
    ] + _rest(left, right, a, b, rest)  # fmt: skip


def _rest(left: Side, right: Side, a: dict, b: dict, codes: list[str]) -> list[Pair]:
    """The values that are not shown, as one row, so that a table sums to its side."""
    if not codes:
        return []
    n, m = (sum(parts[code].n for code in codes if code in parts) for parts in (a, b))
    whole, other = (side.summary.figure.realised for side in (left, right))
    return [
        Pair(
            "", _("%(n)d lainnya") % {"n": len(codes)},
            n, ratio.rounded(ratio.percent(n, whole)), m, ratio.rounded(ratio.percent(m, other)),
            "", "",
        )
    ]  # fmt: skip

"""Where the page of a place is, and the list that shows exactly what is behind a figure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from dashboards.questions import Question
from quotas.changes import PARTS
from quotas.promises import Measure
from quotas.reading import OFFICE, REGENCY, Place, Span
from regions.calendar import last_of_month

# Level -> (name of its page, name of the list's filter).
_LEVELS = {
    Measure.SERVED: ("dashboards:unit", "unit"),
    Measure.ORIGIN: ("dashboards:province", "origin_province"),
    OFFICE: ("dashboards:office", "office"),
    REGENCY: ("dashboards:regency", "origin"),
}
# A dimension of the parts -> the list's filter.
_FILTERS = {
    "regency": "origin", "province": "origin_province",
    **{name: name for name in ("destination", "job_title", "office", "scheme", "employer_kind",
                               "sex", "programme", "sector", "unit", "home")},
    "area": "origin_area",
}  # fmt: skip
# What the rows of the ledger can be listed by.
_LISTED = {*_LEVELS, Measure.NATIONAL}
LEDGER_PARTS = frozenset({*PARTS, "sector", "programme"})
# Parts that have a page of their own.
_PAGES = {
    "unit": Measure.SERVED, "province": Measure.ORIGIN, "office": OFFICE, "regency": REGENCY,
}  # fmt: skip


def url_of(place: Place, question: Question) -> str:
    """The page of a place, with everything the question chose."""
    name, _filter = _LEVELS.get(place.level, ("dashboards:national", ""))
    url = reverse(name, args=[place.code] if place.code else [])
    return f"{url}?{urlencode(question.parameters)}"


def url_of_plan(place: Place, asked: dict[str, str]) -> str:
    """The months of the target of a place, on the page of target sets; ``asked`` is the question
    as parameters."""
    chosen = asked | ({"level": place.level, "code": place.code} if place.code else {})
    return f"{reverse('dashboards:versions')}?{urlencode(chosen)}#rencana"


def slice_asked(asked) -> tuple[Place, dict[str, str]]:
    """What an address of ``Behind`` asks of the ledger: its place, and values by dimension. The
    programme is not among them: it belongs to every question."""
    places = {key: level for level, (_page, key) in _LEVELS.items()}
    own = next((key for key in places if asked.get(key)), "")
    parts = {
        name: asked[key]
        for name, key in _FILTERS.items()
        if name in LEDGER_PARTS and name != "programme" and key != own and asked.get(key)
    }
    return (Place(places[own], asked[own]) if own else Place()), parts


def page_of(dimension: str, code: str, question: Question) -> str:
    """The page of a part, '' where it has none."""
    level = _PAGES.get(dimension)
    return url_of(Place(level, code), question) if level else ""


def exports_of(
    page: str, question: Question, *codes: str, **more: list[str]
) -> list[tuple[str, str]]:
    """(label, address) of a page as files; ``page`` is its name without the namespace, ``more``
    what the address chose beside the question."""
    return files_at(page, question.parameters | more, *codes)


def files_at(page: str, asked: dict, *codes: str) -> list[tuple[str, str]]:
    """The same with every parameter of the address given; a list is a parameter several times."""
    query = urlencode(asked, doseq=True)
    return [
        (kind.upper(), f"{reverse(f'dashboards:{page}_{kind}', args=codes)}?{query}")
        for kind in ("xlsx", "csv")
    ]


def exports_of_place(place: Place, question: Question, **more: list[str]) -> list[tuple[str, str]]:
    """The page of a place as files."""
    name, _filter = _LEVELS.get(place.level, ("dashboards:national", ""))
    codes = [place.code] if place.code else []
    return exports_of(name.removeprefix("dashboards:"), question, *codes, **more)


@dataclass(frozen=True, slots=True)
class Behind:
    """Addresses of the placements behind the figures of one place.

    At this moment that is the list with its filter; as it stood, the rows of the ledger. ``user``
    decides whether there is an address at all: '' for somebody who may open none of them.
    """

    user: User
    question: Question
    place: Place

    def __call__(self, *, span: Span | None = None, **where: str) -> str:
        if not (self.user.sees_every_placement or self.user.may_record):
            return ""
        question = self.question
        span = span or Span(datetime.date(question.year, 1, 1), question.last_day)
        if question.as_of is None:
            chosen = {"status": "completed"}
        elif not (where.keys() <= LEDGER_PARTS and self.place.level in _LISTED):
            # The ledger does not hold which balai a province belongs to.
            return ""
        else:
            chosen = {"batch": str(question.as_of.batch)}
        chosen |= {"completed_from": span.first.isoformat(), "completed_to": span.last.isoformat()}
        _name, key = _LEVELS.get(self.place.level, ("", ""))
        if key:
            chosen[key] = self.place.code
        if question.programme:
            chosen["programme"] = question.programme.code
        chosen |= {_FILTERS[name]: value for name, value in where.items()}
        page = "placement:list" if question.as_of is None else "dashboards:placements_then"
        return f"{reverse(page)}?{urlencode(chosen)}"

    def month(self, first: datetime.date) -> str:
        """The placements of a month, bounded by the page's own last day; '' for a month after it,
        which has none on this page."""
        return self._through_month(first, since=first)

    def through_month(self, first: datetime.date) -> str:
        """The placements of its year from January through that month, bounded in the same way."""
        return self._through_month(first, since=first.replace(month=1))

    def _through_month(self, first: datetime.date, *, since: datetime.date) -> str:
        last = last_of_month(first)
        if first.year == self.question.year:
            if first > self.question.last_day:
                return ""
            last = min(last, self.question.last_day)
        return self(span=Span(since, last))

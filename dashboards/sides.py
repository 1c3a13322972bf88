"""Served against origin, balai by balai: two measures that are never added to one another."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.places import Behind, url_of
from dashboards.questions import Question
from quotas.names import names_of
from quotas.promises import Measure
from quotas.reading import Place
from quotas.summary import Summary
from regions.models import ServiceArea


@dataclass(frozen=True, slots=True)
class Side:
    """A unit: what it served, of that from its own provinces, and what its provinces' people
    completed anywhere. ``served`` is None where nobody serves (provinces without a balai),
    ``origin`` where a unit has no provinces. ``links`` are addresses of the placements behind each
    of the five numbers, by name."""

    name: str
    url: str
    served: int | None
    own: int
    origin: int | None
    links: dict[str, str]

    @property
    def others(self) -> int | None:
        return None if self.served is None else self.served - self.own

    @property
    def elsewhere(self) -> int | None:
        return None if self.origin is None else self.origin - self.own


def sides_of(summary: Summary, question: Question, behind: Behind) -> list[Side]:
    """Every unit, by the service areas of the page's day; the last row is the nation, of which the
    others are all the parts: units outside every balai, and provinces nobody serves, among them.
    """
    areas = _areas_on(summary)
    served = {part.code: part for part in summary.parts["unit"]}
    origin = {part.code: part.n for part in summary.parts["province"]}
    names = names_of("office")
    own = dict.fromkeys(served, 0)
    for (unit, home), n in summary.pairs.items():
        if home in areas.get(unit, ()):
            own[unit] = own.get(unit, 0) + n
    sides = []
    for code in {**served, **areas}:
        mine = areas.get(code)
        part = served.get(code)
        links = {
            "served": behind(unit=code),
            "own": behind(unit=code, home="own"),
            "others": behind(unit=code, home="other"),
        }
        if mine:
            links["origin"] = behind(area=code)
            links["elsewhere"] = behind(area=code, home="other")
        sides.append(
            Side(
                part.name if part else names.get(code, code),
                url_of(Place(Measure.SERVED, code), question),
                part.n if part else 0,
                own.get(code, 0),
                sum(origin.get(each, 0) for each in mine) if mine else None,
                links,
            )
        )
    sides.sort(key=lambda side: (-(side.served or 0), side.name))
    known = set().union(*areas.values())
    nobodys = sum(n for home, n in origin.items() if home not in known)
    if nobodys:
        url = behind(home="unmapped")
        links = {"origin": url, "elsewhere": url}
        sides.append(Side(_("Provinsi yang belum dipetakan"), "", None, 0, nobodys, links))
    links = {"served": behind(), "own": behind(home="own"), "others": behind(home="other"),
             "origin": behind(), "elsewhere": behind(home="other")}  # fmt: skip
    whole = summary.figure.realised
    return [*sides, Side(_("Jumlah"), "", whole, sum(own.values()), whole, links)]


def split_of(summary: Summary, question: Question, behind: Behind) -> Side | None:
    """The same split for one balai; None elsewhere or where its area is not known."""
    place = summary.place
    mine = _areas_on(summary).get(place.code) if place.level == Measure.SERVED else None
    if not mine:
        return None
    own = sum(part.n for part in summary.parts["province"] if part.code in mine)
    links = {"served": behind(), "own": behind(home="own"), "others": behind(home="other")}
    return Side(summary.name, "", summary.figure.realised, own, None, links)


def _areas_on(summary: Summary) -> dict[str, set[str]]:
    """Unit -> the provinces it serves on the day of the page."""
    areas: dict[str, set[str]] = {}
    for area in ServiceArea.objects.on(summary.day):
        areas.setdefault(area.office_id, set()).add(area.province_id)
    return areas

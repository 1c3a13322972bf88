"""What a place is made of: the largest values of each dimension, and what is left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from accounts.models import User
from dashboards.charts.scales import few_and_rest
from dashboards.drawings import File, files_of
from dashboards.places import Behind, page_of
from dashboards.provenance import measure_words
from dashboards.questions import Question
from placement.reference import RESIDUAL
from quotas import ratio
from quotas.promises import Measure
from quotas.reading import OFFICE, REGENCY, Place
from quotas.summary import Part, Summary

# Counts of these inside the nation are other units' figures.
PLACES = frozenset({"unit", "office", "province", "regency"})
# The dimensions of a page, in its order, and how many values stand before "lainnya".
NATION_DIMENSIONS = (
    ("destination", 5), ("job_title", 5), ("province", 5), ("regency", 10),
    ("scheme", 8), ("sector", 30),
    ("employer_kind", 3), ("sex", 2), ("programme", 4),
)  # fmt: skip
PLACE_DIMENSIONS = (
    ("regency", 10), ("province", 6), ("unit", 6), ("office", 8), ("destination", 5),
    ("job_title", 5), ("scheme", 8), ("sector", 30), ("employer_kind", 3), ("sex", 2),
    ("programme", 4),
)  # fmt: skip
TITLES = {
    "destination": gettext_lazy("Negara tujuan"),
    "job_title": gettext_lazy("Jabatan"),
    "regency": gettext_lazy("Kabupaten/kota asal"),
    "province": gettext_lazy("Provinsi asal"),
    "unit": gettext_lazy("Balai yang melayani"),
    "office": gettext_lazy("Kantor dan pos yang melayani"),
    "scheme": gettext_lazy("Skema"),
    "sector": gettext_lazy("Sektor ekonomi"),
    "employer_kind": gettext_lazy("Pemberi kerja"),
    "sex": gettext_lazy("Jenis kelamin"),
    "programme": gettext_lazy("Program"),
}
# What a reader must know of a dimension.
NOTES = {
    "sector": gettext_lazy(
        "Jumlah jabatannya, menurut pengelompokan jabatan hari ini; riwayat pengelompokan disimpan."
    ),
    "programme": gettext_lazy(
        "Perubahan hanya berarti bila penempatan dibagi menurut program yang sama di kedua tahun."
    ),
}
# Titles that say by themselves which of the two places they are of.
_SAYS = {Measure.SERVED: {"unit", "office"}, Measure.ORIGIN: {"province", "regency"}}
# A place is not broken down by itself.
NOT_BY = {
    Measure.ORIGIN: {"province"}, Measure.SERVED: {"unit"},
    OFFICE: {"unit", "office"}, REGENCY: {"province", "regency"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One value of a dimension on a page: ``n`` links to ``behind``, the name to ``page``."""

    name: str
    n: int
    share: Decimal | None
    change: Decimal | None
    behind: str
    page: str
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """The largest values of a dimension and what is left over; together they are the whole.
    ``all_url`` lists every value, '' where all are shown; ``measure`` are the words beside the
    title, '' where it says them itself."""

    key: str
    title: str
    shown: list[Shown]
    rest: int
    rest_values: int
    rest_share: Decimal | None
    whole: int
    files: list[File]
    note: str = ""
    all_url: str = ""
    measure: str = ""


def url_of_parts(dimension: str, place: Place, question: Question) -> str:
    """The page that lists every value of a dimension of a place."""
    asked = question.parameters
    if place.code:
        asked |= {"level": place.level, "code": place.code}
    return f"{reverse('dashboards:parts', args=[dimension])}?{urlencode(asked)}"


def dimensions_of(
    summary: Summary, question: Question, behind: Behind, wanted: Sequence[tuple[str, int]]
) -> list[Dimension]:
    """The largest values of each of ``wanted`` (name, how many) that this reader may compare."""
    return [
        _dimension(summary, name, most, behind, question)
        for name, most in wanted
        if may_compare(behind.user, summary.place, name)
    ]


def may_compare(user: User, place: Place, dimension: str) -> bool:
    """Whether a place is broken down by a dimension at all, and for this user."""
    return dimension not in NOT_BY.get(place.level, ()) and sees_parts(user, place, dimension)


def sees_parts(user: User, place: Place, dimension: str) -> bool:
    """Counts of other units inside the nation are for those who see every figure."""
    is_nation = place.level == Measure.NATIONAL
    return not is_nation or user.sees_every_figure or dimension not in PLACES


def shown_part(part: Part, behind: Behind, question: Question) -> Shown:
    """A value with its links: to a page only where this reader has it."""
    has_page = behind.user.sees_every_figure or part.dimension not in {"unit", "province"}
    return Shown(
        part.name, part.n, part.share, part.change, behind(**{part.dimension: part.code}),
        page_of(part.dimension, part.code, question) if has_page else "", part.before,
    )  # fmt: skip


def words_beside(dimension: str, place: Place) -> str:
    """The measure of a place, to stand beside the title of a dimension; '' where the title has
    said it."""
    said = dimension in _SAYS.get(place.measure, ())
    return "" if said else measure_words(place.measure)


def _dimension(
    summary: Summary, name: str, most: int, behind: Behind, question: Question
) -> Dimension:
    parts = [part for part in summary.parts[name] if part.n]
    shown, rest = few_and_rest([part for part in parts if part.code not in RESIDUAL], most)
    # What stands for all else is said by its own name, below the values that have one.
    shown += [part for part in parts if part.code in RESIDUAL]
    left = sum(part.n for part in rest)
    return Dimension(
        name,
        TITLES[name],
        [shown_part(part, behind, question) for part in shown],
        left,
        len(rest),
        ratio.rounded(ratio.percent(left, summary.figure.realised)),
        summary.figure.realised,
        files_of("bagian", question, summary.place, dimension=name),
        NOTES.get(name, ""),
        url_of_parts(name, summary.place, question) if rest else "",
        words_beside(name, summary.place),
    )  # fmt: skip

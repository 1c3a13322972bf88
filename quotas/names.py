"""Names of the values a figure can be asked by, in the language of the screen."""

from __future__ import annotations

from collections.abc import Callable

from django.core.cache import caches
from django.utils.translation import gettext as _

from placement.models import EmployerKind, JobTitle, Placement, Programme, Scheme, Sector
from placement.reference import UNGROUPED
from regions.language import is_english
from regions.models import Country, Office, Province, Regency

# Reference rows change a few times a year and every page names hundreds of them.
_SECONDS = 60


def _labels(model) -> dict[str, tuple[str, str]]:
    return {pk: (label, en or label) for pk, label, en in model.objects.values_list(
        "pk", "label", "label_en")}  # fmt: skip


def _apart(model, other, words: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """Labels, with what they are of where ``other`` has one that reads the same: a scheme and a
    kind of employer are both called Perseorangan, and a figure must say which it is of."""
    taken = {name for pair in _labels(other).values() for name in pair}
    return {
        pk: tuple(
            f"{name} ({word})" if name in taken else name
            for name, word in zip(pair, words, strict=True)
        )
        for pk, pair in _labels(model).items()
    }


def _regencies() -> dict[str, tuple[str, str]]:
    rows = Regency.objects.select_related("province")
    return {row.pk: (f"{row.full_name}, {row.province.name}",) * 2 for row in rows}


def _desks() -> dict[str, tuple[str, str]]:
    """Offices as places where work is done: a balai has the name of its whole area too."""
    rows = Office.objects.values_list("pk", "name", "kind")
    return {
        pk: (f"{name} (kantor balai)", f"{name} (own desk)")
        if kind == Office.Kind.BALAI
        else (name, name)
        for pk, name, kind in rows
    }


_SOURCES: dict[str, Callable[[], dict[str, tuple[str, str]]]] = {
    "destination": lambda: {
        pk: (name, en) for pk, name, en in Country.objects.values_list("pk", "name_id", "name_en")
    },
    "job_title": lambda: _labels(JobTitle),
    "sector": lambda: _labels(Sector),
    "scheme": lambda: _apart(Scheme, EmployerKind, ("skema", "scheme")),
    "programme": lambda: _labels(Programme),
    "employer_kind": lambda: _apart(EmployerKind, Scheme, ("pemberi kerja", "employer")),
    "regency": _regencies,
    "desk": _desks,
    "office": lambda: {pk: (name, name) for pk, name in Office.objects.values_list("pk", "name")},
    "province": lambda: {
        pk: (name, name) for pk, name in Province.objects.values_list("pk", "name")
    },
}


def names_of(dimension: str) -> dict[str, str]:
    """Return code -> name of every value of a dimension."""
    if dimension == "sex":
        return {value: str(label) for value, label in Placement.Sex.choices}
    cache = caches["process"]
    kept = cache.get(f"names:{dimension}")
    if kept is None:
        kept = _SOURCES[dimension]()
        cache.set(f"names:{dimension}", kept, _SECONDS)
    english = is_english()
    names = {code: pair[english] for code, pair in kept.items()}
    return names | {UNGROUPED: _("Belum dikelompokkan")} if dimension == "sector" else names


def name_of(dimension: str, code: str) -> str:
    """The name of one value; its code where it has none."""
    return names_of(dimension).get(code, code)

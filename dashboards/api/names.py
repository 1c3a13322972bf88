"""Names of the values of a dimension, in the language of the answer."""

from __future__ import annotations

from collections.abc import Iterable

from placement.models import EmployerKind, JobTitle, Placement, Scheme
from regions.models import Country, Office, Regency

_MODELS = {
    "destination": Country,
    "scheme": Scheme,
    "employer_kind": EmployerKind,
    "job_title": JobTitle,
    "regency": Regency,
    "office": Office,
}


def value_names(dimension: str, codes: Iterable[str]) -> dict[str, str]:
    """Return the name of each of ``codes``; an unknown code has none. At most one query."""
    if dimension == "sex":
        return {code: str(label) for code, label in Placement.Sex.choices}
    return {code: str(row) for code, row in _MODELS[dimension].objects.in_bulk(list(codes)).items()}

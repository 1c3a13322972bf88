"""Read API for figures, version 1. It asks the same ``quotas.figures`` as the pages."""

from __future__ import annotations

import datetime
from enum import StrEnum

from django.http import HttpRequest
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError
from ninja.security import django_auth

from placement.models import Programme
from quotas import figures
from quotas.models import TargetSet
from quotas.promises import Measure

api = NinjaAPI(
    title="Capaian PMI", version="1.0", auth=django_auth, docs_url=None, urls_namespace="api"
)


class MeasureName(StrEnum):
    SERVED = "served"
    ORIGIN = "origin"


class Level(StrEnum):
    NATIONAL = "national"
    BALAI = "balai"
    PROVINCE = "province"


class AttainmentRow(Schema):
    """``percent`` is rounded half up to one decimal; ``rating`` follows the exact ratio."""

    code: str
    name: str
    target: int | None
    realised: int
    percent: float | None
    rating: str | None
    target_set: int | None
    batch: int | None
    computed_at: datetime.datetime | None
    pending: int

    @staticmethod
    def resolve_percent(row) -> float | None:
        return None if row.rounded is None else float(row.rounded)


class AttainmentAnswer(Schema):
    year: int
    measure: str
    level: str
    programme: str | None
    through: datetime.date | None
    rows: list[AttainmentRow]


_PAIRS = {
    Level.NATIONAL: (None, Measure.NATIONAL),
    Level.BALAI: (MeasureName.SERVED, Measure.SERVED),
    Level.PROVINCE: (MeasureName.ORIGIN, Measure.ORIGIN),
}


@api.get("/attainment", response=AttainmentAnswer)
def attainment(
    request: HttpRequest,
    year: int = Query(..., ge=2007, le=2100),
    level: Level = Level.NATIONAL,
    measure: MeasureName | None = None,
    programme: str = "",
    through: datetime.date | None = None,
    target_set: int | None = None,
):
    """Attainment of a year that the signed-in user may see, under the enacted target set or,
    with ``target_set``, under another published version."""
    wanted, stored = _PAIRS[level]
    if measure is not None and wanted is not None and measure != wanted:
        raise HttpError(400, f"level={level} is measured on {wanted}, not on {measure}")
    if programme and not Programme.objects.filter(pk=programme).exists():
        raise HttpError(400, f"programme={programme} is not known")
    if through is not None and through.year != year:
        raise HttpError(400, f"through={through} is not in {year}")
    published = TargetSet.objects.in_year(year).published()
    if target_set is not None and not published.filter(pk=target_set).exists():
        raise HttpError(400, f"target_set={target_set} is not a version of {year}")
    rows = figures.attainment_figures(
        user=request.user,
        year=year,
        programme=programme,
        measure=stored,
        through=through,
        target_set=target_set,
    )
    return {
        "year": year,
        "measure": measure or wanted or "national",
        "level": level,
        "programme": programme or None,
        "through": through,
        "rows": rows,
    }

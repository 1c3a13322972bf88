"""What can be asked. Each endpoint checks its question, asks ``quotas.figures``, cuts a part.

Annotations are real objects here: ninja resolves them in the module of a decorator otherwise.
"""

import datetime
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query

from dashboards.api.answers import (
    MEASURES,
    AttainmentPage,
    BreakdownPage,
    Dimension,
    FigureRow,
    FreshnessAnswer,
    Level,
    MeasureName,
    MonthsAnswer,
    Problem,
    TargetSetsPage,
    UnitLevel,
    UnitsPage,
)
from dashboards.api.frame import answers, answers_figures, api, wrong
from dashboards.api.names import value_names
from placement.models import Programme
from quotas import figures, ratio
from quotas.models import TargetSet
from quotas.state import state
from regions.models import Office, Province

ERRORS = {401: Problem, 404: Problem, 422: Problem, 429: Problem}
YEAR = Query(..., ge=2007, le=2100)
LIMIT = Query(100, ge=1, le=500, description="Rows of one part.")
AFTER = Query("", max_length=60, description="Key of the last row that was read; see next.")
CODE = Query("", max_length=40, description="Office or province; empty for the nation.")
PROGRAMME = Query("", max_length=24, description="Code of a programme; empty for all together.")


@api.get("/attainment", response={200: AttainmentPage, **ERRORS})
@answers_figures
def attainment(
    request: HttpRequest,
    year: int = YEAR,
    level: Level = Level.NATIONAL,
    measure: MeasureName | None = None,
    code: str = CODE,
    programme: str = PROGRAMME,
    through: datetime.date | None = None,
    target_set: int | None = None,
    limit: int = LIMIT,
    after: str = AFTER,
):
    """Attainment of a year that the caller may see, in order of code. Measured under the enacted
    target set or, with `target_set`, under another published version; `through` counts what was
    completed up to that day of the year."""
    if measure is not None and measure != MEASURES[level]:
        raise wrong(
            _("Ukuran “%(measure)s” tidak cocok dengan level “%(level)s”.")
            % {"measure": measure, "level": level}
        )
    if through is not None and through.year != year:
        raise wrong(_("Tanggal “sampai” harus di dalam tahun yang dipilih."))
    published = TargetSet.objects.in_year(year).published()
    if target_set is not None and not published.filter(pk=target_set).exists():
        raise wrong(
            _("Versi target “%(typed)s” tidak ada pada %(year)d.")
            % {"typed": target_set, "year": year}
        )
    rows = _figure_rows(
        request, year=year, level=level, code=code or None, programme=programme,
        through=through, target_set=target_set,
    )  # fmt: skip
    return {
        "year": year, "level": level, "measure": MEASURES[level], "programme": programme or None,
        **_part(request, rows, limit, after, lambda row: row.code),
    }  # fmt: skip


@api.get("/months", response={200: MonthsAnswer, **ERRORS})
@answers_figures
def months(
    request: HttpRequest,
    year: int = YEAR,
    level: Level = Level.NATIONAL,
    code: str = CODE,
    programme: str = PROGRAMME,
):
    """Placements of one unit by month of completion, with the year before."""
    unit = _unit(request, year=year, level=level, code=code, programme=programme)
    counts = figures.months(year=year, programme=programme, measure=unit.measure, code=code)
    now, before = counts[year], counts[year - 1]
    rows = [
        {
            "month": f"{year}-{index + 1:02d}",
            "realised": now[index],
            "cumulative": sum(now[: index + 1]),
            "realised_year_before": before[index],
        }
        for index in range(12)
    ]
    return {"year": year, "programme": programme or None, "unit": unit, "rows": rows}


@api.get("/breakdown", response={200: BreakdownPage, **ERRORS})
@answers_figures
def breakdown(
    request: HttpRequest,
    dimension: Dimension,
    year: int = YEAR,
    level: Level = Level.NATIONAL,
    code: str = CODE,
    programme: str = PROGRAMME,
    limit: int = LIMIT,
    after: str = AFTER,
):
    """The parts of one unit's year by one dimension, in order of their code. Values without a
    placement are left out."""
    unit = _unit(request, year=year, level=level, code=code, programme=programme)
    parts = figures.breakdown(
        year=year, dimension=dimension, measure=unit.measure, code=code, programme=programme
    )
    part = _part(request, sorted(parts), limit, after, lambda each: each[0])
    names = value_names(dimension, [value for value, _n in part["rows"]])
    part["rows"] = [
        {
            "code": value,
            "name": names.get(value, value),
            "realised": n,
            "share": _share(n, unit.realised),
        }
        for value, n in part["rows"]
    ]
    return {
        "year": year,
        "programme": programme or None,
        "dimension": dimension,
        "unit": unit,
        **part,
    }


@api.get("/targets", response={200: TargetSetsPage, **ERRORS})
@answers_figures
def targets(
    request: HttpRequest,
    year: int | None = Query(None, ge=2007, le=2100),
    limit: int = LIMIT,
    after: int = Query(0, ge=0, description="Key of the last row that was read; see next."),
):
    """Every published version of the targets, enacted, proposed or superseded, in order of id."""
    sets = TargetSet.objects.published().with_national_amount().order_by("pk")
    if year is not None:
        sets = sets.in_year(year)
    return _part(request, list(sets), limit, after, lambda each: each.pk)


@api.get("/units", response={200: UnitsPage, **ERRORS})
@answers_figures
def units(
    request: HttpRequest,
    level: UnitLevel = UnitLevel.BALAI,
    limit: int = LIMIT,
    after: str = AFTER,
):
    """Codes and names of offices (balai, their posts, and offices outside every balai) or of
    provinces, in order of code."""
    if level == UnitLevel.BALAI:
        fields = ("code", "name", "kind", "parent_id", "is_active")
        found = list(Office.objects.order_by("code").values_list(*fields))
    else:
        pairs = Province.objects.order_by("code").values_list("code", "name")
        found = [(code, name, "province", None, True) for code, name in pairs]
    names = ("code", "name", "kind", "parent", "is_active")
    rows = [dict(zip(names, row, strict=True)) for row in found]
    return {"level": level, **_part(request, rows, limit, after, lambda row: row["code"])}


@api.get("/freshness", response={200: FreshnessAnswer, 401: Problem, 422: Problem, 429: Problem})
@answers
def freshness(request: HttpRequest):
    """The last batch, what waits after it, and how the last check against the placements ended."""
    now = figures.freshness()
    return asdict(now) | {"state": now.state, "rule_version": state().rule_version}


@api.get("/openapi.json", include_in_schema=False, url_name="openapi")
@answers
def openapi(request: HttpRequest):
    return api.get_openapi_schema()


def _figure_rows(
    request: HttpRequest,
    *,
    year: int,
    level: Level,
    code: str | None,
    programme: str,
    through: datetime.date | None = None,
    target_set: int | None = None,
) -> list[FigureRow]:
    if programme and not Programme.objects.filter(pk=programme).exists():
        raise wrong(_("Program “%(typed)s” tidak dikenal.") % {"typed": programme})
    found = figures.attainment_figures(
        user=request.user, year=year, programme=programme, measure=MEASURES[level], code=code,
        through=through, target_set=target_set,
    )  # fmt: skip
    sets = TargetSet.objects.in_bulk({each.target_set for each in found} - {None})
    return [
        FigureRow.of(
            each,
            sets=sets,
            through=through or datetime.date(year, 12, 31),
            as_of=None,
            rule_version=request.state.rule_version,
        )
        for each in sorted(found, key=lambda each: each.code)
    ]


def _unit(request: HttpRequest, *, year: int, level: Level, code: str, programme: str) -> FigureRow:
    """The figure of one unit. 404 when there is none that the caller may see."""
    if bool(code) == (level == Level.NATIONAL):
        raise wrong(_("Isi “code” untuk balai atau provinsi; kosongkan untuk nasional."))
    rows = _figure_rows(request, year=year, level=level, code=code, programme=programme)
    if not rows:
        raise Http404
    return rows[0]


def _share(n: int, whole: int) -> str | None:
    share = ratio.rounded(ratio.percent(Decimal(n), whole))
    return None if share is None else str(share)


def _part(
    request: HttpRequest, rows: list, limit: int, after: str | int, key: Callable
) -> dict[str, object]:
    """The rows after a key. ``rows`` are in order of ``key``; a list is at most some hundreds."""
    rest = [row for row in rows if not after or key(row) > after]
    part = rest[:limit]
    following = None
    if len(rest) > limit:
        query = request.GET.copy()
        query["after"] = str(key(part[-1]))
        following = f"{request.path}?{query.urlencode()}"
    return {"total": len(rows), "next": following, "rows": part}

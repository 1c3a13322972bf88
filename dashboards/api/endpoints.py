"""What can be asked. Each endpoint checks its question, asks ``quotas.figures``, cuts a part.

Annotations are real objects here: ninja resolves them in the module of a decorator otherwise.
"""

import datetime
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query

from dashboards.api.answers import (
    MEASURES,
    AttainmentPage,
    BreakdownPage,
    ChangesAnswer,
    Dimension,
    FigureRow,
    FreshnessAnswer,
    FunnelAnswer,
    FunnelLevel,
    Level,
    MeasureName,
    MonthsAnswer,
    OutlookAnswer,
    PlaceLevel,
    Problem,
    TargetSetsPage,
    UnitLevel,
    UnitsPage,
)
from dashboards.api.frame import answers, answers_figures, api, wrong
from placement.models import Programme
from quotas import figures, pace
from quotas.changes import changes_between
from quotas.funnel import Stage, funnels_of
from quotas.models import TargetSet
from quotas.moments import moment_of_batch, moment_of_day
from quotas.outlook import outlook as outlook_of
from quotas.reading import Place
from quotas.state import state
from quotas.summary import Summary, summarise
from regions.models import Office, Province

ERRORS = {401: Problem, 404: Problem, 422: Problem, 429: Problem}
YEAR = Query(..., ge=2007, le=2100)
LIMIT = Query(100, ge=1, le=500, description="Rows of one part.")
AFTER = Query("", max_length=60, description="Key of the last row that was read; see next.")
CODE = Query("", max_length=40, description="Office or province; empty for the nation.")
AS_OF = Query(None, description="State at the end of this day in Jakarta.")
BATCH = Query(None, ge=1, le=2**62, description="State after this batch.")
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
    as_of: datetime.date | None = AS_OF,
    batch: int | None = BATCH,
    target_set: int | None = None,
    limit: int = LIMIT,
    after: str = AFTER,
):
    """Attainment of a year that the caller may see, in order of code. Measured under the enacted
    target set or, with `target_set`, under another published version; `through` counts what was
    completed up to that day of the year; `as_of` or `batch` gives figures as they stood."""
    if measure is not None and measure != MEASURES[level]:
        raise wrong(
            _("Ukuran “%(measure)s” tidak cocok dengan level “%(level)s”.")
            % {"measure": measure, "level": level}
        )
    asked = _asked(year, programme, through, as_of, batch, target_set)
    found = figures.attainment_figures(
        user=request.user, measure=MEASURES[level], code=code or None, **asked
    )
    rows = _rows(request, sorted(found, key=lambda each: each.code), asked)
    return {
        "year": year, "level": level, "measure": MEASURES[level], "programme": programme or None,
        **_part(request, rows, limit, after, lambda row: row.code),
    }  # fmt: skip


@api.get("/months", response={200: MonthsAnswer, **ERRORS})
@answers_figures
def months(
    request: HttpRequest,
    year: int = YEAR,
    level: PlaceLevel = PlaceLevel.NATIONAL,
    code: str = CODE,
    programme: str = PROGRAMME,
    through: datetime.date | None = None,
    as_of: datetime.date | None = AS_OF,
    batch: int | None = BATCH,
    target_set: int | None = None,
):
    """Placements of one place by month of completion, with its plan and the year before."""
    asked = _asked(year, programme, through, as_of, batch, target_set)
    summary, unit = _place(request, level, code, asked)
    before, plan = summary.months_before, summary.plan
    rows = [
        {
            "month": f"{year}-{index + 1:02d}",
            "realised": n,
            "cumulative": total,
            "plan": plan[index] if plan else None,
            "realised_year_before": before[index] if before else None,
        }
        for index, (n, total) in enumerate(zip(summary.months, summary.cumulative(), strict=True))
    ]
    return {"year": year, "programme": programme or None, "unit": unit, "rows": rows}


@api.get("/breakdown", response={200: BreakdownPage, **ERRORS})
@answers_figures
def breakdown(
    request: HttpRequest,
    dimension: Dimension,
    year: int = YEAR,
    level: PlaceLevel = PlaceLevel.NATIONAL,
    code: str = CODE,
    programme: str = PROGRAMME,
    through: datetime.date | None = None,
    as_of: datetime.date | None = AS_OF,
    batch: int | None = BATCH,
    limit: int = LIMIT,
    after: str = AFTER,
):
    """The parts of one place's year by one dimension, in order of their code. Values without a
    placement are left out."""
    asked = _asked(year, programme, through, as_of, batch, None)
    summary, unit = _place(request, level, code, asked)
    parts = sorted((part for part in summary.parts[dimension] if part.n), key=lambda p: p.code)
    part = _part(request, parts, limit, after, lambda each: each.code)
    part["rows"] = [
        {
            "code": each.code,
            "name": each.name,
            "realised": each.n,
            "share": _text(each.share),
            "realised_year_before": each.before,
        }
        for each in part["rows"]
    ]
    return {
        "year": year,
        "programme": programme or None,
        "dimension": dimension,
        "unit": unit,
        **part,
    }


@api.get("/funnel", response={200: FunnelAnswer, **ERRORS})
@answers_figures
def funnel(
    request: HttpRequest,
    year: int = YEAR,
    level: FunnelLevel = FunnelLevel.NATIONAL,
    code: str = CODE,
    programme: str = PROGRAMME,
    through: datetime.date | None = None,
    as_of: datetime.date | None = AS_OF,
    batch: int | None = BATCH,
):
    """Training, account and process of programmes that report them, apart from the counted last
    stage. Reported months are those that were over on the day of the figures."""
    asked = _asked(year, programme, through, as_of, batch, None)
    summary, unit = _place(request, PlaceLevel(level), code, asked)
    found = funnels_of(
        summary, programmes=Programme.objects.all(), programme=programme, as_of=asked["as_of"]
    )
    return {
        "year": year,
        "unit": unit,
        "funnels": [
            {"programme": each.programme.code, "stages": [_stage(stage) for stage in each.stages]}
            for each in found
        ],
    }


@api.get("/outlook", response={200: OutlookAnswer, **ERRORS})
@answers_figures
def outlook(
    request: HttpRequest,
    year: int = YEAR,
    level: PlaceLevel = PlaceLevel.NATIONAL,
    code: str = CODE,
    programme: str = PROGRAMME,
    through: datetime.date | None = None,
    as_of: datetime.date | None = AS_OF,
    batch: int | None = BATCH,
    target_set: int | None = None,
):
    """Plan, pace and projection of one place."""
    asked = _asked(year, programme, through, as_of, batch, target_set)
    summary, unit = _place(request, level, code, asked)
    view = outlook_of(summary, programme=programme, as_of=asked["as_of"])
    said = view.projection
    return {
        "unit": unit,
        "day": view.day,
        "expected": _decimal(view.expected),
        "ahead": _decimal(view.ahead),
        "realised_year_before": summary.before,
        "required_per_working_day": view.per_working_day,
        "required_per_month": view.per_month,
        "reached_on": view.reached,
        "in_sight_on": view.in_sight,
        "projection": _decimal(said.estimate) if said else None,
        "projection_low": _decimal(said.low) if said else None,
        "projection_high": _decimal(said.high) if said else None,
        "projection_years": list(said.years) if said else [],
        "record_off_percent": _text(view.record_off),
    }


@api.get("/changes", response={200: ChangesAnswer, **ERRORS})
@answers_figures
def changes(
    request: HttpRequest,
    year: int = YEAR,
    level: PlaceLevel = PlaceLevel.NATIONAL,
    code: str = CODE,
    programme: str = PROGRAMME,
    through: datetime.date | None = None,
    as_of: datetime.date | None = AS_OF,
    batch: int | None = BATCH,
    limit: int = LIMIT,
):
    """What changed in the placements of a figure since a state (`as_of` or `batch`, required)."""
    asked = _asked(year, programme, through, as_of, batch, None)
    then = asked["as_of"]
    if then is None:
        raise wrong(_("Isi “as_of” atau “batch”: keadaan yang dibandingkan dengan saat ini."))
    was, before = _place(request, level, code, asked)
    _summary, now = _place(request, level, code, asked | {"as_of": None})
    found = changes_between(
        place=was.place, span=was.span, programme=programme, since=then.batch,
        last_day=then.last_day, most=limit,
    )  # fmt: skip
    rows = found.records if request.user.sees_every_figure else []
    return {
        "before": before,
        "now": now,
        "counts": found.counts,
        "effects": found.net,
        "rows": [
            {
                "placement": each.reference,
                "kind": each.kind,
                "effect": each.n,
                "changed": {name: [str(a), str(b)] for name, a, b in each.fields},
            }
            for each in rows
        ],
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


def _asked(
    year: int,
    programme: str,
    through: datetime.date | None,
    as_of: datetime.date | None,
    batch: int | None,
    target_set: int | None,
) -> dict:
    """The question in the words of ``quotas``; a sentence for what cannot be meant."""
    if programme and not Programme.objects.filter(pk=programme).exists():
        raise wrong(_("Program “%(typed)s” tidak dikenal.") % {"typed": programme})
    if through is not None and through.year != year:
        raise wrong(_("Tanggal “sampai” harus di dalam tahun yang dipilih."))
    published = TargetSet.objects.in_year(year).published()
    if target_set is not None and not published.filter(pk=target_set).exists():
        raise wrong(
            _("Versi target “%(typed)s” tidak ada pada %(year)d.")
            % {"typed": target_set, "year": year}
        )
    if as_of is not None and batch is not None:
        raise wrong(_("Pilih salah satu: “as_of” atau “batch”."))
    moment = None
    if batch is not None:
        moment = moment_of_batch(batch)
        if moment is None:
            raise wrong(_("Batch “%(typed)s” tidak ada.") % {"typed": batch})
    elif as_of is not None and as_of < timezone.localdate():
        moment = moment_of_day(as_of)
        if moment is None:
            raise wrong(_("Pada %(day)s belum ada yang dihitung.") % {"day": as_of.isoformat()})
    return {
        "year": year, "programme": programme, "through": through, "as_of": moment,
        "target_set": target_set,
    }  # fmt: skip


def _rows(request: HttpRequest, found: list[figures.Figure], asked: dict) -> list[FigureRow]:
    sets = TargetSet.objects.in_bulk({each.target_set for each in found} - {None})
    return [
        FigureRow.of(
            each,
            sets=sets,
            through=asked["through"] or datetime.date(asked["year"], 12, 31),
            as_of=asked["as_of"],
            rule_version=request.state.rule_version,
        )
        for each in found
    ]


def _place(
    request: HttpRequest, level: PlaceLevel, code: str, asked: dict
) -> tuple[Summary, FigureRow]:
    """Everything about one place. 404 when there is none that the caller may see."""
    if bool(code) == (level == PlaceLevel.NATIONAL):
        raise wrong(_("Isi “code” untuk balai atau provinsi; kosongkan untuk nasional."))
    stored = MEASURES[Level(level)] if level in set(Level) else str(level)
    summary = summarise(user=request.user, place=Place(stored, code), **asked)
    if summary is None:
        raise Http404
    (row,) = _rows(request, [summary.figure], asked)
    return summary, row


def _stage(stage: Stage) -> dict[str, object]:
    share = stage.share
    return {
        "stage": stage.key,
        "name": stage.label,
        "count": stage.n,
        "is_counted": stage.is_counted,
        "months": [f"{month:%Y-%m}" for month in stage.months],
        "units": stage.units,
        "reported_by_units": stage.beside,
        "reported_on": stage.reported_on,
        "sources": list(stage.sources),
        "share": share and {
            "realised": share.n, "of": share.of, "percent": _text(share.percent),
            "months": [f"{month:%Y-%m}" for month in share.months], "is_mixed": share.is_mixed,
        },
    }  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal(value: Fraction | None) -> str | None:
    """An exact number as decimal text, to three decimals."""
    return None if value is None else str(pace.rounded(value, 3))


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

"""What can be asked. Each endpoint checks its question, asks ``quotas.figures``, cuts a part.

Annotations are real objects here: ninja resolves them in the module of a decorator otherwise.
"""

import datetime
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Field, Query, Schema

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
    described,
    kind_name,
)
from dashboards.api.frame import answers, answers_figures, api, wrong
from dashboards.dimensions import sees_parts
from dashboards.questions import StateNotMeant, state_of_batch, state_of_day, why_unknown
from placement.models import Programme
from quotas import figures, pace
from quotas.changes import changes_between
from quotas.funnel import Stage, funnels_of
from quotas.models import TargetSet
from quotas.moments import Moment
from quotas.outlook import outlook as outlook_of
from quotas.reading import Place
from quotas.state import state
from quotas.summary import Summary, summarise
from regions.models import Office, Province

ERRORS = {401: Problem, 404: Problem, 422: Problem, 429: Problem}
LIMIT = Query(100, ge=1, le=500, description=gettext_noop("Banyaknya baris satu bagian."))
_AFTER = gettext_noop("Kunci baris terakhir yang sudah dibaca; lihat next.")
_OF_YEAR = gettext_noop("Hanya tahun ini; kosong: semua tahun.")
AFTER = Query("", max_length=60, description=_AFTER)
CODE = Query(
    "",
    max_length=40,
    description=gettext_noop("Kode kantor, provinsi atau kabupaten/kota; kosong untuk nasional."),
)
LEVEL = Query(
    Level.NATIONAL,
    description=gettext_noop(
        "Tingkat tempat: national (nasional), balai (menurut yang dilayani) atau province (menurut "
        "daerah asal)."
    ),
)
PLACE_LEVEL = Query(
    PlaceLevel.NATIONAL,
    description=gettext_noop(
        "Tingkat tempat: national, balai, province, dan dua yang tanpa target: office (satu kantor "
        "atau pos, dilayani) dan regency (kabupaten/kota, daerah asal)."
    ),
)
FUNNEL_LEVEL = Query(FunnelLevel.NATIONAL, description=gettext_noop("National atau balai."))
UNIT_LEVEL = Query(
    UnitLevel.BALAI, description=gettext_noop("Kantor (balai) atau provinsi (province).")
)
MEASURE = Query(
    None,
    description=gettext_noop(
        "Ukuran: served (dilayani) atau origin (daerah asal); harus cocok dengan level."
    ),
)


class AskedState(Schema):
    """Which year of which programme, through which day, as it stood when."""

    model_config = described(
        gettext_noop("Tahun dan program mana, sampai tanggal mana, keadaan kapan.")
    )

    year: int = Field(ge=2007, le=2100, description=gettext_noop("Tahun selesainya penempatan."))
    programme: str = Field(
        "",
        max_length=24,
        description=gettext_noop("Kode program; kosong untuk semua program bersama."),
    )
    through: datetime.date | None = Field(
        None,
        description=gettext_noop(
            "Yang selesai sampai tanggal ini, di tahun itu; kosong: sepanjang tahun."
        ),
    )
    as_of: datetime.date | None = Field(
        None,
        description=gettext_noop(
            "Keadaan pada akhir hari ini di Jakarta; hari yang sudah berakhir di sana."
        ),
    )
    batch: int | None = Field(
        None,
        ge=1,
        le=2**62,
        description=gettext_noop("Keadaan sesudah batch ini; pengganti as_of."),
    )

    def words(self) -> dict:
        """The question in the words of ``quotas``; a sentence for what cannot be meant."""
        if self.programme and not Programme.objects.filter(pk=self.programme).exists():
            raise wrong(_("Program “%(typed)s” tidak dikenal.") % {"typed": self.programme})
        if self.through is not None and self.through.year != self.year:
            raise wrong(_("Tanggal “sampai” harus di dalam tahun yang dipilih."))
        return {
            "year": self.year, "programme": self.programme, "through": self.through,
            "as_of": self._moment(), "target_set": None,
        }  # fmt: skip

    def _moment(self) -> Moment | None:
        if self.as_of is not None and self.batch is not None:
            raise wrong(_("Pilih salah satu: “as_of” atau “batch”."))
        try:
            if self.batch is not None:
                return state_of_batch(str(self.batch))
            return None if self.as_of is None else state_of_day(self.as_of)
        except StateNotMeant as problem:
            raise wrong(str(problem)) from None


class Asked(AskedState):
    """The same, measured under the enacted target set or another published version."""

    model_config = described(
        gettext_noop("Sama, diukur terhadap target yang ditetapkan atau versi terbit lain.")
    )

    target_set: int | None = Field(
        None,
        description=gettext_noop(
            "Nomor versi target yang terbit (lihat /targets); kosong: yang ditetapkan."
        ),
    )

    def words(self) -> dict:
        words = super().words()
        published = TargetSet.objects.in_year(self.year).published()
        if self.target_set is not None and not published.filter(pk=self.target_set).exists():
            raise wrong(
                _("Versi target “%(typed)s” tidak ada pada %(year)d.")
                % {"typed": self.target_set, "year": self.year}
            )
        return words | {"target_set": self.target_set}


@api.get(
    "/attainment",
    response={200: AttainmentPage, **ERRORS},
    description=gettext_noop(
        "Capaian satu tahun yang dapat dilihat pemanggil, urut kode. Diukur terhadap target "
        "yang ditetapkan atau, dengan `target_set`, versi terbit lain; `through` menghitung "
        "yang selesai sampai tanggal itu; `as_of` atau `batch` memberi angka seperti "
        "keadaannya saat itu."
    ),
)
@answers_figures
def attainment(
    request: HttpRequest,
    asked: Query[Asked],
    level: Level = LEVEL,
    measure: MeasureName | None = MEASURE,
    code: str = CODE,
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
    words = asked.words()
    found = figures.attainment_figures(
        user=request.user, measure=MEASURES[level], code=code or None, **words
    )
    rows = _rows(request, sorted(found, key=lambda each: each.code), words)
    return {
        "year": asked.year, "level": level, "measure": MEASURES[level],
        "programme": asked.programme or None,
        **_part(request, rows, limit, after, lambda row: row.code),
    }  # fmt: skip


@api.get(
    "/months",
    response={200: MonthsAnswer, **ERRORS},
    description=gettext_noop(
        "Penempatan satu tempat menurut bulan selesai, dengan rencana dan tahun sebelumnya."
    ),
)
@answers_figures
def months(
    request: HttpRequest,
    asked: Query[Asked],
    level: PlaceLevel = PLACE_LEVEL,
    code: str = CODE,
):
    """Placements of one place by month of completion, with its plan and the year before."""
    words = asked.words()
    summary, unit = _place(request, level, code, words)
    before, plan = summary.months_before, summary.plan
    rows = [
        {
            "month": f"{asked.year}-{index + 1:02d}",
            "realised": None if unit.unknown_reason else n,
            "cumulative": None if unit.unknown_reason else total,
            "plan": plan[index] if plan else None,
            "realised_year_before": before[index] if before else None,
        }
        for index, (n, total) in enumerate(zip(summary.months, summary.cumulative(), strict=True))
    ]
    return {"year": asked.year, "programme": asked.programme or None, "unit": unit, "rows": rows}


@api.get(
    "/breakdown",
    response={200: BreakdownPage, **ERRORS},
    description=gettext_noop(
        "Rincian setahun satu tempat menurut satu dimensi, urut kode. Nilai tanpa penempatan "
        "tidak disebut."
    ),
)
@answers_figures
def breakdown(
    request: HttpRequest,
    asked: Query[AskedState],
    dimension: Dimension,
    level: PlaceLevel = PLACE_LEVEL,
    code: str = CODE,
    limit: int = LIMIT,
    after: str = AFTER,
):
    """The parts of one place's year by one dimension, in order of their code. Values without a
    placement are left out."""
    words = asked.words()
    summary, unit = _place(request, level, code, words)
    if not sees_parts(request.user, summary.place, dimension):
        raise Http404
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
        "year": asked.year,
        "programme": asked.programme or None,
        "dimension": dimension,
        "unit": unit,
        **part,
    }


@api.get(
    "/funnel",
    response={200: FunnelAnswer, **ERRORS},
    description=gettext_noop(
        "Pelatihan, akun dan proses dari program yang melaporkannya, terpisah dari tahap "
        "terakhir yang dihitung. Bulan yang dilaporkan ialah yang sudah berakhir pada hari "
        "angkanya."
    ),
)
@answers_figures
def funnel(
    request: HttpRequest,
    asked: Query[AskedState],
    level: FunnelLevel = FUNNEL_LEVEL,
    code: str = CODE,
):
    """Training, account and process of programmes that report them, apart from the counted last
    stage. Reported months are those that were over on the day of the figures."""
    words = asked.words()
    summary, unit = _place(request, PlaceLevel(level), code, words)
    found = funnels_of(
        summary,
        programmes=Programme.objects.all(),
        programme=asked.programme,
        as_of=words["as_of"],
    )
    return {
        "year": asked.year,
        "unit": unit,
        "funnels": [
            {
                "programme": each.programme.code,
                "stages": [
                    _stage(stage, is_known=not (stage.is_counted and unit.unknown_reason))
                    for stage in each.stages
                ],
            }
            for each in found
        ],
    }


@api.get(
    "/outlook",
    response={200: OutlookAnswer, **ERRORS},
    description=gettext_noop("Rencana, laju dan proyeksi satu tempat."),
)
@answers_figures
def outlook(
    request: HttpRequest,
    asked: Query[Asked],
    level: PlaceLevel = PLACE_LEVEL,
    code: str = CODE,
):
    """Plan, pace and projection of one place."""
    words = asked.words()
    summary, unit = _place(request, level, code, words)
    view = outlook_of(summary, programme=asked.programme, as_of=words["as_of"])
    said = view.projection
    return {
        "unit": unit,
        "day": view.day,
        "expected": _decimal(view.expected),
        "ahead": None if unit.unknown_reason else _decimal(view.ahead),
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


@api.get(
    "/changes",
    response={200: ChangesAnswer, **ERRORS},
    description=gettext_noop(
        "Apa yang berubah pada penempatan sebuah angka sejak suatu keadaan (`as_of` atau "
        "`batch`, wajib)."
    ),
)
@answers_figures
def changes(
    request: HttpRequest,
    asked: Query[AskedState],
    level: PlaceLevel = PLACE_LEVEL,
    code: str = CODE,
    limit: int = LIMIT,
):
    """What changed in the placements of a figure since a state (`as_of` or `batch`, required)."""
    words = asked.words()
    then = words["as_of"]
    if then is None:
        raise wrong(_("Isi “as_of” atau “batch”: keadaan yang dibandingkan dengan saat ini."))
    was, before = _place(request, level, code, words)
    _summary, now = _place(request, level, code, words | {"as_of": None})
    found = changes_between(
        place=was.place, span=was.span, programme=asked.programme, since=then.batch,
        last_day=then.last_day, most=limit,
    )  # fmt: skip
    rows = found.records if request.user.sees_every_figure else []
    return {
        "before": before,
        "now": now,
        "counts": {kind_name(kind): n for kind, n in found.counts.items()},
        "effects": {kind_name(kind): n for kind, n in found.net.items()},
        "rows": [
            {
                "placement": each.reference,
                "kind": kind_name(each.kind),
                "effect": each.n,
                "changed": {name: [str(a), str(b)] for name, a, b in each.fields},
            }
            for each in rows
        ],
    }


@api.get(
    "/targets",
    response={200: TargetSetsPage, **ERRORS},
    description=gettext_noop(
        "Setiap versi target yang terbit, ditetapkan, diusulkan atau digantikan, urut nomor."
    ),
)
@answers_figures
def targets(
    request: HttpRequest,
    year: int | None = Query(None, ge=2007, le=2100, description=_OF_YEAR),
    limit: int = LIMIT,
    after: int = Query(0, ge=0, description=_AFTER),
):
    """Every published version of the targets, enacted, proposed or superseded, in order of id."""
    sets = TargetSet.objects.published().with_national_amount().order_by("pk")
    if year is not None:
        sets = sets.in_year(year)
    return _part(request, list(sets), limit, after, lambda each: each.pk)


@api.get(
    "/units",
    response={200: UnitsPage, **ERRORS},
    description=gettext_noop(
        "Kode dan nama kantor (balai, posnya, dan kantor di luar balai) atau provinsi, urut kode."
    ),
)
@answers_figures
def units(
    request: HttpRequest,
    level: UnitLevel = UNIT_LEVEL,
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


@api.get(
    "/freshness",
    response={200: FreshnessAnswer, 401: Problem, 422: Problem, 429: Problem},
    description=gettext_noop(
        "Batch terakhir, yang menunggu sesudahnya, dan hasil pencocokan terakhir dengan "
        "penempatan; dengan `year`, yang terakhir melihat penempatan tahun itu."
    ),
)
@answers
def freshness(
    request: HttpRequest, year: int | None = Query(None, ge=2007, le=2100, description=_OF_YEAR)
):
    """The last batch, what waits after it, and how the last check against the placements ended;
    with `year`, the last one that looked at that year's placements."""
    now = figures.freshness(year)
    more = {"state": now.state, "check": now.check, "rule_version": state().rule_version}
    return asdict(now) | more


@api.get("/openapi.json", include_in_schema=False, url_name="openapi")
@answers
def openapi(request: HttpRequest):
    return api.get_openapi_schema()


def _rows(request: HttpRequest, found: list[figures.Figure], asked: dict) -> list[FigureRow]:
    sets = TargetSet.objects.in_bulk({each.target_set for each in found} - {None})
    unknown = _why_unknown(asked["year"])
    return [
        FigureRow.of(
            each,
            sets=sets,
            through=asked["through"] or datetime.date(asked["year"], 12, 31),
            as_of=asked["as_of"],
            rule_version=request.state.rule_version,
            unknown=unknown,
        )
        for each in found
    ]


def _why_unknown(year: int) -> str:
    """The sentence of the pages for a year nothing is known of; '' for any other."""
    return why_unknown(year, {each.number for each in figures.years() if each.has_placements})


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


def _stage(stage: Stage, *, is_known: bool) -> dict[str, object]:
    share = stage.share if is_known else None
    return {
        "stage": stage.key,
        "name": stage.label,
        "count": stage.n if is_known else None,
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

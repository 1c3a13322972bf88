"""What the API returns. Descriptions are in English, the language of those who write programs;
names and sentences inside an answer follow Accept-Language."""

import datetime
from enum import StrEnum

from ninja import Field, Schema

from quotas.figures import Figure
from quotas.models import TargetSet
from quotas.moments import Moment
from quotas.promises import Measure


class MeasureName(StrEnum):
    SERVED = "served"
    ORIGIN = "origin"


class Level(StrEnum):
    """National; balai, measured on what they served; province, measured on workers' origin."""

    NATIONAL = "national"
    BALAI = "balai"
    PROVINCE = "province"


class PlaceLevel(StrEnum):
    """The same, and two that have no target: office (one desk, served), regency (origin)."""

    NATIONAL = "national"
    BALAI = "balai"
    PROVINCE = "province"
    OFFICE = "office"
    REGENCY = "regency"


class Dimension(StrEnum):
    DESTINATION = "destination"
    SCHEME = "scheme"
    EMPLOYER_KIND = "employer_kind"
    SEX = "sex"
    JOB_TITLE = "job_title"
    SECTOR = "sector"
    REGENCY = "regency"
    OFFICE = "office"
    PROGRAMME = "programme"
    UNIT = "unit"
    PROVINCE = "province"


class FunnelLevel(StrEnum):
    NATIONAL = "national"
    BALAI = "balai"


class UnitLevel(StrEnum):
    BALAI = "balai"
    PROVINCE = "province"


MEASURES = {
    Level.NATIONAL: Measure.NATIONAL,
    Level.BALAI: Measure.SERVED,
    Level.PROVINCE: Measure.ORIGIN,
}


class Problem(Schema):
    """Every error: one sentence in the language of Accept-Language."""

    detail: str


class TargetSetRef(Schema):
    """The version of the target a figure is read under."""

    id: int
    name: str
    status: TargetSet.Status
    decree_number: str
    decree_date: datetime.date | None


class FigureRow(Schema):
    """One figure with all it rests on."""

    measure: Measure
    code: str = Field(description="Empty for the nation, else the code of an office or province.")
    name: str
    kind: str
    realised: int = Field(description="Numerator: completed placements, the pending ones included.")
    target: int | None = Field(description="Denominator; null when there is no target, never 0.")
    percent: str | None = Field(
        description="realised / target x 100 as a decimal text, uncapped; exact to 28 digits."
    )
    percent_rounded: str | None = Field(description="The same, half up to one decimal, as shown.")
    level: int | None = Field(description="Rating band 1 to 5, of the exact percent.")
    rating: str | None
    target_set: TargetSetRef | None
    rule_version: int = Field(description="Version of the rule that says what counts.")
    batch: int | None = Field(description="The last batch that was folded into this figure.")
    computed_at: datetime.datetime | None
    pending: int = Field(description="Changes after that batch, already included in realised.")
    through: datetime.date = Field(description="Placements completed up to this day count.")
    as_of: int | None = Field(description="As it stood at this batch; null: as it stands now.")
    as_of_at: datetime.datetime | None = Field(description="When that batch was folded.")

    @classmethod
    def of(
        cls,
        figure: Figure,
        *,
        sets: dict[int, TargetSet],
        through: datetime.date,
        as_of: Moment | None,
        rule_version: int,
    ) -> "FigureRow":
        """The row of ``figure``; ``sets`` are the target sets by key."""
        return cls(
            **{
                name: getattr(figure, name)
                for name in (
                    "measure", "code", "name", "kind", "realised", "target", "level", "rating",
                    "batch", "computed_at", "pending",
                )
            },
            percent=None if figure.percent is None else format(figure.percent, "f"),
            percent_rounded=None if figure.rounded is None else str(figure.rounded),
            target_set=sets.get(figure.target_set),
            rule_version=as_of.rule_version if as_of else rule_version,
            through=through,
            as_of=as_of.batch if as_of else None,
            as_of_at=as_of.at if as_of else None,
        )  # fmt: skip


class Page(Schema):
    """A part of a list in the order of its key, so that new rows neither hide nor repeat one."""

    total: int = Field(description="Rows of the whole list at this moment.")
    next: str | None = Field(description="Address of the next part; null at the end.")


class AttainmentPage(Page):
    year: int
    level: Level
    measure: Measure
    programme: str | None
    rows: list[FigureRow]


class MonthRow(Schema):
    month: str = Field(description="YYYY-MM, by date of completion.")
    realised: int
    cumulative: int
    plan: int | None = Field(description="Twelve months sum to the target; null without one.")
    realised_year_before: int | None = Field(description="Null where nothing is known of it.")


class MonthsAnswer(Schema):
    year: int
    programme: str | None
    unit: FigureRow = Field(description="The year of this unit, with the target of the year.")
    rows: list[MonthRow]


class PartRow(Schema):
    code: str
    name: str
    realised: int
    share: str | None = Field(description="Percent of the unit's realised, one decimal, half up.")
    realised_year_before: int | None = Field(description="The same days of the year before.")


class BreakdownPage(Page):
    year: int
    programme: str | None
    dimension: Dimension
    unit: FigureRow
    rows: list[PartRow]


class TargetSetRow(TargetSetRef):
    year: int
    effective_on: datetime.date | None
    source: str
    is_sample: bool = Field(description="A sample amount, not one of the ministry.")
    revises: int | None = Field(alias="revises_id")
    enacted_at: datetime.datetime | None
    is_partial: bool = Field(
        description="For some programmes only, so never measured against all placements."
    )
    national_amount: int | None = Field(
        description="For all placements; of a partial set for its own programmes together."
    )


class TargetSetsPage(Page):
    rows: list[TargetSetRow]


class UnitRow(Schema):
    code: str
    name: str
    kind: str
    parent: str | None = Field(description="The balai a post belongs to.")
    is_active: bool


class UnitsPage(Page):
    level: UnitLevel
    rows: list[UnitRow]


class FreshnessAnswer(Schema):
    """How current the figures are. It ages by itself, so it has no ETag."""

    state: str = Field(
        description="fresh, unchecked (see check), late (a change waits over a minute) or wrong."
    )
    check: str = Field(
        description="good, never, old (over 26 hours ago) or wrong (mismatches were found)."
    )
    rule_version: int
    batch: int | None
    folded_at: datetime.datetime | None
    pending: int
    oldest_waiting: datetime.datetime | None
    worker_seen: datetime.datetime | None
    checked_at: datetime.datetime | None
    checked_placements: int | None
    mismatches: int | None


class OutlookAnswer(Schema):
    """Where a place stands against its plan and how its year will end; null is unknown."""

    unit: FigureRow
    day: datetime.date = Field(description="The day the figures are of.")
    expected: str | None = Field(description="What the plan expects by then, decimal text.")
    ahead: str | None = Field(description="realised less expected; negative is behind.")
    realised_year_before: int | None = Field(description="The same days of the year before.")
    required_per_working_day: int | None
    required_per_month: dict[int, int] | None
    reached_on: datetime.date | None = Field(description="The day the target was passed.")
    in_sight_on: datetime.date | None = Field(
        description="The day the target will be reached at the pace of the year so far."
    )
    projection: str | None
    projection_low: str | None
    projection_high: str | None
    projection_years: list[int]
    record_off_percent: str | None = Field(
        description="How far the same method was off last year at this date; positive is too high."
    )


class StageShare(Schema):
    """A stage against the one before it, over the months (and balai) both of them know."""

    realised: int
    of: int
    percent: str | None = Field(description="realised / of, one decimal, half up.")
    months: list[str] = Field(description="YYYY-MM")
    is_mixed: bool = Field(description="realised was counted and of was reported.")


class StageRow(Schema):
    stage: str = Field(description="training, account, process or ekpmi.")
    name: str
    count: int | None = Field(description="Null where nothing was reported, never 0.")
    is_counted: bool = Field(description="Counted from placements; false: reported.")
    months: list[str] = Field(description="YYYY-MM that were reported; empty where counted.")
    units: int = Field(description="The sum of so many balai; 0 where it is one report's own.")
    reported_by_units: int | None = Field(
        description="What balai reported where the nation's own report is count; never added."
    )
    reported_on: datetime.date | None
    sources: list[str]
    share: StageShare | None = Field(description="Null without a month in common.")


class FunnelRow(Schema):
    programme: str
    stages: list[StageRow]


class FunnelAnswer(Schema):
    """Stages before a placement as they were reported, and placements as they were counted."""

    year: int
    unit: FigureRow
    funnels: list[FunnelRow]


# Version 1 promised these names before *recorded later* was told from *late*.
_KIND_NAMES = {"recorded_later": "late"}
_KINDS = (
    "late (recorded after that state, completed by its day; not the entry later than seven days), "
    "new (completed after it), restored, moved_in, moved_out, voided or corrected."
)


def kind_name(kind: str) -> str:
    """The name the API has for a kind of ``quotas.changes``."""
    return _KIND_NAMES.get(kind, kind)


class ChangeRow(Schema):
    placement: str = Field(description="Reference of the placement.")
    kind: str = Field(description=_KINDS)
    effect: int = Field(description="+1, 0 or -1.")
    changed: dict[str, list[str]] = Field(description="Column: [before, after], as codes.")


class ChangesAnswer(Schema):
    """What happened to the placements of a figure since a state."""

    before: FigureRow
    now: FigureRow
    counts: dict[str, int] = Field(description=f"Placements by kind: {_KINDS}")
    effects: dict[str, int] = Field(description="They sum to now less before.")
    rows: list[ChangeRow] = Field(description="The first ones, for callers who see every figure.")

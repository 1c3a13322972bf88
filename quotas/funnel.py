"""The funnel of a programme: training, account and process as reported, E-KPMI as counted.

Reported and counted numbers stand beside each other and are never added. A stage is compared with
the one before it over the months, and balai, that both of them know: what is shown as a share
always names its two numbers. People are not followed from stage to stage, so a share may exceed
100 %.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from placement.models import Programme
from quotas import ratio
from quotas.moments import Moment, end_of_day
from quotas.promises import Measure
from quotas.reading import cells_counted
from quotas.stages import StageReport
from quotas.summary import Summary
from regions.calendar import last_of_month

COUNTED = "ekpmi"
LABELS = {
    **dict(StageReport.Stage.choices), COUNTED: _("E-KPMI (penempatan selesai)"),
}  # fmt: skip
# (unit, first of a month); the nation's own reports have the unit ''.
Key = tuple[str, datetime.date]


@dataclass(frozen=True, slots=True)
class Reported:
    """One report as it is read: ``unit`` is '' for the nation."""

    programme: str
    unit: str
    stage: str
    month: datetime.date
    count: int
    source: str
    reported_on: datetime.date


@dataclass(frozen=True, slots=True)
class Share:
    """``n`` of ``of``, both of the same ``months``. ``is_mixed``: one is counted, one reported."""

    n: int
    of: int
    months: tuple[datetime.date, ...]
    is_mixed: bool

    @property
    def percent(self) -> Decimal | None:
        """Half up to one decimal; None of nothing."""
        return ratio.rounded(ratio.percent(self.n, self.of))


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of a funnel. ``n`` None: nothing was reported, which is not zero.

    ``units`` is how many balai the number is the sum of, 0 where it is one report's own. ``beside``
    is what balai reported where the nation's own report is shown: it is never added. ``known`` is
    who reported which month of the number.
    """

    key: str
    n: int | None
    months: tuple[datetime.date, ...] = ()
    units: int = 0
    reported_on: datetime.date | None = None
    sources: tuple[str, ...] = ()
    beside: int | None = None
    share: Share | None = None
    known: frozenset[Key] = frozenset()

    @property
    def label(self) -> str:
        return str(LABELS[self.key])

    @property
    def is_counted(self) -> bool:
        return self.key == COUNTED


@dataclass(frozen=True, slots=True)
class Funnel:
    """The four stages of a programme at one place. ``problems`` is what does not add up."""

    programme: Programme
    stages: list[Stage]
    problems: list[str]

    @property
    def most(self) -> int:
        """The largest stage: what bars are drawn against."""
        return max([stage.n or 0 for stage in self.stages] + [1])


def funnels_of(
    summary: Summary, *, programmes: Iterable[Programme], programme: str, as_of: Moment | None
) -> list[Funnel]:
    """Return the funnels of a place: the nation or a balai; others have none.

    ``programmes`` are all there are, ``programme`` the one the page is of ('' for all). There is a
    funnel where the year's target set promises the programme, or it has placements or reports. One
    statement, and one more where something was reported. Call it in the snapshot of ``summary``.
    """
    place = summary.place
    asked = [each for each in programmes if each.has_stages and programme in {"", each.code}]
    if not asked or place.level not in {Measure.NATIONAL, Measure.SERVED}:
        return []
    promised, reports = _reports(summary, [each.code for each in asked], as_of)
    counted = {part.code: part.n for part in summary.parts["programme"]}
    found = []
    for each in asked:
        own = [report for report in reports if report.programme == each.code]
        n = counted.get(each.code, 0)
        if not (own or n or each.code in promised):
            continue
        cells: dict[Key, int] = {}
        problems = []
        if own:
            cells = cells_counted(
                place=place, span=summary.span, programme=each.code,
                as_of=as_of.batch if as_of else None,
            )  # fmt: skip
            if sum(cells.values()) != n:
                problems = [f"E-KPMI {sum(cells.values())} ≠ {n}"]
        found.append(
            Funnel(each, stages_of(reports=own, cells=cells, counted=n, unit=place.code), problems)
        )
    return found


def stages_of(
    *, reports: Sequence[Reported], cells: Mapping[Key, int], counted: int, unit: str = ""
) -> list[Stage]:
    """Put the stages of one programme together.

    ``unit`` is a balai, '' the nation. ``reports`` are those of the place (for the nation: its own
    and every balai's), ``cells`` what was counted by unit and month, ``counted`` their sum. Where
    the nation reported a stage itself, that is its number; otherwise it is the sum of the balai.
    The two are never added.
    """
    stages: list[Stage] = []
    before: dict[Key, int] | None = None
    for key in StageReport.Stage.values:
        stage, known = _stage(key, [each for each in reports if each.stage == key], unit)
        stages.append(replace(stage, share=_share(before, known)))
        before = known
    last = Stage(COUNTED, counted, share=_share_counted(before, cells))
    return [*stages, last]


def _stage(key: str, reports: Sequence[Reported], unit: str) -> tuple[Stage, dict[Key, int] | None]:
    """A reported stage, and its numbers by unit and month; None where there are none."""
    own = [report for report in reports if not report.unit]
    of_balai = [report for report in reports if report.unit]
    shown = own or of_balai
    if not shown:
        return Stage(key, None), None
    stage = Stage(
        key,
        sum(report.count for report in shown),
        tuple(sorted({report.month for report in shown})),
        0 if own or unit else len({report.unit for report in shown}),
        max(report.reported_on for report in shown),
        tuple(dict.fromkeys(report.source for report in shown)),
        sum(report.count for report in of_balai) if own and of_balai else None,
        known=frozenset((report.unit, report.month) for report in shown),
    )
    return stage, {(report.unit, report.month): report.count for report in shown}


def _share(before: dict[Key, int] | None, now: dict[Key, int] | None) -> Share | None:
    """Two reported stages over what both know; a national report and a balai's know nothing
    in common."""
    both = sorted((before or {}).keys() & (now or {}).keys())
    if not both:
        return None
    months = tuple(sorted({month for _unit, month in both}))
    return Share(sum(now[key] for key in both), sum(before[key] for key in both), months, False)


def _share_counted(before: dict[Key, int] | None, cells: Mapping[Key, int]) -> Share | None:
    """What was counted where and when the stage before was reported: by its balai, or everywhere
    in the months of the nation's own report."""
    if not before:
        return None
    months = {month for _unit, month in before}
    everywhere = any(not unit for unit, _month in before)
    n = sum(
        count
        for (unit, month), count in cells.items()
        if (month in months if everywhere else (unit, month) in before)
    )
    return Share(n, sum(before.values()), tuple(sorted(months)), True)


def _reports(
    summary: Summary, codes: list[str], as_of: Moment | None
) -> tuple[set[str], list[Reported]]:
    """(programmes the target set of the page promises, reports of the months that were over).

    As of a state the reports are those the history knew then. One statement.
    """
    table, values = "quotas_stagereport", []
    if as_of is not None:
        table = """(
            SELECT DISTINCT ON (pgh_obj_id) * FROM quotas_stagereportevent
            WHERE pgh_created_at <= %s ORDER BY pgh_obj_id, pgh_id DESC)"""
        values.append(end_of_day(as_of.day) if as_of.day else as_of.at)
    where = "r.count IS NOT NULL AND r.programme_id = ANY(%s) AND r.month >= %s AND r.month <= %s"
    values += [codes, summary.span.first, _last_month(summary.day)]
    if as_of is not None:
        where += " AND r.pgh_label <> 'delete'"
    if summary.place.code:
        where += " AND r.unit_id = %s"
        values.append(summary.place.code)
    target_set = summary.figure.target_set
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT r.programme_id, coalesce(r.unit_id, ''), r.stage, r.month, r.count, r.source,
                   r.reported_on
            FROM {table} r WHERE {where}
            UNION ALL
            SELECT DISTINCT t.programme_id, NULL, NULL, NULL::date, NULL::integer, NULL, NULL::date
            FROM quotas_target t JOIN quotas_targetset s ON s.id = t.target_set_id
            WHERE t.programme_id = ANY(%s)
              AND (s.id = %s OR (%s AND s.year = %s AND s.status = 'enacted'))
            ORDER BY 4, 2, 3
            """,
            [*values, codes, target_set, target_set is None, summary.year],
        )
        rows = cursor.fetchall()
    promised = {programme for programme, unit, *_rest in rows if unit is None}
    return promised, [Reported(*row) for row in rows if row[1] is not None]


def months_over(year: int, day: datetime.date) -> tuple[datetime.date, ...]:
    """The months of ``year`` that are over on ``day``: those a report can be of."""
    firsts = (datetime.date(year, number, 1) for number in range(1, 13))
    return tuple(each for each in firsts if each <= _last_month(day))


def _last_month(day: datetime.date) -> datetime.date:
    """The first day of the last month that is over on ``day``."""
    ended = day if day == last_of_month(day) else day.replace(day=1) - datetime.timedelta(1)
    return ended.replace(day=1)

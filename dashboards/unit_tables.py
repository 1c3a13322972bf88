"""The table of the units of a measure: one reading for the page and for its files.

Which rows, which columns and in which order is decided here from the address, so that a file
cannot know it otherwise than the page it is taken from.
"""

from __future__ import annotations

from django.http import QueryDict

from accounts.models import User
from dashboards.questions import Question
from dashboards.tables import AttainmentTable, FigureData, Row, ranks_of
from quotas import pace, plans
from quotas.figures import Figure
from quotas.promises import Measure
from quotas.summary import Summary

# Where a page shows both measures, the parameters of a table begin with its own letter.
PREFIXES = {Measure.ORIGIN: "p-", Measure.SERVED: "b-"}
_ANCHORS = {Measure.ORIGIN: "#provinsi", Measure.SERVED: "#balai"}
_LIST = ("find", "sort", "column")
_LONGEST = 60


def row_of(summary: Summary) -> Row:
    """The figure of a place itself, with what it is compared with."""
    expected = pace.expected_to_date(plan=summary.plan, year=summary.year, day=summary.day)
    return Row(summary.figure, summary.before, expected)


def rows_of(
    rows: list[Figure], summary: Summary, question: Question, notes: dict[str, str] | None = None
) -> list[Row]:
    """Figures with what the year before had on the same days, and what the plan expects.

    ``notes`` are sentences beside the served units (``dashboards.notes``).
    """
    notes = notes or {}
    sets = {row.target_set for row in rows if row.target is not None}
    promised = plans.plans_of_set(
        target_set=next(iter(sets), None), programme=question.programme_code, year=question.year
    )
    before = {
        (measure, part.code): part.before
        for measure, dimension in ((Measure.SERVED, "unit"), (Measure.ORIGIN, "province"))
        for part in summary.parts[dimension]
    } | {(summary.place.level, summary.place.code): summary.before}
    is_known = summary.before is not None
    return [
        Row(
            row,
            before.get((row.measure, row.code), 0 if is_known else None),
            pace.expected_to_date(
                plan=promised[row.measure, row.code], year=question.year, day=summary.day
            )
            if row.target is not None and (row.measure, row.code) in promised
            else None,
            notes.get(row.code, "") if row.measure == Measure.SERVED else "",
        )
        for row in rows
    ]


def unit_table(
    *,
    user: User,
    question: Question,
    rows: list[Row],
    measure: str,
    asked: QueryDict,
    is_list: bool,
    beside: str = "",
) -> AttainmentTable:
    """The units of ``measure`` among ``rows`` as the address asks for them.

    ``is_list`` is a page of this table alone, where a name can be searched (``find``) and columns
    chosen (``column``, repeated); both kinds can be sorted. The sum below is of all units, so it
    stands only where all of them do.
    """
    mine = [row for row in rows if row.measure == measure]
    wanted = searched(asked).casefold() if is_list else ""
    found = [row for row in mine if wanted in str(row.name).casefold()]
    nation = next((row for row in rows if row.measure == Measure.NATIONAL), None)
    table = AttainmentTable(
        FigureData(found),
        question=question.parameters,
        page_name="dashboards:province" if measure == Measure.ORIGIN else "dashboards:unit",
        beside=beside,
        # Among all of them, also where a name is searched; who sees only some can rank none.
        ranks=ranks_of(mine) if user.sees_every_figure else {},
        # Where a table is one of several, sorting it stays with it.
        anchor="" if is_list else _ANCHORS[measure],
        nation=nation if user.sees_every_figure and len(found) == len(mine) else None,
        columns=asked.getlist("column") if is_list else (),
        opens=user.sees_every_placement or user.may_record,
        year=question.year,
        prefix="" if is_list else PREFIXES[measure],
    )
    sort = asked.getlist(table.prefixed_order_by_field)
    if sort:
        table.order_by = sort
    return table


def searched(asked: QueryDict) -> str:
    """The part of a name that is looked for."""
    return " ".join(asked.get("find", "").split())[:_LONGEST]


def choices(asked: QueryDict, *, is_list: bool) -> dict[str, list[str]]:
    """What the address chose of its tables, to be carried along to their files."""
    names = _LIST if is_list else [f"{prefix}sort" for prefix in PREFIXES.values()]
    return {name: asked.getlist(name) for name in names if any(asked.getlist(name))}

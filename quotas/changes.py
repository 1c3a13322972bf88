"""What changed between two moments, placement by placement, and why a figure moved.

The ledger is per placement, so the list of what changed since batch b and the sums of the bridge
come from the same rows. A change is asked of a *slice*: the placements a figure counts.

Most of what happens after a batch is that placements are recorded and stay as they are: one row,
+1. Nothing was ever taken back of them, so one pass over the rows says what they are. Only of the
others (a small index finds them) are the cells before and after put together.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from placement.reference import UNGROUPED
from quotas.moments import snapshot
from quotas.promises import Measure
from quotas.reading import COLUMN, Place, Span
from quotas.sectors import sector_of_jobs
from quotas.tally import CELL

# Kind of a change: its name, in the order of the bridge. *Recorded later* is said of a state;
# *late* (placement.closing.LATE_AFTER_DAYS) of one placement and its own days.
KINDS = {
    "recorded_later": _("dicatat kemudian"),
    "new": _("selesai sesudah keadaan itu"),
    "restored": _("dipulihkan"),
    "moved_in": _("pindah masuk"),
    "moved_out": _("pindah keluar"),
    "voided": _("dibatalkan"),
    "corrected": _("dikoreksi tanpa mengubah jumlah"),
}
# What makes up most of a list and says least stands at its end.
_ORDINARY = frozenset({"recorded_later", "new"})
_CELL_NAMES = tuple(name.strip() for name in CELL.split(","))
_PIECE = 5_000


@dataclass(frozen=True, slots=True)
class Between:
    """A slice and the two states that are compared.

    ``since`` is the earlier batch and ``last_day`` the day of that state: what was completed by
    then and recorded afterwards is *recorded later*. ``until`` is a later batch, None the present
    (what waits in the inbox included).
    """

    place: Place
    span: Span
    since: int
    last_day: datetime.date
    programme: str = ""
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One placement. ``before`` and ``after`` are its cells (None: not counted)."""

    placement: int
    reference: str
    kind: str
    before: dict | None
    after: dict | None

    @property
    def n(self) -> int:
        """What it did to the figure: +1, 0 or -1."""
        return sign(self.kind)

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])

    @property
    def key(self) -> tuple[int, int]:
        """Its place in the list: where to go on after it."""
        return int(self.kind in _ORDINARY), self.placement

    @property
    def fields(self) -> list[tuple[str, object, object]]:
        """(column of the cell, before, after) of what differs."""
        if self.before is None or self.after is None:
            return []
        return [
            (name, self.before[name], self.after[name])
            for name in _CELL_NAMES
            if self.before[name] != self.after[name]
        ]


@dataclass(frozen=True, slots=True)
class Changes:
    """How a count moved. ``counts`` and ``net`` are of every change, ``records`` the first ones."""

    counts: dict[str, int]
    records: list[Change]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def net(self) -> dict[str, int]:
        return {kind: n * sign(kind) for kind, n in self.counts.items()}


def sign(kind: str) -> int:
    """What one change of ``kind`` does to the count: +1, 0 or -1."""
    if kind == "corrected":
        return 0
    return -1 if kind in {"voided", "moved_out"} else 1


def changes_between(
    *,
    place: Place,
    span: Span,
    programme: str = "",
    since: int,
    until: int | None = None,
    last_day: datetime.date,
    most: int = 200,
) -> Changes:
    """What happened to the placements of a figure after batch ``since``; see ``Between``.

    ``most`` bounds the records; counts are of all. At most three statements, in one snapshot.
    """
    between = Between(place, span, since, last_day, programme, until)
    with snapshot():
        counts = count_changes(between)
        return Changes(counts, list_changes(between, most=most) if most and counts else [])


def count_changes(between: Between, *, offices: Sequence[str] | None = None) -> dict[str, int]:
    """{kind: placements}, in the order of KINDS, without kinds that did not happen.

    ``offices`` counts only what stands in one of them now. One statement.
    """
    before, arms, values = _parts(between, list(KINDS), offices=offices)
    counted = " UNION ALL ".join(
        f"SELECT kind, count(*) AS n FROM ({a}) a GROUP BY kind" for a in arms
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"{before} SELECT kind, sum(n)::bigint FROM ({counted}) c GROUP BY kind", values
        )
        found = dict(cursor.fetchall())
    return {kind: found[kind] for kind in KINDS if kind in found}


def list_changes(
    between: Between,
    *,
    kind: str = "",
    most: int,
    after: tuple[int, int] | None = None,
    offices: Sequence[str] | None = None,
) -> list[Change]:
    """The next ``most`` changes after a key (``Change.key``), of one ``kind`` or of all ('').

    First what was voided, moved, restored or corrected, then what was only recorded; the newest
    record first. ``offices`` leaves out what stands elsewhere now. At most two statements.
    """
    found: list[Change] = []
    for rank, kinds in _ranks(kind):
        if len(found) == most or (after is not None and rank < after[0]):
            continue
        onward = after[1] if after is not None and rank == after[0] else None
        statement, values = _records(
            between, kinds, offices=offices, most=most - len(found), after=onward
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            found += [Change(*row) for row in cursor.fetchall()]
    return found


def every_change(
    between: Between, *, kind: str = "", offices: Sequence[str] | None = None
) -> Iterator[Change]:
    """The whole list, in the same order, read in pieces. Call it inside a transaction."""
    for _rank, kinds in _ranks(kind):
        statement, values = _records(between, kinds, offices=offices)
        with connection.chunked_cursor() as cursor:
            cursor.itersize = _PIECE
            cursor.execute(statement, values)
            for row in cursor:
                yield Change(*row)


def _ranks(kind: str) -> Iterator[tuple[int, list[str]]]:
    """(rank, kinds) of the parts of a list, in their order."""
    for rank in (0, 1):
        kinds = [each for each in KINDS if rank == (each in _ORDINARY) and kind in {"", each}]
        if kinds:
            yield rank, kinds


def _parts(
    between: Between, wanted: Sequence[str], *, offices: Sequence[str] | None, also: str = ""
) -> tuple[str, list[str], dict]:
    """``WITH …``, statements that give (placement, kind) of every change once, and their values.

    What was never taken back, now or then, has one row and is inside by that row. Of the rest the
    cells before (negative) and now (positive) are what the rows since then sum to. ``also`` limits
    each statement by itself, so that the planner may take a few by an index.
    """
    inside, values = _slice(between.place, between.span, between.programme)
    values |= {
        "since": between.since, "until": between.until, "day": between.last_day,
        "wanted": list(wanted),
    }  # fmt: skip
    if offices is not None:
        values["offices"] = list(offices)
        also = f"""AND EXISTS (SELECT FROM placement_placement p WHERE p.id = s.placement
                               AND p.office_id = ANY(%(offices)s)) {also}"""
    taken_back = "SELECT placement FROM tally_ledger WHERE n < 0"
    if between.until is None:
        taken_back += " UNION ALL SELECT placement FROM tally_inbox WHERE n < 0"
    before = f"""
        WITH net AS MATERIALIZED (
            SELECT placement, {CELL}, sum(n) AS n, {inside} AS inside
            FROM ({" UNION ALL ".join(_signed(between, taken_back))}) s
            GROUP BY placement, {CELL} HAVING sum(n) <> 0
        ), several AS (
            SELECT placement,
                   bool_or(inside) FILTER (WHERE n < 0) AS was_inside,
                   bool_or(inside) FILTER (WHERE n > 0) AS is_inside,
                   min(completed_on) FILTER (WHERE n > 0) AS completed_on
            FROM net GROUP BY placement HAVING bool_or(inside)
        ), named AS (
            SELECT placement, CASE
                WHEN was_inside AND is_inside THEN 'corrected'
                WHEN was_inside AND is_inside IS NULL THEN 'voided'
                WHEN was_inside THEN 'moved_out'
                WHEN was_inside IS NOT NULL THEN 'moved_in'
                WHEN EXISTS (SELECT FROM tally_ledger l
                             WHERE l.placement = p.placement AND l.batch <= %(since)s)
                    THEN 'restored'
                WHEN completed_on <= %(day)s THEN 'recorded_later'
                ELSE 'new' END AS kind
            FROM several p
        )"""
    arms = [f"SELECT placement, kind FROM named s WHERE kind = ANY(%(wanted)s) {also}"]
    ordinary = _ORDINARY.intersection(wanted)
    day = {
        frozenset({"recorded_later"}): "AND completed_on <= %(day)s",
        frozenset({"new"}): "AND completed_on > %(day)s",
    }.get(ordinary, "")
    if ordinary:
        arms += [
            f"""
            SELECT placement,
                   CASE WHEN completed_on <= %(day)s THEN 'recorded_later' ELSE 'new' END AS kind
            FROM ({rows}) s
            WHERE {inside} {day}
              AND NOT EXISTS (SELECT FROM ({taken_back}) b WHERE b.placement = s.placement) {also}
            """
            for rows in _signed(between)
        ]
    return before, arms, values


def _signed(between: Between, placements: str = "") -> list[str]:
    """Statements of the signed rows after the earlier state, of all placements or of those a query
    gives: of the ledger and, up to the present, of the inbox."""
    of_them = f"placement IN ({placements})" if placements else "true"
    columns = f"SELECT placement, {CELL}, n"
    rows = f"{columns} FROM tally_ledger WHERE batch > %(since)s AND {of_them}"
    if between.until is None:
        return [rows, f"{columns} FROM tally_inbox WHERE {of_them}"]
    return [f"{rows} AND batch <= %(until)s"]


def _records(
    between: Between,
    kinds: Sequence[str],
    *,
    offices: Sequence[str] | None,
    most: int | None = None,
    after: int | None = None,
) -> tuple[str, dict]:
    """The statement of a list of kinds of one rank, and its values."""
    also = "" if after is None else "AND placement < %(after)s"
    few = "" if most is None else "ORDER BY placement DESC LIMIT %(most)s"
    before, arms, values = _parts(between, kinds, offices=offices, also=f"{also} {few}")
    values |= {"most": most, "after": after}
    cell = f"json_build_object({', '.join(f'{name!r}, {name}' for name in _CELL_NAMES)})"
    signed = " UNION ALL ".join(_signed(between, "SELECT placement FROM chosen"))
    statement = f"""
        {before}, chosen AS MATERIALIZED (
            SELECT * FROM ({" UNION ALL ".join(f"({arm})" for arm in arms)}) every {few}
        ), cells AS (
            SELECT placement, sum(n) AS n, {cell} AS cell FROM ({signed}) s
            GROUP BY placement, {CELL} HAVING sum(n) <> 0
        )
        SELECT c.placement, coalesce(p.reference, ''), c.kind, b.cell, a.cell
        FROM chosen c
        LEFT JOIN cells b ON b.placement = c.placement AND b.n < 0
        LEFT JOIN cells a ON a.placement = c.placement AND a.n > 0
        LEFT JOIN placement_placement p ON p.id = c.placement
        ORDER BY c.placement DESC
    """
    return statement, values


# A dimension -> the expression of a row of the ledger that has its value; a sector is one of jobs.
PARTS = {
    "regency": "origin", "province": "left(origin, 2)",
    **{name: name for name in ("unit", "office", "destination", "scheme", "employer_kind", "sex",
                               "job_title")},
}  # fmt: skip


def _slice(
    place: Place,
    span: Span,
    programme: str,
    offices: Sequence[str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> tuple[str, dict]:
    """The condition on a cell, and its values."""
    where = "completed_on >= %(first)s AND completed_on <= %(last)s"
    values: dict[str, object] = {"first": span.first, "last": span.last}
    if programme:
        where += " AND programme = %(programme)s"
        values["programme"] = programme
    if place.level != Measure.NATIONAL:
        where += f" AND {PARTS[COLUMN[place.level]]} = %(code)s"
        values["code"] = place.code
    for name, value in (parts or {}).items():
        if name == "sector":
            sectors = sector_of_jobs()
            grouped = value != UNGROUPED
            jobs = [job for job, sector in sectors.items() if not grouped or sector == value]
            where += f" AND {'' if grouped else 'NOT '}job_title = ANY(%(sector)s)"
            values["sector"] = jobs
        else:
            where += f" AND {PARTS[name]} = %({name})s"
            values[name] = value
    if offices is not None:
        where += " AND office = ANY(%(offices)s)"
        values["offices"] = list(offices)
    return f"({where})", values


def placements_as_of(
    *,
    place: Place,
    span: Span,
    programme: str = "",
    as_of: int,
    most: int,
    after: int = 0,
    offices: Sequence[str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> list[tuple[int, str, dict]]:
    """The placements behind a figure as it stood: (id, reference, cell then), by id.

    ``after`` is the id to go on after; ``most`` bounds the rows; ``offices`` leaves out what was
    completed elsewhere; ``parts`` are values by dimension (PARTS and ``sector``) that all of them
    have. A placement is in the list when
    its rows up to batch ``as_of`` sum to one in a cell of the slice.
    """
    where, values = _slice(place, span, programme, offices, parts)
    cells = ", ".join(f"'{name}', c.{name}" for name in _CELL_NAMES)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT c.placement, coalesce(p.reference, ''), json_build_object({cells})
            FROM (
                SELECT placement, {CELL} FROM tally_ledger
                WHERE {where} AND batch <= %(as_of)s AND placement > %(after)s
                GROUP BY placement, {CELL} HAVING sum(n) > 0
                ORDER BY placement LIMIT %(most)s
            ) c LEFT JOIN placement_placement p ON p.id = c.placement ORDER BY 1
            """,
            values | {"as_of": as_of, "most": most, "after": after},
        )
        return cursor.fetchall()


def count_as_of(
    *,
    place: Place,
    span: Span,
    programme: str = "",
    as_of: int,
    after: int = 0,
    offices: Sequence[str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> tuple[int, int]:
    """How many rows ``placements_as_of`` has in all, and how many of them up to the id ``after``.

    Without ``offices`` the first is the figure itself.
    """
    where, values = _slice(place, span, programme, offices, parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (WHERE placement <= %(after)s), 0)
            FROM tally_ledger WHERE {where} AND batch <= %(as_of)s
            """,
            values | {"as_of": as_of, "after": after},
        )
        total, before = cursor.fetchone()
    return int(total), int(before)

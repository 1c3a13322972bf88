"""What changed between two moments, placement by placement, and why a figure moved.

The ledger is per placement, so the list of what changed since batch b and the sums of the bridge
come from one query. A change is asked of a *slice*: the placements a figure counts.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from quotas.promises import Measure
from quotas.reading import COLUMN, Place, Span
from quotas.tally import CELL

# Kind of a change: its name, in the order of the bridge, and what it does to the count.
KINDS = {
    "late": _("dicatat terlambat"),
    "new": _("selesai sesudah keadaan itu"),
    "restored": _("dipulihkan"),
    "moved_in": _("pindah masuk"),
    "moved_out": _("pindah keluar"),
    "voided": _("dibatalkan"),
    "corrected": _("dikoreksi tanpa mengubah jumlah"),
}
_CELL_NAMES = tuple(name.strip() for name in CELL.split(","))


@dataclass(frozen=True, slots=True)
class Change:
    """One placement. ``before`` and ``after`` are its cells (None: not counted), ``n`` what it did
    to the figure: +1, 0 or -1."""

    placement: int
    reference: str
    kind: str
    n: int
    before: dict | None
    after: dict | None

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])

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
    net: dict[str, int]
    records: list[Change]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


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
    """What happened to the placements of a figure after batch ``since``.

    ``until`` is a later batch, None the present (what waits in the inbox included). ``last_day``
    is the day of the earlier state: what was completed by then and recorded later is *late*.
    ``most`` bounds the records; counts are of all. One statement.
    """
    where, values = _slice(place, span, programme)
    waiting = "UNION ALL SELECT placement, {cell}, n FROM tally_inbox" if until is None else ""
    bound = "" if until is None else "AND batch <= %(until)s"
    cells = ", ".join(f"'{name}', {name}" for name in _CELL_NAMES)
    statement = f"""
        WITH signed AS (
            SELECT placement, {CELL}, n FROM tally_ledger
            WHERE batch > %(since)s {bound}
            {waiting.format(cell=CELL)}
        ), net AS MATERIALIZED (
            SELECT placement, {CELL}, sum(n) AS n, {where} AS inside
            FROM signed GROUP BY placement, {CELL} HAVING sum(n) <> 0
        ), placements AS (
            SELECT placement,
                   bool_or(inside) FILTER (WHERE n < 0) AS was_inside,
                   bool_or(inside) FILTER (WHERE n > 0) AS is_inside,
                   min(completed_on) FILTER (WHERE n > 0) AS completed_on
            FROM net GROUP BY placement HAVING bool_or(inside)
        ), kinds AS (
            SELECT placement, CASE
                WHEN was_inside AND is_inside THEN 'corrected'
                WHEN was_inside AND is_inside IS NULL THEN 'voided'
                WHEN was_inside THEN 'moved_out'
                WHEN was_inside IS NOT NULL THEN 'moved_in'
                WHEN EXISTS (SELECT FROM tally_ledger l
                             WHERE l.placement = p.placement AND l.batch <= %(since)s)
                    THEN 'restored'
                WHEN completed_on <= %(day)s THEN 'late'
                ELSE 'new' END AS kind
            FROM placements p
        ), numbered AS (
            SELECT *, row_number() OVER (ORDER BY kind IN ('new', 'late'), placement DESC) AS place,
                   count(*) OVER (PARTITION BY kind) AS of_kind
            FROM kinds
        ), chosen AS (
            SELECT * FROM numbered
            WHERE place <= %(most)s OR place IN (SELECT min(place) FROM numbered GROUP BY kind)
        ), cells AS (
            SELECT placement, n, json_build_object({cells}) AS cell
            FROM net WHERE placement IN (SELECT placement FROM chosen)
        )
        SELECT c.kind, c.of_kind, c.placement, coalesce(p.reference, ''),
               b.cell, a.cell, c.place
        FROM chosen c
        LEFT JOIN cells b ON b.placement = c.placement AND b.n < 0
        LEFT JOIN cells a ON a.placement = c.placement AND a.n > 0
        LEFT JOIN placement_placement p ON p.id = c.placement
        ORDER BY c.place
    """
    values |= {"since": since, "until": until, "day": last_day, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    counts = Counter({kind: n for kind, n, *_rest in rows})
    records = [
        Change(placement, reference, kind, _sign(kind), before, after)
        for kind, _n, placement, reference, before, after, position in rows
        if position <= most
    ]
    ordered = {kind: counts[kind] for kind in KINDS if counts[kind]}
    return Changes(ordered, {kind: n * _sign(kind) for kind, n in ordered.items()}, records)


def _sign(kind: str) -> int:
    if kind == "corrected":
        return 0
    return -1 if kind in {"voided", "moved_out"} else 1


def _slice(
    place: Place, span: Span, programme: str, offices: Sequence[str] | None = None
) -> tuple[str, dict]:
    """The condition on a cell, and its values."""
    where = "completed_on >= %(first)s AND completed_on <= %(last)s"
    values: dict[str, object] = {"first": span.first, "last": span.last}
    if programme:
        where += " AND programme = %(programme)s"
        values["programme"] = programme
    if place.level != Measure.NATIONAL:
        column = {"province": "left(origin, 2)", "regency": "origin"}.get(
            COLUMN[place.level], COLUMN[place.level]
        )
        where += f" AND {column} = %(code)s"
        values["code"] = place.code
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
) -> list[tuple[int, str, dict]]:
    """The placements behind a figure as it stood: (id, reference, cell then), by id.

    ``after`` is the id to go on after; ``most`` bounds the rows; ``offices`` leaves out what was
    completed elsewhere. A placement is in the list when
    its rows up to batch ``as_of`` sum to one in a cell of the slice.
    """
    where, values = _slice(place, span, programme, offices)
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
) -> tuple[int, int]:
    """How many rows ``placements_as_of`` has in all, and how many of them up to the id ``after``.

    Without ``offices`` the first is the figure itself.
    """
    where, values = _slice(place, span, programme, offices)
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

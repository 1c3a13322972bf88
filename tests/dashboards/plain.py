"""Plain counts, to hold figures against: rows kept as they stood, and nothing but ``count(*)``.

It shares no code with what it checks: not the counting rule, not the tally, not the ORM.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

# What a placement is counted by, in the words of the exports and the API.
COLUMNS = {
    "unit": "unit_id", "office": "office_id", "province": "left(origin_id, 2)",
    "regency": "origin_id", "destination": "destination_id", "job_title": "job_title_id",
    "scheme": "scheme_id", "employer_kind": "employer_kind_id", "sex": "sex",
    "programme": "programme_id",
    "sector": "(SELECT coalesce(j.sector_id, 'ungrouped') FROM placement_jobtitle j "
              "WHERE j.code = job_title_id)",
}  # fmt: skip
# Level of a place -> by which column its rows are found.
LEVELS = {"national": None, "balai": "unit", "province": "province", "office": "office",
          "regency": "regency"}  # fmt: skip
MEASURES = {"national": "national", "balai": "served", "province": "origin"}


def begin() -> None:
    """Make the tables rows are kept in; they go with the transaction."""
    _run("DROP TABLE IF EXISTS plain_rows, plain_targets")
    _run(
        "CREATE TEMP TABLE plain_rows AS SELECT ''::text AS moment, reference, completed_on, "
        + ", ".join(f"{column} AS {name}" for name, column in COLUMNS.items())
        + " FROM placement_placement WHERE false"
    )
    _run(
        "CREATE TEMP TABLE plain_targets AS SELECT ''::text AS moment, measure, "
        "unit_id AS code, amount FROM quotas_target WHERE false"
    )


def keep(moment: str, *, year: int) -> None:
    """Keep every completed placement, and the enacted targets of ``year``, as they stand now."""
    _run(
        f"INSERT INTO plain_rows SELECT %s, reference, completed_on, {', '.join(COLUMNS.values())} "
        "FROM placement_placement WHERE status = 'completed'",
        moment,
    )
    _run(
        "INSERT INTO plain_targets SELECT %s, t.measure, coalesce(t.unit_id, t.province_id, ''), "
        "t.amount FROM quotas_target t JOIN quotas_targetset s ON s.id = t.target_set_id "
        "WHERE s.status = 'enacted' AND s.year = %s AND t.programme_id IS NULL",
        moment, year,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plain:
    """A place at a kept moment, from 1 January of ``year`` through ``last``.

    ``day`` is the day it is compared with in the year before; neither year is a leap year.
    """

    moment: str
    year: int
    last: datetime.date
    day: datetime.date
    level: str = "national"
    code: str = ""
    targets: str = ""

    def of(self, level: str, code: str) -> Plain:
        return Plain(self.moment, self.year, self.last, self.day, level, code, self.targets)

    @property
    def total(self) -> int:
        return self._count(self.year, self.last)[0][0]

    @property
    def is_known_before(self) -> bool:
        """Whether there is anything of the year before: nothing known is not zero."""
        return self._count(self.year - 1, datetime.date(self.year - 1, 12, 31))[0][0] > 0

    @property
    def before(self) -> int | None:
        """The same days of the year before."""
        return self.total_before if self.is_known_before else None

    def parts(self, name: str) -> dict[str, int]:
        return dict(self._count(self.year, self.last, name))

    def parts_before(self, name: str) -> dict[str, int]:
        return dict(self._count(self.year - 1, self._day_before, name))

    @property
    def months(self) -> list[int]:
        return self._months(self.year, self.last)

    @property
    def months_before(self) -> list[int] | None:
        """The whole year before."""
        last = datetime.date(self.year - 1, 12, 31)
        return self._months(self.year - 1, last) if self.is_known_before else None

    @property
    def pairs(self) -> dict[tuple[str, str], int]:
        rows = self._count(self.year, self.last, "unit", "province")
        return {(unit, province): n for unit, province, n in rows}

    @property
    def references(self) -> set[str]:
        return {reference for reference, _n in self._count(self.year, self.last, "reference")}

    @property
    def total_before(self) -> int:
        return self._count(self.year - 1, self._day_before)[0][0]

    @property
    def has_targets(self) -> bool:
        """Whether any set was in force at the moment of ``targets``."""
        return bool(_run("SELECT 1 FROM plain_targets WHERE moment = %s LIMIT 1", self.targets))

    @property
    def target(self) -> int | None:
        rows = _run(
            "SELECT amount FROM plain_targets WHERE moment = %s AND measure = %s AND code = %s",
            self.targets, MEASURES.get(self.level, ""), self.code,
        )  # fmt: skip
        return rows[0][0] if rows else None

    @property
    def percent(self) -> Decimal | None:
        """Half up to one decimal, by whole numbers."""
        target = self.target
        if target is None:
            return None
        return Decimal((2000 * self.total + target) // (2 * target)) / 10

    @property
    def _day_before(self) -> datetime.date:
        return self.day.replace(year=self.day.year - 1)

    def _months(self, year: int, last: datetime.date) -> list[int]:
        found = dict(self._count(year, last, "extract(month FROM completed_on)::int"))
        return [found.get(month, 0) for month in range(1, 13)]

    def _count(self, year: int, last: datetime.date, *by: str) -> list[tuple]:
        where = "moment = %s AND completed_on BETWEEN %s AND %s"
        values: list[object] = [self.moment, datetime.date(year, 1, 1), last]
        if LEVELS[self.level]:
            where += f" AND {LEVELS[self.level]} = %s"
            values.append(self.code)
        keys = "".join(f"{each}, " for each in by)
        group = f" GROUP BY {', '.join(by)}" if by else ""
        return _run(f"SELECT {keys}count(*) FROM plain_rows WHERE {where}{group}", *values)


def _run(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def codes(level: str) -> Iterable[str]:
    """Every unit of a level that has a row of its own: what has nothing, too."""
    tables = {
        "balai": "SELECT code FROM regions_office WHERE parent_id IS NULL",
        "province": "SELECT code FROM regions_province",
    }
    return [code for (code,) in _run(tables[level])]

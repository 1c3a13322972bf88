"""What every figure depends on, as a stamp: the same stamp, the same figures.

The API answers 304 by it, and a page that asks again whether anything changed may use it too. It
is one statement over small tables and one index end, so asking is far cheaper than reading.

A fold moves waiting rows into the roll-ups: no number changes, but batch and pending, which stand
beside every number, do. So a fold is a new stamp. So is the minute after which something that waits
is late, and the hour after which a check no longer stands: nothing is written then, but a page that
is never asked for anew would stay green.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connection

from quotas.figures import CHECK_STANDS, LATE_AFTER

# Rows that figures read beside the tally: targets, bands, names, which balai serves whom, and what
# was reported beside it: stages before a placement, other indicators, notes of a month.
_READ_BESIDE = (
    "quotas_targetset",
    "quotas_target",
    "quotas_ratingband",
    "regions_datanotice",
    "regions_province",
    "regions_regency",
    "regions_country",
    "regions_office",
    "regions_servicearea",
    "placement_programme",
    "placement_scheme",
    "placement_employerkind",
    "placement_jobtitle",
    "placement_sector",
    "quotas_stagereport",
    "quotas_indicatortarget",
    "placement_monthclosing",
)


@dataclass(frozen=True, slots=True)
class State:
    """``batch`` is the last one, ``pending`` the inbox rows that wait after it, ``checked`` the
    years (0: all of them at once) whose check stands."""

    rule_version: int
    batch: int | None
    pending: int
    last_pending: int | None
    is_late: bool
    check: int | None
    checked: list[int]
    reference: str

    @property
    def tag(self) -> str:
        """A short text that changes whenever any of it does."""
        parts = (
            self.rule_version, self.batch, self.pending, self.last_pending, self.is_late,
            self.check, self.checked, self.reference,
        )  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def state() -> State:
    """Read the state in one statement.

    Of a row only its place and the transaction that wrote it are read (``ctid``, ``xmin``): every
    change of a row changes one of them. The highest id of a history would not do: a transaction
    that took its id early and commits late would change figures and leave the highest id as it was.
    """
    rows = " UNION ALL ".join(
        f"SELECT {seed} AS seed, xmin, ctid FROM {table}" for seed, table in enumerate(_READ_BESIDE)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT placement_rule_version(), (SELECT max(number) FROM tally_batch),
                   w.pending, w.last, w.is_late,
                   (SELECT id FROM reconciliation ORDER BY ran_at DESC LIMIT 1),
                   ARRAY(SELECT DISTINCT coalesce(year, 0)::int FROM reconciliation
                         WHERE ran_at > now() - make_interval(hours => %s) ORDER BY 1),
                   r.stamp
            FROM (SELECT count(*) AS pending, max(id) AS last,
                         coalesce(min(arrived_at) < now() - make_interval(secs => %s), false)
                         AS is_late
                  FROM tally_inbox) w,
                 (SELECT coalesce(sum(hashtextextended(xmin::text || ctid::text, seed)), 0)::text
                         AS stamp
                  FROM ({rows}) AS each) r
            """,
            [CHECK_STANDS, LATE_AFTER],
        )
        return State(*cursor.fetchone())


def state_tag() -> str:
    """The stamp of everything figures depend on, in one statement."""
    return state().tag

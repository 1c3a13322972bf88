"""The tally: fold the inbox, rebuild from the placements, reconcile the two.

Locking, on half a page
-----------------------
* Officers never lock anything here: their transaction appends signed rows to the inbox.
* One advisory lock (``FOLD_LOCK``) orders all writers of roll-ups, ledger and attainment. A fold
  *tries* it and leaves when it is taken; rebuild and recompute wait for it. It is held until the
  writer's commit, so batch numbers follow commit order.
* A fold takes, in one statement, every inbox row visible to that statement. Transactions become
  visible whole, so a batch never splits one.
* A rebuild takes the lock for the *session before* it begins REPEATABLE READ: a snapshot older
  than the lock would miss a fold that committed while it waited, and at READ COMMITTED its
  statements would each see other placements (measured: 4,320 wrong cells).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from quotas.models import Reconciliation, TallyBatch

# Any constant will do as long as nothing else in the database uses it.
FOLD_LOCK = 7_304_150_117

CELL = (
    "completed_on, office, unit, origin, destination, scheme, programme, employer_kind, sex, "
    "job_title"
)
# The cell of a placement as it stands now, in the order of CELL.
PLACEMENT_CELL = (
    "completed_on, office_id, unit_id, origin_id, destination_id, scheme_id, programme_id, "
    "employer_kind_id, sex, job_title_id"
)
MONTH = "date_trunc('month', completed_on)::date"
FACES = (
    "tally_faces(office, unit, origin, province, destination, scheme, employer_kind, sex, "
    "job_title)"
)


@dataclass(frozen=True, slots=True)
class Fold:
    """What a fold, rebuild or correction did. ``entries`` are ledger rows, ``net`` their sum."""

    batch: int
    entries: int
    net: int
    years: tuple[int, ...]


def fold() -> Fold | None:
    """Move everything that waits in the inbox into ledger, roll-ups and attainment.

    Returns None when another worker is folding or nothing waits. Running it twice, or killing it
    half-way, loses and doubles nothing: it is one transaction.
    """
    with transaction.atomic(durable=not connection.in_atomic_block), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLD_LOCK])
        if not cursor.fetchone()[0]:
            return None
        _beat(cursor, "fold")
        return _fold_waiting(cursor)


def _fold_waiting(cursor) -> Fold | None:
    """Fold what waits. Whoever calls holds the lock: a recompute that read the months before this
    commits would write a stale attainment after it (tests/quotas/test_concurrency.py)."""
    cursor.execute("SELECT EXISTS (SELECT FROM tally_inbox)")
    if not cursor.fetchone()[0]:
        return None
    batch = _open_batch(cursor, TallyBatch.Kind.FOLD)
    cursor.execute(
        f"""
        WITH taken AS (DELETE FROM tally_inbox RETURNING placement, {CELL}, n)
        INSERT INTO tally_ledger (batch, placement, {CELL}, n)
        SELECT %s, placement, {CELL}, sum(n) FROM taken
        GROUP BY placement, {CELL} HAVING sum(n) <> 0
        """,
        [batch],
    )
    _merge(cursor, "tally_month", "month, unit, province, programme", batch)
    _merge(
        cursor,
        "tally_breakdown",
        "month, level, unit_code, programme, dimension, value",
        batch,
        faces=True,
    )
    return _close_batch(cursor, batch)


def rebuild(*, year: int | None = None, kind: str = TallyBatch.Kind.REBUILD) -> list[Fold]:
    """Rebuild the roll-ups of a year, or of every year there is, from the placements.

    The difference to what the ledger said becomes a batch of ``kind`` (rebuild or correction),
    so figures as of earlier batches stay what they were. Waits for a running fold. Must not be
    called inside a transaction. Returns one Fold per year.
    """
    if connection.in_atomic_block:
        raise RuntimeError("A rebuild takes its lock before its transaction begins.")
    with _session_lock():
        years = [year] if year is not None else _years()
        return [_rebuild_year(each, kind) for each in years]


def reconcile(*, year: int | None = None) -> Reconciliation:
    """Compare roll-ups plus inbox, and attainment, with the placements in one snapshot.

    ``year`` limits the check to a year; None checks every year. Stores and returns the result;
    it corrects nothing (``rebuild(kind="correction")`` does, on a person's command).
    """
    span = "true" if year is None else "month >= %(first)s AND month < %(end)s"
    parameters = {}
    if year is not None:
        parameters = {"first": f"{year:04d}-01-01", "end": f"{year + 1:04d}-01-01", "year": year}
    year_is = "true" if year is None else "year = %(year)s"
    with connection.cursor() as cursor:
        cursor.execute(_reconcile_sql(span, year_is), parameters)
        cells, mismatches, placements, batch, examples, ran_at = cursor.fetchone()
    return Reconciliation.objects.create(
        ran_at=ran_at,
        year=year,
        batch=batch,
        placements=placements or 0,
        cells=cells,
        mismatches=mismatches,
        examples=examples or [],
    )


def beat(name: str) -> None:
    """Note that a worker is alive and ran ``name`` just now."""
    with connection.cursor() as cursor:
        _beat(cursor, name)


@contextmanager
def writer_lock():
    """Hold the lock of all tally writers for the rest of the current transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        yield cursor


@contextmanager
def _session_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [FOLD_LOCK])
    try:
        yield
    finally:
        # A connection that broke took its lock with it.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [FOLD_LOCK])


def _beat(cursor, name: str) -> None:
    cursor.execute(
        """
        INSERT INTO heartbeat (name, beat_at) VALUES (%s, clock_timestamp())
        ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at
        """,
        [name],
    )


def _open_batch(cursor, kind: str) -> int:
    cursor.execute(
        """
        INSERT INTO tally_batch (kind, rule_version, entries, net, folded_at)
        VALUES (%s, placement_rule_version(), 0, 0, clock_timestamp()) RETURNING number
        """,
        [kind],
    )
    return cursor.fetchone()[0]


def _close_batch(cursor, batch: int) -> Fold:
    """Recompute attainment of the years the batch touched and write its totals."""
    cursor.execute(
        """
        SELECT extract(year FROM completed_on)::int, count(*), sum(n)
        FROM tally_ledger WHERE batch = %s GROUP BY 1 ORDER BY 1
        """,
        [batch],
    )
    touched = cursor.fetchall()
    for year, _entries, _net in touched:
        cursor.execute("SELECT attainment_recompute(%s, %s)", [year, batch])
    entries = sum(row[1] for row in touched)
    net = sum(row[2] for row in touched)
    cursor.execute(
        "UPDATE tally_batch SET entries = %s, net = %s WHERE number = %s", [entries, net, batch]
    )
    return Fold(batch, entries, net, tuple(row[0] for row in touched))


def _merge(cursor, table: str, key: str, batch: int, *, faces: bool = False) -> None:
    """Add the rows of a batch to a roll-up.

    MERGE and not an upsert: ``INSERT … ON CONFLICT`` checks ``n >= 0`` on the row it proposes,
    and so refuses a good -1.
    """
    names = [name.strip() for name in key.split(",")]
    on = " AND ".join(f"t.{name} = s.{name}" for name in names)
    source = f"SELECT {MONTH} AS month, * FROM tally_ledger WHERE batch = %s"
    if faces:
        source = f"SELECT l.*, f.* FROM ({source}) l CROSS JOIN LATERAL {FACES} f"
    cursor.execute(
        f"""
        MERGE INTO {table} t
        USING (
            SELECT {key}, sum(n)::int AS n FROM ({source}) signed
            GROUP BY {key} HAVING sum(n) <> 0
        ) s ON {on}
        WHEN MATCHED THEN UPDATE SET n = t.n + s.n
        WHEN NOT MATCHED THEN INSERT ({key}, n)
            VALUES ({", ".join(f"s.{name}" for name in names)}, s.n)
        """,
        [batch],
    )


def _years() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT year::int FROM (
                SELECT extract(year FROM completed_on) AS year FROM placement_placement
                UNION SELECT extract(year FROM month) FROM tally_month
                UNION SELECT extract(year FROM completed_on) FROM tally_inbox
                UNION SELECT year FROM attainment
                UNION SELECT year FROM quotas_targetset
            ) AS every_year ORDER BY 1
            """
        )
        return [row[0] for row in cursor.fetchall()]


def _rebuild_year(year: int, kind: str) -> Fold:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _replace_year(cursor, year, kind)


def _replace_year(cursor, year: int, kind: str) -> Fold:
    """Replace a year's slice. Its statements must all see the same placements."""
    days = (
        "completed_on >= make_date(%(year)s, 1, 1) AND completed_on < make_date(%(year)s + 1, 1, 1)"
    )
    months = days.replace("completed_on", "month")
    parameters = {"year": year}
    batch = _open_batch(cursor, kind)
    parameters["batch"] = batch
    cursor.execute(f"DELETE FROM tally_inbox WHERE {days}", parameters)
    cursor.execute(
        f"""
        INSERT INTO tally_ledger (batch, placement, {CELL}, n)
        SELECT %(batch)s, placement, {CELL}, sum(n) FROM (
            SELECT id AS placement, {_renamed(PLACEMENT_CELL)}, 1 AS n
            FROM placement_placement WHERE placement_counts(status) AND {days}
            UNION ALL
            SELECT placement, {CELL}, -n FROM tally_ledger WHERE {days}
        ) AS facts_less_ledger
        GROUP BY placement, {CELL} HAVING sum(n) <> 0
        """,
        parameters,
    )
    cursor.execute(f"DELETE FROM tally_month WHERE {months}", parameters)
    cursor.execute(
        f"""
        INSERT INTO tally_month (month, unit, province, programme, n)
        SELECT {MONTH}, unit_id, origin_province, programme_id, count(*)
        FROM placement_placement WHERE placement_counts(status) AND {days}
        GROUP BY 1, 2, 3, 4
        """,
        parameters,
    )
    cursor.execute(f"DELETE FROM tally_breakdown WHERE {months}", parameters)
    cursor.execute(
        f"""
        INSERT INTO tally_breakdown
            (month, level, unit_code, programme, dimension, value, n)
        SELECT {MONTH}, f.level, f.unit_code, programme_id, f.dimension, f.value, count(*)
        FROM placement_placement
        CROSS JOIN LATERAL tally_faces(
            office_id, unit_id, origin_id, origin_province, destination_id, scheme_id,
            employer_kind_id, sex, job_title_id
        ) f
        WHERE placement_counts(status) AND {days}
        GROUP BY 1, 2, 3, 4, 5, 6
        """,
        parameters,
    )
    cursor.execute("SELECT attainment_recompute(%(year)s, %(batch)s)", parameters)
    closed = _close_batch(cursor, batch)
    return Fold(closed.batch, closed.entries, closed.net, (year,))


def _renamed(columns: str) -> str:
    """``office_id AS office, …``: the placement's columns under the names of a cell."""
    pairs = zip(columns.split(", "), CELL.split(", "), strict=True)
    return ", ".join(f"{column} AS {name}" for column, name in pairs)


def _reconcile_sql(span: str, year_is: str) -> str:
    """One statement, one snapshot: placements against both roll-ups, ledger and attainment."""
    return f"""
    WITH facts AS MATERIALIZED (
        SELECT {MONTH} AS month, {_renamed(PLACEMENT_CELL)}, origin_province AS province,
               1 AS n
        FROM placement_placement WHERE placement_counts(status)
    ), in_span AS (
        SELECT * FROM facts WHERE {span}
    ), month_facts AS (
        SELECT month, unit, province, programme, count(*) AS n FROM in_span
        GROUP BY 1, 2, 3, 4
    ), month_check AS (
        SELECT 'month' AS roll_up,
               concat_ws('/', month, unit, province, programme) AS cell,
               coalesce(f.n, 0) AS placements, coalesce(t.n, 0) AS tally
        FROM month_facts f
        FULL JOIN (SELECT * FROM tally_month_now WHERE {span}) t
            USING (month, unit, province, programme)
    ), breakdown_check AS (
        SELECT 'breakdown' AS roll_up,
               concat_ws('/', month, level, unit_code, programme, dimension, value) AS cell,
               coalesce(f.n, 0) AS placements, coalesce(t.n, 0) AS tally
        FROM (
            SELECT month, f.level, f.unit_code, programme, f.dimension, f.value, count(*) AS n
            FROM in_span CROSS JOIN LATERAL {FACES} f GROUP BY 1, 2, 3, 4, 5, 6
        ) f
        FULL JOIN (SELECT * FROM tally_breakdown_now WHERE {span}) t
            USING (month, level, unit_code, programme, dimension, value)
    ), ledger_check AS (
        SELECT 'ledger' AS roll_up, concat_ws('/', month) AS cell,
               coalesce(f.n, 0) AS placements, coalesce(t.n, 0) AS tally
        FROM (SELECT month, sum(n)::bigint AS n FROM month_facts GROUP BY 1) f
        FULL JOIN (
            SELECT month, sum(n)::bigint AS n FROM (
                SELECT {MONTH} AS month, n FROM tally_ledger
                UNION ALL SELECT {MONTH}, n FROM tally_inbox
            ) signed WHERE {span} GROUP BY 1
        ) t USING (month)
    ), attainment_check AS (
        SELECT 'attainment' AS roll_up,
               concat_ws('/', year, measure, unit_code, programme) AS cell,
               coalesce(f.n, 0) AS placements, coalesce(t.realised, 0) AS tally
        FROM (
            SELECT extract(year FROM month)::smallint AS year, l.measure, l.unit_code,
                   p.programme, sum(n)::bigint AS n
            FROM month_facts m
            CROSS JOIN LATERAL (
                VALUES ('national', ''), ('served', m.unit), ('origin', m.province)
            ) AS l (measure, unit_code)
            CROSS JOIN LATERAL (VALUES (''), (m.programme)) AS p (programme)
            GROUP BY 1, 2, 3, 4
        ) f
        FULL JOIN (SELECT * FROM attainment_now WHERE {year_is}) t
            USING (year, measure, unit_code, programme)
    ), every_check AS (
        SELECT * FROM month_check UNION ALL SELECT * FROM breakdown_check
        UNION ALL SELECT * FROM ledger_check UNION ALL SELECT * FROM attainment_check
    )
    SELECT count(*), count(*) FILTER (WHERE placements <> tally),
           (SELECT sum(n)::bigint FROM month_facts), (SELECT max(number) FROM tally_batch),
           (SELECT json_agg(row_to_json(e)) FROM (
               SELECT * FROM every_check WHERE placements <> tally LIMIT 20) e),
           clock_timestamp()
    FROM every_check
    """

"""Many times the sample data, for the benchmarks only."""

from __future__ import annotations

from django.db import connection

from placement.models import Placement, Worker
from quotas import tally

_YEARS = 18


def grow(rows: int) -> None:
    """Lay the sample of 2025 again and again into 2007 to 2024, until there are about ``rows``
    placements, each copy with workers of its own; past the triggers, then rebuild."""
    placements = ", ".join(_columns(Placement, {"id"}))
    workers = ", ".join(_columns(Worker, {"id", "nik_digest"}))
    sample = "completed_on BETWEEN '2025-01-01' AND '2025-12-31'"
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) + 1 FROM placement_worker")
        (step,) = cursor.fetchone()
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        copy = 0
        while Placement.objects.count() < rows:
            copy += 1
            cursor.execute(
                f"INSERT INTO placement_worker (id, nik_digest, {workers}) "
                f"SELECT id + {copy * step}, sha256(nik_digest || '{copy}'), {workers} "
                f"FROM placement_worker WHERE id < {step} "
                f"AND id IN (SELECT worker_id FROM placement_placement WHERE {sample})"
            )
            changed = {
                "reference": f"'B{copy}-' || id",
                "request_key": "gen_random_uuid()",
                "completed_on": f"(completed_on - interval '{1 + copy % _YEARS} years')::date",
                "worker_id": f"worker_id + {copy * step}",
            }
            values = ", ".join(changed.get(name, name) for name in _columns(Placement, {"id"}))
            cursor.execute(
                f"INSERT INTO placement_placement ({placements}) SELECT {values} "
                f"FROM placement_placement WHERE {sample} ON CONFLICT DO NOTHING"
            )
        cursor.execute("SET session_replication_role = origin")
    tally.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _columns(model: type, without: set[str]) -> list[str]:
    return [
        field.column
        for field in model._meta.local_concrete_fields
        if not field.generated and field.column not in without
    ]

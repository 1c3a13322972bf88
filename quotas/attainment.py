"""Attainment: recomputed by SQL after a fold, a rebuild, or a change of targets.

The arithmetic stands in ``sql/`` and, for one ratio, in ``quotas.ratio``; this module is the one
way to ask for a recompute.
"""

from __future__ import annotations

from django.db import transaction

from quotas.tally import writer_lock


@transaction.atomic
def recompute(*, year: int) -> int:
    """Recompute the attainment of every unit of a year against its enacted set.

    Waits for a running fold, so the two never interleave. Returns the number of rows changed.
    """
    with writer_lock() as cursor:
        cursor.execute(
            "SELECT attainment_recompute(%s, (SELECT max(number) FROM tally_batch))", [year]
        )
        return cursor.fetchone()[0]

"""Attainment: recomputed by SQL after a fold, a rebuild, or a change of targets.

attainment = realised / target x 100, uncapped (the agency prints 185.29; domain vocabulary 5).
No target is null, never zero or infinity. The arithmetic stands in ``sql/``; this module is the
one way to ask for it.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

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


def percent(realised: int, target: int | None) -> Decimal | None:
    """Return the exact attainment in percent, or None where there is no target."""
    if not target:
        return None
    return Decimal(realised) * 100 / Decimal(target)


def rounded(value: Decimal | None) -> Decimal | None:
    """Round a percentage half up to one decimal, as every screen and export shows it.

    Half up and not half even: 110.25 is 110.3 in every ministry table.
    """
    if value is None:
        return None
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)

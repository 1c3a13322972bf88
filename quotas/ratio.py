"""Attainment as a number: exact, and as it is shown. Pure, so that models may use it too.

attainment = realised / target x 100, uncapped (the agency prints 185.29; domain vocabulary 5).
No target is null, never zero or infinity. ``attainment_percent`` in ``sql/`` is the same rule.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def percent(realised: int | Decimal, target: int | Decimal | None) -> Decimal | None:
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

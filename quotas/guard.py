"""The arithmetic guard: sums on a page agree with each other, or the page says that they do not.

A figure and its parts come by different roads (attainment, month roll-up, breakdown, rows, ledger),
so agreement is a check and not a tautology. It runs on every page and export, and in the tests.
"""

from __future__ import annotations

import logging

from quotas.reading import Counts, Place

logger = logging.getLogger(__name__)


def disagreements(*, place: Place, realised: int, counts: Counts) -> list[str]:
    """Return what does not agree: months = figure, units = provinces = figure, parts = figure."""
    wanted = {
        "months": sum(counts.months.values()),
        "units": sum(counts.units.values()),
        "provinces": sum(counts.provinces.values()),
        "pairs": sum(counts.pairs.values()),
    }
    wanted |= {name: sum(values.values()) for name, values in counts.values.items()}
    found = [f"{name} {n} ≠ {realised}" for name, n in wanted.items() if n != realised]
    if found:
        logger.error("figures of %s %s do not agree: %s", place.level, place.code, found)
    return found


def sums_of_units(rows) -> list[str]:
    """Check that the served units, and the provinces, of ``rows`` (Figure) make the nation.

    Only for somebody who sees all of them; returns what does not agree.
    """
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.measure] = sums.get(row.measure, 0) + row.realised
    nation = sums.get("national", 0)
    found = [f"{name} {n} ≠ {nation}" for name, n in sums.items() if n != nation]
    if found:
        logger.error("units do not make the nation: %s", found)
    return found

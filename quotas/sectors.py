"""Economic sectors: groups of job titles, by the reference table as it is at this moment.

No placement and no row of the tally holds a sector. The count of a sector is the sum of the counts
of its jobs, so it rolls up exactly for every place, day and state. A regrouping changes the shares
of the past as well, on purpose: a sector is a way to read jobs, not something that happened. The
history of the job titles tells who regrouped what, and when.
"""

from __future__ import annotations

from collections.abc import Mapping

from placement.models import JobTitle
from placement.reference import UNGROUPED


def sector_of_jobs() -> dict[str, str]:
    """Return job title -> sector of every job that has one. One statement, and never cached: a
    count is a link to its placements, and both must follow the same table."""
    with_sector = JobTitle.objects.exclude(sector=None).order_by()
    return dict(with_sector.values_list("pk", "sector_id"))


def grouped(jobs: Mapping[str, int], sectors: Mapping[str, str]) -> dict[str, int]:
    """Sum counts by job title into counts by sector; jobs without one are ``UNGROUPED``."""
    found: dict[str, int] = {}
    for job, n in jobs.items():
        sector = sectors.get(job, UNGROUPED)
        found[sector] = found.get(sector, 0) + n
    return found

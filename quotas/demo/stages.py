"""Sample reports of the stages before a placement, so that the funnel has something to show.

They are made from the sample placements themselves and say CONTOH as their source: no such report
was found published.
"""

from __future__ import annotations

import datetime

from accounts import roles
from accounts.models import User
from placement.models import Programme
from quotas.reading import Place, Span, read
from quotas.stage_reporting import report_stage
from quotas.stages import StageReport
from regions.calendar import last_of_month, next_month
from regions.models import Office

# How many more there are of each stage than of the placements of the same month, in percent.
_MORE = {"training": 170, "account": 145, "process": 115}
_SOURCE = "CONTOH: dibuat dari penempatan contoh"


def report_samples(*, year: int, until: datetime.date) -> int:
    """Report every ended month up to ``until`` for each balai that placed somebody; returns how
    many reports. Nothing where there is no administrator to report in whose name."""
    by = User.objects.filter(groups__name=roles.TARGET_ADMIN, is_active=True).order_by("pk").first()
    if by is None:
        return 0
    units = {unit.pk: unit for unit in Office.objects.balai()}
    n = 0
    for programme in Programme.objects.filter(has_stages=True):
        month = datetime.date(year, 1, 1)
        while month.year == year and last_of_month(month) <= until:
            span = Span(month, last_of_month(month))
            counted = read(place=Place(), span=span, programme=programme.pk).now.units
            for code, placed in counted.items():
                if not placed or code not in units:
                    continue
                for stage in StageReport.Stage.values:
                    report_stage(
                        by=by, reason="Laporan contoh untuk peragaan", programme=programme,
                        unit=units[code], stage=stage, month=month,
                        count=placed * _MORE[stage] // 100, source=_SOURCE,
                    )  # fmt: skip
                    n += 1
            month = next_month(month)
    return n

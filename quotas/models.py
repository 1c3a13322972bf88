"""What was promised and how far it is: target sets, the tally and attainment.

Target sets are written by ``quotas.targets`` only, the tally and attainment by ``quotas.tally``
and ``quotas.attainment`` only.
"""

from quotas.performance import Indicator, IndicatorTarget
from quotas.promises import Distribution, RatingBand, Target, TargetDocument, TargetSet
from quotas.rollups import (
    Attainment,
    AttainmentNow,
    Heartbeat,
    Reconciliation,
    TallyBatch,
    TallyBreakdown,
    TallyInbox,
    TallyLedger,
    TallyMonth,
)
from quotas.stages import StageReport

__all__ = [
    "Attainment",
    "AttainmentNow",
    "Distribution",
    "Heartbeat",
    "Indicator",
    "IndicatorTarget",
    "RatingBand",
    "Reconciliation",
    "StageReport",
    "TallyBatch",
    "TallyBreakdown",
    "TallyInbox",
    "TallyLedger",
    "TallyMonth",
    "Target",
    "TargetDocument",
    "TargetSet",
]

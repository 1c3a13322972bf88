"""Two versions of a year's targets side by side: what enacting one would change."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from quotas import figures
from quotas.figures import Figure
from quotas.models import TargetSet


@dataclass(frozen=True, slots=True)
class Change:
    """One unit under the set in force (``before``) and under the other one (``after``)."""

    before: Figure
    after: Figure

    @property
    def is_changed(self) -> bool:
        return self.before.target != self.after.target

    @property
    def rating_changes(self) -> bool:
        return self.before.level != self.after.level

    @property
    def difference(self) -> int:
        return (self.after.target or 0) - (self.before.target or 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    changes: list[Change]

    @property
    def changed(self) -> list[Change]:
        return [each for each in self.changes if each.is_changed]

    def table(self) -> list[list]:
        """A header and one line per unit, for a file."""
        header = ["measure", "code", "name", "target_before", "target_after", "realised",
                  "percent_before", "percent_after", "rating_before", "rating_after"]  # fmt: skip
        return [header] + [
            [before.measure, before.code, before.name, before.target, after.target,
             before.realised, before.rounded, after.rounded, before.rating, after.rating]
            for before, after in ((each.before, each.after) for each in self.changes)
        ]  # fmt: skip

    def count(self) -> dict[str, int]:
        """How many units change, change rating, gain a target and lose one."""
        return {
            "changed": len(self.changed),
            "rating": sum(each.rating_changes for each in self.changed),
            "gained": sum(each.before.target is None for each in self.changed),
            "lost": sum(each.after.target is None for each in self.changed),
        }


def compare(*, user: User, target_set: TargetSet) -> Comparison:
    """Compare ``target_set`` with what is in force in its year, for all programmes together."""
    before = figures.attainment_figures(user=user, year=target_set.year)
    if not before:
        before = _untouched_year(target_set)
    after = {
        (each.measure, each.code): each
        for each in figures.under_sets(before, target_sets=[target_set.pk])[target_set.pk]
    }
    return Comparison([Change(each, after[each.measure, each.code]) for each in before])


def _untouched_year(target_set: TargetSet) -> list[Figure]:
    """Zeros for the units of a set whose year has neither placements nor an enacted set."""
    units = {
        (target.measure, target.unit_id or target.province_id or ""): target
        for target in target_set.targets.select_related("unit", "province")
    }
    return [
        Figure(
            measure, code, str(target.unit or target.province or "Indonesia"), measure, None, 0,
            None, None, None, None, None, None, 0,
        )
        for (measure, code), target in units.items()
    ]  # fmt: skip

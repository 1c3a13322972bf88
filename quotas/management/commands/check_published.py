"""manage.py check_published [--year 2025]: published figures beside the computed ones."""

from django.core.management.base import BaseCommand

from quotas import published


class Command(BaseCommand):
    help = "Recompute every published figure of a year; exit 1 if one that must match does not."

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, default=2025)

    def handle(self, *args, year: int, **options):
        wrong, skipped = 0, []
        self.stdout.write(f"{'published':>10} {'computed':>10}  equal  figure")
        for checked in published.check(year):
            if checked.computed is None:
                skipped.append(checked)
                continue
            wrong += not checked.is_equal
            self.stdout.write(
                f"{checked.fact.count:>10} {checked.computed:>10}  "
                f"{'yes' if checked.is_equal else 'NO':<5}  {checked.fact}"
            )
        self.stdout.write("\nNot computable from placements:")
        for checked in skipped:
            self.stdout.write(f"{checked.fact.count:>10}  {checked.fact}: {checked.why_not}")
        self.stdout.write("\nPercentages of target, as published and as they should be:")
        for each in published.check_percentages(year):
            self.stdout.write(
                f"{each.published:>10} {each.right:>10}  {each.unit} as of {each.as_of}: "
                f"{each.realised} of {each.target}"
            )
        if wrong:
            self.stdout.write(f"\n{wrong} figures do not match.")
            raise SystemExit(1)
        self.stdout.write("\nEvery figure that must match does.")

"""manage.py rebuild_tally [--year Y]: rebuild the roll-ups from the placements."""

from django.core.management.base import BaseCommand

from quotas import tally


class Command(BaseCommand):
    help = "Rebuild the tally of a year, or of every year, from the placements."

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int)

    def handle(self, *args, year=None, **options):
        for fold in tally.rebuild(year=year):
            self.stdout.write(f"{fold.years[0]}: batch {fold.batch}, {fold.entries} corrections")

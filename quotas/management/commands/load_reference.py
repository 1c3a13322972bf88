"""manage.py load_reference: bring the reference data up to date from data/."""

from django.core.management.base import BaseCommand

from placement.loading import load_placement_reference
from quotas.loading import load_targets
from regions.loading import load_regions


class Command(BaseCommand):
    help = "Load reference data; what an administrator edited stays."

    def handle(self, *args, **options):
        for loaded in [*load_regions(), *load_placement_reference(), *load_targets()]:
            if options["verbosity"]:
                self.stdout.write(
                    f"{loaded.table}: {loaded.added} added, {loaded.updated} updated, "
                    f"{loaded.kept} kept as edited"
                )

"""manage.py demo_data [--seed N] [--scale X] [--until DATE] [--if-empty]: synthetic placements."""

import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from placement.models import Placement
from quotas.demo import loading


def _scale(text: str) -> float:
    scale = float(text)
    if not 0 < scale <= 1:
        raise ValueError
    return scale


class Command(BaseCommand):
    help = "Load sample placements of 2025 (published tables exact) and 2026 (plausible)."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=2025)
        parser.add_argument("--scale", type=_scale, default=1.0, help="share of rows, up to 1")
        parser.add_argument("--until", type=datetime.date.fromisoformat, help="default: yesterday")
        parser.add_argument("--if-empty", action="store_true", help="do nothing if there are any")

    def handle(self, *args, seed, scale, until, if_empty, **options):
        if if_empty and Placement.objects.exists() and not loading.is_unfinished():
            return

        def tell(text: str) -> None:
            if options["verbosity"]:
                self.stdout.write(f"  {text}")

        until = until or timezone.localdate() - datetime.timedelta(1)
        try:
            loaded = loading.load(seed=seed, scale=scale, until=until, tell=tell)
        except RuntimeError as error:
            raise CommandError(str(error)) from None
        tell(
            f"{loaded.placements:,} placements, {loaded.folds} batches, "
            f"{loaded.corrected} corrected, {loaded.voided} voided"
        )

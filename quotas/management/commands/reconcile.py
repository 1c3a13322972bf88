"""manage.py reconcile [--year Y] [--correct]: compare the tally with the placements."""

import json

from django.core.management.base import BaseCommand

from quotas import tally
from quotas.models import TallyBatch


class Command(BaseCommand):
    help = "Print the check as JSON; exit 1 on a mismatch. --correct then rebuilds what differs."

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int)
        parser.add_argument(
            "--correct", action="store_true", help="rebuild as a batch of kind correction"
        )

    def handle(self, *args, year=None, correct=False, **options):
        result = tally.reconcile(year=year)
        corrected = []
        if result.mismatches and correct:
            corrected = tally.rebuild(year=year, kind=TallyBatch.Kind.CORRECTION)
        self.stdout.write(
            json.dumps(
                {
                    "year": year,
                    "ran_at": result.ran_at.isoformat(),
                    "batch": result.batch,
                    "placements": result.placements,
                    "cells": result.cells,
                    "mismatches": result.mismatches,
                    "examples": result.examples,
                    "corrections": [fold.batch for fold in corrected],
                }
            )
        )
        if result.mismatches:
            raise SystemExit(1)

"""Doors for Celery: two lines each, they decide nothing."""

import logging

from celery import shared_task
from django.utils import timezone

from quotas import tally

logger = logging.getLogger(__name__)


@shared_task
def fold() -> None:
    """Every two seconds: move what waits into the tally."""
    tally.fold()


@shared_task
def reconcile_this_year() -> None:
    """Every ten minutes: the running year."""
    _alarm(tally.reconcile(year=timezone.localdate().year))


@shared_task
def reconcile_every_year() -> None:
    """Every night: all years."""
    _alarm(tally.reconcile())


def _alarm(result) -> None:
    if result.mismatches:
        logger.error(
            "tally does not match the placements: %s cells, %s", result.mismatches, result.examples
        )

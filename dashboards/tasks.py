"""Doors for Celery: they decide nothing."""

from celery import shared_task

from dashboards import reporting


@shared_task
def run_reports() -> None:
    """Every two seconds: the reports that wait."""
    reporting.run_waiting()

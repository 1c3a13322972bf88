"""Doors for Celery: they decide nothing."""

from celery import shared_task

from placement import importing


@shared_task
def run_imports() -> None:
    """Every two seconds: the next file that waits."""
    importing.run_next()


@shared_task
def erase_old_imports() -> None:
    """Every hour: files hold whole NIK and do not stay."""
    importing.erase_old()

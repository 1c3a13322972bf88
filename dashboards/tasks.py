"""Doors for Celery: they decide nothing."""

from celery import shared_task

from dashboards import digest, reporting


@shared_task
def run_reports() -> None:
    """Every two seconds: the reports that wait."""
    reporting.run_waiting()


@shared_task(bind=True, max_retries=12, default_retry_delay=10 * 60)
def send_digests(self) -> None:
    """Monday morning: the letter of the week. Again in ten minutes for those who failed."""
    if digest.send_letters().failed:
        raise self.retry()

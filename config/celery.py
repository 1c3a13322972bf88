"""Celery: beat is the clock, the inbox table is the queue, a task is a door to a verb."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("capaian")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

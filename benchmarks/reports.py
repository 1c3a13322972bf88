"""The month of every balai and of the nation as PDF, cold. Run by ``script/bench reports``."""

from __future__ import annotations

import os
import resource
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.cache import caches  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import Max  # noqa: E402
from django.db.models.functions import Length  # noqa: E402

from accounts.models import User  # noqa: E402
from dashboards import reporting  # noqa: E402
from dashboards.models import Report  # noqa: E402
from placement.models import Placement  # noqa: E402


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    call_command("demo_accounts", verbosity=0)
    call_command("demo_data", verbosity=0)
    user = User.objects.get(username="direktorat")
    caches["default"].clear()
    print(f"{os.cpu_count()} cores, {Placement.objects.count():,} placements, one worker")
    _measure("23 balai", 23, lambda: reporting.request_all_balai(by=user, year=2026, month=10))
    _measure("national", 1, lambda: reporting.request_report(by=user, year=2026, month=10))
    largest = Report.objects.aggregate(n=Max(Length("content")))["n"]
    print(f"largest file: {largest // 1024} kB; memory: "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")  # fmt: skip


def _measure(name: str, wanted: int, ask) -> None:
    began = time.perf_counter()
    ask()
    made = 0
    while reporting.run_next():
        made += 1
    took = time.perf_counter() - began
    done = Report.objects.printed().count()
    print(f"{name}: {took:.1f} s for {made} (limit 60), {done} done in all")
    assert made == wanted


if __name__ == "__main__":
    main()

"""The national page: against the same template with constant data, a 304 against an empty view, at
the size of the sample data and, with BENCH_ROWS=10000000, at ten million placements. Run by
``script/bench dashboards``; the ratios are measured side by side, turn by turn, in this one run.
"""

from __future__ import annotations

import gzip
import importlib
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("ALLOWED_HOSTS", "testserver")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.urls import path  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks import lists  # noqa: E402
from benchmarks.growing import grow  # noqa: E402
from config.urls import urlpatterns as real  # noqa: E402
from dashboards.pages import nation_context  # noqa: E402
from dashboards.questions import read_question  # noqa: E402
from placement.models import Placement  # noqa: E402

PAGE = "/nasional/?year=2025"
ROUNDS = 30
constant: dict = {}


@login_required
def same_template(request):
    return render(request, "dashboards/national.html", dict(constant))


@login_required
def empty(request):
    return HttpResponse("")


urlpatterns = [path("tetap/", same_template), path("kosong/", empty), *real]


def main() -> None:
    print(f"machine: {platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
          f"Python {platform.python_version()}")  # fmt: skip
    settings.ROOT_URLCONF = "benchmarks.dashboards"
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    call_command("demo_accounts", verbosity=0)
    call_command("demo_data", verbosity=0)
    _measure()
    lists.measure()
    rows = int(os.environ.get("BENCH_ROWS", "0"))
    if rows:
        began = time.perf_counter()
        grow(rows)
        print(f"grown and rebuilt in {time.perf_counter() - began:.0f} s")
        _measure()
        lists.measure()


def _measure() -> None:
    client = Client()
    user = User.objects.get(username="direktorat")
    client.force_login(user)
    request = RequestFactory().get(PAGE)
    request.user, request.htmx = user, False
    # Django imports the addresses under the module's own name: a second copy of this file.
    views = importlib.import_module(settings.ROOT_URLCONF)
    views.constant.clear()
    views.constant.update(nation_context(request, read_question(request.GET)))
    page = client.get(PAGE)
    tag = {"If-None-Match": page["ETag"]}
    whole, fixed = _pairs(lambda: client.get(PAGE), lambda: client.get("/tetap/"))
    unchanged, nothing = _pairs(
        lambda: client.get(PAGE, headers=tag), lambda: client.get("/kosong/")
    )
    assert client.get(PAGE, headers=tag).status_code == 304
    print(f"{Placement.objects.count():,} placements:")
    print(f"  national page {_ms(whole)}, same template with constant data {_ms(fixed)}: "
          f"ratio {_ratio(whole, fixed):.2f} (limit 3)")  # fmt: skip
    print(f"  304 {_ms(unchanged)}, empty view {_ms(nothing)}: "
          f"ratio {_ratio(unchanged, nothing):.2f} (limit 1.5)")  # fmt: skip
    files = [Path(settings.BASE_DIR) / "assets" / "dist" / name for name in ("app.css", "app.js")]
    sizes = [len(gzip.compress(page.content))]
    sizes += [len(gzip.compress(each.read_bytes())) for each in files]
    print(f"  first view, compressed: html, css, js {sizes} = {sum(sizes) // 1024} KB "
          "with charts (limit 80 before them, 350 with)")  # fmt: skip


def _pairs(one: Callable, other: Callable) -> tuple[list[float], list[float]]:
    """Seconds of both, in turn, after a warm-up."""
    one(), other()
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(ROUNDS):
        for call, into in ((one, times[0]), (other, times[1])):
            began = time.perf_counter()
            call()
            into.append(time.perf_counter() - began)
    return times


def _ms(times: list[float]) -> str:
    return f"{statistics.median(times) * 1000:.1f} ms"


def _ratio(one: list[float], other: list[float]) -> float:
    """The median of the ratios turn by turn: it holds when the machine's speed drifts."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


if __name__ == "__main__":
    main()

"""The main job, measured: loading, statements, freshness under load, memory of a web process.

Run by ``script/bench`` on an empty scratch database. Prints the machine with every result; what is
compared is measured side by side in this one run.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from accounts.models import User  # noqa: E402
from config import embedded  # noqa: E402
from placement.models import Placement  # noqa: E402
from quotas import tally  # noqa: E402
from tests.factories import form_data, make_facts, make_placement  # noqa: E402

PER_SECOND, SECONDS = 50, 12


def main() -> None:
    setup_test_environment()
    print(f"machine: {platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
          f"Python {platform.python_version()}, PostgreSQL {_postgres()}")  # fmt: skip
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    call_command("demo_accounts", verbosity=0)
    few = _national()
    began = time.perf_counter()
    call_command("demo_data", verbosity=0)
    print(f"loading both sample years: {time.perf_counter() - began:.1f} s (limit 60)")
    many = _national()
    print(
        f"national page: {few[0]} queries empty, {many[0]} with {Placement.objects.count():,} "
        f"placements (limit 18); time ratio {many[1] / few[1]:.2f}, {many[1] * 1000:.0f} ms"
    )
    print(f"form save: {_save()} statements (limit 20)")
    print(f"seen in the attainment at {PER_SECOND} a second: {_freshness()}")
    print(f"memory of a web worker after 100 pages: {_web_memory()} MB (limit 200)")


def _web_memory() -> int:
    """Resident memory of one gunicorn worker in MB, after signed-in pages."""
    client, port = _client("direktorat"), embedded.free_port()
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}",
         "--workers", "1", "--access-logfile", "/dev/null", "--log-level", "error"],
    )  # fmt: skip
    try:
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        for number in range(100):
            page = ("nasional", "provinsi", "balai", "penempatan")[number % 4]
            ask = urllib.request.Request(
                f"http://127.0.0.1:{port}/{page}/", headers={"Cookie": cookie}
            )
            for _attempt in range(100):
                try:
                    with urllib.request.urlopen(ask, timeout=20) as answer:
                        answer.read()
                    break
                except urllib.error.URLError:
                    time.sleep(0.1)
        (worker,) = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
        status = Path(f"/proc/{worker}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) // 1024
    finally:
        web.terminate()
        web.wait()


def _postgres() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return cursor.fetchone()[0]


def _client(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def _national() -> tuple[int, float]:
    """Queries and the best of five times of the national page."""
    client = _client("direktorat")
    with CaptureQueriesContext(connection) as queries:
        client.get("/nasional/?year=2025")
        count = len(queries)
    times = []
    for _round in range(5):
        began = time.perf_counter()
        client.get("/nasional/?year=2025")
        times.append(time.perf_counter() - began)
    return count, min(times)


def _save() -> int:
    client = _client("petugas")
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/penempatan/catat/", form_data(confirmed="on"))
    assert answer.status_code == 302, answer.status_code
    return len(queries)


def _freshness() -> str:
    """Seconds from a commit to the fold that counted it, while more keep coming."""
    stop = threading.Event()
    waited: list[float] = []

    def fold() -> None:
        while not stop.wait(2):
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp(), min(arrived_at) FROM tally_inbox")
                _now, oldest = cursor.fetchone()
            tally.fold()
            if oldest is not None:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT extract(epoch FROM clock_timestamp() - %s)", [oldest])
                    waited.append(float(cursor.fetchone()[0]))
        connection.close()

    thread = threading.Thread(target=fold)
    thread.start()
    officer = User.objects.select_related("office").get(username="petugas")
    facts = make_facts()
    began = time.perf_counter()
    for number in range(PER_SECOND * SECONDS):
        make_placement(by=officer, **{k: v for k, v in facts.items() if k != "nik"})
        time.sleep(max(0.0, began + (number + 1) / PER_SECOND - time.perf_counter()))
    took = time.perf_counter() - began
    stop.set()
    thread.join()
    rate = PER_SECOND * SECONDS / took
    return f"at most {max(waited):.1f} s (limit 5) at {rate:.0f} saves a second"


if __name__ == "__main__":
    main()

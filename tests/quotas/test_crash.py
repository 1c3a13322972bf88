"""Redis may be down and workers may die: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection, transaction

from config import embedded
from placement.models import Placement
from quotas import tally
from quotas.models import TallyBatch, TallyInbox
from tests.concurrency import backend_waits_for_a_lock, wait_until
from tests.factories import form_data, make_placement

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("connections")]


def environment(**more: str) -> dict[str, str]:
    """The variables of a program of ours that works on this test's database."""
    database = connection.settings_dict
    url = (
        f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:"
        f"{database['PORT']}/{database['NAME']}"
    )
    return {**os.environ, "DATABASE_URL": url, "PGAPPNAME": "child", **more}


@pytest.fixture
def redis_server(tmp_path):
    """A Redis-compatible server of this test alone, to stop and start."""
    server = embedded.Valkey(
        folder=tmp_path, port=embedded.free_port(), password=secrets.token_hex(8)
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def celery(redis_server, tmp_path):
    """A real worker and a real beat on that server."""
    variables = environment(REDIS_URL=redis_server.url)
    words = [sys.executable, "-m", "celery", "-A", "config"]
    programs = [
        subprocess.Popen(
            [*words, *more], env=variables, cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        for more in (
            ["worker", "--pool", "solo", "--without-gossip", "--without-mingle"],
            ["beat", "--schedule", str(tmp_path / "beat"), "--pidfile="],
        )
    ]  # fmt: skip
    yield programs
    for program in programs:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


@pytest.mark.usefixtures("celery")
def test_with_redis_stopped_an_officer_saves_and_attainment_catches_up_after(
    client, officer, redis_server, settings
):
    settings.REDIS_URL = redis_server.url
    client.force_login(officer)
    client.post("/penempatan/catat/", form_data())
    wait_until(lambda: TallyBatch.objects.exists() and not TallyInbox.objects.exists(), seconds=40)

    redis_server.stop()
    answer = client.post("/penempatan/catat/", form_data(name="Dewi Contoh"))
    assert answer.status_code == 302
    assert Placement.objects.count() == 2
    assert client.get("/readyz").status_code == 503

    redis_server.start()
    wait_until(
        lambda: not TallyInbox.objects.exists() and tally.reconcile().mismatches == 0, seconds=60
    )
    assert TallyBatch.objects.count() >= 2


def test_a_worker_killed_in_mid_fold_loses_and_doubles_nothing(officer):
    make_placement(by=officer)
    with transaction.atomic(), connection.cursor() as cursor:
        # The fold takes the inbox, then waits here for its roll-up: killed in the middle.
        cursor.execute("LOCK TABLE tally_month IN EXCLUSIVE MODE")
        child = subprocess.Popen(
            [sys.executable, "manage.py", "fold"], cwd=settings.BASE_DIR, env=environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(lambda: backend_waits_for_a_lock("child"))
        child.kill()
        child.wait()
    wait_until(lambda: not backend_waits_for_a_lock("child"))
    wait_until(lambda: TallyBatch.objects.exists() or tally.fold() is not None)
    result = tally.reconcile()
    assert (result.placements, result.mismatches) == (1, 0)
    assert sum(TallyBatch.objects.values_list("net", flat=True)) == 1

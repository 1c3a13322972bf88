"""Writers, folders, a rebuild and killed backends at once: the tally is exact in every snapshot."""

from __future__ import annotations

import datetime
import random
import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from placement.models import Placement
from placement.recording import correct_placement, restore_placement, void_placement
from quotas import attainment, tally
from quotas.models import TallyBatch
from regions.models import Regency
from tests.concurrency import (
    backend_waits_for_a_lock,
    kill_backends,
    named,
    over_and_over,
    pool,
    wait_until,
)
from tests.factories import make_facts, make_nik, make_placement

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("connections")]
ROUNDS = 25


def write(user, seed: int) -> None:
    """Insert, move between provinces, back-date over the year end, void and restore."""
    rng = random.Random(seed)
    regencies = list(Regency.objects.filter(pk__in=["3301", "3201", "5201", "9202"]))
    for number in range(ROUNDS):
        placement = make_placement(
            by=user, completed_on=datetime.date(2026, rng.randint(1, 3), rng.randint(1, 28))
        )
        correct_placement(
            placement=placement,
            by=user,
            reason="pindah",
            changes={"origin": rng.choice(regencies)},
        )
        if number % 3 == 0:
            correct_placement(
                placement=placement,
                by=user,
                reason="mundur",
                changes={"completed_on": datetime.date(2025, 12, rng.randint(1, 31))},
            )
        if number % 2 == 0:
            void_placement(placement=placement, by=user, reason="batal")
        if number % 4 == 0:
            restore_placement(placement=placement, by=user, reason="pulih")


def test_every_snapshot_is_exact_beside_writers_folders_a_rebuild_and_killed_backends(
    officer, head
):
    stop = threading.Event()
    with pool() as threads:
        writers = [
            threads.submit(named(f"writer-{seed}", lambda seed=seed: write(officer, seed)))
            for seed in range(2)
        ]
        others = [
            threads.submit(over_and_over("folder-a", tally.fold, stop)),
            threads.submit(over_and_over("folder-b", tally.fold, stop)),
            threads.submit(over_and_over("rebuilder", lambda: tally.rebuild(year=2026), stop)),
        ]
        snapshots = killed = 0
        while not all(writer.done() for writer in writers):
            result = tally.reconcile()
            assert result.mismatches == 0, result.examples
            snapshots += 1
            if snapshots % 5 == 0:
                killed += kill_backends(("folder-a", "rebuilder")[snapshots % 2])
        stop.set()
        for each in (*writers, *others):
            each.result()
    tally.fold()
    result = tally.reconcile()
    assert result.mismatches == 0, result.examples
    assert result.placements == Placement.objects.counted().count() > 0
    assert snapshots > 3
    assert TallyBatch.objects.filter(kind="rebuild").exists()


def recompute_beside_an_open_fold(officer, recompute) -> int:
    """A fold is open, a target is enacted meanwhile, the fold commits. Returns the mismatches."""
    make_placement(by=officer)
    tally.fold()
    make_placement(by=officer)
    with pool() as threads:
        with transaction.atomic():
            assert tally.fold().net == 1
            other = threads.submit(named("enacting", recompute))
            wait_until(lambda: backend_waits_for_a_lock("enacting"))
        other.result()
    return tally.reconcile().mismatches


def test_a_recompute_waits_for_an_open_fold(officer):
    assert recompute_beside_an_open_fold(officer, lambda: attainment.recompute(year=2026)) == 0


def test_control_a_recompute_without_the_lock_leaves_a_stale_figure(officer):
    """The lock is what keeps the promise: without it the same steps go wrong."""

    def without_lock():
        with connection.cursor() as cursor:
            cursor.execute("SELECT attainment_recompute(2026, NULL)")

    assert recompute_beside_an_open_fold(officer, without_lock) > 0


def record_during_a_rebuild(officer, rebuild) -> int:
    """A placement is committed between the first and the last statement of a rebuild."""
    make_placement(by=officer)
    with pool() as threads:
        with transaction.atomic(), connection.cursor() as cursor:
            # The rebuild empties the inbox and then stops here.
            cursor.execute("LOCK TABLE tally_month IN EXCLUSIVE MODE")
            rebuilding = threads.submit(named("rebuilding", rebuild))
            wait_until(lambda: backend_waits_for_a_lock("rebuilding"))
            threads.submit(named("writer", lambda: make_placement(by=officer))).result()
        rebuilding.result()
    return tally.reconcile().mismatches


def test_a_rebuild_sees_one_snapshot_and_leaves_later_rows_to_the_inbox(officer):
    assert record_during_a_rebuild(officer, lambda: tally.rebuild(year=2026)) == 0


def test_control_a_rebuild_without_its_snapshot_counts_a_placement_twice(officer):
    def at_read_committed():
        with transaction.atomic(), connection.cursor() as cursor:
            tally._replace_year(cursor, 2026, TallyBatch.Kind.REBUILD)

    assert record_during_a_rebuild(officer, at_read_committed) > 0


def test_the_same_form_sent_at_the_same_moment_records_once(officer):
    key, facts = uuid.uuid4(), make_facts()
    barrier = threading.Barrier(4)

    def send():
        barrier.wait()
        return make_placement(by=officer, request_key=key, **facts).pk

    with pool() as threads:
        sent = [threads.submit(named("sender", send)) for _each in range(4)]
        assert len({each.result() for each in sent}) == 1
    assert Placement.objects.count() == 1


def test_one_worker_entered_by_two_offices_on_one_day_is_recorded_once(officer, stranger):
    nik = make_nik()
    barrier = threading.Barrier(2)

    def send(user, office):
        barrier.wait()
        try:
            make_placement(by=user, office=office, nik=nik)
        except ValidationError as error:
            return error.messages[0]
        return ""

    with pool() as threads:
        a = threads.submit(named("a", lambda: send(officer, "bp3mi-jateng")))
        b = threads.submit(named("b", lambda: send(stranger, "bp3mi-ntb")))
        said = sorted([a.result(), b.result()])
    assert said[0] == ""
    assert "sudah dicatat pada tanggal itu" in said[1]
    assert Placement.objects.count() == 1

"""Real connections side by side: threads that own one each, and a way to wait for the database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError, connection, transaction

_TICK = threading.Event()


def wait_until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    """Ask ``condition`` again and again until it holds; fail after ``seconds``."""
    for _attempt in range(int(seconds / 0.02)):
        if condition():
            return
        _TICK.wait(0.02)
    raise AssertionError("what was waited for did not happen")


def backend_waits_for_a_lock(name: str) -> bool:
    """Whether a connection named ``name`` stands in front of a lock."""
    with connection.cursor() as cursor:
        # In a transaction the view is read once and kept.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE application_name = %s AND wait_event_type = 'Lock'",
            [name],
        )
        return cursor.fetchone()[0] > 0


def named(name: str, work: Callable[[], object]) -> Callable[[], object]:
    """``work`` on a connection of its own that pg_stat_activity shows as ``name``."""

    def run():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('application_name', %s, false)", [name])
            return work()
        finally:
            connection.close()

    return run


def over_and_over(name: str, work: Callable[[], object], stop: threading.Event):
    """Run ``work`` until ``stop``; a connection that was killed is opened anew."""

    def run() -> int:
        done = 0
        while not stop.is_set():
            try:
                named(name, work)()
                done += 1
            except (OperationalError, InterfaceError):
                # Killed on purpose: PostgreSQL has rolled it back.
                connection.close()
        return done

    return run


def kill_backends(name: str) -> int:
    """End every connection named ``name`` at once, in whatever it is doing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE application_name = %s",
            [name],
        )
        return cursor.fetchone()[0]


def pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(8)

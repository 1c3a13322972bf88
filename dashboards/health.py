"""``/healthz``: this process answers. ``/readyz``: the whole program works."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from quotas import figures

# The fold runs every two seconds; after this many without one the worker is gone.
_WORKER_SILENT_SECONDS = 30
_OLDEST_WAITING_SECONDS = 60


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """JSON with every part's state; 503 while anything keeps figures from being current."""
    state: dict[str, object] = {"database": _database(), "redis": _redis()}
    if state["database"] == "ok":
        now = figures.freshness()
        silent = now.worker_seen is None or (
            (timezone.now() - now.worker_seen).total_seconds() > _WORKER_SILENT_SECONDS
        )
        state |= {
            "worker": "silent" if silent else "ok",
            "worker_seen": now.worker_seen,
            "inbox_rows": now.pending,
            "oldest_seconds": round(now.age_of_oldest(), 1),
            "last_fold": now.folded_at,
            "batch": now.batch,
            "last_reconcile": now.checked_at,
            "mismatches": now.mismatches,
        }
        ready = (
            state["redis"] == "ok"
            and not silent
            and now.age_of_oldest() <= _OLDEST_WAITING_SECONDS
            and not now.mismatches
        )
    else:
        ready = False
    state["ready"] = ready
    return JsonResponse(state, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "down"
    return "ok"


def _redis() -> str:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1
        ) as client:
            client.ping()
    except redis.RedisError:
        return "down"
    return "ok"

"""The list of placements at the size at hand: milliseconds of every kind of question, through the
whole of Django. Called by ``script/bench dashboards``."""

from __future__ import annotations

import statistics
import time
from urllib.parse import urlencode

from django.db.models import Count, F
from django.test import Client

from accounts.models import User
from placement.models import Placement

ROUNDS = 5
_ADDRESS = "/penempatan/"
_BY = ("unit", "origin", "destination", "scheme", "programme", "job_title", "employer_kind",
       "agency", "sex", "status")  # fmt: skip


def measure() -> None:
    """Print the median of each question as the directorate, which sees the nation, and as an
    officer, who sees one office."""
    print("  the list, ms, as directorate / as officer:")
    clients = []
    for name in ("direktorat", "petugas"):
        client = Client()
        client.force_login(User.objects.get(username=name))
        clients.append(client)
    for label, query in _questions():
        times = [f"{_seconds(client, query) * 1000:7.0f}" for client in clients]
        print(f"    {label:36}", " / ".join(times))


def _questions() -> list[tuple[str, dict]]:
    placements = Placement.objects.all()
    middle = placements.filter(completed_on__lte="2024-06-15").order_by("-completed_on").first()
    some = middle or placements.first()
    asked = [
        ("first page", {}),
        ("a page in the middle", {"after": some.reference}),
        ("the page before it", {"before": some.reference}),
        ("by number, from the middle", {"sort": "reference", "after": some.reference}),
        ("a week of the nation", {"completed_from": "04/03/2025", "completed_to": "10/03/2025"}),
        ("recorded late", {"late": "1"}),
        ("recorded that day", {"recorded_from": "04/03/2025", "recorded_to": "04/03/2025"}),
        ("one number", {"q": some.reference}),
        ("four digits", {"q": some.worker.nik_last4}),
        ("a whole name", {"q": some.worker.name}),
        ("part of a name", {"q": some.worker.name[2:9]}),
        ("a name nobody has", {"q": "xqzwv"}),
    ]
    for field in _BY:
        held = placements.exclude(**{field: None}).values_list(field)
        counts = list(held.annotate(n=Count("pk")).order_by("n").values_list(field, "n"))
        for word, (value, _n) in (("rarest", counts[0]), ("commonest", counts[-1])):
            asked.append((f"{field}: {word}", {field: value}))
    rare = placements.values("destination", "job_title").annotate(n=Count("pk"))
    rare = rare.order_by("n", F("destination").desc()).first()
    asked.append(("rarest destination and job", {k: rare[k] for k in ("destination", "job_title")}))
    for column in ("destination", "sex", "recorded_at"):
        asked.append((f"sorted by {column}", {"sort": column}))
    return asked


def _seconds(client: Client, query: dict) -> float:
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get(f"{_ADDRESS}?{urlencode(query)}")
        times.append(time.perf_counter() - began)
        assert answer.status_code == 200
        if times[-1] > 5:
            break
    return statistics.median(times)

"""The page of late entries through HTTP."""

from __future__ import annotations

import datetime
import html
import re

import pytest
from django.utils import timezone

from placement.models import Placement
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
URL = "/keterlambatan/"


def set_back(placement: Placement, days: int) -> None:
    """Recorded ``days`` days after it was completed, at noon in Jakarta."""
    day = placement.completed_on + datetime.timedelta(days)
    at = datetime.datetime(day.year, day.month, day.day, 5, tzinfo=datetime.UTC)
    Placement.objects.filter(pk=placement.pk).update(recorded_at=at)


@pytest.fixture
def placements(officer, stranger):
    for days, office, by in (
        (0, "bp3mi-jateng", officer), (7, "bp3mi-jateng", officer), (8, "bp3mi-jateng", officer),
        (30, "bp3mi-ntb", stranger), (2, "bp3mi-ntb", stranger),
    ):  # fmt: skip
        set_back(make_placement(by=by, office=office), days)


def test_every_late_count_opens_exactly_its_placements(client, directorate, placements):
    client.force_login(directorate)
    page = client.get(f"{URL}?year=2026").content.decode()
    links = re.findall(r'href="(/penempatan/\?[^"]+late=1)">([\d.]+)</a>', page)
    assert {shown for _url, shown in links} == {"1", "2"}
    for url, shown in links:
        heading = client.get(html.unescape(url)).content.decode().split("<h1>")[1]
        assert re.search(r">([\d.]+) penempatan", heading).group(1) == shown, url


def test_a_head_reads_the_own_balai_only(client, head, placements):
    client.force_login(head)
    page = client.get(f"{URL}?year=2026").content.decode()
    assert "BP3MI Jawa Tengah" in page
    assert "Nusa Tenggara Barat" not in page
    assert re.search(r'<div class="key">(?:<a [^>]+>)?3(?:</a>)?</div><p>BP3MI Jawa Tengah', page)


def test_through_and_programme_narrow_the_page_and_a_state_is_refused_in_words(
    client, directorate, placements
):
    client.force_login(directorate)
    page = client.get(f"{URL}?year=2026&through=2026-03-01").content.decode()
    assert re.search(r'<div class="key"><a [^>]+>0</a></div><p>Indonesia', page)
    page = client.get(f"{URL}?year=2026&as_of=2026-01-01&batch=7").content.decode()
    assert "alert-warning" in page


def test_the_estimate_is_of_the_running_year_only(client, directorate, placements):
    client.force_login(directorate)
    running = timezone.localdate().year
    words = "Mungkin sudah selesai, belum dicatat"
    assert words in client.get(f"{URL}?year={running}").content.decode()
    assert words not in client.get(f"{URL}?year=2025").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(
    client, directorate, officer, django_assert_max_num_queries
):
    client.force_login(directorate)
    client.get(f"{URL}?year=2026")
    for origin in ("3301", "3201", "3501"):
        make_placement(by=officer, origin=origin)
    with django_assert_max_num_queries(14):
        client.get(f"{URL}?year=2026")

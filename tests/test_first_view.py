"""What a first view loads: no more than its page needs, and never less."""

from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings

from tests.factories import make_placement

pytestmark = pytest.mark.django_db
DIST = settings.BASE_DIR / "assets" / "dist"
SEARCH = re.compile(r"/search(\.\w+)?\.css\".*/search(\.\w+)?\.js\"")


@pytest.mark.parametrize(
    ("path", "is_searched"),
    [
        ("/nasional/?year=2026", False),
        ("/provinsi/?year=2026", False),
        ("/laporan/", False),
        ("/bandingkan/", True),
        ("/penempatan/", True),
        ("/penempatan/catat/", True),
        ("/penempatan/catat/luring/", True),
        ("/penempatan/koreksi-massal/?field=destination", True),
        ("{placement}koreksi/", True),
    ],
)
def test_a_page_loads_the_searchable_lists_exactly_where_it_has_one(
    client, officer, path, is_searched
):
    placement = make_placement(by=officer)
    client.force_login(officer)
    page = client.get(path.format(placement=placement.get_absolute_url()))
    assert page.status_code == 200
    text = page.content.decode()
    assert ("data-search" in text) == is_searched
    assert bool(SEARCH.search(text)) == is_searched


def test_style_and_script_of_every_page_leave_a_slow_line_room_for_the_figures():
    """The limit of a whole first view is 80,000 bytes; the national page itself takes 18,000."""
    sizes = [len(gzip.compress((DIST / name).read_bytes(), 9)) for name in ("app.css", "app.js")]
    assert sum(sizes) < 48_000, sizes


def test_no_colour_or_measure_was_left_out_that_a_rule_asks_for():
    text = (DIST / "app.css").read_text() + (DIST / "search.css").read_text()
    ours = "".join(
        (settings.BASE_DIR / "assets" / "src" / f"{name}.css").read_text()
        for name in ("theme", "frame", "figures", "forms", "wall", "charts-page", "search")
    )
    known = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert set(re.findall(r"var\((--[\w-]+)\)", ours)) <= known


def test_no_class_of_our_own_was_left_out_as_unused():
    """Classes put together in a template (chart-…, alert-…) are unknown to the build till told."""
    built = set(re.findall(r"\.([a-zA-Z][\w-]*)", (DIST / "app.css").read_text()))
    for name in ("frame", "figures", "forms", "wall", "charts", "charts-page"):
        text = (settings.BASE_DIR / "assets" / "src" / f"{name}.css").read_text()
        selectors = " ".join(re.findall(r"([^{};]+)\{", re.sub(r"/\*.*?\*/", "", text, flags=re.S)))
        ours = set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))
        assert ours <= built, (name, ours - built)


def test_the_ring_around_what_has_the_focus_survives_the_leaving_out_of_unused_style():
    assert ":focus-visible{outline:3px solid var(--focus)" in (DIST / "app.css").read_text()

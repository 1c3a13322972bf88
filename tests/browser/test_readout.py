"""A mark of a chart says on focus what it says under the pointer, in both themes."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import expect

from dashboards.theme import COOKIE
from quotas import tally
from tests.browser.test_accessibility import problems
from tests.dashboards.test_places import set_of_2026
from tests.factories import make_placement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
DAY = datetime.date(2026, 3, 2)
# Where the keyboard stands, and what the pointer would be told there.
MARKS = (
    ("#peta .tile[title*='Jawa Tengah']", "Jawa Tengah: 3"),
    ("#bulan .chart a[aria-label^='Maret 2026']", "Maret 2026: 3"),
    ("#riwayat-target .chart a", "1.000 · K-1/2026 · 1 Jan 2026 · 0,3 %"),
    ("#balai .name a >> text=BP3MI Jawa Tengah", "75,0 %, seharusnya"),
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_focus_says_what_the_pointer_is_told_and_escape_takes_it_away(
    live_server, page, theme, officer, directorate, target_admin, second_admin, sign_in
):
    set_of_2026(
        target_admin, second_admin, name="K-1/2026", amount=1000, units=[("bp3mi-jateng", 4)]
    )
    for _each in range(3):
        make_placement(by=officer, completed_on=DAY)
    tally.fold()
    page.context.add_cookies([{"name": COOKIE, "value": theme, "url": live_server.url}])
    sign_in(page, directorate, "/nasional/?year=2026")
    readout = page.locator(".readout")
    for mark, words in MARKS:
        expect(readout).to_be_hidden()
        page.keyboard.press("Shift")
        page.locator(mark).first.focus()
        expect(readout).to_be_visible()
        assert words in readout.inner_text(), mark
        assert _ring(page) != "none", mark
        box, width = readout.bounding_box(), page.viewport_size["width"]
        assert box["x"] >= 0, mark
        assert box["x"] + box["width"] <= width, mark
        assert problems(page) == []
        page.keyboard.press("Escape")
    expect(readout).to_be_hidden()


def test_a_pointer_that_follows_a_link_leaves_no_readout_behind(
    live_server, page, officer, directorate, sign_in
):
    make_placement(by=officer, completed_on=DAY)
    tally.fold()
    sign_in(page, directorate, "/nasional/?year=2026")
    page.locator("#peta .tile").first.evaluate("tile => tile.addEventListener('click', "
                                               "event => event.preventDefault())")  # fmt: skip
    page.locator("#peta .tile").first.click()
    expect(page.locator(".readout")).to_be_hidden()


def _ring(page) -> str:
    return page.evaluate("getComputedStyle(document.activeElement).outlineStyle")

"""Finding one's way in a long page: links to its sections, sections that fold on a phone, focus
that stays where it was, and paper without anything to click."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import expect

from quotas import tally
from tests.browser.test_accessibility import check
from tests.factories import make_placement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NATION, PLACE = "/nasional/?year=2026", "/balai/bp3mi-jateng/?year=2026"
CONTROLS = ".switch, .jump, .actions, .columns-ask, main input, main select, main button"


@pytest.fixture
def shown(officer):
    """A placement of each of two years, so that every section has something."""
    for year in (2025, 2026):
        make_placement(by=officer, completed_on=datetime.date(year, 3, 2))
    tally.fold()


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_a_page_links_to_every_section_it_names(live_server, page, directorate, sign_in):
    sign_in(page, directorate)
    for path in (NATION, PLACE):
        page.goto(f"{live_server.url}{path}")
        links = page.locator("nav.jump a")
        expect(page.get_by_role("navigation", name="Di halaman ini")).to_be_visible()
        assert links.count() >= 4
        for link in links.all():
            link.click()
            expect(page.locator(f"main {link.get_attribute('href')}")).to_be_in_viewport()


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("page", [360], indirect=True)
def test_a_phone_gets_the_sections_closed_and_opens_them_by_heading_link_and_key(
    live_server, page, directorate, sign_in
):
    sign_in(page, directorate, NATION)
    rows = page.locator("#provinsi tbody")
    expect(rows).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollHeight") < 6000
    button = page.locator("#provinsi [data-fold]")
    button.focus()
    page.keyboard.press("Enter")
    expect(rows).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.locator("#provinsi h2").click()
    expect(rows).to_be_hidden()
    page.click("nav.jump a[href='#provinsi']")
    expect(rows).to_be_visible()
    check(page, 360)
    page.goto(f"{live_server.url}{NATION}#balai")
    expect(page.locator("#balai tbody")).to_be_visible()
    page.emulate_media(media="print")
    expect(rows).to_be_visible()


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("page", [360], indirect=True)
def test_what_was_opened_stays_open_when_the_page_refreshes_itself(
    page, officer, directorate, sign_in
):
    sign_in(page, directorate, NATION)
    page.locator("#provinsi h2").click()
    make_placement(by=officer, completed_on=datetime.date(2026, 3, 3))
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#realised")).to_have_text("2")
    expect(page.locator("#provinsi tbody")).to_be_visible()


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("page", [360], indirect=True)
def test_without_a_script_every_section_is_open(live_server, browser, page, directorate, sign_in):
    sign_in(page, directorate)
    plain = browser.new_context(
        viewport={"width": 360, "height": 900}, java_script_enabled=False,
        storage_state=page.context.storage_state(),
    )  # fmt: skip
    still = plain.new_page()
    still.goto(f"{live_server.url}{NATION}")
    expect(still.locator("#provinsi tbody")).to_be_visible()
    expect(still.locator("#provinsi [data-fold]")).to_be_hidden()
    plain.close()


@pytest.mark.usefixtures("shown")
def test_sorting_leaves_the_focus_on_the_heading(live_server, page, directorate, sign_in):
    sign_in(page, directorate)
    for path, table in ((NATION, "#balai"), ("/provinsi/?year=2026", "main")):
        page.goto(f"{live_server.url}{path}")
        heading = page.locator(f"{table} thead a", has_text="Realisasi")
        heading.focus()
        with page.expect_navigation(url="**sort=**"):
            page.keyboard.press("Enter")
        expect(page.locator(f"{table} thead a", has_text="Realisasi")).to_be_focused()
        expect(page.locator(f"{table} thead a", has_text="Realisasi")).to_be_in_viewport()
    page.reload()
    expect(page.locator("body")).to_be_focused()


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_theme_and_language_leave_the_focus_on_their_button(page, directorate, sign_in):
    sign_in(page, directorate, NATION)
    menu = page.locator("[data-menu]")
    for name, value, after in (("theme", "dark", "light"), ("language", "en", "en")):
        if menu.is_visible():
            menu.click()
        page.locator(f"button[name={name}][value={value}]").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.wait_for_load_state("load")
        if menu.is_visible():
            expect(menu).to_be_focused()
        else:
            expect(page.locator(f"button[name={name}][value={after}]")).to_be_focused()


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("page", [718], indirect=True)
def test_nothing_to_click_is_printed(live_server, page, directorate, sign_in):
    sign_in(page, directorate)
    page.emulate_media(media="print")
    for path in (
        NATION, PLACE, "/provinsi/?year=2026", "/rincian/destination/?year=2026",
        "/bandingkan/?a_year=2026&b_year=2025", "/nasional/corong/?year=2026",
        "/keterlambatan/?year=2026", "/target/?year=2026",
    ):  # fmt: skip
        page.goto(f"{live_server.url}{path}")
        seen = [each for each in page.locator(CONTROLS).all() if each.is_visible()]
        assert [each.evaluate("each => each.outerHTML.slice(0, 80)") for each in seen] == [], path

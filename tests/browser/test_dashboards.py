"""Every screen of the dashboards in Chromium, as the directorate meets it: three widths, two
languages, keyboard, print, other eyes; and the quiet refresh."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from placement.recording import void_placement
from quotas import tally
from quotas.models import TallyBatch, TallyInbox
from tests.browser.test_accessibility import check, problems
from tests.dashboards.test_places import set_of_2026
from tests.factories import make_placement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
DAY = datetime.date(2026, 3, 2)
THEN = "as_of=2026-03-10"
PAGES = (
    "/nasional/?year=2026", "/nasional/?year=2026&map=served", f"/nasional/?year=2026&{THEN}",
    "/provinsi/33/?year=2026", "/balai/bp3mi-jateng/?year=2026", "/kantor/bp3mi-jateng/?year=2026",
    "/kabupaten/3301/?year=2026", "/provinsi/?year=2026", "/balai/?year=2026",
    "/bandingkan/?a_year=2026&b_year=2025", f"/perubahan/?year=2026&{THEN}",
    "/dinding/?year=2026", "/target/?year=2026", "/laporan/", "/laporan/periksa/", "/akun/token/",
    "/api/v1/docs",
)  # fmt: skip
WITH_CHARTS = (
    "/nasional/?year=2026", "/provinsi/33/?year=2026", "/balai/bp3mi-jateng/?year=2026",
    f"/perubahan/?year=2026&{THEN}",
)  # fmt: skip
# Boxes whose content is wider than they are, where nothing scrolls.
SPILLS = """() => [...document.querySelectorAll('.card, .stat, .actions, .wall-keys div')]
    .filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.className}: ${each.textContent.trim().slice(0, 40)}`)"""


@pytest.fixture
def shown(officer, target_admin, second_admin):
    """Four placements of two provinces in two states, and a target of every colour but one."""
    units = [("bp3mi-jateng", 4), ("bp3mi-ntb", 100), ("bp3mi-jatim", 9)]
    set_of_2026(target_admin, second_admin, name="K-1/2026", amount=1000, units=units)
    made = [make_placement(by=officer, completed_on=DAY) for _each in range(3)]
    tally.fold()
    TallyBatch.objects.update(folded_at=datetime.datetime(2026, 3, 10, tzinfo=datetime.UTC))
    made.append(make_placement(by=officer, completed_on=DAY, origin="3201"))
    tally.fold()
    return made


@pytest.fixture
def broken(page):
    """What the browser complained about: its policy, a script, a missing file."""
    said: list[str] = []
    page.on("console", lambda it: it.type in {"error", "warning"} and said.append(it.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def look_again(page) -> int:
    """Come back to the tab: the page asks once. Return the status of the answer."""
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers) as asked:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    asked.value.finished()
    return asked.value.status


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("page", [1440, 1024, 360], indirect=True)
def test_every_screen_is_clean_whole_and_quiet_at_every_width(
    live_server, page, directorate, sign_in, broken
):
    width = page.viewport_size["width"]
    sign_in(page, directorate)
    if width == 1024:
        page.click("button[value=en]")
        assert page.get_attribute("html", "lang") == "en"
    page.goto(f"{live_server.url}/nasional/?year=2026&{THEN}")
    link = page.get_attribute("#realised", "href")
    for path in (*PAGES, link):
        page.goto(f"{live_server.url}{path}")
        assert broken == [], path
        assert page.evaluate(SPILLS) == [], path
        if width == 1024:  # axe has nothing new to say between the widest and the narrowest.
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            continue
        check(page, width)
        broken.clear()  # axe itself sets styles.
    page.goto(f"{live_server.url}{PAGES[0]}")
    check(page, width)


@pytest.mark.usefixtures("shown")
def test_every_chart_says_in_words_and_in_a_table_what_it_draws(
    live_server, page, directorate, sign_in
):
    sign_in(page, directorate)
    for path in WITH_CHARTS:
        page.goto(f"{live_server.url}{path}")
        charts = page.locator("figure.chart-figure")
        assert charts.count() > 0, path
        for chart in charts.all():
            words = chart.locator("svg").get_attribute("aria-label")
            assert re.search(r"\d", words), path
            expect(chart.locator("figcaption")).to_contain_text(words)
            chart.locator("summary").click()
            expect(chart.locator("tbody tr").first).to_be_visible()
    page.goto(f"{live_server.url}/nasional/?year=2026")
    tiles = page.locator(".tiles a")
    assert tiles.count() == page.locator("#provinsi tbody tr").count() == 38


@pytest.mark.usefixtures("shown")
def test_the_keyboard_reaches_content_question_and_figure_and_its_tip(page, directorate, sign_in):
    sign_in(page, directorate, "/nasional/?year=2026")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    met = []
    for _each in range(20):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.name || document.activeElement.id"))
        if met[-1] == "realised":
            break
    assert [each for each in met if each] == ["year", "programme", "through", "as_of", "realised"]
    tip = page.evaluate("getComputedStyle(document.activeElement, '::after').content")
    assert "4 nasional" in tip.lower()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/penempatan/?*")
    expect(page.locator("main tbody tr")).to_have_count(4)


@pytest.mark.usefixtures("shown")
def test_a_day_is_typed_as_everywhere_and_the_two_days_are_told_apart(page, directorate, sign_in):
    sign_in(page, directorate, "/nasional/?year=2026")
    page.fill("[name=as_of]", "10/03/2026")
    page.press("[name=as_of]", "Enter")
    expect(page.locator(".then")).to_contain_text("Keadaan per 10 Maret 2026")
    expect(page.locator("#realised")).to_have_text("3")
    expect(page.locator("[name=as_of]")).to_have_value("10/03/2026")
    page.fill("[name=as_of]", "")
    page.fill("[name=through]", "1/3/2026")
    page.click("text=Tampilkan")
    expect(page.locator(".then")).to_have_count(0)
    expect(page.locator(".stamp")).to_contain_text("1 Maret 2026")
    expect(page.locator("#realised")).to_have_text("0")


@pytest.mark.usefixtures("shown")
def test_a_printed_page_has_its_figures_and_tables_and_nothing_to_click(
    live_server, page, directorate, sign_in
):
    sign_in(page, directorate)
    page.set_viewport_size({"width": 718, "height": 1040})  # A4 within its margins
    page.emulate_media(media="print")
    for path in ("/nasional/?year=2026", "/provinsi/33/?year=2026", "/balai/?year=2026"):
        page.goto(f"{live_server.url}{path}")
        for hidden in (".top", ".actions", ".foot"):
            expect(page.locator(hidden)).to_be_hidden()
        for table in page.locator("main .card > table, main .card > .table-scroll > table").all():
            expect(table).to_be_visible()
        assert page.evaluate(SPILLS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 718, path


@pytest.mark.usefixtures("shown")
def test_every_tile_carries_its_number_for_eyes_that_see_other_colours(
    live_server, page, directorate, sign_in
):
    sign_in(page, directorate)
    eyes = page.context.new_cdp_session(page)
    for path, least in (("/nasional/?year=2026", 1), ("/nasional/?year=2026&map=served", 3)):
        page.goto(f"{live_server.url}{path}")
        seen = set()
        for kind in ("none", "deuteranopia", "protanopia", "achromatopsia"):
            eyes.send("Emulation.setEmulatedVisionDeficiency", {"type": kind})
            numbers = page.locator("#peta .tile strong").all_inner_texts()
            assert numbers, path
            assert all(re.fullmatch(r"[\d.,]+", each) for each in numbers), path
            seen.add(page.locator("#peta").screenshot())
        assert len(seen) == 4 or least == 1, path
        classes = page.eval_on_selector_all(
            "#peta .tile", "tiles => new Set(tiles.map(each => each.className)).size"
        )
        assert classes >= least, path
    assert problems(page) == []


@pytest.mark.usefixtures("shown")
def test_a_refresh_changes_the_figure_and_keeps_focus_place_and_open_tables(
    page, officer, directorate, sign_in
):
    sign_in(page, directorate, "/nasional/?year=2026")
    expect(page.locator("#realised")).to_have_text("4")
    page.click("#bulan summary")
    page.locator("#provinsi tbody a").nth(5).focus()
    page.evaluate("window.scrollBy(0, 120)")
    page.evaluate("window.was = [document.activeElement, scrollX, scrollY]")
    make_placement(by=officer, completed_on=DAY)
    assert look_again(page) == 200
    expect(page.locator("#realised")).to_have_text("5")
    expect(page.locator(".stamp")).to_contain_text("1 perubahan menunggu")
    kept = "document.activeElement === was[0] && scrollX === was[1] && scrollY === was[2]"
    assert page.evaluate(f"{kept} && scrollY > 0")
    assert page.locator("details[open]").count() == 1
    expect(page.locator("#bulan table")).to_be_visible()


@pytest.mark.usefixtures("shown")
def test_a_refresh_without_news_is_a_304_and_touches_nothing(page, directorate, sign_in):
    sign_in(page, directorate, "/nasional/?year=2026")
    look_again(page)
    page.evaluate("""() => {
        window.touched = 0;
        const live = document.getElementById("live");
        new MutationObserver((all) => { touched += all.filter((it) => it.target !== live).length; })
            .observe(live, {subtree: true, childList: true, attributes: true, characterData: true});
    }""")
    assert look_again(page) == 304
    assert page.evaluate("new Promise((done) => setTimeout(() => done(touched)))") == 0


@pytest.mark.usefixtures("shown")
def test_a_stopped_worker_is_said_in_amber_and_the_figures_are_right(
    live_server, page, officer, directorate, sign_in
):
    sign_in(page, directorate, "/nasional/?year=2026")
    make_placement(by=officer, completed_on=DAY)
    look_again(page)
    expect(page.locator(".stamp.is-late")).to_have_count(0)
    TallyInbox.objects.update(arrived_at=timezone.now() - datetime.timedelta(seconds=61))
    assert look_again(page) == 200
    expect(page.locator(".stamp.is-late")).to_be_visible()
    expect(page.locator("#realised")).to_have_text("5")
    tally.fold()
    look_again(page)
    expect(page.locator(".stamp.is-late")).to_have_count(0)
    expect(page.locator("#realised")).to_have_text("5")


# Labels and numbers of the bridge as boxes on the screen, and the lines between its rows.
BRIDGE = """() => {
    const boxes = (mark) => [...document.querySelectorAll(`.chart-jembatan ${mark}`)]
        .map((each) => { const {x, y, width, height} = each.getBoundingClientRect();
                         return {x, y, right: x + width, bottom: y + height}; });
    return {texts: boxes("text"), lines: boxes("line.link"),
            size: Math.min(...[...document.querySelectorAll(".chart-jembatan text")]
                .map((each) => parseFloat(getComputedStyle(each).fontSize)
                    * each.getScreenCTM().a))};
}"""


@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_the_bridge_is_read_at_every_width_and_nothing_in_it_overlaps(
    live_server, page, officer, target_admin, second_admin, directorate, sign_in, shown
):
    void_placement(placement=shown[0], by=officer, reason="ganda")
    set_of_2026(target_admin, second_admin, name="K-2/2026", amount=1_250_000)
    sign_in(page, directorate, f"/perubahan/?year=2026&{THEN}")
    found = page.evaluate(BRIDGE)
    assert len(found["texts"]) >= 10, "two states, what was added and taken, and the target"
    assert found["size"] >= 10
    texts, width = found["texts"], page.viewport_size["width"]
    for number, one in enumerate(texts):
        assert 0 <= one["x"] < one["right"] <= width
        for other in [*texts[number + 1 :], *found["lines"]]:
            beside = one["right"] <= other["x"] or other["right"] <= one["x"]
            above = one["bottom"] <= other["y"] + 2 or other["bottom"] <= one["y"] + 2
            assert beside or above, (one, other)
    swatches = page.locator(".chart-key i").evaluate_all("all => all.map((it) => it.offsetWidth)")
    assert len(set(swatches)) == 1
    ground = "getComputedStyle(document.querySelector('.chart-jembatan .hatch-line')).fill"
    assert page.evaluate(ground) == "rgb(178, 69, 47)", "as its mark in the legend"

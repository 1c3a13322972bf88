"""Nothing that is read is cut or off the screen: phones, tablets, and between."""

from __future__ import annotations

import pytest

from quotas import tally
from tests.browser.test_accessibility import check
from tests.factories import make_placement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PATHS = ("/penempatan/", "/bandingkan/", "/nasional/", "/penempatan/?completed_from=x&office=y")
OFF_SCREEN = """() => [...document.querySelectorAll("main td, main tbody th")]
    .filter((each) => each.offsetParent && each.getBoundingClientRect().right > innerWidth + 1)
    .map((each) => each.textContent.trim())"""
CUT = """() => [...document.querySelectorAll("main select")]
    .filter((each) => each.offsetParent && !each.tomselect)
    .filter((each) => {
        const style = getComputedStyle(each);
        const pen = document.createElement("canvas").getContext("2d");
        pen.font = style.font;
        const around = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
        const room = each.clientWidth - around;
        return pen.measureText(each.selectedOptions[0]?.text || "").width > room;
    }).map((each) => each.selectedOptions[0].text)"""


@pytest.mark.parametrize("page", [360, 1024, 1440], indirect=True)
def test_every_cell_of_a_table_and_every_choice_is_on_the_screen(
    live_server, page, officer, directorate, sign_in
):
    # Columns as wide as they come.
    make_placement(
        by=officer, name="Siti Contoh Nurhaliza Rahmawati", origin="3301", destination="KR",
        job_title="construction-worker", scheme="PPK_DN",
    )  # fmt: skip
    tally.fold()
    sign_in(page, directorate)
    for path in PATHS:
        page.goto(f"{live_server.url}{path}")
        assert page.evaluate(OFF_SCREEN) == [], path
        assert page.evaluate(CUT) == [], path
        check(page, page.viewport_size["width"])


@pytest.mark.parametrize("page", [360, 1440], indirect=True)
def test_a_sentence_at_one_filter_moves_no_other_field(live_server, page, directorate, sign_in):
    sign_in(page, directorate)
    page.goto(f"{live_server.url}/penempatan/?completed_from=x")
    tops = page.evaluate(
        """() => ["completed_from", "completed_to"]
            .map((name) => document.getElementById(`id_${name}`).getBoundingClientRect().top)"""
    )
    assert tops[0] == tops[1]
    assert page.input_value("[name=completed_from]") == "x"


@pytest.mark.parametrize("page", [360, 1440], indirect=True)
def test_the_void_form_covers_nothing_of_the_record(live_server, page, officer, head, sign_in):
    placement = make_placement(by=officer)
    address = f"{live_server.url}{placement.get_absolute_url()}"
    sign_in(page, head)
    page.goto(address)
    assert page.evaluate("getComputedStyle(document.querySelector('.save')).position") == "static"
    month = f"{live_server.url}/penempatan/tutup-bulan/bp3mi-jateng/2026-03/"
    page.goto(month)
    check(page, page.viewport_size["width"])
    page.get_by_label("Saya sudah memeriksa").check()
    page.get_by_role("button", name="Tutup bulan").click()
    page.get_by_text("sudah ditutup oleh").wait_for()
    for path in (month, address, f"{address}koreksi/"):
        page.goto(path)
        assert page.get_by_text("wajib beralasan").is_visible(), path
        check(page, page.viewport_size["width"])

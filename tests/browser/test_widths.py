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

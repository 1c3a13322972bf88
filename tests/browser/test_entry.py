"""A day at the form with the keyboard only: wrong at once, near before saving, next, undo."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import expect

from placement.models import Agency, Placement
from tests.browser.test_accessibility import check
from tests.factories import make_nik, make_placement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FORM = "/penempatan/catat/"


def type_worker(page, nik: str, name: str) -> None:
    """From the NIK, which has the focus, on to the origin; Enter goes on."""
    expect(page.locator("[name=nik]")).to_be_focused()
    page.keyboard.type(nik)
    page.keyboard.press("Enter")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.keyboard.press("P")
    expect(page.locator("[name=sex]")).to_have_value("F")
    page.keyboard.press("Enter")
    page.keyboard.type("04/05/1996")
    page.keyboard.press("Tab")
    page.keyboard.type("kab. cilacap")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("[name=completed_on]")).to_be_focused()


@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_two_placements_are_entered_with_the_keyboard_only(live_server, page, officer, sign_in):
    width = page.viewport_size["width"]
    nik = make_nik()
    make_placement(by=officer, nik=nik, completed_on=datetime.date(2026, 2, 2))
    sign_in(page, officer, FORM)
    expect(page.locator(".entry aside a", has_text="(dilayani)")).to_be_visible()
    type_worker(page, nik, "Siti Contoh")

    page.keyboard.press("Control+A")
    page.keyboard.type("01/01/2999")
    page.keyboard.press("Tab")
    expect(page.locator("#id_completed_on-wrong")).to_contain_text("belum tiba")
    expect(page.locator("[name=completed_on]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_remark-wrong")).to_be_empty()
    check(page, width)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("02/03/2026")
    page.keyboard.press("Tab")
    expect(page.locator("#id_completed_on-wrong")).to_be_empty()

    expect(page.locator("[data-say-warnings]")).to_contain_text("Mungkin sudah dicatat")
    expect(page.locator("[data-kept]")).to_contain_text("belum dikirim")
    check(page, width)
    assert Placement.objects.count() == 1

    page.keyboard.type("G to G")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("hk")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("pramurukti")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Perseorangan")
    assert page.input_value("[name=destination]") == "HK"
    assert page.input_value("[name=job_title]") == "caregiver"
    page.focus("[name=confirmed]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("kontrak baru")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    assert Placement.objects.count() == 2

    page.evaluate("""() => {
        window.keys = 0;
        addEventListener("keydown", () => { window.keys += 1; }, true);
        addEventListener("submit", () => { sessionStorage.keys = window.keys; }, true);
    }""")
    type_worker(page, make_nik(), "Rina Contoh")
    assert page.input_value("[name=destination]") == "HK"
    assert page.input_value("[name=job_title]") == "caregiver"
    assert page.input_value("[name=scheme]") == "GTOG"
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    assert Placement.objects.count() == 3
    # What docs/performance.md reckons the time of an entry from.
    assert int(page.evaluate("sessionStorage.keys")) <= 60

    page.locator(".recent button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".alert")).to_contain_text("diurungkan")
    assert Placement.objects.counted().count() == 2
    check(page, width)


@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_the_offer_of_the_nik_is_the_next_stop_and_what_it_fills_needs_none(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    page.keyboard.type(make_nik())
    page.keyboard.press("Tab")
    expect(page.locator("[data-nik-offer] button")).to_be_focused()
    check(page, page.viewport_size["width"])
    page.keyboard.press("Enter")
    expect(page.locator("[name=name]")).to_be_focused()
    page.keyboard.type("Siti Contoh")
    page.keyboard.press("Enter")
    expect(page.locator("#id_origin-ts-control")).to_be_focused()
    assert page.input_value("[name=sex]") == "F"
    assert page.input_value("[name=birth_date]") == "04/05/1996"


def test_tab_takes_what_was_typed_for_and_goes_on_but_passing_by_chooses_nothing(
    live_server, page, officer, sign_in
):
    Agency.objects.create(code="pt-contoh", label="PT Contoh")
    sign_in(page, officer, FORM)
    page.focus("[name=birth_date]")
    page.keyboard.type("04051996")
    page.keyboard.press("Tab")
    assert page.input_value("[name=birth_date]") == "04/05/1996"
    page.keyboard.type("cilacap")
    page.keyboard.press("Tab")
    expect(page.locator("[name=completed_on]")).to_be_focused()
    assert page.input_value("[name=origin]") == "3301"
    page.focus("[name=employer_kind]")
    page.keyboard.press("Tab")
    expect(page.locator(".ts-wrapper.dropdown-active .ts-dropdown")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("[name=ekpmi_number]")).to_be_focused()
    assert page.input_value("[name=agency]") == ""
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.input_value("[name=agency]") == "pt-contoh"


def test_a_correction_shows_before_and_after_while_it_is_typed(live_server, page, officer, sign_in):
    placement = make_placement(by=officer)
    sign_in(page, officer, f"{placement.get_absolute_url()}koreksi/")
    expect(page.locator("[data-changes]")).to_be_hidden()
    page.fill("[name=completed_on]", "03/03/2026")
    row = page.locator("[data-changes] tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("02/03/2026")
    expect(row).to_contain_text("03/03/2026")
    check(page, 1440)

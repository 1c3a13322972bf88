"""The main job in Chromium: log a placement, see three figures rise, void it, see them fall."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.factories import make_nik

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FIGURES = ("/nasional/?year=2026", "/provinsi/33/?year=2026", "/balai/bp3mi-jateng/?year=2026")


def realised(page, live_server, path: str) -> int:
    page.goto(f"{live_server.url}{path}")
    return int(page.get_attribute("#realised", "data-figure"))


def all_realised(page, live_server) -> list[int]:
    return [realised(page, live_server, path) for path in FIGURES]


def choose(page, name: str, typed: str) -> None:
    """Pick from a searchable list as a person does: type and press Enter."""
    field = page.locator(f"#id_{name} + .ts-wrapper, .ts-wrapper:has(+ #id_{name})")
    # Enter in the list before has led here, and a click would close what is open.
    if not field.locator(".ts-dropdown").is_visible():
        field.locator(".ts-control").click()
    expect(field.locator(".ts-dropdown")).to_be_visible()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(field.locator(".ts-dropdown")).to_be_hidden()


def fill_form(page) -> None:
    page.fill("[name=nik]", make_nik())
    page.fill("[name=name]", "Siti Contoh")
    page.select_option("[name=sex]", "F")
    page.fill("[name=birth_date]", "04/05/1996")
    choose(page, "origin", "Cilacap")
    page.fill("[name=completed_on]", "02/03/2026")
    page.select_option("[name=scheme]", "GTOG")
    page.select_option("[name=programme]", "regular")
    choose(page, "destination", "Taiwan")
    choose(page, "job_title", "Caregiver")
    page.select_option("[name=employer_kind]", "individual")


@pytest.mark.usefixtures("worker")
def test_a_logged_placement_raises_three_figures_by_one_and_its_void_lowers_them(
    live_server, page, officer, sign_in
):
    sign_in(page, officer)
    before = all_realised(page, live_server)
    page.goto(f"{live_server.url}/penempatan/catat/")
    fill_form(page)
    page.click("button[name=open]")
    expect(page.locator("h1")).to_contain_text(re.compile(r"PMI-2026-\d{6}"))
    placement = page.url
    assert all_realised(page, live_server) == [n + 1 for n in before]

    page.goto(placement)
    page.fill("[name=reason]", "Salah orang")
    page.click("text=Batalkan penempatan")
    expect(page.locator("h1")).to_contain_text("Dibatalkan")
    assert all_realised(page, live_server) == before


def test_the_form_works_by_keyboard_and_saves_with_ctrl_enter(live_server, page, officer, sign_in):
    sign_in(page, officer, "/penempatan/catat/")
    fill_form(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    expect(page.locator(".card:not(.queue) .recent")).to_contain_text("PMI-2026-")


def test_the_first_error_gets_the_focus_and_everything_typed_stays(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, "/penempatan/catat/")
    fill_form(page)
    page.fill("[name=nik]", "123")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_nik-wrong")).to_contain_text("16 angka")
    expect(page.locator("[name=nik]")).to_be_focused()
    expect(page.locator("[name=name]")).to_have_value("Siti Contoh")
    expect(page.locator("[name=completed_on]")).to_have_value("02/03/2026")
    assert page.input_value("[name=origin]") == "3301"


def test_what_was_typed_survives_a_closed_tab_without_the_nik(live_server, page, officer, sign_in):
    sign_in(page, officer, "/penempatan/catat/")
    fill_form(page)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert page.input_value("[name=nik]") not in kept
    page.reload()
    expect(page.locator("[data-restored]")).to_be_visible()
    assert page.input_value("[name=nik]") == ""
    assert page.input_value("[name=name]") == "Siti Contoh"
    assert page.input_value("[name=origin]") == "3301"
    page.fill("[name=nik]", make_nik())
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "Siti Contoh" not in kept
    assert "04/05/1996" not in kept

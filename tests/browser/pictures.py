"""Take the pictures of docs/pictures from a running server: ADDRESS PASSWORD FOLDER."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import chromium

PAGES = (
    ("national", "direktorat", "/nasional/"),
    ("national-2025", "direktorat", "/nasional/?year=2025"),
    ("province", "direktorat", "/provinsi/35/?year=2025"),
    ("balai", "kepala", "/balai/bp3mi-jateng/"),
    ("entry", "petugas", "/penempatan/catat/"),
    ("entry-wrong", "petugas", "/penempatan/catat/"),
    ("correct", "petugas", "/penempatan/"),
    ("imports", "petugas", "/penempatan/impor/"),
    ("closings", "kepala", "/penempatan/tutup-bulan/"),
    ("list", "petugas", "/penempatan/"),
    ("versions", "direktorat", "/target/?year=2025"),
    ("admin-target", "admin", "/admin/quotas/targetset/"),
    ("admin-grid", "admin", "/admin/quotas/targetset/12/tabel/"),
)


def _type_a_wrong_day(page: Page) -> None:
    """The form as it answers a day that has not come. Nothing is saved."""
    page.fill("[name=completed_on]", "01/01/2999")
    page.keyboard.press("Tab")
    page.wait_for_selector("#id_completed_on-wrong:not(:empty)")


def _begin_a_correction(page: Page) -> None:
    """The first placement of the list with another day typed. Nothing is saved."""
    page.goto(page.get_attribute("main tbody a[href*='/penempatan/PMI-']", "href"))
    page.click("a[href$='/koreksi/']")
    page.fill("[name=completed_on]", "02/01/2026")
    page.wait_for_selector("[data-changes] tbody tr")


# What is done on a page before its picture is taken, by the name of the picture.
STEPS = {"entry-wrong": _type_a_wrong_day, "correct": _begin_a_correction}


def main(address: str, password: str, folder: str) -> None:
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        for width in (1440, 360):
            for name, user, path in PAGES:
                to = out / f"{name}-{width}.png"
                _take(browser, address, password, user, path, width, to, STEPS.get(name))
        browser.close()


def _take(
    browser: Browser,
    address: str,
    password: str,
    user: str,
    path: str,
    width: int,
    to: Path,
    step: Callable[[Page], None] | None,
) -> None:
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 900}, locale="id-ID"
    )
    page = context.new_page()
    page.goto(f"{address}/accounts/login/?next={path}")
    page.fill("[name=login]", user)
    page.fill("[name=password]", password)
    page.click("button.btn-primary")
    page.wait_for_url(f"{address}{path}")
    page.wait_for_load_state("networkidle")
    if step is not None:
        step(page)
    page.screenshot(path=to, full_page=True)
    context.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

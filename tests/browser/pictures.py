"""Take the pictures of docs/pictures from a running server: ADDRESS PASSWORD FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import chromium

PAGES = (
    ("national", "direktorat", "/nasional/"),
    ("national-2025", "direktorat", "/nasional/?year=2025"),
    ("province", "direktorat", "/provinsi/35/?year=2025"),
    ("balai", "kepala", "/balai/bp3mi-jateng/"),
    ("entry", "petugas", "/penempatan/catat/"),
    ("list", "petugas", "/penempatan/"),
    ("versions", "direktorat", "/target/?year=2025"),
    ("admin-target", "admin", "/admin/quotas/targetset/"),
    ("admin-grid", "admin", "/admin/quotas/targetset/12/tabel/"),
)


def main(address: str, password: str, folder: str) -> None:
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        for width in (1440, 360):
            for name, user, path in PAGES:
                _take(browser, address, password, user, path, width, out / f"{name}-{width}.png")
        browser.close()


def _take(
    browser: Browser, address: str, password: str, user: str, path: str, width: int, to: Path
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="id-ID")
    page = context.new_page()
    page.goto(f"{address}/accounts/login/?next={path}")
    page.fill("[name=login]", user)
    page.fill("[name=password]", password)
    page.click("button.btn-primary")
    page.wait_for_url(f"{address}{path}")
    page.screenshot(path=to, full_page=True)
    context.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

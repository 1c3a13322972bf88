"""Take the pictures of the guides from a running server: ADDRESS PASSWORD FOLDER (docs) [PART].

With PART only files with that in their name.
Everything is looked at as a reader sees it: one screen, at most _TALL pixels of a longer page.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.chromium import chromium

_TALL = 1400
_QUALITY = 70


@dataclass(frozen=True, slots=True)
class Picture:
    """A file under docs, who looks at what, and what is done on the page before it is taken (False:
    there is nothing to be seen, and the file stays as it is)."""

    file: str
    user: str
    path: str
    step: Callable[[Page], bool | None] | None = None
    width: int = 1440
    tall: int = _TALL
    language: str = "id"
    scheme: str = "light"


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


def _check_a_month(page: Page) -> None:
    """The newest month that has ended, as the head of a balai looks at it before closing."""
    page.click("main tbody a[href*='/tutup-bulan/']:text('periksa') >> nth=0")
    page.wait_for_load_state()


def _open_the_grid(page: Page) -> bool:
    """The amounts of a set that can be typed into; False where there is no draft."""
    names = page.locator("#result_list tbody th a")
    if not names.count():
        return False
    page.goto(names.first.get_attribute("href").replace("/change/", "/tabel/").split("?")[0])
    return True


def _open_what_is_behind(page: Page) -> None:
    """Follow the large figure to its placements."""
    page.click(".stat .key a >> nth=0")
    page.wait_for_url("**/penempatan**")


def _as_printed(page: Page) -> None:
    page.emulate_media(media="print")


def _without_green(page: Page) -> None:
    """As most of those see it who confuse red and green."""
    page.context.new_cdp_session(page).send(
        "Emulation.setEmulatedVisionDeficiency", {"type": "deuteranopia"}
    )


def _ask_for_a_report(page: Page) -> None:
    """December 2025 of the nation; asked again in the same batch it is the same report."""
    page.select_option("[name=year]", "2025")
    page.select_option("[name=month]", "12")
    page.click("main form button.btn-primary")
    page.wait_for_selector("a[href$='.pdf']", timeout=60_000)


def _verify_a_report(page: Page) -> None:
    """The newest report of the list, by the number printed on it."""
    page.click("main a[href*='/laporan/periksa/?kode='] >> nth=0")
    page.wait_for_load_state()


_PAST = "/nasional/?year=2025&through=2025-12-15"
_THEN = "/nasional/?year=2025&as_of=2025-11-30"
_PAIR = (
    "/bandingkan/?a_place=served:bp3mi-jatim&a_year=2026&b_place=served:bp3mi-jateng&b_year=2026"
)
PICTURES = (
    Picture("pictures/entry-1440.png", "petugas", "/penempatan/catat/"),
    Picture("pictures/entry-wrong-1440.png", "petugas", "/penempatan/catat/", _type_a_wrong_day),
    Picture("pictures/correct-1440.png", "petugas", "/penempatan/", _begin_a_correction),
    Picture("pictures/imports-1440.png", "petugas", "/penempatan/impor/"),
    Picture("pictures/list-1440.png", "petugas", "/penempatan/", tall=900),
    Picture("pictures/closings-1440.png", "kepala", "/penempatan/tutup-bulan/", tall=900),
    Picture(
        "pictures/month-1440.png", "kepala", "/penempatan/tutup-bulan/", _check_a_month, tall=900
    ),
    Picture("pictures/versions-1440.png", "direktorat", "/target/?year=2025"),
    Picture("pictures/admin-target-1440.png", "admin", "/admin/quotas/targetset/", tall=900),
    Picture(
        "pictures/admin-grid-1440.png", "admin", "/admin/quotas/targetset/?status__exact=draft",
        _open_the_grid, tall=1000,
    ),
    Picture("screenshots/national.jpg", "direktorat", "/nasional/"),
    Picture("screenshots/national-1024.jpg", "direktorat", "/nasional/", width=1024),
    Picture("screenshots/national-360.jpg", "direktorat", "/nasional/", width=360),
    Picture("screenshots/national-en.jpg", "direktorat", "/nasional/", tall=900, language="en"),
    Picture("screenshots/national-dark.jpg", "direktorat", "/nasional/", scheme="dark"),
    Picture("screenshots/stages.jpg", "direktorat", "/nasional/corong/", tall=1000),
    Picture("screenshots/parts.jpg", "direktorat", "/rincian/destination/", tall=900),
    Picture("screenshots/national-print.jpg", "direktorat", "/nasional/", _as_printed, width=1024),
    Picture(
        "screenshots/national-deuteranopia.jpg", "direktorat", "/nasional/", _without_green,
        tall=1000,
    ),
    Picture("screenshots/national-2025-12-15.jpg", "direktorat", _PAST),
    Picture("screenshots/behind.jpg", "direktorat", _PAST, _open_what_is_behind, tall=900),
    Picture("screenshots/as-it-stood.jpg", "direktorat", _THEN, tall=900),
    Picture("screenshots/behind-then.jpg", "direktorat", _THEN, _open_what_is_behind, tall=700),
    Picture("screenshots/changes.jpg", "direktorat", "/perubahan/?year=2025&as_of=2025-11-30"),
    Picture("screenshots/province.jpg", "direktorat", "/provinsi/33/"),
    Picture("screenshots/balai.jpg", "direktorat", "/balai/bp3mi-jateng/"),
    Picture("screenshots/regency.jpg", "direktorat", "/kabupaten/3301/", tall=1000),
    Picture("screenshots/post.jpg", "direktorat", "/kantor/p4mi-batam/", tall=1000),
    Picture("screenshots/late.jpg", "direktorat", "/keterlambatan/", tall=1000),
    Picture("screenshots/compare.jpg", "direktorat", _PAIR),
    Picture("screenshots/reports.jpg", "direktorat", "/laporan/", _ask_for_a_report, tall=900),
    Picture("screenshots/verify.jpg", "direktorat", "/laporan/", _verify_a_report, tall=900),
    Picture("screenshots/api.jpg", "direktorat", "/api/v1/docs", tall=900),
    Picture("screenshots/wall.jpg", "direktorat", "/dinding/", width=1920, tall=1080),
)  # fmt: skip


def main(address: str, password: str, folder: str, part: str = "") -> None:
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        kept: dict[str, object] = {}
        for picture in PICTURES:
            if part not in picture.file:
                continue
            if picture.user not in kept:
                kept[picture.user] = _sign_in(browser, address, picture.user, password)
            _take(browser, address, picture, kept[picture.user], Path(folder))
        browser.close()


def _sign_in(browser: Browser, address: str, user: str, password: str):
    """The cookies of a session, so that nobody signs in once a picture."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", password)
    page.click("button.btn-primary")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    kept = context.storage_state()
    context.close()
    return kept


def _take(browser: Browser, address: str, picture: Picture, kept, folder: Path) -> None:
    high = {360: 780, 1920: 1080}.get(picture.width, 900)
    context = browser.new_context(
        base_url=address, storage_state=kept, locale="id-ID", reduced_motion="reduce",
        color_scheme=picture.scheme,
        viewport=ViewportSize(width=picture.width, height=high),
    )  # fmt: skip
    if picture.language != "id":
        chosen = {"name": "django_language", "value": picture.language, "url": address}
        context.add_cookies([chosen])
    page = context.new_page()
    answer = page.goto(picture.path)
    if answer is None or not answer.ok:
        raise SystemExit(f"{picture.path} answers {answer and answer.status}")
    page.wait_for_load_state("networkidle")
    if picture.step is not None:
        if picture.step(page) is False:
            context.close()
            print(f"{picture.file} left as it is")
            return
        page.wait_for_load_state("networkidle")
    to = folder / picture.file
    to.parent.mkdir(parents=True, exist_ok=True)
    whole = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": picture.width, "height": min(whole, picture.tall)}
    kind = {"type": "jpeg", "quality": _QUALITY} if to.suffix == ".jpg" else {"type": "png"}
    page.screenshot(path=to, full_page=True, clip=clip, **kind)
    context.close()
    print(f"{picture.file} {to.stat().st_size // 1000} KB")


if __name__ == "__main__":
    main(*sys.argv[1:])

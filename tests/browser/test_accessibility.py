"""axe finds nothing on any page, wide or narrow, and no page scrolls sideways."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from dashboards.theme import COOKIE
from placement.recording import void_placement
from quotas import tally, targets
from quotas.models import TallyBatch
from quotas.promises import Measure
from quotas.targets import Amount
from tests.factories import make_placement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
PAGES = (
    "/nasional/?year=2026", "/provinsi/?year=2026", "/balai/?year=2026", "/provinsi/33/?year=2026",
    "/balai/bp3mi-jateng/?year=2026", "/penempatan/", "/nasional/?year=abc", "/target/?year=2025",
    "/balai/bp3mi-sulteng/perjanjian/?year=2025", "/laporan/", "/laporan/periksa/?kode=abc",
    "/keterlambatan/?year=2026", "/akun/surel/", "/tidak-ada/", "/nasional/corong/?year=2026",
    "/balai/bp3mi-jateng/corong/?year=2026", "/kantor/bp3mi-jateng/?year=2026",
    "/kabupaten/3301/?year=2026", "/rincian/destination/?year=2026", "/dinding/?year=2026",
    "/bandingkan/?a_place=served:bp3mi-jateng&a_year=2026&b_place=origin:33&b_year=2026",
    "/nasional/?year=2026&as_of=2026-03-10", "/perubahan/?year=2026&as_of=2026-03-10",
    "/nasional/?year=2026&map=served", "/penempatan/?completed_from=x",
)  # fmt: skip
GROUNDS = {"light": "rgb(245, 247, 248)", "dark": "rgb(15, 26, 30)"}


def ground(page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def problems(page) -> list[str]:
    """Violations of WCAG 2.1 A and AA. The script is put in from outside the page, past its CSP."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
    )
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def check(page, width: int) -> None:
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("page", "language", "theme"),
    [(1440, "id", "light"), (360, "en", "light"), (1440, "id", "dark")],
    indirect=["page"],
)
def test_no_page_has_an_accessibility_problem(
    live_server, page, language, theme, officer, directorate, sign_in
):
    width = page.viewport_size["width"]
    chosen = [
        {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url},
        {"name": COOKIE, "value": theme, "url": live_server.url},
    ]
    page.context.add_cookies(chosen)
    page.goto(f"{live_server.url}/accounts/login/")
    assert page.get_attribute("html", "lang") == language
    assert ground(page) == GROUNDS[theme]
    check(page, width)
    placement, gone = make_placement(by=officer), make_placement(by=officer)
    tally.fold()
    TallyBatch.objects.update(folded_at=datetime.datetime(2026, 3, 10, tzinfo=datetime.UTC))
    void_placement(placement=gone, by=officer, reason="ganda")
    tally.fold()
    batch = TallyBatch.objects.order_by("number").first().pk
    then = f"/penempatan-saat-itu/?batch={batch}&completed_from=2026-01-01&completed_to=2026-12-31"
    sign_in(page, directorate)
    for path in (*PAGES, then, placement.get_absolute_url(), gone.get_absolute_url()):
        page.goto(f"{live_server.url}{path}")
        check(page, width)
    page.context.clear_cookies()
    page.context.add_cookies(chosen)
    sign_in(page, officer)
    for path in (
        "/penempatan/catat/",
        "/penempatan/tutup-bulan/",
        f"/penempatan/tutup-bulan/bp3mi-jateng/{placement.completed_on:%Y-%m}/",
        f"{placement.get_absolute_url()}koreksi/",
        "/penempatan/impor/",
        "/penempatan/koreksi-massal/?status=completed",
    ):
        page.goto(f"{live_server.url}{path}")
        check(page, width)


def test_the_device_decides_until_the_reader_does_and_paper_is_always_white(live_server, page):
    page.goto(f"{live_server.url}/accounts/login/")
    assert ground(page) == GROUNDS["light"]
    page.emulate_media(color_scheme="dark")
    assert ground(page) == GROUNDS["dark"]
    expect(page.get_by_role("button", name="Gelap")).to_be_hidden()
    page.get_by_role("button", name="Terang").press("Enter")
    expect(page.locator("html[data-bs-theme=light]")).to_be_attached()
    assert ground(page) == GROUNDS["light"]
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Gelap").press("Enter")
    expect(page.locator("html[data-bs-theme=dark]")).to_be_attached()
    assert ground(page) == GROUNDS["dark"]
    page.emulate_media(media="print")
    assert ground(page) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 42, 48)"


@pytest.mark.parametrize("page", [360], indirect=True)
def test_on_a_phone_the_menu_opens_on_demand(live_server, page, directorate, sign_in):
    sign_in(page, directorate, "/balai/")
    links = page.get_by_role("navigation", name="Menu utama")
    expect(links).to_be_hidden()
    page.get_by_role("button", name="Menu").press("Enter")
    expect(links).to_be_visible()
    check(page, 360)
    links.get_by_role("link", name="Laporan").click()
    page.wait_for_url("**/laporan/")


@pytest.mark.parametrize("page", [1440], indirect=True)
def test_the_admin_pages_of_targets_have_no_problem_and_a_strict_policy(
    live_server, page, target_admin, sign_in
):
    target_admin.is_staff = True
    target_admin.save()
    made = targets.create_set(
        by=target_admin, reason="awal", year=2026, name="Target 2026", source="Keputusan"
    )
    targets.set_amounts(
        target_set=made, by=target_admin, reason="awal", amounts=[Amount(Measure.NATIONAL, 100)]
    )
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text))
    sign_in(page, target_admin)
    for path in (
        "",
        "add/",
        f"{made.pk}/change/",
        f"{made.pk}/tabel/",
        f"{made.pk}/pratinjau/",
        f"{made.pk}/bulan/",
    ):
        answer = page.goto(f"{live_server.url}/admin/quotas/targetset/{path}")
        policy = answer.headers["content-security-policy"]
        assert "unsafe-" not in policy, path
        assert not [each for each in broken if "Content Security Policy" in each], path
        assert problems(page) == [], path
        broken.clear()  # axe itself sets styles.

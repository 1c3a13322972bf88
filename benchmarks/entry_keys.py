"""The time of one entry with the keyboard only, as a person types it, in Chromium.

Run by ``script/bench entry_keys`` on an empty scratch database. A key takes KEY seconds and every
field, and the look before saving, a pause of THINK; the clock runs from the focus in the NIK to the
sentence that it is saved. Prints the machine, and per run the seconds and the keys.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

from config import embedded  # noqa: E402
from tests.browser.chromium import chromium  # noqa: E402
from tests.factories import make_nik  # noqa: E402

KEY, THINK = 0.12, 1.2
LIMIT = 30
# Of one length; a name twice would be asked about as near to the one before.
NAMES = iter(
    ("Siti Contoh Rahmawati", "Rina Contoh Puspasari", "Dewi Contoh Anggraeni",
     "Wati Contoh Kusumadewi", "Nani Contoh Handayani")
)  # fmt: skip


class Typist:
    """Somebody at the keyboard who counts the keys."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    def think(self) -> None:
        time.sleep(THINK)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text, delay=KEY * 1000)

    def press(self, *names: str) -> None:
        for name in names:
            self.keys += 1
            self.page.keyboard.press(name, delay=KEY * 1000)


def worker_by_hand(typist: Typist) -> None:
    """Every field of the worker typed; Enter goes on."""
    typist.type(make_nik())
    typist.press("Enter")
    typist.think()
    typist.type(next(NAMES))
    typist.press("Enter")
    typist.think()
    typist.press("P", "Enter")
    typist.think()
    typist.type("04051996")
    typist.press("Enter")
    origin(typist)


def worker_by_offer(typist: Typist) -> None:
    """Sex and birth date are taken from what the NIK offers."""
    typist.type(make_nik())
    typist.think()
    typist.press("Tab", "Enter")
    typist.think()
    typist.type(next(NAMES))
    typist.press("Enter")
    origin(typist)


def origin(typist: Typist) -> None:
    typist.think()
    typist.type("cilacap")
    typist.press("Tab")


def service(typist: Typist) -> None:
    """What no earlier entry has left in the form; the day and the programme are there."""
    typist.think()
    typist.press("Tab")
    typist.think()
    typist.type("G")
    typist.press("Tab", "Tab")
    for text in ("taiwan", "caregiver"):
        typist.think()
        typist.type(text)
        typist.press("Tab")
    typist.think()
    typist.type("Per")


RUNS: tuple[tuple[str, tuple[Callable[[Typist], None], ...]], ...] = (
    ("first entry of a new officer, all typed", (worker_by_hand, service)),
    ("next entry, worker typed", (worker_by_hand,)),
    ("next entry, sex and birth date from the NIK", (worker_by_offer,)),
)


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    call_command("demo_accounts", verbosity=0)
    port = embedded.free_port()
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}",
         "--workers", "2", "--access-logfile", "/dev/null", "--log-level", "error"],
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/accounts/login/")
        with sync_playwright() as playwright:
            browser = chromium(playwright)
            print(f"machine: {platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
                  f"Chromium {browser.version}; {KEY} s a key, {THINK} s a field")  # fmt: skip
            for number, width in enumerate((1440, 360)):
                context = browser.new_context(
                    base_url=address, viewport={"width": width, "height": 900}, locale="id-ID"
                )
                page = context.new_page()
                _sign_in(page)
                # The choices of the first entry stay: only once is everything typed.
                for label, steps in RUNS[bool(number) :]:
                    took, keys = _enter(page, steps)
                    print(f"{width} px, {label}: {took:.1f} s, {keys} keys (limit {LIMIT} s)")
                context.close()
            browser.close()
    finally:
        web.terminate()
        web.wait()


def _wait_for(url: str) -> None:
    for _attempt in range(200):
        try:
            with urllib.request.urlopen(url, timeout=20):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _sign_in(page: Page) -> None:
    page.goto("/accounts/login/?next=/penempatan/catat/")
    page.fill("[name=login]", "petugas")
    page.fill("[name=password]", os.environ["DEMO_PASSWORD"])
    page.click("button.btn-primary")
    page.wait_for_url("**/penempatan/catat/")


def _enter(page: Page, steps: tuple[Callable[[Typist], None], ...]) -> tuple[float, int]:
    """Type one entry; returns seconds and keys."""
    expect(page.locator("[name=nik]")).to_be_focused()
    page.wait_for_load_state("networkidle")
    last = page.locator(".alert").all_text_contents()
    typist = Typist(page)
    began = time.perf_counter()
    typist.think()
    for step in steps:
        step(typist)
    typist.think()
    typist.press("Control+Enter")
    saved = page.locator(".alert", has_text=re.compile("tersimpan"))
    expect(saved).to_be_visible()
    expect(saved).not_to_have_text(last[0] if last else "-")
    return time.perf_counter() - began, typist.keys


if __name__ == "__main__":
    main()

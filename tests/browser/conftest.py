"""A live server, Chromium and a worker that folds, for the browser tests."""

from __future__ import annotations

import os
import threading

import pytest
from django.core.signals import request_finished, request_started
from django.db import connection
from playwright.sync_api import sync_playwright

from quotas import tally
from tests.browser.chromium import chromium
from tests.concurrency import wait_until
from tests.factories import PASSWORD


@pytest.fixture(scope="session", autouse=True)
def _django_in_playwright():
    """Playwright's loop runs in this thread; Django's guard against async would refuse queries."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        opened = chromium(playwright)
        yield opened
        opened.close()


@pytest.fixture
def answered(transactional_db):
    """When the pages are closed, what they had asked for last is answered before the tables are
    emptied: emptying them beside a request is a deadlock."""
    running: set[int] = set()

    def begun(**_signal):
        running.add(threading.get_ident())

    def ended(**_signal):
        running.discard(threading.get_ident())

    request_started.connect(begun)
    request_finished.connect(ended)
    yield
    wait_until(lambda: not running)
    request_started.disconnect(begun)
    request_finished.disconnect(ended)


@pytest.fixture(params=[1440])
def page(request, browser, answered):
    """A page at 1440 px; parametrise indirectly for other widths."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 900}, locale="id-ID", reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def worker(transactional_db):
    """What Celery beat and worker do, every half second: fold."""
    stop = threading.Event()

    def run():
        while not stop.wait(0.5):
            tally.fold()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def sign_in(live_server):
    def go(page, user, path="/"):
        page.goto(f"{live_server.url}/accounts/login/?next={path}")
        page.fill("[name=login]", user.username)
        page.fill("[name=password]", PASSWORD)
        page.click("button.btn-primary")
        page.wait_for_url(lambda url: "/accounts/login" not in url)

    return go

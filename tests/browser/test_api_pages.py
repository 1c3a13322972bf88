"""Token page and API docs: nothing against the policy, axe finds nothing, no script needed."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from accounts.models import ApiToken
from tests.browser.test_accessibility import check, problems

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_the_token_page_and_the_docs_keep_policy_and_accessibility(
    live_server, page, officer, sign_in
):
    width = page.viewport_size["width"]
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text))
    sign_in(page, officer)
    for path in ("/akun/token/", "/api/v1/docs"):
        page.goto(f"{live_server.url}{path}")
        assert not [each for each in broken if "Content Security Policy" in each], path
        check(page, width)
        broken.clear()  # axe itself sets styles.
    page.goto(f"{live_server.url}/akun/token/")
    page.fill("[name=name]", "layar ruang rapat")
    page.fill("[name=expires_on]", (timezone.localdate() + datetime.timedelta(30)).isoformat())
    page.click("text=Buat token")
    secret = page.input_value("#secret")
    assert not [each for each in broken if "Content Security Policy" in each]
    check(page, width)
    rows = page.evaluate(
        """async (secret) => (await (await fetch("/api/v1/attainment?year=2025",
        {headers: {Authorization: "Bearer " + secret}})).json()).rows.length""",
        secret,
    )
    assert rows == 1
    page.click("button:has-text('Cabut')")
    page.wait_for_selector("text=dicabut")
    assert not ApiToken.objects.live().exists()
    assert problems(page) == []


def test_a_token_is_made_and_revoked_without_javascript(live_server, browser, officer, sign_in):
    context = browser.new_context(java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    sign_in(page, officer)
    page.goto(f"{live_server.url}/akun/token/")
    page.fill("[name=name]", "layar")
    page.fill("[name=expires_on]", (timezone.localdate() + datetime.timedelta(30)).isoformat())
    page.click("text=Buat token")
    assert page.input_value("#secret").startswith("cpmi_")
    page.click("button:has-text('Cabut')")
    page.wait_for_selector("text=dicabut")
    context.close()

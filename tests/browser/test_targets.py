"""A new administrator in Chromium: table, split, propose, enact, revise, read the old version."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import expect

from quotas.models import TargetSet
from tests.factories import make_placement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def paste(page, selector: str, text: str) -> None:
    page.eval_on_selector(
        selector,
        """(input, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            input.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
            );
        }""",
        text,
    )


def test_a_set_goes_from_a_pasted_table_to_every_dashboard_and_its_revision(
    live_server, page, officer, target_admin, second_admin, directorate, sign_in
):
    for user in (target_admin, second_admin):
        user.is_staff = True
        user.save()
    make_placement(by=officer, completed_on=datetime.date(2026, 3, 2))
    admin = f"{live_server.url}/admin/quotas/targetset"

    sign_in(page, target_admin, "/admin/quotas/targetset/add/")
    page.fill("[name=year]", "2026")
    page.fill("[name=name]", "Target 2026")
    page.fill("[name=decree_number]", "K-1/2026")
    page.fill("[name=decree_date]", "2026-01-02")
    page.fill("[name=source]", "Keputusan Menteri")
    page.fill("[name=reason]", "Perjanjian Kinerja")
    page.click("[name=_save]")
    made = TargetSet.objects.get(name="Target 2026")

    page.goto(f"{admin}/{made.pk}/tabel/")
    page.fill("[name='national::']", "1000")
    page.press("[name='national::']", "Tab")
    paste(page, "[name='served:bp3mi-aceh:']", "100\t60\n200\t80")
    expect(page.locator("[name='served:bp3mi-bali:']")).to_have_value("200")
    sums = page.locator("table[data-block='1'] [data-sum] td").first
    expect(sums).to_have_text("300")
    expect(page.locator("table[data-block='1'] [data-rest] td").first).to_have_text("700")
    page.click("[data-undo]")
    expect(page.locator("[name='served:bp3mi-bali:']")).to_have_value("")
    page.fill("[name='served:bp3mi-jateng:']", "50")
    page.fill("#grid-reason", "Perjanjian Kinerja")
    page.click("text=Simpan tabel")
    expect(page.locator(".messagelist")).to_contain_text("tersimpan")

    page.goto(f"{admin}/{made.pk}/change/")
    page.select_option("#split-method", "working_days")
    page.fill("#split-reason", "rencana aksi")
    page.click("input[value=Bagi]")
    expect(page.locator(".messagelist")).to_contain_text("dibagi per bulan")
    page.fill("#step-propose", "diusulkan")
    page.click("input[value=Usulkan]")
    expect(page.locator(".messagelist")).to_contain_text("diusulkan")

    page.context.clear_cookies()
    sign_in(page, second_admin, f"/admin/quotas/targetset/{made.pk}/change/")
    page.fill("#step-enact", "ditetapkan")
    page.click("input[value=Tetapkan]")
    expect(page.locator(".messagelist")).to_contain_text("ditetapkan")
    page.goto(f"{live_server.url}/balai/bp3mi-jateng/?year=2026")
    expect(page.locator("main")).to_contain_text("2,0 %")

    page.goto(f"{admin}/{made.pk}/change/")
    page.fill("#copy-name", "Revisi 2026")
    page.fill("#copy-reason", "turun")
    page.click("input[value=Salin]")
    expect(page.locator(".messagelist")).to_contain_text("draf")
    page.goto(f"{live_server.url}/target/?year=2026")
    page.click("td.name a")
    expect(page.locator("main")).to_contain_text("0,1 %")

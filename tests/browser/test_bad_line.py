"""The line goes down in the middle of an officer's day: nothing is lost and nothing doubled."""

from __future__ import annotations

import datetime
import re

import pytest
from playwright.sync_api import expect

from accounts import roles
from placement.identity import read_nik
from placement.models import Placement
from tests.browser.line import Line
from tests.browser.test_main_job import choose, fill_form
from tests.concurrency import wait_until
from tests.factories import PASSWORD, make_nik, make_placement, make_user

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FORM = "/penempatan/catat/"


@pytest.fixture
def line(live_server):
    made = Line(live_server.url)
    yield made
    made.close()


def enter(page, line, user) -> None:
    """Sign in and wait until the device has kept the form."""
    page.goto(f"{line.url}/accounts/login/?next={FORM}")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click("button.btn-primary")
    page.wait_for_url(f"**{FORM}")
    expect(page.locator("[data-ready]")).to_be_visible(timeout=20_000)


def save(page) -> None:
    page.keyboard.press("Control+Enter")


@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_entries_made_without_a_line_are_sent_once_each_when_it_is_back(page, line, officer):
    enter(page, line, officer)
    line.cut()
    for count, name in ((1, "Siti Contoh"), (2, "Rina Contoh")):
        fill_form(page)
        page.fill("[name=name]", name)
        save(page)
        expect(page.locator("[data-entries] li")).to_have_count(count)
        expect(page.locator("[data-entries] li").first).to_contain_text("menunggu jaringan")
        # Whose entry waits is told as in every list; and that it waits, where the queue is far.
        initials = " ".join(f"{part[0]}•••" for part in name.split())
        expect(page.locator("[data-entries] li").last).to_contain_text(initials)
        expect(page.locator("[data-entries] li").last).to_contain_text("Taiwan")
        if page.viewport_size["width"] < 400:
            expect(page.locator("[data-queued]")).to_have_text(
                f"{count} entri menunggu di perangkat ini"
            )
        expect(page.locator("h1")).to_have_text("Catat penempatan")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert Placement.objects.count() == 0
    line.mend()
    page.click("[data-send-now]")
    expect(page.locator("[data-done] li")).to_have_count(2)
    expect(page.locator("[data-entries] li")).to_have_count(0)
    assert Placement.objects.count() == 2


def test_the_form_of_a_dead_line_records_and_says_when_the_line_is_back(page, line, officer):
    enter(page, line, officer)
    line.cut()
    page.goto(f"{line.url}{FORM}")
    expect(page.locator("[data-offline]")).to_contain_text("Tanpa jaringan")
    fill_form(page)
    save(page)
    expect(page.locator("[data-entries] li")).to_have_count(1)
    expect(page.locator("[name=nik]")).to_have_value("")
    line.mend()
    page.click("[data-send-now]")
    expect(page.locator("[data-done] li")).to_have_count(1)
    expect(page.locator("[data-online]")).to_contain_text("Jaringan sudah kembali")
    expect(page.locator("[data-offline]")).to_be_hidden()
    assert Placement.objects.count() == 1


def test_the_next_entry_is_typed_while_the_one_before_is_still_being_saved(page, line, officer):
    """Keys of the first half second fell into a page that was about to go."""
    enter(page, line, officer)
    fill_form(page)
    line.hold_answers("POST /penempatan/kirim/")
    save(page)
    wait_until(lambda: Placement.objects.count() == 1)
    nik = make_nik()
    page.keyboard.type(nik)
    expect(page.locator("[data-messages]")).to_contain_text("Menyimpan S••• C•••")
    # Who goes on does not wait for the answer.
    page.keyboard.press("Enter")
    page.keyboard.type("Rina Contoh")
    assert page.input_value("[name=nik]") == nik
    assert page.input_value("[name=name]") == "Rina Contoh"
    assert page.input_value("[name=birth_date]") == ""
    line.release()
    expect(page.locator("[data-messages]")).to_contain_text("tersimpan")
    expect(page.locator("[data-today] .recent li")).to_have_count(1)
    page.locator("[name=nik]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # What the NIK offers.
    choose(page, "origin", "Cilacap")
    save(page)
    expect(page.locator("[data-today] .recent li")).to_have_count(2)
    names = Placement.objects.order_by("id").values_list("worker__name", flat=True)
    assert list(names) == ["Siti Contoh", "Rina Contoh"]


def test_a_line_that_keeps_its_answer_keeps_nobody_from_the_next_entry(page, line, officer):
    enter(page, line, officer)
    fill_form(page)
    line.hold_answers("POST /penempatan/kirim/")
    save(page)
    expect(page.locator("[data-messages]")).to_contain_text("masih dikirim")
    expect(page.locator("[name=name]")).to_have_value("")
    expect(page.locator("[name=name]")).to_be_editable()
    assert page.input_value("[name=destination]") == "TW"
    line.release()
    expect(page.locator("[data-messages]")).to_contain_text("tersimpan")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "Siti Contoh" not in kept
    assert Placement.objects.count() == 1


def test_a_save_refused_at_once_finds_everything_in_its_place(page, line, officer):
    enter(page, line, officer)
    fill_form(page)
    page.fill("[name=nik]", "3301013213960001")
    page.route("**/periksa/", lambda route: route.abort())
    save(page)
    expect(page.locator("#id_nik-wrong")).to_contain_text("bukan tanggal lahir")
    expect(page.locator("[name=nik]")).to_be_focused()
    assert page.input_value("[name=nik]") == "3301013213960001"
    assert page.input_value("[name=name]") == "Siti Contoh"
    assert page.input_value("[name=origin]") == "3301"
    assert not Placement.objects.exists()
    page.fill("[name=nik]", make_nik())
    save(page)
    expect(page.locator("[data-messages]")).to_contain_text("tersimpan")


def refused_by_the_server(page) -> str:
    page.fill("[name=completed_on]", "05/12/2999")
    page.route("**/periksa/", lambda route: route.abort())
    return "belum tiba"


def refused_by_the_page(page) -> str:
    page.fill("[name=nik]", "330101440596000")
    return "16 angka"


def refused_for_a_list(page) -> str:
    page.locator("#id_job_title-ts-control").focus()
    page.keyboard.type("<b>xyz")
    return "“<b>xyz” belum dipilih"


def held_for_a_near_one(page) -> str:
    page.route("**/periksa/", lambda route: route.abort())
    nik = page.input_value("[name=nik]")
    head = make_user("kepala.dua", roles.HEAD, office="bp3mi-jateng")
    make_placement(by=head, nik=nik, completed_on=datetime.date(2026, 2, 2))
    return "Mungkin sudah dicatat"


@pytest.mark.parametrize(
    "spoil",
    [refused_by_the_server, refused_by_the_page, refused_for_a_list, held_for_a_near_one],
)
def test_who_types_on_after_a_refusal_unseen_spoils_nothing_and_loses_nothing(
    page, line, officer, spoil
):
    """The focus had gone to the field that was wrong: the next worker's keys fell into it and into
    the fields behind it, and were saved there."""
    enter(page, line, officer)
    fill_form(page)
    sentence = spoil(page)
    save(page)
    nik = make_nik()
    expect(page.locator("[data-held]:visible, [aria-invalid=true]").first).to_be_visible()
    page.keyboard.type(nik)
    page.keyboard.press("Tab")
    page.keyboard.type("Rina Contoh")
    expect(page.locator("[data-messages]")).to_contain_text("ditolak")
    item = page.locator("[data-entries] li")
    expect(item).to_contain_text(sentence)
    expect(item).to_contain_text("perlu dipastikan" if spoil is held_for_a_near_one else "ditolak")
    assert page.input_value("[name=nik]") == nik
    assert page.input_value("[name=name]") == "Rina Contoh"
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[data-mend]")
    expect(page.locator("[name=name]")).to_have_value("Siti Contoh")
    assert page.input_value("[name=destination]") == "TW"
    assert page.input_value("[name=remark]") == ""
    if spoil is held_for_a_near_one:
        expect(page.locator("[name=confirmed]")).to_be_focused()


def test_an_entry_refused_after_its_person_has_gone_on_comes_back_through_the_queue(
    page, line, officer
):
    enter(page, line, officer)
    fill_form(page)
    page.fill("[name=nik]", "3301013213960001")
    page.route("**/periksa/", lambda route: route.abort())
    line.hold_answers("POST /penempatan/kirim/")
    save(page)
    page.keyboard.type(make_nik())
    page.keyboard.press("Enter")
    page.keyboard.type("Rina Contoh")
    line.release()
    expect(page.locator("[data-messages]")).to_contain_text("ditolak")
    item = page.locator("[data-entries] li")
    expect(item).to_contain_text("S••• C•••")
    expect(item).to_contain_text("bukan tanggal lahir")
    assert page.input_value("[name=name]") == "Rina Contoh"
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[data-mend]")
    expect(page.locator("[name=name]")).to_have_value("Siti Contoh")
    page.fill("[name=nik]", make_nik())
    save(page)
    expect(page.locator("[data-messages]")).to_contain_text("tersimpan")
    expect(item).to_have_count(0)
    assert Placement.objects.get().worker.name == "Siti Contoh"


def test_a_save_saved_and_opened_without_a_line_is_queued_like_any_other(page, line, officer):
    enter(page, line, officer)
    fill_form(page)
    line.cut()
    page.click("button[name=open]")
    expect(page.locator("[data-entries] li")).to_have_count(1)
    expect(page.locator("[name=name]")).to_have_value("")
    expect(page.locator("[name=name]")).to_be_editable()


def test_what_is_plainly_missing_is_said_without_a_line_and_not_queued(page, line, officer):
    enter(page, line, officer)
    fill_form(page)
    page.fill("[name=nik]", "123")
    page.fill("[name=birth_date]", "31/31")
    page.select_option("[name=employer_kind]", "")
    line.cut()
    save(page)
    expect(page.locator("#id_nik-wrong")).to_have_text(
        "NIK terdiri dari 16 angka, yang diketik 3 angka. Periksa lagi di KTP."
    )
    expect(page.locator("#id_birth_date-wrong")).to_contain_text("hari/bulan/tahun")
    expect(page.locator("#id_employer_kind-wrong")).to_contain_text("Pilih")
    expect(page.locator("[name=nik]")).to_be_focused()
    expect(page.locator("[data-entries] li")).to_have_count(0)
    assert page.input_value("[name=name]") == "Siti Contoh"


def test_a_save_whose_answer_was_lost_is_recorded_once(page, line, officer):
    enter(page, line, officer)
    fill_form(page)
    line.lose_answers()
    save(page)
    expect(page.locator("[data-entries] li")).to_have_count(1)
    wait_until(lambda: Placement.objects.count() == 1)
    line.mend()
    page.click("[data-send-now]")
    expect(page.locator("[data-done] li")).to_have_count(1)
    assert Placement.objects.count() == 1


def test_without_the_worker_a_dead_line_loses_the_entry_so_the_test_above_can_fail(
    page, line, officer
):
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto(f"{line.url}/accounts/login/?next={FORM}")
    page.fill("[name=login]", officer.username)
    page.fill("[name=password]", PASSWORD)
    page.click("button.btn-primary")
    page.wait_for_url(f"**{FORM}")
    fill_form(page)
    line.cut()
    # The save itself: the check of a field may be given up at the same moment.
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/kirim/")):
        save(page)
    expect(page.locator("[data-refused]")).to_contain_text("Belum tersimpan")
    line.mend()
    again = page.context.new_page()
    again.goto(f"{line.url}{FORM}")
    expect(again.locator("[data-entries] li")).to_have_count(0)
    assert again.input_value("[name=nik]") == ""
    assert Placement.objects.count() == 0


def test_a_nik_on_the_device_is_encrypted_with_a_key_no_script_can_read(page, line, officer):
    enter(page, line, officer)
    line.cut()
    nik = make_nik()
    fill_form(page)
    page.fill("[name=nik]", nik)
    save(page)
    expect(page.locator("[data-entries] li")).to_have_count(1)
    kept = page.evaluate(
        """async () => {
            const db = await new Promise((done) => {
                const asked = indexedDB.open("antrean");
                asked.onsuccess = () => done(asked.result);
            });
            const all = (name) => new Promise((done) => {
                const asked = db.transaction(name).objectStore(name).getAll();
                asked.onsuccess = () => done(asked.result);
            });
            const [entry] = await all("entries");
            const [key] = await all("keys");
            const bytes = new TextDecoder("latin1").decode(entry.sealed);
            return {text: JSON.stringify(entry) + bytes + JSON.stringify(localStorage),
                    extractable: key.extractable};
        }"""
    )
    assert nik not in kept["text"]
    assert "Siti Contoh" not in kept["text"]
    assert kept["extractable"] is False


def queue_refused(page, line, officer) -> None:
    """Leave one entry in the queue that was sent and refused for its NIK."""
    enter(page, line, officer)
    line.cut()
    fill_form(page)
    page.fill("[name=nik]", "3301013213960001")
    save(page)
    expect(page.locator("[data-entries] li")).to_have_count(1)
    line.mend()
    page.click("[data-send-now]")
    expect(page.locator("[data-entries] li")).to_contain_text("bukan tanggal lahir")


def test_a_refused_entry_comes_back_to_be_mended_with_its_sentence(page, line, officer):
    queue_refused(page, line, officer)
    page.click("[data-mend]")
    expect(page.locator("#id_nik-wrong")).to_contain_text("bukan tanggal lahir")
    assert page.input_value("[name=name]") == "Siti Contoh"
    page.fill("[name=nik]", make_nik())
    save(page)
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    expect(page.locator("[data-entries] li")).to_have_count(0)
    assert Placement.objects.count() == 1


def test_whoever_drops_an_entry_of_the_queue_goes_on_at_the_next_or_at_the_form(
    page, line, officer
):
    queue_refused(page, line, officer)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("[data-drop]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-entries] li")).to_have_count(0)
    expect(page.locator("[name=nik]")).to_be_focused()
    expect(page.locator("[data-queue]")).to_be_hidden()
    expect(page.locator("[data-queued]")).to_be_hidden()


def test_mending_a_refused_entry_asks_before_it_takes_the_place_of_what_is_half_typed(
    page, line, officer
):
    queue_refused(page, line, officer)
    page.fill("[name=name]", "Rina Setengah")
    asked = []

    def refuse(dialog):
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", refuse)
    page.click("[data-mend]")
    assert "belum tersimpan" in asked[0]
    assert page.input_value("[name=name]") == "Rina Setengah"
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[data-mend]")
    expect(page.locator("[name=name]")).to_have_value("Siti Contoh")


def test_a_queued_entry_whose_key_has_recorded_another_is_mended_under_a_key_of_its_own(
    page, line, officer
):
    known = make_placement(by=officer)
    enter(page, line, officer)
    line.cut()
    page.evaluate(
        "(key) => { document.querySelector('[name=request_key]').value = key; }",
        str(known.request_key),
    )
    fill_form(page)
    page.fill("[name=name]", "Rina Contoh")
    save(page)
    expect(page.locator("[data-entries] li")).to_have_count(1)
    line.mend()
    page.click("[data-send-now]")
    expect(page.locator("[data-entries] li")).to_contain_text("dengan isi lain")
    page.click("[data-send-now]")
    expect(page.locator("[data-entries] li")).to_have_count(1)
    page.click("[data-mend]")
    expect(page.locator("[name=name]")).to_have_value("Rina Contoh")
    assert page.input_value("[name=request_key]") != str(known.request_key)
    save(page)
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    expect(page.locator("[data-entries] li")).to_have_count(0)
    assert Placement.objects.count() == 2


def test_a_late_answer_about_what_a_field_held_before_is_not_said(page, line, officer):
    enter(page, line, officer)
    line.hold_answers("POST /penempatan/periksa/")
    with page.expect_request("**/penempatan/periksa/"):
        page.focus("[name=name]")
    page.fill("[name=nik]", make_nik())
    with page.expect_response("**/penempatan/periksa/"):
        line.release()
    # One more turn of the page, after which the answer has been taken.
    page.evaluate("new Promise((done) => setTimeout(done, 150))")
    expect(page.locator("#id_nik-wrong")).to_be_empty()


def test_an_expired_login_keeps_the_queue_until_its_owner_signs_in_again(page, line, officer):
    enter(page, line, officer)
    line.cut()
    fill_form(page)
    save(page)
    expect(page.locator("[data-entries] li")).to_have_count(1)
    page.context.clear_cookies()
    line.mend()
    # The check of the field that is left is answered before anybody signs in: its cookie would be
    # another than that of the form to sign in.
    with page.expect_response("**/periksa/"):
        page.click("[data-send-now]")
    expect(page.locator("[data-entries] li")).to_contain_text("masuk lagi untuk mengirim")
    other = make_user("petugas.dua", roles.OFFICER, office="bp3mi-jateng")
    enter(page, line, other)
    expect(page.locator("[data-foreign]")).to_be_visible()
    assert Placement.objects.count() == 0
    page.context.clear_cookies()
    enter(page, line, officer)
    expect(page.locator("[data-done] li")).to_have_count(1)
    assert Placement.objects.get().recorded_by == officer


def test_logging_out_asks_and_then_erases_what_waits(page, line, officer):
    enter(page, line, officer)
    line.cut()
    fill_form(page)
    save(page)
    expect(page.locator("[data-entries] li")).to_have_count(1)
    # The first try to send has failed: else it would go through the mended line meanwhile.
    page.evaluate("navigator.locks.request('antrean', () => {})")
    line.mend()
    asked = []

    def answer(dialog):
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    page.click("text=Keluar")
    page.wait_for_url("**/accounts/login/**")
    assert "1 entri" in asked[0]
    page.wait_for_function("async () => !(await caches.has('form'))")
    enter(page, line, officer)
    expect(page.locator("[data-entries] li")).to_have_count(0)
    assert Placement.objects.count() == 0


def test_nobody_is_half_logged_out_without_a_line(page, line, officer):
    enter(page, line, officer)
    line.cut()
    fill_form(page)
    save(page)
    expect(page.locator("[data-entries] li")).to_have_count(1)
    expect(page.locator("[data-of-queue]")).to_contain_text("begitu jaringan kembali")
    asked = questions_of(page)
    page.click("text=Keluar")
    wait_until(lambda: page.evaluate("true") and asked)
    assert "belum dapat keluar" in asked[0]
    expect(page.locator("[data-entries] li")).to_have_count(1)
    line.mend()
    page.click("[data-send-now]")
    expect(page.locator("[data-done] li")).to_have_count(1)
    # What was said of the queue is not true any more.
    expect(page.locator("[data-of-queue]")).to_have_count(0)
    assert Placement.objects.count() == 1


def send_on_a_slow_line(page, line, officer) -> None:
    """One queued entry, sent and recorded, whose answer does not come before ``line.release``."""
    enter(page, line, officer)
    line.cut()
    fill_form(page)
    save(page)
    expect(page.locator("[data-entries] li")).to_have_count(1)
    page.evaluate("navigator.locks.request('antrean', () => {})")
    line.mend()
    line.hold_answers("POST /penempatan/kirim/")
    page.click("[data-send-now]")
    wait_until(lambda: Placement.objects.count() == 1)


def questions_of(page) -> list[str]:
    """What the page asks from now on; every question is answered with yes."""
    asked: list[str] = []

    def answer(dialog):
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    return asked


def test_logging_out_waits_for_an_entry_under_way_and_does_not_ask_to_erase_it(page, line, officer):
    send_on_a_slow_line(page, line, officer)
    asked = questions_of(page)
    page.click("text=Keluar")
    expect(page.locator("form[data-leave] button")).to_have_text("Sedang mengirim…")
    assert asked == []
    line.release()
    page.wait_for_url("**/accounts/login/**")
    assert asked == []
    assert Placement.objects.count() == 1


def test_without_the_lock_logging_out_asks_to_erase_what_is_recorded_so_the_test_above_can_fail(
    page, line, officer
):
    page.add_init_script(
        """const request = LockManager.prototype.request;
        LockManager.prototype.request = function (name, ...rest) {
            return name === "antrean" ? rest.at(-1)({name}) : request.call(this, name, ...rest);
        };"""
    )
    send_on_a_slow_line(page, line, officer)
    asked = questions_of(page)
    page.click("text=Keluar")
    wait_until(lambda: page.evaluate("true") and asked)
    assert "1 entri" in asked[0]
    assert Placement.objects.count() == 1
    line.release()


def test_a_line_that_never_answers_keeps_nobody_from_logging_out_and_is_told_as_it_is(
    page, line, officer
):
    send_on_a_slow_line(page, line, officer)
    asked = questions_of(page)
    page.click("text=Keluar")
    with page.expect_event("dialog", timeout=15_000):
        expect(page.locator("form[data-leave] button")).to_have_text("Sedang mengirim…")
    line.release()
    page.wait_for_url("**/accounts/login/**")
    assert len(asked) == 1
    assert "mungkin sudah tercatat" in asked[0]
    enter(page, line, officer)
    expect(page.locator("[data-queue]")).to_be_hidden()
    assert Placement.objects.count() == 1


def test_a_save_still_under_way_leaves_nothing_on_the_device_of_who_logs_out(page, line, officer):
    enter(page, line, officer)
    fill_form(page)
    line.hold_answers("POST /penempatan/kirim/")
    asked = questions_of(page)
    # Playwright would wait for the next page before it clicks: the page clicks by itself.
    page.evaluate(
        "setTimeout(() => document.querySelector('form[data-leave] button').click(), 4000)"
    )
    with page.expect_request("**/accounts/logout/", timeout=30_000):
        save(page)
        wait_until(lambda: Placement.objects.count() == 1)
    assert "mungkin sudah tercatat" in asked[0]
    line.release()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    enter(page, line, officer)
    expect(page.locator("[data-queue]")).to_be_hidden()
    assert Placement.objects.count() == 1


def test_what_a_device_has_kept_for_a_day_is_erased_and_said(page, line, officer):
    enter(page, line, officer)
    line.cut()
    fill_form(page)
    save(page)
    expect(page.locator("[data-entries] li")).to_have_count(1)
    page.evaluate(
        """() => new Promise((done) => {
            const asked = indexedDB.open("antrean");
            asked.onsuccess = () => {
                const entries = asked.result
                    .transaction("entries", "readwrite").objectStore("entries");
                entries.getAll().onsuccess = (event) => {
                    const [entry] = event.target.result;
                    entries.put({...entry, at: entry.at - 25 * 60 * 60 * 1000}).onsuccess = done;
                };
            };
        })"""
    )
    page.reload()
    expect(page.locator("[data-expired]")).to_be_visible()
    page.click("[data-seen]")
    expect(page.locator("[data-queue]")).to_be_hidden()
    expect(page.locator("[data-entries] li")).to_have_count(0)


@pytest.mark.parametrize(
    ("nik", "sex", "born"),
    [
        ("3301014405960007", "F", "04/05/1996"),
        ("3301013112990001", "M", "31/12/1999"),
        ("3301012902000001", "M", "29/02/2000"),
    ],
)
def test_the_nik_offers_what_it_hints_at_and_fills_it_only_when_asked(
    live_server, page, officer, sign_in, nik, sex, born
):
    hints = read_nik(nik, province_codes={"33"}, today=datetime.date(2026, 11, 24))
    assert (hints.sex, f"{hints.birth_date:%d/%m/%Y}") == (sex, born)
    sign_in(page, officer, FORM)
    page.keyboard.type(nik)
    offer = page.locator("[data-nik-offer]")
    expect(offer).to_contain_text(born)
    expect(offer).to_contain_text("Jawa Tengah")
    assert page.input_value("[name=birth_date]") == ""
    offer.locator("button").press("Enter")
    assert page.input_value("[name=sex]") == sex
    assert page.input_value("[name=birth_date]") == born
    assert page.input_value("[name=origin]") == ""
    expect(page.locator("[name=name]")).to_be_focused()


def test_an_entry_can_be_undone_from_the_summary_of_today(live_server, page, officer, sign_in):
    sign_in(page, officer, FORM)
    fill_form(page)
    save(page)
    page.click("button:has-text('Urungkan')")
    expect(page.locator(".alert")).to_contain_text("diurungkan")
    placement = Placement.objects.get()
    assert (placement.is_void, placement.void_reason) == (True, "Diurungkan pencatatnya")

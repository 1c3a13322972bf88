"""A day at the form with the keyboard only: wrong at once, near before saving, next, undo."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from placement.closing import close_month
from placement.models import Agency, Placement
from tests.browser.test_accessibility import check
from tests.browser.test_main_job import choose, fill_form
from tests.factories import PASSWORD, make_nik, make_placement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FORM = "/penempatan/catat/"


def type_worker(page, nik: str, name: str) -> None:
    """From the NIK, which has the focus, on to the origin; Enter goes on."""
    expect(page.locator("[name=nik]")).to_be_focused()
    page.keyboard.type(nik)
    page.keyboard.press("Enter")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.keyboard.press("P")
    expect(page.locator("[name=sex]")).to_have_value("F")
    page.keyboard.press("Enter")
    page.keyboard.type("04/05/1996")
    page.keyboard.press("Tab")
    page.keyboard.type("kab. cilacap")
    page.keyboard.press("Enter")
    expect(page.locator("[name=completed_on]")).to_be_focused()


@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_two_placements_are_entered_with_the_keyboard_only(live_server, page, officer, sign_in):
    width = page.viewport_size["width"]
    nik = make_nik()
    make_placement(by=officer, nik=nik, completed_on=datetime.date(2026, 2, 2))
    sign_in(page, officer, FORM)
    expect(page.locator(".entry aside a", has_text="(dilayani)")).to_be_visible()
    type_worker(page, nik, "Siti Contoh")

    page.keyboard.press("Control+A")
    page.keyboard.type("01/01/2999")
    page.keyboard.press("Tab")
    expect(page.locator("#id_completed_on-wrong")).to_contain_text("belum tiba")
    expect(page.locator("[name=completed_on]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_remark-wrong")).to_be_empty()
    check(page, width)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("02/03/2026")
    page.keyboard.press("Tab")
    expect(page.locator("#id_completed_on-wrong")).to_be_empty()

    expect(page.locator("[data-say-warnings]")).to_contain_text("Mungkin sudah dicatat")
    expect(page.locator("[data-kept]")).to_contain_text("belum dikirim")
    check(page, width)
    assert Placement.objects.count() == 1

    page.keyboard.type("G to G")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("hk")
    page.keyboard.press("Enter")
    page.keyboard.type("pramurukti")
    page.keyboard.press("Enter")
    page.keyboard.type("Perseorangan")
    assert page.input_value("[name=destination]") == "HK"
    assert page.input_value("[name=job_title]") == "caregiver"
    page.focus("[name=confirmed]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("kontrak baru")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    assert Placement.objects.count() == 2

    page.evaluate("""() => {
        window.keys = 0;
        addEventListener("keydown", () => { window.keys += 1; }, true);
        addEventListener("submit", () => { sessionStorage.keys = window.keys; }, true);
    }""")
    type_worker(page, make_nik(), "Rina Contoh")
    assert page.input_value("[name=destination]") == "HK"
    assert page.input_value("[name=job_title]") == "caregiver"
    assert page.input_value("[name=scheme]") == "GTOG"
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    assert Placement.objects.count() == 3
    # What docs/performance.md reckons the time of an entry from.
    assert int(page.evaluate("sessionStorage.keys")) <= 60

    page.locator(".recent button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".alert")).to_contain_text("diurungkan")
    assert Placement.objects.counted().count() == 2
    check(page, width)


@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_the_offer_of_the_nik_is_the_next_stop_and_what_it_fills_needs_none(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    page.keyboard.type(make_nik())
    page.keyboard.press("Tab")
    expect(page.locator("[data-nik-offer] button")).to_be_focused()
    check(page, page.viewport_size["width"])
    page.keyboard.press("Enter")
    expect(page.locator("[name=name]")).to_be_focused()
    page.keyboard.type("Siti Contoh")
    page.keyboard.press("Enter")
    expect(page.locator("#id_origin-ts-control")).to_be_focused()
    assert page.input_value("[name=sex]") == "F"
    assert page.input_value("[name=birth_date]") == "04/05/1996"


def test_tab_takes_what_was_typed_for_and_goes_on_but_passing_by_chooses_nothing(
    live_server, page, officer, sign_in
):
    Agency.objects.create(code="pt-contoh", label="PT Contoh")
    sign_in(page, officer, FORM)
    page.focus("[name=birth_date]")
    page.keyboard.type("04051996")
    page.keyboard.press("Tab")
    assert page.input_value("[name=birth_date]") == "04/05/1996"
    page.keyboard.type("cilacap")
    page.keyboard.press("Tab")
    expect(page.locator("[name=completed_on]")).to_be_focused()
    assert page.input_value("[name=origin]") == "3301"
    page.focus("[name=employer_kind]")
    page.keyboard.press("Tab")
    expect(page.locator(".ts-wrapper.dropdown-active .ts-dropdown")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("[name=ekpmi_number]")).to_be_focused()
    assert page.input_value("[name=agency]") == ""
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.input_value("[name=agency]") == "pt-contoh"


def test_a_correction_shows_before_and_after_while_it_is_typed(live_server, page, officer, sign_in):
    placement = make_placement(by=officer)
    sign_in(page, officer, f"{placement.get_absolute_url()}koreksi/")
    expect(page.locator("[data-changes]")).to_be_hidden()
    page.fill("[name=completed_on]", "03/03/2026")
    row = page.locator("[data-changes] tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("02/03/2026")
    expect(row).to_contain_text("03/03/2026")
    check(page, 1440)


def type_person(page, name: str) -> str:
    nik = make_nik()
    page.fill("[name=nik]", nik)
    page.fill("[name=name]", name)
    return nik


def test_what_was_saved_and_opened_is_not_typed_again_into_the_next_form(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    fill_form(page)
    page.click("button[name=open]")
    expect(page.locator("h1")).to_contain_text("PMI-2026")
    page.goto(f"{live_server.url}{FORM}")
    page.evaluate("navigator.locks?.query()")
    assert page.input_value("[name=name]") == ""
    expect(page.locator("[data-restored]")).to_be_hidden()
    page.focus("[name=nik]")
    type_worker(page, make_nik(), "Rina Contoh")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    assert Placement.objects.count() == 2


def test_two_tabs_record_two_workers_and_neither_takes_the_draft_of_the_other(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    fill_form(page)
    page.fill("[name=name]", "Siti Satu")
    other = page.context.new_page()
    other.goto(f"{live_server.url}{FORM}")
    other.evaluate("navigator.locks?.query()")
    assert other.input_value("[name=name]") == ""
    fill_form(other)
    other.fill("[name=name]", "Rina Dua")
    page.bring_to_front()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    assert page.input_value("[name=name]") == ""
    other.bring_to_front()
    other.keyboard.press("Control+Enter")
    expect(other.locator(".alert")).to_contain_text("tersimpan")
    names = Placement.objects.values_list("worker__name", flat=True)
    assert sorted(names) == ["Rina Dua", "Siti Satu"]


def test_a_closed_tab_leaves_its_draft_to_the_next_form_which_has_a_key_of_its_own(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    type_person(page, "Siti Setengah")
    key = page.input_value("[name=request_key]")
    again = page.context.new_page()
    page.close()
    again.goto(f"{live_server.url}{FORM}")
    expect(again.locator("[name=name]")).to_have_value("Siti Setengah")
    assert again.input_value("[name=nik]") == ""
    assert again.input_value("[name=request_key]") != key
    again.reload()
    expect(again.locator("[name=name]")).to_have_value("Siti Setengah")
    again.click("[data-discard]")
    again.reload()
    expect(again.locator("[data-restored]")).to_be_hidden()
    assert again.input_value("[name=name]") == ""


def test_undoing_an_earlier_entry_leaves_what_is_half_typed_with_its_nik(
    live_server, page, officer, sign_in
):
    placement = make_placement(by=officer)
    sign_in(page, officer, FORM)
    nik = type_person(page, "Rina Setengah")
    page.click("button:has-text('Urungkan')")
    expect(page.locator(".alert")).to_contain_text("diurungkan")
    expect(page.locator("[data-today] .recent")).to_contain_text("batal")
    placement.refresh_from_db()
    assert placement.is_void
    assert page.input_value("[name=nik]") == nik
    assert page.input_value("[name=name]") == "Rina Setengah"
    expect(page.locator(".entry aside a", has_text="(dilayani)")).to_be_visible()
    check(page, 1440)


@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_a_save_held_back_by_a_warning_says_so_at_the_top_and_leads_to_its_tick(
    live_server, page, officer, sign_in
):
    nik = make_nik()
    make_placement(by=officer, nik=nik, completed_on=datetime.date(2026, 2, 2))
    sign_in(page, officer, FORM)
    # A save quicker than the check that follows the typing: the server answers with the page.
    page.route("**/periksa/", lambda route: route.abort())
    fill_form(page)
    page.fill("[name=nik]", nik)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-held]")).to_contain_text("Belum tersimpan")
    tick = page.locator("[name=confirmed]")
    expect(tick).to_be_focused()
    expect(tick).to_be_in_viewport()
    expect(page.locator("[data-say-warnings]")).to_be_in_viewport()
    card = page.locator("form[data-entry]").bounding_box()
    warn, why = (
        page.locator("[data-warn]").bounding_box(),
        page.locator("[data-reason]").bounding_box(),
    )
    assert warn["width"] > card["width"] * 0.8
    assert why["width"] > card["width"] * 0.8
    assert why["y"] >= warn["y"] + warn["height"]
    check(page, page.viewport_size["width"])


def test_a_tick_stays_while_the_warning_it_was_given_for_is_the_same(
    live_server, page, officer, sign_in
):
    nik = make_nik()
    make_placement(by=officer, nik=nik, completed_on=datetime.date(2026, 2, 2))
    sign_in(page, officer, FORM)
    page.route("**/periksa/", lambda route: route.abort())
    fill_form(page)
    page.fill("[name=nik]", nik)
    page.keyboard.press("Control+Enter")
    tick = page.locator("[name=confirmed]")
    expect(tick).to_be_focused()
    page.unroute("**/periksa/")
    tick.check()
    page.fill("[name=kept_because]", "Kontrak baru")
    with page.expect_response("**/periksa/") as answered:
        page.keyboard.press("Tab")
    answered.value.finished()
    expect(page.locator("[data-say-warnings] a")).to_be_visible()
    expect(tick).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")


def test_what_is_below_a_searchable_list_stays_where_it_is_when_the_list_is_left(
    live_server, page, officer, sign_in
):
    """It became lower by a line when it was left, and a click on the field below fell beside it."""
    sign_in(page, officer, "/penempatan/catat/")
    choose(page, "origin", "Cilacap")
    left = page.locator("#id_origin + .ts-wrapper, .ts-wrapper:has(+ #id_origin)")
    high = left.bounding_box()["height"]
    choose(page, "destination", "Korsel")
    assert page.input_value("[name=destination]") == "KR"
    assert left.bounding_box()["height"] == high
    # Another is typed over it.
    choose(page, "destination", "Taiwan")
    assert page.input_value("[name=destination]") == "TW"


def test_a_list_stays_closed_for_who_chooses_before_its_late_timers_have_run(
    live_server, page, officer, sign_in
):
    """On a busy device keys come before timers: the list opened again after the choice."""
    sign_in(page, officer, "/penempatan/catat/")
    field = page.locator("#id_destination + .ts-wrapper, .ts-wrapper:has(+ #id_destination)")
    expect(field).to_be_visible()
    page.clock.install()
    page.clock.pause_at(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1))
    field.locator("input").focus()
    expect(field.locator(".ts-dropdown")).to_be_visible()
    page.keyboard.type("Taiwan")
    page.keyboard.press("Enter")
    page.clock.run_for(1000)
    expect(field.locator(".ts-dropdown")).to_be_hidden()
    assert page.input_value("[name=destination]") == "TW"
    # A click on a list that has the focus opens it, as before.
    field.locator(".ts-control").click()
    page.clock.run_for(1)
    expect(field.locator(".ts-dropdown")).to_be_visible()


def test_a_session_that_ends_is_said_while_typing_and_a_new_sign_in_loses_nothing(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    fill_form(page)
    nik = page.input_value("[name=nik]")
    Session.objects.all().delete()
    page.fill("[name=remark]", "Catatan")
    page.keyboard.press("Tab")
    note = page.locator("[data-signed-out]")
    expect(note).to_contain_text("Anda tidak lagi masuk")
    with page.context.expect_page() as opened:
        note.locator("a").click()
    other = opened.value
    other.fill("[name=login]", officer.username)
    other.fill("[name=password]", PASSWORD)
    other.click("button.btn-primary")
    other.wait_for_url(f"**{FORM}")
    other.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(note).to_be_hidden()
    assert page.input_value("[name=nik]") == nik
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    assert Placement.objects.get().remark == "Catatan"


def test_a_save_after_the_session_has_ended_keeps_everything_until_a_new_sign_in(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    fill_form(page)
    nik = page.input_value("[name=nik]")
    Session.objects.all().delete()
    page.route("**/periksa/", lambda route: route.abort())
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-signed-out]")).to_contain_text("Anda tidak lagi masuk")
    expect(page.locator("[name=nik]")).to_have_value(nik)
    assert page.input_value("[name=name]") == "Siti Contoh"
    # Signed in again in another tab: the token of this page is an old one, and is renewed.
    other = page.context.new_page()
    sign_in(other, officer, FORM)
    other.close()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-messages]")).to_contain_text("tersimpan")
    expect(page.locator("[data-signed-out]")).to_be_hidden()
    assert Placement.objects.count() == 1


def test_who_discards_a_draft_goes_on_at_the_nik(live_server, page, officer, sign_in):
    sign_in(page, officer, FORM)
    page.fill("[name=name]", "Siti Contoh")
    page.reload()
    expect(page.locator("[data-restored]")).to_be_visible()
    page.locator("[data-discard]").focus()
    page.keyboard.press("Enter")
    assert page.input_value("[name=name]") == ""
    expect(page.locator("[name=nik]")).to_be_focused()


def test_a_refused_form_takes_its_person_to_the_first_field_that_is_wrong(
    live_server, page, officer, sign_in
):
    placement = make_placement(by=officer)
    sign_in(page, officer, placement.get_absolute_url())
    page.click("text=Batalkan penempatan")
    expect(page.locator("[name=reason]")).to_be_focused()
    page.goto(f"{live_server.url}/penempatan/?completed_from=99/99/2026")
    expect(page.locator("[name=completed_from]")).to_be_focused()


def test_enter_and_saving_choose_nothing_of_a_list_that_was_only_passed(
    live_server, page, officer, sign_in
):
    """The first row of an open list is marked without having been meant: it was recorded."""
    sign_in(page, officer, FORM)
    field = page.locator("#id_agency + .ts-wrapper, .ts-wrapper:has(+ #id_agency)")
    Agency.objects.create(code="a-1", label="PT Contoh")
    page.reload()
    fill_form(page)
    field.locator("input").focus()
    expect(field.locator(".ts-dropdown")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[name=ekpmi_number]")).to_be_focused()
    assert page.input_value("[name=agency]") == ""
    field.locator("input").focus()
    expect(field.locator(".ts-dropdown")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    assert Placement.objects.get().agency is None


def test_what_was_typed_and_not_chosen_is_said_and_the_value_of_before_is_not_saved(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    fill_form(page)
    page.locator(
        ".ts-wrapper:has(+ #id_job_title) input, #id_job_title + .ts-wrapper input"
    ).focus()
    page.keyboard.type("xyzabc")
    page.keyboard.press("Tab")
    expect(page.locator("#id_job_title-wrong")).to_have_text("“xyzabc” belum dipilih dari daftar.")
    assert page.input_value("[name=job_title]") == ""
    page.keyboard.press("Control+Enter")
    assert page.url.endswith(FORM)
    assert not Placement.objects.exists()
    # The save led back to the list, which Enter leaves only with a choice.
    page.keyboard.type("xyz")
    page.keyboard.press("Enter")
    expect(page.locator("#id_job_title-ts-control")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Caregiver")
    page.keyboard.press("Enter")
    expect(page.locator("[name=employer_kind]")).to_be_focused()
    expect(page.locator("#id_job_title-wrong")).to_have_text("")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")


def test_a_name_typed_at_once_after_the_nik_is_kept_whole(live_server, page, officer, sign_in):
    """Tab goes to what the NIK offers: the first word fell there, and its blank pressed it."""
    sign_in(page, officer, FORM)
    page.locator("[name=nik]").focus()
    page.keyboard.type(make_nik())
    page.keyboard.press("Tab")
    page.keyboard.type("Siti Aminah")
    assert page.input_value("[name=name]") == "Siti Aminah"
    assert page.input_value("[name=sex]") == ""


def test_what_is_wrong_with_the_whole_entry_has_one_place(live_server, page, officer, sign_in):
    sign_in(page, officer, FORM)
    expect(page.locator("[data-refused]")).to_have_count(1)


@pytest.mark.parametrize("page", [360], indirect=True)
def test_the_bar_at_the_bottom_of_a_phone_covers_neither_the_field_nor_its_list(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    seen = []
    while "remark" not in seen:
        page.keyboard.press("Tab")
        place = page.evaluate(
            """() => {
                const field = document.activeElement;
                const list = [...document.querySelectorAll(".ts-dropdown")]
                    .find((each) => each.offsetParent);
                const low = (each) => each ? each.getBoundingClientRect().bottom : 0;
                const bar = document.querySelector("form[data-entry] .save");
                return {name: field.name || field.id, low: Math.max(low(field), low(list)),
                        bar: bar.getBoundingClientRect().top};
            }"""
        )
        seen.append(place["name"])
        assert place["low"] <= place["bar"], seen
        assert len(seen) < 30


def test_a_closed_month_leads_its_head_to_the_reason_and_not_to_the_day(
    live_server, page, head, sign_in
):
    close_month(unit=head.office, month=datetime.date(2026, 3, 1), by=head)
    sign_in(page, head, FORM)
    page.route("**/periksa/", lambda route: route.abort())
    fill_form(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_completed_on-wrong")).to_contain_text("ditutup")
    expect(page.locator("[name=kept_because]")).to_be_focused()
    page.keyboard.type("Berkas terlambat")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-messages]")).to_contain_text("tersimpan")


def test_who_only_passes_the_fields_by_is_told_nothing_before_saving(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    with page.expect_response("**/periksa/"):
        for _step in range(5):
            page.keyboard.press("Tab")
    page.evaluate("new Promise((done) => setTimeout(done, 100))")
    expect(page.locator(".wrong:not(:empty)")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_nik-wrong")).to_contain_text("Isi NIK")
    expect(page.locator("#id_name-wrong")).to_contain_text("Isi nama")
    expect(page.locator("[name=nik]")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "before", "typed", "after"),
    [
        ("destination", "KR", "hk", "HK"),
        ("job_title", "construction", "worker", None),
        ("destination", "TW", "jepang", "JP"),
    ],
)
def test_tab_takes_the_first_that_was_typed_for_whatever_was_chosen_before(
    live_server, page, officer, sign_in, name, before, typed, after
):
    """The mark stayed at the choice of the entry before where that was among what was found."""
    sign_in(page, officer, FORM)
    if name == "job_title":
        before = page.evaluate(
            """() => [...document.querySelectorAll("#id_job_title option")]
                .findLast((each) => each.textContent.includes("Worker")).value"""
        )
    page.evaluate(
        "([name, value]) => document.getElementById(`id_${name}`).tomselect.setValue(value)",
        [name, before],
    )
    page.locator(f"#id_{name}-ts-control").focus()
    page.keyboard.type(typed)
    first = page.locator(".ts-dropdown:visible [data-selectable]").first.get_attribute("data-value")
    page.keyboard.press("Tab")
    assert page.input_value(f"[name={name}]") == first != before
    assert after in {first, None}


def test_a_nik_typed_into_another_field_is_not_kept_on_the_device_either(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    page.fill("[name=name]", "Siti Contoh")
    page.fill("[name=remark]", "3324 0217 0890 1308")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "Siti Contoh" in kept
    assert "1308" not in kept


def test_a_draft_comes_back_beside_a_nik_that_was_begun_at_once(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    page.fill("[name=name]", "Siti Contoh")
    page.add_init_script(
        """const query = LockManager.prototype.query;
        LockManager.prototype.query = async function () {
            await new Promise((done) => setTimeout(done, 500));
            return query.call(this);
        };"""
    )
    page.reload()
    page.keyboard.type("33010144")
    expect(page.locator("[name=name]")).to_have_value("Siti Contoh")
    assert page.input_value("[name=nik]") == "33010144"


def test_what_stands_in_a_list_at_the_save_is_taken_or_said_and_never_the_value_of_before(
    live_server, page, officer, sign_in
):
    sign_in(page, officer, FORM)
    fill_form(page)
    page.locator("#id_destination-ts-control").focus()
    page.keyboard.type("xyzabc")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_destination-wrong")).to_contain_text("“xyzabc” belum dipilih")
    expect(page.locator(".ts-dropdown:visible")).to_have_count(0)
    assert not Placement.objects.exists()
    page.keyboard.type("hongkong")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert")).to_contain_text("tersimpan")
    assert Placement.objects.get().destination_id == "HK"


def test_the_agency_of_the_entry_before_goes_when_the_scheme_needs_none(
    live_server, page, officer, sign_in
):
    Agency.objects.create(code="pt-contoh", label="PT Contoh")
    make_placement(by=officer, scheme="PTOP", agency=Agency.objects.get())
    sign_in(page, officer, FORM)
    assert page.input_value("[name=agency]") == "pt-contoh"
    page.focus("[name=scheme]")
    page.keyboard.type("P to P")
    page.keyboard.press("Tab")
    assert page.input_value("[name=agency]") == "pt-contoh"
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("G to G")
    page.keyboard.press("Tab")
    assert page.input_value("[name=scheme]") == "GTOG"
    assert page.input_value("[name=agency]") == ""


def test_the_browsers_back_brings_a_form_with_a_key_of_its_own(live_server, page, officer, sign_in):
    """It brought the page as it had come, with the key of the entry that was saved from it since:
    what was typed next was refused as that one, and forgotten at the next load."""
    sign_in(page, officer, FORM)
    fill_form(page)
    saved = page.input_value("[name=request_key]")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-messages]")).to_contain_text("tersimpan")
    page.fill("[name=name]", "Rina Contoh")
    page.click("text=Daftar")
    page.wait_for_url("**/penempatan/")
    page.go_back()
    expect(page.locator("[name=name]")).to_have_value("Rina Contoh")
    assert page.input_value("[name=request_key]") != saved
    page.reload()
    expect(page.locator("[name=name]")).to_have_value("Rina Contoh")
    fill_form(page)
    page.fill("[name=name]", "Rina Contoh")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-messages]")).to_contain_text("tersimpan")
    assert Placement.objects.count() == 2


def test_enter_goes_to_a_day_as_tab_does_and_a_tap_too(live_server, page, officer, sign_in):
    sign_in(page, officer, FORM)
    page.locator("#id_origin-ts-control").focus()
    page.keyboard.type("cilacap")
    page.keyboard.press("Enter")
    page.keyboard.type("02032026")
    page.keyboard.press("Tab")
    assert page.input_value("[name=completed_on]") == "02/03/2026"
    page.click("[name=completed_on]")
    page.keyboard.type("03032026")
    page.keyboard.press("Tab")
    assert page.input_value("[name=completed_on]") == "03/03/2026"


def test_what_may_be_left_empty_can_be_emptied_with_the_pointer(
    live_server, page, officer, sign_in
):
    Agency.objects.create(code="pt-contoh", label="PT Contoh")
    sign_in(page, officer, FORM)
    choose(page, "agency", "contoh")
    assert page.input_value("[name=agency]") == "pt-contoh"
    page.locator(".ts-wrapper:has(#id_agency-ts-control) .clear-button").click()
    assert page.input_value("[name=agency]") == ""
    expect(page.locator(".ts-wrapper:has(#id_origin-ts-control) .clear-button")).to_have_count(0)


def test_a_correction_is_told_what_is_wrong_while_it_is_typed(live_server, page, officer, sign_in):
    nik = make_nik()
    make_placement(by=officer, nik=nik, completed_on=datetime.date(2026, 2, 2))
    placement = make_placement(by=officer, name="Rina Contoh")
    sign_in(page, officer, f"{placement.get_absolute_url()}koreksi/")
    page.fill("[name=completed_on]", "31/02/2026")
    page.keyboard.press("Tab")
    expect(page.locator("#id_completed_on-wrong")).to_contain_text("tidak dikenal")
    page.fill("[name=completed_on]", "02/03/2026")
    page.keyboard.press("Tab")
    expect(page.locator("#id_completed_on-wrong")).to_be_empty()
    page.fill("[name=nik]", nik)
    page.keyboard.press("Tab")
    expect(page.locator("[data-say-warnings]")).to_contain_text("Mungkin sudah dicatat")
    row = page.locator("[data-changes] tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(f"•••• {placement.worker.nik_last4}")
    expect(row).to_contain_text(nik)
    check(page, 1440)

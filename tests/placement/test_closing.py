"""A closed month: who may change it, with what, and until when; near duplicates; the export.

The clock is set by replacing ``django.utils.timezone.now``, the one clock the program reads.
"""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import roles
from placement import recording, sifting
from placement.checking import month_reports
from placement.closing import (
    MonthClosing,
    close_month,
    edit_note,
    lock_sentence,
    locked_sentence,
    reopen_month,
)
from placement.models import Placement
from regions.models import Office
from tests.concurrency import backend_waits_for_a_lock, named, pool, wait_until
from tests.factories import form_data, make_facts, make_nik, make_placement, make_user

pytestmark = pytest.mark.django_db
MARCH = datetime.date(2026, 3, 1)
URL = "/penempatan/tutup-bulan/"
PAGE = f"{URL}bp3mi-jateng/2026-03/"
CLOSE = {"step": "close", "checked": "on"}


@pytest.fixture
def unit():
    return Office.objects.get(pk="bp3mi-jateng")


def record(user, **more) -> Placement:
    # Nobody's namesake: what is asked about a near duplicate is tested elsewhere.
    facts = make_facts(
        name=f"Siti {uuid.uuid4().hex[:12]}",
        **{k: v for k, v in more.items() if k not in {"kept_because"}},
    )
    return recording.record_placement(
        by=user, request_key=uuid.uuid4(), confirmed=True,
        kept_because=more.get("kept_because", ""), **facts,
    )  # fmt: skip


def test_an_officer_cannot_record_into_a_closed_month_and_is_told_by_whom(officer, head, unit):
    close_month(unit=unit, month=MARCH, by=head)
    with pytest.raises(ValidationError, match="sudah ditutup oleh kepala"):
        record(officer)
    assert not Placement.objects.exists()


@pytest.mark.parametrize(
    ("day", "locked"),
    [((2026, 2, 28), False), ((2026, 3, 1), True), ((2026, 3, 31), True), ((2026, 4, 1), False)],
)
def test_a_closing_locks_its_first_and_its_last_day_and_no_other(officer, head, unit, day, locked):
    close_month(unit=unit, month=MARCH, by=head)
    completed_on = datetime.date(*day)
    if locked:
        with pytest.raises(ValidationError):
            record(officer, completed_on=completed_on)
    else:
        assert record(officer, completed_on=completed_on)


def test_the_head_changes_a_closed_month_with_a_reason(officer, head, unit):
    placement = make_placement(by=officer)
    close_month(unit=unit, month=MARCH, by=head)
    with pytest.raises(ValidationError, match="Tulis alasan"):
        record(head)
    assert record(head, kept_because="Berkas menyusul")
    with pytest.raises(ValidationError, match="sudah ditutup"):
        recording.void_placement(placement=placement, by=officer, reason="batal")
    assert recording.void_placement(placement=placement, by=head, reason="batal").is_void


def test_a_correction_may_not_leave_or_enter_a_closed_month(officer, head, unit):
    inside = make_placement(by=officer)
    outside = make_placement(by=officer, completed_on=datetime.date(2026, 4, 2))
    close_month(unit=unit, month=MARCH, by=head)
    for placement, day in ((inside, (2026, 4, 1)), (outside, (2026, 3, 31))):
        with pytest.raises(ValidationError, match="sudah ditutup"):
            recording.correct_placement(
                placement=placement, by=officer, reason="tanggal",
                changes={"completed_on": datetime.date(*day)},
            )  # fmt: skip


def test_a_remark_of_a_closed_month_may_still_be_edited(officer, head, unit):
    placement = make_placement(by=officer)
    close_month(unit=unit, month=MARCH, by=head)
    recording.correct_placement(placement=placement, by=officer, changes={"remark": "berkas 3"})


def test_a_month_that_has_not_ended_cannot_be_closed(head, unit):
    with pytest.raises(ValidationError, match="belum berakhir"):
        close_month(unit=unit, month=unit.today(), by=head)


def test_only_the_own_head_closes_and_only_the_directorate_reopens(
    officer, head, stranger, directorate, unit
):
    for user in (officer, stranger, directorate):
        with pytest.raises(PermissionDenied):
            close_month(unit=unit, month=MARCH, by=user)
    closing = close_month(unit=unit, month=MARCH, by=head)
    with pytest.raises(PermissionDenied):
        reopen_month(closing=closing, by=head, reason="x", until=unit.today())
    with pytest.raises(ValidationError, match="31 hari"):
        reopen_month(closing=closing, by=directorate, reason="x", until=MARCH)
    reopen_month(closing=closing, by=directorate, reason="berkas hilang", until=unit.today())
    assert record(officer)
    assert [event.pgh_label for event in closing.events.order_by("pgh_id")] == [
        "insert", "update",
    ]  # fmt: skip


def test_a_reopened_month_locks_again_after_its_last_day(officer, head, directorate, unit):
    closing = close_month(unit=unit, month=MARCH, by=head)
    reopen_month(closing=closing, by=directorate, reason="x", until=unit.today())
    MonthClosing.objects.update(reopened_until=unit.today() - datetime.timedelta(1))
    with pytest.raises(ValidationError, match="sudah ditutup"):
        record(officer)


def test_the_page_closes_and_reopens(client, head, directorate, unit):
    client.force_login(head)
    assert client.post(PAGE, {**CLOSE, "note": "lengkap"}).status_code == 302
    assert MonthClosing.objects.get().note == "lengkap"
    client.force_login(directorate)
    sent = {"step": "reopen", "until": f"{unit.today():%d/%m/%Y}", "reason": ""}
    assert client.post(PAGE, sent).status_code == 422
    assert client.post(PAGE, sent | {"reason": "berkas hilang"}).status_code == 302
    closing = MonthClosing.objects.get()
    assert (closing.reopened_by, closing.reopen_reason) == (directorate, "berkas hilang")
    page = client.get(PAGE).content.decode()
    assert "berkas hilang" in page
    assert "terkunci sendiri" in page
    assert "dibuka lagi" in client.get(f"{URL}?unit=bp3mi-jateng").content.decode()


def test_another_balai_is_a_404(client, head):
    client.force_login(head)
    assert client.get(f"{URL}?unit=bp3mi-ntb").status_code == 404
    assert client.get(f"{URL}bp3mi-ntb/2026-03/").status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "maret", "2099-01", "2001-01"])
def test_a_month_that_cannot_be_is_a_404(client, head, month):
    client.force_login(head)
    assert client.get(f"{URL}bp3mi-jateng/{month}/").status_code == 404


def test_the_report_counts_what_to_look_at(officer, unit):
    make_placement(by=officer)
    recording.void_placement(placement=make_placement(by=officer), by=officer, reason="batal")
    report = next(each for each in month_reports(unit=unit) if each.month == MARCH)
    assert (report.count, report.void, report.late) == (1, 1, 1)


def test_a_near_duplicate_is_shown_without_another_offices_worker(client, officer, stranger):
    nik = make_nik()
    make_placement(by=stranger, office="bp3mi-ntb", nik=nik, completed_on=datetime.date(2026, 2, 2))
    client.force_login(officer)
    sent = form_data(nik=nik)
    page = client.post("/penempatan/catat/", sent).content.decode()
    assert "di BP3MI Nusa Tenggara Barat pada 02/02/2026" in page
    assert Placement.objects.count() == 1
    client.post("/penempatan/catat/", sent | {"confirmed": "on", "kept_because": "kontrak baru"})
    event = Placement.objects.latest("pk").events.get()
    assert event.pgh_context.metadata["reason"] == "kontrak baru"


def test_a_namesake_with_the_same_birth_date_and_destination_is_shown(client, officer):
    make_placement(by=officer, name="SITI CONTOH", completed_on=datetime.date(2025, 2, 2))
    client.force_login(officer)
    page = client.post("/penempatan/catat/", form_data()).content.decode()
    assert "Mungkin sudah dicatat" in page


def test_an_exact_double_links_to_the_record_for_those_who_may_see_it(client, officer, stranger):
    nik = make_nik()
    first = make_placement(by=officer, nik=nik)
    client.force_login(officer)
    page = client.post("/penempatan/catat/", form_data(nik=nik)).content.decode()
    assert first.reference in page
    client.force_login(stranger)
    sent = form_data(nik=nik, office="bp3mi-ntb")
    page = client.post("/penempatan/catat/", sent).content.decode()
    assert "sudah dicatat pada tanggal itu" in page
    assert first.reference not in page


def test_the_export_holds_what_is_filtered_and_no_identity(client, officer, stranger):
    mine = make_placement(by=officer, name="Siti Rahasia", remark="=1+1")
    make_placement(by=stranger, office="bp3mi-ntb")
    client.force_login(officer)
    answer = client.get("/penempatan/unduh.csv?status=completed")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert mine.reference in text
    assert "Rahasia" not in text
    assert "'=1+1" in text
    assert "Status: Selesai" in text
    assert text.count("PMI-2026-") == 1


def test_a_year_nothing_is_known_of_is_not_a_year_of_zeros(officer, unit):
    make_placement(by=officer)
    report = next(each for each in month_reports(unit=unit) if each.month == MARCH)
    assert report.last_year is None
    make_placement(by=officer, completed_on=datetime.date(2025, 5, 5))
    report = next(each for each in month_reports(unit=unit) if each.month == MARCH)
    assert report.last_year == 0


# --- what a lock says -----------------------------------------------------------------------


def test_a_lock_says_why_by_whom_since_and_until_when_and_whom_to_ask(head, directorate, unit):
    closing = close_month(unit=unit, month=MARCH, by=head, note="Berkas Maret lengkap.")
    told = lock_sentence(closing)
    for part in (
        "Maret 2026 di BP3MI Jawa Tengah sudah ditutup oleh kepala",
        f"pada {unit.today():%d/%m/%Y}",
        "Berkas Maret lengkap.",
        "Terkunci sampai direktorat membukanya lagi.",
        "Minta kepala balai (kepala) mengubahnya",
    ):
        assert part in told
    until = unit.today() - datetime.timedelta(1)
    MonthClosing.objects.update(reopened_until=until, reopened_by=directorate)
    closing.refresh_from_db()
    told = lock_sentence(closing)
    assert f"Dibuka lagi oleh direktorat sampai {until:%d/%m/%Y} dan sejak itu terkunci" in told


def test_without_a_head_the_lock_names_the_directorate(head, unit):
    closing = close_month(unit=unit, month=MARCH, by=head)
    type(head).objects.filter(pk=head.pk).update(is_active=False)
    told = lock_sentence(closing)
    assert told.endswith("Minta direktorat membuka lagi bulan ini.")
    assert "kepala balai" not in told


def test_form_import_correction_and_bulk_correction_say_the_same_of_a_lock(
    client, officer, head, unit
):
    placement = make_placement(by=officer)
    closing = close_month(unit=unit, month=MARCH, by=head, note="lengkap")
    told = lock_sentence(closing)
    facts = make_facts()
    entry = sifting.Entry(
        nik=facts.pop("nik"), name=facts.pop("name"), birth_date=facts.pop("birth_date"),
        facts=facts,
    )  # fmt: skip
    sifting.examine(entries=[entry], by=officer, default_office=officer.office)
    assert entry.problems["completed_on"] == [told]
    with pytest.raises(ValidationError) as refused:
        record(officer)
    assert refused.value.messages == [told]
    with pytest.raises(ValidationError) as refused:
        recording.void_placement(placement=placement, by=officer, reason="batal")
    assert refused.value.messages == [told]
    change = recording.correct_many(
        by=officer, placements=[placement], field="destination",
        value=make_facts(destination="HK")["destination"], reason="salah",
    )[0]  # fmt: skip
    assert change.problem == told
    assert locked_sentence(by=officer, unit_id=unit.pk, day=MARCH) == told
    assert locked_sentence(by=officer, unit_id=unit.pk, day=datetime.date(2026, 4, 1)) == ""
    assert "wajib beralasan" in locked_sentence(by=head, unit_id=unit.pk, day=MARCH)
    client.force_login(officer)
    assert (
        "Terkunci sampai direktorat"
        in client.post("/penempatan/catat/", form_data()).content.decode()
    )


# --- the note -------------------------------------------------------------------------------


def test_the_head_edits_the_note_after_closing_and_the_history_keeps_both(
    client, officer, head, directorate, unit
):
    closing = close_month(unit=unit, month=MARCH, by=head, note="lama")
    for user in (officer, directorate):
        with pytest.raises(PermissionDenied):
            edit_note(closing=closing, by=user, note="x")
    client.force_login(head)
    assert client.post(PAGE, {"step": "note", "note": " baru\n sekali "}).status_code == 302
    assert [each.note for each in closing.events.order_by("pgh_id")] == ["lama", "baru sekali"]
    about = closing.events.latest("pgh_id").pgh_context.metadata
    assert (about["verb"], about["user"]) == ("edit note", head.pk)
    assert MonthClosing.objects.get().is_locked


@pytest.mark.parametrize(("length", "fits"), [(500, True), (501, False)])
def test_a_note_has_at_most_500_characters_and_a_longer_one_stays_typed(
    client, head, unit, length, fits
):
    client.force_login(head)
    answer = client.post(PAGE, {**CLOSE, "note": "a" * length})
    assert answer.status_code == (302 if fits else 422)
    assert MonthClosing.objects.exists() == fits
    if not fits:
        page = answer.content.decode()
        assert "paling panjang 500 huruf; ini 501" in page
        assert "a" * length in page


def test_closing_again_without_a_word_keeps_the_note(head, directorate, unit):
    closing = close_month(unit=unit, month=MARCH, by=head, note="penting")
    reopen_month(closing=closing, by=directorate, reason="x", until=unit.today())
    assert close_month(unit=unit, month=MARCH, by=head).note == "penting"


def test_the_notes_of_a_balai_are_for_those_who_see_its_figures(
    officer, head, stranger, directorate, target_admin, unit
):
    close_month(unit=unit, month=MARCH, by=head, note="tenang")
    close_month(unit=unit, month=datetime.date(2026, 2, 1), by=head)
    for user, seen in (
        (officer, 1), (head, 1), (directorate, 1), (target_admin, 1), (stranger, 0),
    ):  # fmt: skip
        notes = MonthClosing.objects.visible_to(user).notes_of(unit, year=2026)
        assert notes.count() == seen, user
    assert not MonthClosing.objects.notes_of(unit, year=2025).exists()


# --- restatements ---------------------------------------------------------------------------


def marks(placement) -> list[dict]:
    events = placement.events.select_related("pgh_context").order_by("pgh_id")
    return [each.pgh_context.metadata.get("restated", {}) for each in events]


def restated(unit, month=MARCH) -> int:
    return next(each for each in month_reports(unit=unit) if each.month == month).restated


def test_every_counted_change_of_a_closed_month_is_marked_a_restatement(officer, head, unit):
    placement = make_placement(by=officer)
    close_month(unit=unit, month=MARCH, by=head)
    assert restated(unit) == 0
    key = "bp3mi-jateng/2026-03"
    recording.correct_placement(
        placement=placement, by=head, reason="salah tujuan",
        changes={"destination": make_facts(destination="HK")["destination"]},
    )  # fmt: skip
    recording.void_placement(placement=placement, by=head, reason="batal")
    recording.restore_placement(placement=placement, by=head, reason="ternyata ada")
    assert marks(placement) == [{}, *[{key: [placement.reference]}] * 3]
    late = record(head, kept_because="menyusul")
    assert marks(late) == [{key: [late.reference]}]
    assert restated(unit) == 4


def test_an_uncounted_field_an_open_month_and_a_reopened_month_are_no_restatement(
    officer, head, directorate, unit
):
    placement = make_placement(by=officer)
    closing = close_month(unit=unit, month=MARCH, by=head)
    recording.correct_placement(placement=placement, by=head, changes={"remark": "berkas 3"})
    record(head, completed_on=datetime.date(2026, 4, 1))
    reopen_month(closing=closing, by=directorate, reason="x", until=unit.today())
    recording.void_placement(placement=placement, by=head, reason="batal")
    assert marks(placement) == [{}, {}, {}]
    assert restated(unit) == 0


def test_a_move_between_two_closed_months_restates_both(officer, head, unit):
    april = datetime.date(2026, 4, 1)
    placement = make_placement(by=officer)
    for month in (MARCH, april):
        close_month(unit=unit, month=month, by=head)
    recording.correct_placement(
        placement=placement, by=head, reason="tanggal",
        changes={"completed_on": datetime.date(2026, 4, 30)},
    )  # fmt: skip
    assert (restated(unit), restated(unit, april)) == (1, 1)


def test_a_bulk_correction_marks_those_of_the_closed_month_only_and_a_preview_none(
    client, officer, head, unit
):
    inside = make_placement(by=officer)
    outside = make_placement(by=officer, completed_on=datetime.date(2026, 4, 2))
    close_month(unit=unit, month=MARCH, by=head)
    client.force_login(head)
    url = "/penempatan/koreksi-massal/?field=destination"
    sent = {"value": "HK", "reason": "salah pilih"}
    preview = client.post(url, sent)
    assert preview.status_code == 200
    assert restated(unit) == 0
    sent["previewed"] = preview.context["previewed"]
    seen = [f"{each.reference}:TW" for each in (inside, outside)]
    assert client.post(url, sent | {"apply": "1", "seen": seen}).status_code == 302
    assert restated(unit) == 1
    assert "Pernyataan ulang Maret 2026" in client.get(inside.get_absolute_url()).content.decode()
    assert "Pernyataan ulang" not in client.get(outside.get_absolute_url()).content.decode()


def test_the_page_lists_the_restatements_since_closing_with_reason_and_person(
    client, officer, head, unit
):
    placement = make_placement(by=officer)
    close_month(unit=unit, month=MARCH, by=head)
    recording.void_placement(placement=placement, by=head, reason="ganda dengan Februari")
    client.force_login(head)
    page = client.get(PAGE).content.decode()
    assert "Pernyataan ulang sejak ditutup: 1" in " ".join(page.split())
    assert "ganda dengan Februari" in page
    assert placement.get_absolute_url() in page


# --- what the pages of one placement say before and after ------------------------------------


def test_a_record_of_a_closed_month_says_so_before_anything_is_typed(
    client, officer, head, directorate, unit
):
    placement = make_placement(by=officer)
    record_page, form_page = placement.get_absolute_url(), f"{placement.get_absolute_url()}koreksi/"
    client.force_login(officer)
    assert "sudah ditutup" not in client.get(record_page).content.decode()
    close_month(unit=unit, month=MARCH, by=head)
    for user, said, pages, may_void in (
        (officer, "Minta kepala balai (kepala)", (record_page, form_page), False),
        (head, "pernyataan ulang Maret 2026 dan wajib beralasan", (record_page, form_page), True),
        (directorate, "Anda dapat membuka lagi bulan ini", (record_page,), False),
    ):
        client.force_login(user)
        for page in pages:
            told = client.get(page).content.decode()
            assert "Maret 2026 di BP3MI Jawa Tengah sudah ditutup oleh kepala" in told, user
            assert said in told, user
        assert ("batalkan/" in client.get(record_page).content.decode()) is may_void, user


def test_an_officer_still_changes_what_is_not_counted_of_a_closed_month(
    client, officer, head, unit
):
    placement = make_placement(by=officer)
    close_month(unit=unit, month=MARCH, by=head)
    client.force_login(officer)
    url = f"{placement.get_absolute_url()}koreksi/"
    form = client.get(url).context["form"]
    fixed = {name for name, field in form.fields.items() if field.disabled}
    assert fixed == recording.COUNTED_FIELDS
    sent = {key: value for key, value in form_data(nik="").items() if key not in fixed}
    assert client.post(url, sent | {"remark": "berkas 3"}).status_code == 302
    placement.refresh_from_db()
    assert (placement.remark, placement.destination_id) == ("berkas 3", "TW")
    # What is sent against the page is refused, not dropped without a word.
    answer = client.post(url, sent | {"destination": "HK", "reason": "salah"})
    assert answer.status_code == 422
    assert "sudah ditutup" in answer.content.decode()


def test_the_head_is_told_that_a_change_was_a_restatement(client, officer, head, unit):
    placement = make_placement(by=officer)
    close_month(unit=unit, month=MARCH, by=head)
    client.force_login(head)
    url, said = (
        placement.get_absolute_url(),
        "Perubahan tersimpan sebagai pernyataan ulang Maret 2026.",
    )
    sent = form_data(nik="", destination="HK", reason="salah negara")
    answer = client.post(f"{url}koreksi/", sent, follow=True)
    assert said in answer.content.decode()
    answer = client.post(f"{url}koreksi/", sent | {"name": "Siti Benar"}, follow=True)
    assert said not in answer.content.decode()
    assert "Perubahan tersimpan." in answer.content.decode()
    answer = client.post(f"{url}batalkan/", {"reason": "ganda"}, follow=True)
    assert f"Penempatan dibatalkan. {said}" in answer.content.decode()


# --- what the page of a month says ----------------------------------------------------------


def test_a_month_is_closed_only_by_who_says_that_it_was_checked(client, head, unit):
    client.force_login(head)
    assert "Saya sudah memeriksa" in client.get(PAGE).content.decode()
    answer = client.post(PAGE, {"step": "close", "note": "lengkap"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Centang dulu" in page
    assert "lengkap" in page
    assert not MonthClosing.objects.exists()
    assert client.post(PAGE, {**CLOSE, "note": "lengkap"}).status_code == 302
    # A note needs no tick.
    assert "Saya sudah memeriksa" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"step": "note", "note": "lengkap sekali"}).status_code == 302


def test_the_page_of_a_closed_month_tells_every_reader_what_they_can_do(
    client, officer, head, directorate, auditor, unit
):
    close_month(unit=unit, month=MARCH, by=head)
    said = {
        officer: "Minta kepala balai (kepala) mengubahnya",
        head: "pernyataan ulang Maret 2026 dan wajib beralasan",
        directorate: "Anda dapat membuka lagi bulan ini",
        auditor: "Hanya kepala balai yang mengubahnya",
    }
    for user in said:
        client.force_login(user)
        page = client.get(PAGE).content.decode()
        assert [who.username for who, part in said.items() if part in page] == [user.username]
        assert "Tulis alasan: perubahan ini" not in page


def test_a_head_called_after_the_role_is_not_named_twice(head, unit):
    closing = close_month(unit=unit, month=MARCH, by=head)
    type(head).objects.filter(pk=head.pk).update(first_name="Kepala", last_name="balai")
    assert "Minta kepala balai mengubahnya dengan alasan" in lock_sentence(closing)


def test_restatements_show_what_was_before_and_what_is_now_to_who_may_open_them(
    client, officer, head, unit
):
    placement = make_placement(by=officer)
    elsewhere = make_placement(by=head, office="p4mi-cilacap")
    close_month(unit=unit, month=MARCH, by=head)
    there = make_facts(destination="HK")["destination"]
    for each in (placement, elsewhere):
        recording.correct_placement(
            placement=each, by=head, reason="salah negara", changes={"destination": there},
            confirmed=True,
        )  # fmt: skip
    recording.void_placement(placement=placement, by=head, reason="ganda")
    for user, n in ((head, 2), (officer, 1)):
        client.force_login(user)
        page = client.get(PAGE).content.decode()
        assert page.count("<del>Taiwan</del> → <ins>Hong Kong</ins>") == n, user
        assert page.count("<ins>ganda</ins>") == 1


# --- the calendar, in three time zones ------------------------------------------------------

# Balai by time zone, and the first moment of 1 April 2026 there.
ZONES = [
    ("bp3mi-jateng", datetime.datetime(2026, 3, 31, 17, tzinfo=datetime.UTC)),
    ("bp3mi-ntb", datetime.datetime(2026, 3, 31, 16, tzinfo=datetime.UTC)),
    ("papua", datetime.datetime(2026, 3, 31, 15, tzinfo=datetime.UTC)),
]
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def clock(monkeypatch):
    def set_to(moment: datetime.datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return set_to


@pytest.fixture(params=ZONES, ids=["Jakarta", "Makassar", "Jayapura"])
def place(request, db):
    """(unit, its officer, its head, the first moment of April there)."""
    code, april = request.param
    zone = {"bp3mi-jateng": "Asia/Jakarta", "bp3mi-ntb": "Asia/Makassar", "papua": "Asia/Jayapura"}
    unit = Office.objects.filter(pk=code).first() or Office.objects.create(
        code=code, kind="bp3mi", name="Balai uji di Jayapura", time_zone="Asia/Jayapura"
    )
    assert unit.time_zone == zone[code]
    people = make_user("p", roles.OFFICER, code), make_user("k", roles.HEAD, code)
    return unit, *people, april


def test_a_month_closes_from_the_first_moment_after_it_where_the_balai_is(place, clock):
    unit, _officer, head, april = place
    clock(april - SECOND)
    with pytest.raises(ValidationError, match=r"mulai 01/04/2026"):
        close_month(unit=unit, month=MARCH, by=head)
    clock(april)
    closing = close_month(unit=unit, month=MARCH, by=head)
    assert closing.closed_on == datetime.date(2026, 4, 1)


def test_a_closing_locks_its_days_and_no_other_in_every_zone(place, clock):
    unit, officer, head, april = place
    clock(april)
    close_month(unit=unit, month=MARCH, by=head)
    for day, is_locked in (((3, 31), True), ((3, 1), True), ((2, 28), False), ((4, 1), False)):
        on = datetime.date(2026, *day)
        if is_locked:
            with pytest.raises(ValidationError, match="sudah ditutup"):
                record(officer, office=unit.pk, completed_on=on)
        else:
            assert record(officer, office=unit.pk, completed_on=on)


def test_a_reopening_lasts_through_its_last_day_there_and_ends_by_itself(place, clock, directorate):
    unit, officer, head, april = place
    clock(april)
    closing = close_month(unit=unit, month=MARCH, by=head)
    last = datetime.date(2026, 4, 10)
    reopen_month(closing=closing, by=directorate, reason="berkas", until=last)
    ends = april + datetime.timedelta(10)
    clock(ends - SECOND)
    assert record(officer, office=unit.pk)
    assert not MonthClosing.objects.in_force().exists()
    clock(ends)
    with pytest.raises(ValidationError, match="sampai 10/04/2026"):
        record(officer, office=unit.pk)
    assert MonthClosing.objects.in_force().get().is_locked


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (31, True), (32, False)])
def test_a_reopening_ends_today_at_the_earliest_and_in_31_days_at_the_latest(
    place, clock, directorate, days, allowed
):
    unit, _officer, head, april = place
    clock(april)
    closing = close_month(unit=unit, month=MARCH, by=head)
    until = datetime.date(2026, 4, 1) + datetime.timedelta(days)
    if allowed:
        assert reopen_month(closing=closing, by=directorate, reason="x", until=until)
    else:
        with pytest.raises(ValidationError, match="31 hari"):
            reopen_month(closing=closing, by=directorate, reason="x", until=until)


def test_an_entry_is_late_from_the_eighth_day_where_its_office_is(place, clock):
    unit, officer, _head, april = place
    on = datetime.date(2026, 3, 24)
    clock(april - SECOND)
    record(officer, office=unit.pk, completed_on=on)
    assert next(each for each in month_reports(unit=unit) if each.month == MARCH).late == 0
    assert not Placement.objects.recorded_late().exists()
    clock(april)
    record(officer, office=unit.pk, completed_on=on)
    assert next(each for each in month_reports(unit=unit) if each.month == MARCH).late == 1
    assert Placement.objects.recorded_late().count() == 1


# --- closing beside writers -----------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_held", [True, False], ids=["held", "control"])
def test_a_closing_waits_for_the_entries_under_way(officer, head, unit, is_held):
    """Without the lock (control) the month is closed while an entry of it is not yet committed."""

    def close():
        close_month(unit=Office.objects.get(pk=unit.pk), month=MARCH, by=head)

    with pool() as threads:
        with transaction.atomic():
            if is_held:
                assert record(officer)
            closing = threads.submit(named("closing", close))
            if is_held:
                wait_until(lambda: backend_waits_for_a_lock("closing"))
                assert not MonthClosing.objects.exists()
            else:
                closing.result(timeout=20)
                assert MonthClosing.objects.exists()
        closing.result(timeout=20)
    assert MonthClosing.objects.get().is_locked

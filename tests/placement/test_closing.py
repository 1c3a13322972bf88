"""A closed month: who may change it, with what, and until when; near duplicates; the export."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from placement import recording
from placement.closing import MonthClosing, close_month, month_reports, reopen_month
from placement.models import Placement
from regions.models import Office
from tests.factories import form_data, make_facts, make_nik, make_placement

pytestmark = pytest.mark.django_db
MARCH = datetime.date(2026, 3, 1)
URL = "/penempatan/tutup-bulan/"


@pytest.fixture
def unit():
    return Office.objects.get(pk="bp3mi-jateng")


def record(user, **more) -> Placement:
    facts = make_facts(**{k: v for k, v in more.items() if k not in {"kept_because"}})
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
    client.post(URL, {"month": "2026-03-01", "reason": "lengkap"})
    assert MonthClosing.objects.get().note == "lengkap"
    client.force_login(directorate)
    sent = {"month": "2026-03-01", "until": f"{unit.today():%d/%m/%Y}", "reason": ""}
    assert client.post(f"{URL}?unit=bp3mi-jateng", sent).status_code == 422
    assert client.post(f"{URL}?unit=bp3mi-jateng", sent | {"reason": "x"}).status_code == 302
    assert MonthClosing.objects.get().reopened_by == directorate


def test_another_balai_is_a_404(client, head):
    client.force_login(head)
    assert client.get(f"{URL}?unit=bp3mi-ntb").status_code == 404


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
    assert "Status: completed" in text
    assert text.count("PMI-2026-") == 1


def test_a_year_nothing_is_known_of_is_not_a_year_of_zeros(officer, unit):
    make_placement(by=officer)
    report = next(each for each in month_reports(unit=unit) if each.month == MARCH)
    assert report.last_year is None
    make_placement(by=officer, completed_on=datetime.date(2025, 5, 5))
    report = next(each for each in month_reports(unit=unit) if each.month == MARCH)
    assert report.last_year == 0

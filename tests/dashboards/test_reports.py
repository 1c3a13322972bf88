"""Reports: exact as of a batch, the same bytes for ever, and verifiable by anyone signed in."""

from __future__ import annotations

import datetime
import hashlib
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from dashboards import facts, reporting, typesetting
from dashboards.models import Report
from placement.closing import close_month
from placement.models import Placement
from placement.recording import correct_placement, void_placement
from quotas import tally
from regions.models import Office
from tests.concurrency import named, pool
from tests.factories import make_placement

URL = "/laporan/"
VERIFY = "/laporan/periksa/"
NOVEMBER = {"year": 2025, "month": 11}


def unit(code: str = "bp3mi-jateng") -> Office:
    return Office.objects.get(pk=code)


def printed(by, **question) -> Report:
    report = reporting.request_report(by=by, **NOVEMBER | question)
    assert reporting.run_next()
    report.refresh_from_db()
    assert report.status == "done", report.message
    return report


@pytest.fixture
def placements(officer):
    """Four of 2025, three of them by the end of November, and one of the year before."""
    made = [
        make_placement(by=officer, completed_on=day, origin=origin, sex=sex)
        for day, origin, sex in (
            (datetime.date(2025, 3, 3), "3301", "F"),
            (datetime.date(2025, 11, 3), "3201", "M"),
            (datetime.date(2025, 11, 30), "3301", "F"),
            (datetime.date(2025, 12, 1), "3301", "F"),
            (datetime.date(2024, 11, 30), "3301", "F"),
        )
    ]
    tally.fold()
    return made


@pytest.mark.django_db
def test_the_numbers_of_a_report_are_those_of_a_plain_count(placements, directorate):
    found = printed(directorate).facts
    counted = Placement.objects.counted().filter(completed_on__year=2025)
    through = counted.filter(completed_on__lte=datetime.date(2025, 11, 30))
    assert found["figure"]["realised"] == through.count() == 3
    assert found["figure"]["target"] == 259_144
    assert found["figure"]["before"] == 1
    for row in found["months"]:
        assert row["n"] == counted.filter(completed_on__month=row["month"]).count()
    assert len(found["months"]) == 11
    assert len(found["provinces"]["rows"]) == 38
    for row in found["provinces"]["rows"]:
        assert row["realised"] == through.filter(origin_province=row["code"]).count()
    for row in found["units"]["rows"]:
        assert row["realised"] == through.filter(unit=row["code"]).count()
    for table in (found["units"], found["provinces"]):
        assert sum(row["target"] or 0 for row in table["rows"]) + table["undivided"] == 259_144


@pytest.mark.django_db
def test_a_balai_has_its_parts_its_note_and_who_is_not_of_its_own_provinces(
    placements, head, directorate
):
    close_month(
        unit=unit(), month=datetime.date(2025, 11, 1), by=head,
        note='#read("/etc/passwd") *tebal* $x$ <b> “catatan”',
    )  # fmt: skip
    report = printed(directorate, unit=unit())
    found = report.facts
    assert found["own"] == {"names": ["Jawa Tengah"], "n": 2, "others": 1}
    assert {row["name"]: row["n"] for row in found["parts"]["sex"]} == {
        "Perempuan": 2, "Laki-laki": 1,
    }  # fmt: skip
    assert found["closing"]["note"].startswith("#read")
    assert bytes(report.content).startswith(b"%PDF-")


@pytest.mark.django_db
def test_the_same_facts_give_the_same_bytes_and_other_facts_do_not(placements, directorate):
    report = printed(directorate)
    assert report.facts_hash == facts.digest(report.facts)
    assert report.sha256 == hashlib.sha256(bytes(report.content)).hexdigest()
    assert typesetting.typeset(report.facts, report.facts_hash) == bytes(report.content)
    other = report.facts | {"number": "LAP-2025-11-NAS-9999"}
    assert typesetting.typeset(other, facts.digest(other)) != bytes(report.content)


@pytest.mark.django_db
def test_a_report_asked_for_before_a_change_is_of_the_state_before_it(
    placements, officer, directorate
):
    before = reporting.request_report(by=directorate, **NOVEMBER)
    void_placement(placement=placements[0], by=officer, reason="keliru")
    tally.fold()
    after = reporting.request_report(by=directorate, **NOVEMBER)
    assert reporting.run_waiting() == 2
    before.refresh_from_db()
    after.refresh_from_db()
    assert before.facts["figure"]["realised"] == 3
    assert after.facts["figure"]["realised"] == 2
    assert (before.number, after.number) == ("LAP-2025-11-NAS-0001", "LAP-2025-11-NAS-0002")


@pytest.mark.django_db
def test_the_same_question_of_the_same_batch_is_one_report(placements, directorate, officer):
    first = printed(directorate, unit=unit())
    again = reporting.request_report(by=officer, **NOVEMBER, unit=unit())
    assert (again.pk, Report.objects.count()) == (first.pk, 1)
    assert not reporting.run_next()


@pytest.mark.django_db
def test_a_month_without_an_end_or_a_beginning_is_refused_in_a_sentence(directorate, officer):
    with pytest.raises(ValidationError, match="Belum ada yang dihitung"):
        reporting.request_report(by=directorate, **NOVEMBER)
    make_placement(by=officer)
    tally.fold()
    later = timezone.localdate() + datetime.timedelta(40)
    with pytest.raises(ValidationError, match="belum mulai"):
        reporting.request_report(by=directorate, year=later.year, month=later.month)
    with pytest.raises(ValidationError, match="Pilih bulan"):
        reporting.request_report(by=directorate, year=2025, month=13)


@pytest.mark.django_db
def test_a_report_whose_parts_do_not_agree_is_refused_and_not_printed(placements, directorate):
    report = reporting.request_report(by=directorate, **NOVEMBER)
    with connection.cursor() as cursor:
        # A ledger row by hand that names a province no placement has: units stay, provinces grow.
        cursor.execute(
            "UPDATE tally_ledger SET origin = '0101' WHERE placement = %s", [placements[0].pk]
        )
    assert reporting.run_next()
    report.refresh_from_db()
    assert report.status == "failed"
    assert "tidak cocok" in report.message
    assert bytes(report.content) == b""


@pytest.mark.django_db
def test_who_may_ask_for_what(
    placements, directorate, auditor, target_admin, officer, head, stranger
):
    for user in (directorate, auditor, target_admin):
        reporting.request_report(by=user, **NOVEMBER)
    for user in (officer, head):
        reporting.request_report(by=user, **NOVEMBER, unit=unit())
        for question in ({}, {"unit": unit("bp3mi-ntb")}):
            with pytest.raises(PermissionDenied):
                reporting.request_report(by=user, **NOVEMBER, **question)
        with pytest.raises(PermissionDenied):
            reporting.request_all_balai(by=user, **NOVEMBER)
    with pytest.raises(PermissionDenied):
        reporting.request_report(by=stranger, **NOVEMBER, unit=unit())


@pytest.mark.django_db
def test_the_list_shows_the_own_balai_and_the_nation(client, placements, directorate, stranger):
    printed(directorate)
    printed(directorate, unit=unit())
    for user, seen in ((directorate, True), (stranger, False)):
        client.force_login(user)
        page = client.get(URL).content.decode()
        assert "LAP-2025-11-NAS-0001" in page
        assert ("LAP-2025-11-JATENG-0001" in page) == seen
    client.logout()
    report = Report.objects.first()
    for url in (URL, VERIFY, f"/laporan/berkas/{report.sha256}.pdf"):
        assert client.get(url)["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_the_page_takes_a_request_shows_progress_and_stops_asking(client, placements, directorate):
    client.force_login(directorate)
    asked = {"year": "2025", "month": "11", "unit": "all", "programme": ""}
    assert client.post(URL, asked).status_code == 302
    page = client.get(URL).content.decode()
    assert "every 1s" in page
    assert "23 laporan menunggu" in page
    assert reporting.run_waiting() == 23
    part = client.get(URL, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "every 1s" not in part
    assert part.count("Unduh PDF") == 23
    assert Report.objects.printed().count() == Office.objects.balai().count() == 23
    wrong = client.post(URL, asked | {"month": "99", "unit": "atlantis"})
    assert wrong.status_code == 422
    assert "Pilih salah satu" in wrong.content.decode()
    client.post("/i18n/setlang/", {"language": "en"})
    assert client.get(URL).status_code == 200


@pytest.mark.django_db
def test_number_hash_first_characters_and_file_lead_to_the_identical_file(
    client, placements, directorate, stranger
):
    report = printed(directorate, unit=unit())
    client.force_login(stranger)
    link = f"/laporan/berkas/{report.sha256}.pdf"
    for typed in (
        report.number, f" {report.number.lower()} ", report.facts_hash, report.short_hash.upper(),
        report.sha256,
    ):  # fmt: skip
        page = client.get(VERIFY, {"kode": typed}).content.decode()
        assert link in page, typed
        assert "Tidak ada yang berubah" in page
    file = SimpleUploadedFile("laporan.pdf", bytes(report.content))
    assert link in client.post(VERIFY, {"file": file}, follow=True).content.decode()
    assert client.get(link).content == bytes(report.content)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Tulis nomor"),
        ("LAP-2025-11-NAS-0077", "tidak ada di sini"),
        ("LAP\x00", "tidak ada di sini"),
        ("abc", "16 karakter"),
        ("0" * 65, "64 karakter"),
        ("0" * 64, "bukan dari sistem ini"),
        ("zzz <script>", "a sampai f"),
    ],
)
def test_what_is_not_ours_is_said_in_a_sentence(client, directorate, typed, sentence):
    client.force_login(directorate)
    answer = client.get(VERIFY, {"kode": typed})
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


@pytest.mark.django_db
def test_a_file_that_is_not_a_report_is_refused_or_unknown(client, placements, directorate):
    report = printed(directorate)
    client.force_login(directorate)
    assert client.post(VERIFY, {}).status_code == 422
    sent = {"file": SimpleUploadedFile("a.pdf", b"GIF89a")}
    assert "bukan PDF" in client.post(VERIFY, sent).content.decode()
    sent = {"file": SimpleUploadedFile("a.pdf", bytes(report.content) + b" ")}
    page = client.post(VERIFY, sent, follow=True).content.decode()
    assert "bukan dari sistem ini" in page


@pytest.mark.django_db
def test_after_a_change_the_page_lists_what_changed_and_the_count_of_today(
    client, placements, officer, directorate, stranger
):
    report = printed(directorate, unit=unit())
    void_placement(placement=placements[0], by=officer, reason="keliru")
    correct_placement(placement=placements[1], by=officer, reason="x", changes={"sex": "F"})
    late = make_placement(by=officer, completed_on=datetime.date(2025, 11, 4))
    make_placement(by=officer, completed_on=datetime.date(2025, 11, 5))
    outside = make_placement(by=officer, completed_on=datetime.date(2025, 12, 5))
    for folded in (False, True):
        if folded:
            tally.fold()
        client.force_login(directorate)
        answer = client.get(VERIFY, {"kode": report.short_hash})
        verdict = answer.context["verdict"]
        now = Placement.objects.counted().filter(
            unit="bp3mi-jateng", completed_on__range=("2025-01-01", "2025-11-30")
        )
        assert (verdict.printed, verdict.realised) == (3, now.count())
        assert [(n, net) for _label, n, net in verdict.counts] == [(2, 2), (1, -1), (1, 0)]
        page = answer.content.decode()
        assert late.reference in page
        assert placements[0].reference in page
        assert outside.reference not in page
        # The file is everybody's, a placement only of who may open it.
        client.force_login(stranger)
        page = client.get(VERIFY, {"kode": report.number}).content.decode()
        assert "Asli" in page
        assert late.reference not in page


@pytest.mark.django_db
def test_a_job_left_by_a_dead_worker_is_taken_over_and_the_late_one_cannot_write(
    placements, directorate
):
    report = reporting.request_report(by=directorate, **NOVEMBER)
    dead = reporting._take()
    assert not reporting.run_next()
    long_ago = timezone.now() - datetime.timedelta(minutes=5)
    Report.objects.filter(pk=report.pk).update(moved_at=long_ago)
    second = reporting._take()
    assert (second.pk, second.attempt) == (dead.pk, 2)
    reporting._fail(dead, "terlambat")
    report.refresh_from_db()
    assert (report.status, report.message) == ("running", "")
    Report.objects.filter(pk=report.pk).update(moved_at=long_ago)
    assert reporting.run_next()
    report.refresh_from_db()
    assert (report.status, report.attempt) == ("done", 3)


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_again_and_again_is_given_up(placements, directorate):
    report = reporting.request_report(by=directorate, **NOVEMBER)
    Report.objects.update(attempt=reporting._ATTEMPTS)
    assert reporting.run_next()
    report.refresh_from_db()
    assert (report.status, report.message[:10]) == ("failed", "Pembuatan ")
    # Asked for again it gets a fresh start.
    assert printed(directorate).pk == report.pk


@pytest.mark.django_db
def test_a_done_report_without_its_file_cannot_be(placements, directorate):
    report = reporting.request_report(by=directorate, **NOVEMBER)
    with pytest.raises(IntegrityError, match="report_has_its_file_when_done"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(status="done")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("connections")
def test_two_workers_never_make_one_twice_and_one_question_is_one_number(officer, directorate):
    make_placement(by=officer, completed_on=datetime.date(2025, 3, 3))
    tally.fold()
    start = threading.Barrier(4)

    def ask():
        start.wait(20)
        return reporting.request_report(by=directorate, **NOVEMBER).pk

    with pool() as threads:
        asked = [threads.submit(named(f"ask-{each}", ask)) for each in range(4)]
        assert len({each.result() for each in asked}) == 1
    reporting.request_all_balai(by=directorate, **NOVEMBER)
    both = threading.Barrier(2)

    def work():
        both.wait(20)
        return reporting.run_waiting()

    with pool() as threads:
        made = [threads.submit(named(f"worker-{each}", work)) for each in range(2)]
        counts = [each.result() for each in made]
    assert sum(counts) == 24
    assert min(counts) > 0
    assert set(Report.objects.values_list("status", "attempt")) == {("done", 1)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("connections")
def test_control_without_the_claim_two_workers_take_the_same_report(officer, directorate):
    make_placement(by=officer, completed_on=datetime.date(2025, 3, 3))
    tally.fold()
    reporting.request_report(by=directorate, **NOVEMBER)
    both = threading.Barrier(2)

    def look_and_mark():
        report = Report.objects.filter(status="waiting").first()
        both.wait(20)
        Report.objects.filter(pk=report.pk).update(status="running")
        return report.pk

    with pool() as threads:
        taken = [threads.submit(named(f"naive-{each}", look_and_mark)) for each in range(2)]
        assert len({each.result() for each in taken}) == 1

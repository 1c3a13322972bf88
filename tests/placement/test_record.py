"""The officer's form through HTTP: records once, refuses in sentences, keeps what was typed."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from placement.forms import DATE_SHAPE, NIK_SHAPE, DateField
from placement.identity import clean_nik
from placement.models import Agency, Placement, Worker
from placement.recording import correct_placement, void_placement
from placement.reference import JobTitle
from tests.factories import form_data, make_nik, make_placement
from tests.placement.test_import import csv_of, row, saved

pytestmark = pytest.mark.django_db
URL = "/penempatan/catat/"


def test_a_complete_form_records_one_placement(client, officer):
    client.force_login(officer)
    answer = client.post(URL, form_data())
    assert answer.status_code == 302
    placement = Placement.objects.get()
    assert (placement.unit_id, placement.origin_province) == ("bp3mi-jateng", "33")
    assert placement.recorded_by == officer
    assert placement.reference.startswith("PMI-2026-")


def test_the_same_form_sent_twice_records_once(client, officer):
    client.force_login(officer)
    sent = form_data()
    client.post(URL, sent)
    client.post(URL, sent)
    assert Placement.objects.count() == 1


def test_a_save_takes_at_most_twenty_statements(client, officer, django_assert_max_num_queries):
    client.force_login(officer)
    agency = Agency.objects.create(code="contoh", label="PT Contoh")
    with django_assert_max_num_queries(20):
        answer = client.post(URL, form_data(scheme="PTOP", agency=agency.pk))
    assert answer.status_code == 302


def test_the_nik_is_never_stored_whole(client, officer):
    client.force_login(officer)
    nik = make_nik()
    client.post(URL, form_data(nik=nik))
    worker = Worker.objects.get()
    assert worker.nik_last4 == nik[-4:]
    assert nik.encode() not in bytes(worker.nik_digest)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("nik", "", "Isi NIK"),
        ("nik", "33abc", "hanya berisi angka"),
        ("nik", "123", "16 angka"),
        ("nik", "9901014405960001", "bukan kode provinsi"),
        ("nik", "3301013213960001", "bukan tanggal lahir"),
        ("nik", "3301014405960000", "tidak mungkin 0000"),
        ("name", "", "Isi nama lengkap"),
        ("name", "x" * 121, "paling panjang 120"),
        ("sex", "", "Pilih perempuan atau laki-laki"),
        ("sex", "X", "Pilih perempuan atau laki-laki"),
        ("birth_date", "31/02/1996", "Tulis hari/bulan/tahun"),
        ("birth_date", "04/05/2020", "belum berumur 18 tahun"),
        ("birth_date", "04/05/2999", "belum tiba"),
        ("origin", "0000", "tidak ada di daftar"),
        ("origin", "", "Pilih salah satu"),
        ("completed_on", "besok", "Tulis hari/bulan/tahun"),
        ("completed_on", "01/01/2999", "belum tiba"),
        ("completed_on", "01/01/1999", "sebelum 2007"),
        ("destination", "ZZ", "tidak ada di daftar"),
        ("scheme", "apa", "tidak ada di daftar"),
        ("scheme", "PTOP", "wajib menyebut P3MI"),
        ("programme", "", "Pilih salah satu"),
        ("employer_kind", "?", "tidak ada di daftar"),
        ("job_title", "?", "tidak ada di daftar"),
        ("agency", "?", "tidak ada di daftar"),
        ("ekpmi_number", "a b", "hanya berisi huruf"),
        ("remark", "x" * 501, "paling panjang 500"),
        ("office", "bp3mi-ntb", "tidak ada di daftar"),
    ],
)
def test_wrong_input_comes_back_with_a_sentence_and_everything_typed(
    client, officer, field, typed, sentence
):
    client.force_login(officer)
    sent = form_data(name="Siti Tetap Ada") | {field: typed}
    answer = client.post(URL, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    if field != "name":
        assert "Siti Tetap Ada" in page
    assert sent["request_key"] in page
    assert not Placement.objects.exists()


def test_a_nik_that_hints_at_another_sex_warns_and_can_be_confirmed(client, officer):
    client.force_login(officer)
    sent = form_data(sex="M")
    page = client.post(URL, sent).content.decode()
    assert "Menurut NIK jenis kelaminnya perempuan" in page
    assert not Placement.objects.exists()
    client.post(URL, sent | {"confirmed": "on"})
    assert Placement.objects.count() == 1


def test_the_same_worker_twice_on_a_day_is_refused_with_a_sentence(client, officer):
    client.force_login(officer)
    nik = make_nik()
    client.post(URL, form_data(nik=nik))
    answer = client.post(URL, form_data(nik=nik))
    assert "sudah dicatat pada tanggal itu" in answer.content.decode()
    assert Placement.objects.count() == 1


def test_another_office_gets_404_for_every_page_of_a_placement(client, officer, stranger):
    placement = make_placement(by=officer)
    client.force_login(stranger)
    for name in ("detail", "correct"):
        url = reverse(f"placement:{name}", args=[placement.reference])
        assert client.get(url).status_code == 404, name
    for name in ("reveal", "correct", "void", "restore"):
        url = reverse(f"placement:{name}", args=[placement.reference])
        assert client.post(url, {"reason": "x"}).status_code == 404, name


def test_the_list_shows_only_what_the_user_may_see(client, officer, stranger, directorate):
    placement = make_placement(by=officer)
    for user, seen in ((officer, True), (stranger, False), (directorate, True)):
        client.force_login(user)
        page = client.get("/penempatan/").content.decode()
        assert (placement.reference in page) is seen, user


def test_the_list_never_shows_a_name_or_a_nik(client, officer):
    make_placement(by=officer, name="Siti Rahasia")
    client.force_login(officer)
    assert "Rahasia" not in client.get("/penempatan/").content.decode()


def test_reading_an_identity_is_logged(client, officer):
    placement = make_placement(by=officer, name="Siti Rahasia")
    client.force_login(officer)
    page = client.post(reverse("placement:reveal", args=[placement.reference])).content.decode()
    assert "Siti Rahasia" in page
    assert placement.identity_readings.get().reader == officer


def test_void_and_restore_through_the_page_leave_their_reasons(client, officer):
    placement = make_placement(by=officer)
    client.force_login(officer)
    for verb, reason in (("void", "Salah orang"), ("restore", "Ternyata benar")):
        client.post(reverse(f"placement:{verb}", args=[placement.reference]), {"reason": reason})
    page = client.get(placement.get_absolute_url()).content.decode()
    assert "Salah orang" in page
    assert "Ternyata benar" in page


def test_a_void_without_a_reason_is_refused_in_a_sentence(client, officer):
    placement = make_placement(by=officer)
    client.force_login(officer)
    answer = client.post(reverse("placement:void", args=[placement.reference]), {"reason": ""})
    assert answer.status_code == 422
    assert "Tulis alasannya" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("reveal", "Identitas belum ditampilkan"),
        ("void", "Penempatan belum dibatalkan"),
        ("restore", "Penempatan belum dipulihkan"),
        ("undo", "Entri belum diurungkan"),
    ],
)
def test_a_step_that_was_interrupted_leads_back_and_says_that_nothing_was_done(
    client, officer, name, sentence
):
    placement = make_placement(by=officer)
    client.force_login(officer)
    before = placement.events.count()
    answer = client.get(reverse(f"placement:{name}", args=[placement.reference]), follow=True)
    assert answer.redirect_chain == [(placement.get_absolute_url(), 302)]
    assert sentence in answer.content.decode()
    assert placement.events.count() == before
    assert not placement.identity_readings.exists()


def test_another_language_on_a_refused_void_leads_to_the_record(client, officer):
    placement = make_placement(by=officer)
    client.force_login(officer)
    for name in ("void", "restore", "reveal"):
        url = reverse(f"placement:{name}", args=[placement.reference])
        page = client.post(url, {"reason": ""}).content.decode()
        assert f'name="next" value="{placement.get_absolute_url()}"' in page, name
        assert f'name="next" value="{url}"' not in page, name


def test_a_correction_of_a_counted_field_needs_a_reason(client, officer):
    placement = make_placement(by=officer)
    client.force_login(officer)
    url = reverse("placement:correct", args=[placement.reference])
    sent = form_data(nik="", destination="HK")
    answer = client.post(url, sent)
    assert "perubahan ini mengubah angka" in answer.content.decode()
    assert client.post(url, sent | {"reason": "Salah negara"}).status_code == 302
    placement.refresh_from_db()
    assert placement.destination_id == "HK"


def test_a_correction_that_changes_nothing_says_so(client, officer):
    placement = make_placement(by=officer)
    client.force_login(officer)
    url = reverse("placement:correct", args=[placement.reference])
    answer = client.post(url, form_data(nik=""), follow=True)
    assert "Tidak ada yang diubah" in answer.content.decode()
    assert "Perubahan tersimpan" not in answer.content.decode()
    for changed in ({"remark": "x"}, {"name": "Siti Lain"}, {"nik": make_nik()}):
        page = client.post(url, form_data(nik="") | changed, follow=True).content.decode()
        assert "Perubahan tersimpan." in page, changed


def test_a_voided_record_is_restored_before_it_is_corrected(client, officer):
    placement = make_placement(by=officer)
    client.force_login(officer)
    client.post(reverse("placement:void", args=[placement.reference]), {"reason": "ganda"})
    url = reverse("placement:correct", args=[placement.reference])
    for ask in (client.get, client.post):
        answer = ask(url, follow=True)
        assert answer.redirect_chain == [(placement.get_absolute_url(), 302)]
        assert "Pulihkan dulu" in answer.content.decode()
    assert not placement.identity_readings.exists()


def test_history_knows_who_and_why_also_for_sql(officer):
    placement = make_placement(by=officer, kept_because="")
    event = placement.events.get()
    assert event.pgh_context.metadata["user"] == officer.pk
    assert event.pgh_context.metadata["reason"] == "Pencatatan"
    Placement.objects.filter(pk=placement.pk).update(remark="lewat SQL")
    assert placement.events.count() == 2


def test_strange_parameters_of_the_list_are_never_a_500(client, officer):
    client.force_login(officer)
    for query in ("page=-1", "page=abc", "sort=zz", "status=x", "completed_from=abc", "origin=%00"):
        assert client.get(f"/penempatan/?{query}").status_code in {200, 400, 404}, query


def test_a_key_of_another_person_is_refused(client, officer, head):
    key = uuid.uuid4()
    make_placement(by=head, request_key=key)
    client.force_login(officer)
    answer = client.post(URL, form_data(request_key=str(key)))
    assert answer.status_code == 422
    assert Placement.objects.count() == 1


def test_an_entry_older_than_ten_minutes_is_not_undone_but_voided_with_a_reason(client, officer):
    placement = make_placement(by=officer)
    Placement.objects.filter(pk=placement.pk).update(
        recorded_at=timezone.now() - datetime.timedelta(minutes=10, seconds=1)
    )
    client.force_login(officer)
    answer = client.post(f"{placement.get_absolute_url()}urungkan/", follow=True)
    assert "lebih dari 10 menit" in answer.content.decode()
    placement.refresh_from_db()
    assert not placement.is_void


def test_only_who_made_an_entry_undoes_it(client, officer, head):
    placement = make_placement(by=officer)
    client.force_login(head)
    assert client.post(f"{placement.get_absolute_url()}urungkan/").status_code == 403
    placement.refresh_from_db()
    assert not placement.is_void


def test_the_queue_of_a_device_is_answered_in_json_once_each(client, officer):
    client.force_login(officer)
    sent = form_data()
    first, second = client.post("/penempatan/kirim/", sent), client.post("/penempatan/kirim/", sent)
    assert (first.status_code, first.json()) == (201, second.json())
    assert Placement.objects.count() == 1
    known = client.get("/penempatan/kirim/", {"key": sent["request_key"]}).json()
    assert known["reference"] == first.json()["reference"]
    assert known["user"] == str(officer.pk)


def test_a_refused_queue_entry_gets_its_sentences_by_field(client, officer):
    client.force_login(officer)
    answer = client.post("/penempatan/kirim/", form_data(nik="", scheme="apa"))
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"nik", "scheme"}
    warned = client.post("/penempatan/kirim/", form_data(sex="M"))
    assert "Menurut NIK" in warned.json()["warnings"][0]
    assert not Placement.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "%00", "1" * 400])
def test_an_odd_key_is_no_reference(client, officer, key):
    client.force_login(officer)
    assert client.get("/penempatan/kirim/", {"key": key}).json()["reference"] is None


def test_who_is_not_signed_in_or_may_not_record_sends_nothing(client, directorate):
    assert client.post("/penempatan/kirim/", form_data()).status_code == 401
    client.force_login(directorate)
    assert client.post("/penempatan/kirim/", form_data()).status_code == 401
    assert client.get("/penempatan/catat/luring/").status_code == 403
    assert not Placement.objects.exists()


def test_the_form_a_device_keeps_names_no_worker_and_no_figure(client, officer):
    placement = make_placement(by=officer)
    client.force_login(officer)
    page = client.get("/penempatan/catat/luring/").content.decode()
    assert placement.reference not in page
    # Four digits alone may be the code of a kabupaten in a list.
    assert f"•••• {placement.worker.nik_last4}" not in page
    assert placement.worker.name not in page
    assert "data-shell" in page


def test_the_other_job_stands_last_behind_what_an_administrator_adds(client, officer):
    JobTitle.objects.create(code="welder", label="Welder")
    client.force_login(officer)
    form = client.get("/penempatan/catat/").context["form"]
    jobs = [str(label) for _value, label in form.fields["job_title"].choices]
    assert jobs[-2:] == ["Welder", "Jabatan lain"]
    with translation.override("en"):
        assert JobTitle.objects.get(pk="other").name == "Other job"


@pytest.mark.parametrize(("typed", "read"), [("04051996", True), ("4051996", False)])
def test_a_day_may_be_typed_as_eight_digits(client, officer, typed, read):
    client.force_login(officer)
    client.post("/penempatan/catat/", form_data(birth_date=typed))
    assert list(Worker.objects.values_list("birth_date", flat=True)) == (
        [datetime.date(1996, 5, 4)] if read else []
    )


def test_another_entry_under_a_known_key_is_refused_and_recorded_at_the_next_save(client, officer):
    client.force_login(officer)
    sent = form_data()
    client.post(URL, sent)
    first = Placement.objects.get()
    for change in (
        {"nik": make_nik(), "name": "Rina Contoh"},
        {"destination": "HK"},
        {"completed_on": "03/03/2026"},
        {"origin": "3302"},
        {"remark": "lain"},
    ):
        answer = client.post(URL, sent | change)
        page = answer.content.decode()
        assert answer.status_code == 422, change
        assert f"{first.reference}</a> dengan isi lain" in page
        assert f'name="request_key" value="{sent["request_key"]}"' not in page
    assert Placement.objects.count() == 1

    other = sent | {"nik": make_nik(), "name": "Rina Contoh"}
    answer = client.post(URL, other)
    assert 'value="Rina Contoh"' in answer.content.decode()
    fresh = answer.context["form"]["request_key"].value()
    client.post(URL, other | {"request_key": fresh})
    assert Placement.objects.count() == 2


def test_the_same_entry_sent_again_is_the_first_one_also_when_it_was_corrected(client, officer):
    client.force_login(officer)
    sent = form_data()
    client.post(URL, sent)
    placement = Placement.objects.get()
    correct_placement(
        placement=placement, by=officer, reason="Salah ketik", confirmed=True,
        changes={"nik": make_nik(), "completed_on": datetime.date(2026, 3, 4)},
    )  # fmt: skip
    assert client.post(URL, sent).status_code == 302
    answer = client.post("/penempatan/kirim/", sent)
    assert (answer.status_code, answer.json()["reference"]) == (201, placement.reference)
    assert Placement.objects.count() == 1


def test_another_entry_of_the_queue_under_a_known_key_comes_back_with_another_key(client, officer):
    client.force_login(officer)
    sent = form_data()
    client.post("/penempatan/kirim/", sent)
    other = sent | {"nik": make_nik(), "name": "Rina Contoh"}
    answer = client.post("/penempatan/kirim/", other)
    told = answer.json()
    assert answer.status_code == 422
    assert "dengan isi lain" in told["errors"]["__all__"][0]
    assert told["request_key"] != sent["request_key"]
    client.post("/penempatan/kirim/", other | {"request_key": told["request_key"]})
    assert Placement.objects.count() == 2


@pytest.mark.parametrize("address", [URL, "/penempatan/kirim/"])
def test_a_field_that_cannot_be_read_hides_no_other_that_is_wrong(client, officer, address):
    client.force_login(officer)
    sent = form_data(
        nik="3301013213960001", completed_on="01/01/2999", birth_date="02/02/2999", origin=""
    )
    answer = client.post(address, sent)
    assert answer.status_code == 422
    errors = answer.context["form"].errors if address == URL else answer.json()["errors"]
    assert set(errors) == {"nik", "completed_on", "birth_date", "origin"}
    assert all(len(each) == 1 for each in errors.values())


@pytest.mark.parametrize(
    "typed",
    ["24/11/2026", "4-1-2026", "24.11.2026", "2026-11-24", "24112026", " 24/11/2026 ", "1/1/2007"],
)
def test_whatever_the_field_of_a_day_reads_a_page_does_not_hold_back(typed):
    assert DateField().clean(typed)
    assert re.fullmatch(DATE_SHAPE, typed)


@pytest.mark.parametrize(
    "typed", ["3301014405960007", " 33.01.01-440596-0007", "3301 0144 0596 0007"]
)
def test_whatever_is_a_nik_a_page_does_not_hold_back(typed):
    assert clean_nik(typed)
    assert re.fullmatch(NIK_SHAPE, typed)


def test_a_page_says_by_itself_only_of_what_must_be_there_that_it_is_missing(client, officer):
    client.force_login(officer)
    form = client.get(URL).context["form"]
    marked = {name for name, field in form.fields.items() if "data-must" in field.widget.attrs}
    assert marked == {name for name, field in form.fields.items() if field.required} - {
        "request_key"
    }
    placement = make_placement(by=officer)
    form = client.get(f"{placement.get_absolute_url()}koreksi/").context["form"]
    assert "data-must" not in form.fields["nik"].widget.attrs


def test_the_summary_of_today_counts_what_its_person_has_recorded_today(client, officer, head):
    make_placement(by=officer, completed_on=datetime.date(2026, 2, 2))
    void_placement(placement=make_placement(by=officer), by=officer, reason="Salah orang")
    make_placement(by=head)
    client.force_login(officer)
    page = client.get("/penempatan/hari-ini/").content.decode()
    assert "Anda mencatat 1 hari ini" in page


def test_an_undone_entry_is_told_with_the_way_back(client, officer):
    placement = make_placement(by=officer)
    client.force_login(officer)
    page = client.post(f"{placement.get_absolute_url()}urungkan/", follow=True).content.decode()
    assert f'<a href="{placement.get_absolute_url()}">Pulihkan di halamannya</a>' in page


def test_the_form_repeats_the_last_entry_typed_and_lists_what_was_typed_not_what_a_file_brought(
    client, officer
):
    first = make_placement(by=officer, destination="HK")
    saved(officer, csv_of([row() for _each in range(7)]))
    client.force_login(officer)
    page = client.get("/penempatan/catat/")
    assert page.context["form"].initial["destination"] == "HK"
    assert list(page.context["recent"]) == [first]


def test_the_last_entry_typed_is_found_by_an_index_that_files_are_not_in(officer):
    sql, parameters = Placement.objects.typed_by(officer)[:1].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {sql}", parameters)
        assert "typed_by_recorder" in str(cursor.fetchall())

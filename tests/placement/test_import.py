"""A sheet comes in: everything wrong is handed back, nothing is doubled, nothing sticks."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from placement import importing, sheets, unpacking
from placement.closing import close_month
from placement.models import ImportJob, Placement, Worker
from quotas import tally
from regions.models import Office
from tests.factories import make_nik

URL = "/penempatan/impor/"
HEADINGS = [heading for _field, heading, _other in sheets.COLUMNS]


def row(**changes) -> list[str]:
    """A good row of somebody nobody shares a name with: what may be a double is asked elsewhere."""
    nik = make_nik()
    values = {
        "nik": nik, "name": f"Siti Contoh {nik[-4:]}", "sex": "P", "birth_date": "04/05/1996",
        "origin": "3301", "office": "", "completed_on": "02-03-2026", "scheme": "G to G",
        "programme": "", "destination": "Taiwan", "job_title": "Caregiver",
        "employer_kind": "Perseorangan", "agency": "", "ekpmi_number": "", "remark": "",
        "kept_because": "",
    } | changes  # fmt: skip
    return [values[field] for field, _heading, _other in sheets.COLUMNS]


def csv_of(rows: list[list[str]], header: list[str] | None = None) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header or HEADINGS, *rows])
    return out.getvalue().encode()


def xlsx_of(rows: list[list]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, values in enumerate([HEADINGS, *rows]):
            page.write_row(number, 0, values)
    return out.getvalue()


def checked(user, content: bytes) -> ImportJob:
    job = importing.send_file(by=user, name="harian.csv", content=content)
    assert importing.run_next()
    job.refresh_from_db()
    return job


def saved(user, content: bytes) -> ImportJob:
    job = checked(user, content)
    importing.save_checked(job=job, by=user)
    assert importing.run_next()
    job.refresh_from_db()
    return job


@pytest.mark.django_db
@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_a_good_file_is_recorded_counted_and_erased(officer, make):
    job = saved(officer, make([row() for _each in range(5)]))
    assert (job.status, job.good, job.wrong, job.saved) == ("done", 5, 0, 5)
    assert bytes(job.content) == b""
    assert Placement.objects.counted().count() == 5
    assert tally.fold().net == 5
    assert tally.reconcile().mismatches == 0
    event = Placement.objects.first().events.get()
    assert event.pgh_context.metadata["verb"] == "import"


@pytest.mark.django_db
def test_what_is_saved_is_what_was_typed_and_its_history_names_the_sender(officer):
    remark, name = 'kata "dia", \\N \\. ; NULL', "O'Neil \\t, Siti"
    saved(officer, csv_of([row(remark=remark, name=name), row()]))
    first, other = Placement.objects.order_by("pk")
    assert (first.remark, first.worker.name) == (remark, name)
    assert (other.remark, other.ekpmi_number, other.agency, other.void_reason) == ("", "", None, "")
    assert (first.office, first.unit_id, first.origin_id) == (
        officer.office,
        officer.office.unit_id,
        "3301",
    )
    assert first.sex == Placement.Sex.FEMALE
    assert first.origin_province == "33"
    assert first.completed_on == datetime.date(2026, 3, 2)
    assert first.recorded_by == officer
    (event,) = first.events.select_related("pgh_context")
    assert event.pgh_context.metadata["user"] == officer.pk
    assert event.pgh_context.metadata["verb"] == "import"


@pytest.mark.django_db
def test_a_check_alone_records_nothing(officer):
    job = checked(officer, csv_of([row()]))
    assert job.status == "checked"
    assert not Placement.objects.exists()
    assert not Worker.objects.exists()


@pytest.mark.django_db
def test_the_same_file_sent_again_doubles_nothing(officer):
    content = csv_of([row() for _each in range(3)])
    saved(officer, content)
    again = saved(officer, content + csv_of([row()]).split(b"\n", 1)[1])
    assert (again.good, again.already, again.saved) == (1, 3, 1)
    assert Placement.objects.count() == 4


@pytest.mark.django_db
def test_wrong_rows_come_back_marked_and_can_be_mended_and_sent_again(client, officer):
    rows = [row(), row(nik="123"), row(destination="Atlantis"), row(completed_on="besok")]
    job = saved(officer, csv_of(rows))
    assert (job.good, job.wrong, job.saved) == (1, 3, 1)
    client.force_login(officer)
    report = client.get(f"{URL}{job.pk}/perbaikan.xlsx")
    table = CalamineWorkbook.from_filelike(io.BytesIO(report.content)).get_sheet_by_index(0)
    back = table.to_python()
    assert back[0][-2:] == ["baris asal", "kesalahan"]
    assert [row[-2] for row in back[1:]] == ["3", "4", "5"]
    assert len(back) == 4
    assert "16 angka" in back[1][-1]
    assert "tidak ada di daftar" in back[2][-1]
    assert "hari/bulan/tahun" in back[3][-1]
    back[1][0], back[2][9], back[3][6] = make_nik(), "Hong Kong", "2026-03-05"
    mended = saved(officer, csv_of(back[1:], header=back[0]))
    assert (mended.good, mended.wrong) == (3, 0)
    assert Placement.objects.count() == 4


@pytest.mark.django_db
def test_a_row_that_is_wrong_again_keeps_the_number_it_had_in_the_first_file(officer):
    blank = [""] * len(HEADINGS)
    first = checked(officer, csv_of([row(), blank, row(nik="123")]))
    read = CalamineWorkbook.from_filelike(io.BytesIO(bytes(first.report))).get_sheet_by_index(0)
    header, *back = read.to_python()
    again = checked(officer, csv_of(back, header=header))
    read = CalamineWorkbook.from_filelike(io.BytesIO(bytes(again.report))).get_sheet_by_index(0)
    assert [line[-2] for line in read.to_python()] == ["baris asal", "4"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"nik": ""}, "Isi NIK"),
        ({"nik": "9901014405960001"}, "bukan kode provinsi"),
        ({"name": ""}, "Isi nama"),
        ({"sex": "?"}, "P/perempuan"),
        ({"birth_date": "31/02/1996"}, "hari/bulan/tahun"),
        ({"birth_date": "04/05/2020"}, "belum berumur 18"),
        ({"origin": "0000"}, "tidak ada di daftar"),
        ({"completed_on": "01/01/2999"}, "belum tiba"),
        ({"completed_on": "1999-01-01"}, "sebelum 2007"),
        ({"scheme": "P to P"}, "wajib menyebut P3MI"),
        ({"job_title": ""}, "Isi kolom ini"),
        ({"office": "bp3mi-ntb"}, "tidak ada di daftar"),
        ({"ekpmi_number": "a b"}, "hanya berisi huruf"),
    ],
)
def test_every_rule_of_the_form_holds_for_a_file(officer, changes, sentence):
    job = checked(officer, csv_of([row(**changes)]))
    assert (job.good, job.wrong) == (0, 1)
    page = CalamineWorkbook.from_filelike(io.BytesIO(bytes(job.report))).get_sheet_by_index(0)
    assert sentence in page.to_python()[1][-1]


@pytest.mark.django_db
def test_doubles_within_a_file_and_closed_months_are_refused(officer, head):
    close_month(
        unit=Office.objects.get(pk="bp3mi-jateng"), month=datetime.date(2026, 1, 1), by=head
    )
    twice = row()
    job = saved(officer, csv_of([twice, twice, row(completed_on="05/01/2026")]))
    assert (job.good, job.wrong, job.saved) == (1, 2, 1)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (unpacking.MAX_UNPACKED + 1))
    return out.getvalue()


def macro() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "kosong"),
        (b"\xff\xfe\xfa\x00\x00", "bukan XLSX atau CSV"),
        (b"PK\x03\x04rusak", "rusak"),
        (macro(), "makro"),
        (b"Nama,NIK\nSiti,1\n", "tidak ditemukan"),
        (csv_of([]), "tidak berisi satu baris"),
        (csv_of([row()], header=[*HEADINGS[:-1], "NIK"]), "dua kali"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(officer, content, sentence):
    job = checked(officer, content)
    assert job.status == "refused"
    assert sentence in job.message


@pytest.mark.django_db
def test_a_bomb_is_refused_before_it_is_unpacked(officer):
    job = checked(officer, bomb())
    assert job.status == "refused"
    assert "terlalu besar" in job.message


def test_a_file_over_twenty_megabytes_is_refused_at_the_door(officer):
    with pytest.raises(ValidationError, match="20 MB"):
        importing.send_file(by=officer, name="a.csv", content=b"x" * (sheets.MAX_BYTES + 1))


@pytest.mark.django_db
def test_a_job_left_by_a_dead_worker_is_resumed_without_doubling(officer):
    job = checked(officer, csv_of([row() for _each in range(3)]))
    content = bytes(job.content)
    importing.save_checked(job=job, by=officer)
    importing.run_next()
    # As if the worker had died after the rows were committed and before the job was ended.
    ImportJob.objects.filter(pk=job.pk).update(
        status="saving", content=content, moved_at=timezone.now() - datetime.timedelta(minutes=5)
    )
    assert importing.run_next()
    job.refresh_from_db()
    assert (job.status, Placement.objects.count()) == ("done", 3)
    assert not importing.run_next()


@pytest.mark.django_db
def test_a_cancelled_job_is_erased_and_never_saved(officer):
    job = checked(officer, csv_of([row()]))
    importing.cancel(job=job, by=officer)
    job.refresh_from_db()
    assert bytes(job.content) == b""
    with pytest.raises(ValidationError):
        importing.save_checked(job=job, by=officer)
    assert not importing.run_next()


@pytest.mark.django_db
def test_files_are_erased_after_a_day(officer):
    job = checked(officer, csv_of([row(nik="1")]))
    ImportJob.objects.update(sent_at=timezone.now() - datetime.timedelta(hours=25))
    assert importing.erase_old() == 1
    job.refresh_from_db()
    assert (bytes(job.content), bytes(job.report)) == (b"", b"")


@pytest.mark.django_db
def test_a_file_is_its_senders_business_alone(client, officer, head, directorate):
    job = checked(officer, csv_of([row(nik="1")]))
    with pytest.raises(PermissionDenied):
        importing.cancel(job=job, by=head)
    client.force_login(head)
    assert client.get(f"{URL}{job.pk}/perbaikan.xlsx").status_code == 404
    assert client.post(URL, {"job": job.pk, "cancel": "1"}).status_code == 404
    client.force_login(directorate)
    assert client.get(URL).status_code == 403


@pytest.mark.django_db
def test_the_page_takes_a_file_shows_it_and_saves_it(client, officer):
    client.force_login(officer)
    assert client.get(f"{URL}templat.xlsx").content[:2] == b"PK"
    sent = {"sheet": SimpleUploadedFile("harian.csv", csv_of([row()]))}
    assert client.post(URL, sent).status_code == 302
    assert "menunggu diperiksa" in client.get(URL).content.decode()
    importing.run_next()
    page = client.get(URL).content.decode()
    assert "Simpan 1 baris benar" in page
    client.post(URL, {"job": ImportJob.objects.get().pk})
    importing.run_next()
    assert Placement.objects.count() == 1
    assert client.post(URL, {}).status_code == 302
    assert client.post(URL, {"job": "abc"}).status_code == 404


@pytest.mark.django_db
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(
        st.lists(st.text(max_size=24) | st.sampled_from(["", "3301", "Taiwan", "P", "=1+1",
                         "04/05/1996", "1e309", "\x00", "99999999999999999999"]),
                 min_size=0, max_size=18),
        max_size=6,
    ),
    tail=st.binary(max_size=12),
    encoding=st.sampled_from(["utf-8", "utf-16", "latin-1"]),
)  # fmt: skip
def test_no_malformed_file_gets_past_a_report_or_a_refusal(officer, cells, tail, encoding):
    out = io.StringIO()
    csv.writer(out).writerows([HEADINGS, *cells])
    content = out.getvalue().encode(encoding, errors="replace") + tail
    job = checked(officer, content)
    assert job.status in {"checked", "refused"}
    assert job.good == 0


@pytest.mark.django_db
def test_a_double_far_below_its_first_row_is_refused_too(officer, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 2)
    twice = row()
    job = saved(officer, csv_of([twice, row(), row(), row(), twice]))
    assert (job.good, job.wrong, job.saved) == (4, 1, 4)
    assert Placement.objects.count() == 4


@pytest.mark.django_db
def test_the_page_tells_the_first_wrong_rows_by_itself_and_how_many_more(client, officer):
    checked(officer, csv_of([row(), *(row(nik=f"{n}23") for n in range(7)), row()]))
    client.force_login(officer)
    page = client.get(URL).content.decode()
    assert "Baris 3: NIK: NIK terdiri dari 16 angka, yang diketik 3 angka." in page
    assert "Baris 7: " in page
    assert "Baris 8: " not in page
    assert "dan 2 baris lain di lembar yang diunduh" in page
    ImportJob.objects.update(sent_at=timezone.now() - datetime.timedelta(days=2))
    importing.erase_old()
    assert ImportJob.objects.get().first_wrong == []
    assert "Baris 3" not in client.get(URL).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["name", "remark", "kept_because"])
def test_a_file_stores_no_nik_in_words_either(officer, field):
    job = checked(officer, csv_of([row(**{field: "Siti 3301014405960007"})]))
    assert (job.good, job.wrong) == (0, 1)
    assert "16 angka seperti NIK" in job.first_wrong[0][1]

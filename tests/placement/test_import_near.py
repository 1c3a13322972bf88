"""What a form asks before saving holds a row of a file back until it says why it is right."""

from __future__ import annotations

import contextlib
import datetime
import io
import uuid
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from placement import bulk, importing, judging, recording, sheets, sifting
from placement.models import ImportJob, Placement, Worker
from tests.factories import form_data, make_facts, make_nik, make_placement
from tests.placement.test_import import HEADINGS, URL, checked, csv_of, row, saved

pytestmark = pytest.mark.django_db
FEBRUARY = datetime.date(2026, 2, 2)
REASON = HEADINGS.index("Alasan menyimpan")


def numbers(job: ImportJob) -> tuple[int, int, int, int]:
    return job.good, job.wrong, job.held, job.already


def report_of(job: ImportJob) -> list[list[str]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes(job.report)))
    return book.get_sheet_by_index(0).to_python()


def told(job: ImportJob) -> list[str]:
    """The column *kesalahan* of the rows handed back."""
    return [line[-1] for line in report_of(job)[1:]]


def story_of(placement: Placement) -> dict:
    return placement.events.select_related("pgh_context").get().pgh_context.metadata


def test_a_worker_of_another_office_within_90_days_is_held_back_and_not_shown(officer, stranger):
    nik = make_nik()
    first = make_placement(
        by=stranger, office="bp3mi-ntb", nik=nik, name="Rahasia Lain", completed_on=FEBRUARY
    )
    job = checked(officer, csv_of([row(nik=nik), row()]))
    assert numbers(job) == (1, 1, 1, 0)
    assert told(job) == [
        "Perlu dipastikan: NIK: Mungkin sudah dicatat: pekerja yang sama atau bernama sama di "
        "BP3MI Nusa Tenggara Barat pada 02/02/2026. Perbaiki, atau bila memang benar isi kolom "
        "Alasan menyimpan."
    ]
    assert first.reference not in str(report_of(job))
    assert "Rahasia" not in str(report_of(job))


def test_a_namesake_of_the_own_office_is_held_back_and_named(officer):
    first = make_placement(by=officer, name="Siti Sama", completed_on=FEBRUARY)
    job = checked(
        officer, csv_of([row(name="SITI  SAMA"), row(name="Siti Sama", destination="HK")])
    )
    assert numbers(job) == (1, 1, 1, 0)
    assert "Nama lengkap: Mungkin sudah dicatat" in told(job)[0]
    assert f"02/02/2026, {first.reference}." in told(job)[0]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sex": "L"}, "Jenis kelamin: Menurut NIK jenis kelaminnya perempuan."),
        ({"birth_date": "05/05/1996"}, "Tanggal lahir: Menurut NIK lahirnya 04/05/1996."),
    ],
)
def test_a_nik_that_says_otherwise_holds_its_row_back(officer, changes, sentence):
    job = checked(officer, csv_of([row(**changes), row(**changes, kept_because="Sesuai akta")]))
    assert numbers(job) == (1, 1, 1, 0)
    assert sentence in told(job)[0]


def test_another_province_than_that_of_the_nik_is_not_asked_in_a_file(officer):
    assert numbers(checked(officer, csv_of([row(origin="5201")]))) == (1, 0, 0, 0)


@pytest.mark.parametrize("chunk", [1, 1000])
def test_a_row_that_repeats_an_earlier_good_row_of_its_file_is_held_back(
    officer, monkeypatch, chunk
):
    monkeypatch.setattr(importing, "CHUNK", chunk)
    nik, name = make_nik(), "Siti Sama"
    rows = [
        row(nik=nik, name=name),
        row(nik=nik, completed_on="31/05/2026"),  # 90 days later.
        row(nik=nik, completed_on="01/06/2026"),
        row(name="siti sama"),
        row(name=name, destination="HK"),
        row(name="Siti Lain", destination="Atlantis"),
        row(name="Siti Lain"),  # The row before is wrong and will not be recorded.
    ]
    job = saved(officer, csv_of(rows))
    assert (*numbers(job), job.saved) == (4, 3, 2, 0, 4)
    first, second, _wrong = told(job)
    assert "NIK: Mungkin sudah ada di baris lain berkas ini" in first
    assert "pada 02/03/2026" in first
    assert "Nama lengkap: Mungkin sudah ada di baris lain" in second


def test_a_reason_lets_a_row_in_and_is_kept_in_its_history_as_that_of_the_form_is(client, officer):
    nik, other = make_nik(), make_nik()
    for each in (nik, other):
        make_placement(by=officer, nik=each, completed_on=FEBRUARY)
    client.force_login(officer)
    sent = form_data(nik=other, confirmed="on", kept_because="Kontrak baru")
    client.post("/penempatan/catat/", sent)
    rows = [row(nik=nik, kept_because="Kontrak  baru"), row(), row(kept_because="Anak kembar")]
    job = saved(officer, csv_of(rows))
    assert (job.wrong, job.saved) == (0, 3)
    typed, kept, plain, twin = Placement.objects.order_by("pk")[2:]
    assert story_of(typed)["reason"] == story_of(kept)["reason"] == "Kontrak baru"
    assert story_of(twin)["reason"] == "Anak kembar"
    assert story_of(plain)["reason"] == story_of(kept)["source"] == "Impor harian.csv"
    for each in (kept, plain, twin):
        assert (story_of(each)["user"], story_of(each)["verb"]) == (officer.pk, "import")
    assert "Kontrak baru" in client.get(kept.get_absolute_url()).content.decode()


def test_a_reason_for_each_of_twenty_rows_takes_no_more_statements_than_for_two(officer):
    def statements(rows: int) -> int:
        content = csv_of([row(kept_because=f"Kontrak {number}") for number in range(rows)])
        job = checked(officer, content)
        importing.save_checked(job=job, by=officer)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            importing.run_next()
        return len(asked)

    assert statements(2) == statements(20)


def test_the_report_has_the_column_ready_says_so_and_comes_back_with_the_reason(client, officer):
    header = [each for each in HEADINGS if each != "Alasan menyimpan"]
    nik = make_nik()
    make_placement(by=officer, nik=nik, completed_on=FEBRUARY)
    rows = [row(nik=nik)[:REASON], row(sex="L", job_title="Raja")[:REASON]]
    job = checked(officer, csv_of(rows, header=header))
    head, near, both = report_of(job)
    assert head == [*header, "Alasan menyimpan", "baris asal", "kesalahan"]
    assert both[-1].startswith("Jabatan: “Raja” tidak ada di daftar.; Perlu dipastikan: Jenis")
    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes(job.report)))
    said = str(book.get_sheet_by_name("Petunjuk").to_python())
    assert "bila memang benar, tulis sebabnya di kolom Alasan menyimpan" in said
    near[-3], both[-3], both[HEADINGS.index("Jabatan")] = "Kontrak baru", "Akta", "Caregiver"
    again = saved(officer, csv_of([near, both], header=head))
    assert (*numbers(again), again.saved) == (2, 0, 0, 0, 2)


def test_a_cell_to_make_sure_of_is_yellow_and_a_wrong_one_red(officer):
    job = checked(officer, csv_of([row(sex="L", job_title="Raja")]))
    with zipfile.ZipFile(io.BytesIO(bytes(job.report))) as packed:
        page = packed.read("xl/worksheets/sheet1.xml").decode()
    styles = {
        field: page.split(f'r="{chr(65 + column)}2"')[1].split(">")[0]
        for column, field in enumerate(sheets.HEADINGS)
    }
    assert styles["sex"] == styles["kept_because"] != styles["job_title"]
    assert len(set(styles.values())) == 3


def test_what_was_imported_is_already_there_and_never_near_itself(officer):
    nik, name = make_nik(), "Siti Sama"
    rows = [
        row(nik=nik, name=name),
        row(nik=nik, completed_on="03/03/2026", kept_because="Kontrak baru"),
        row(name=name, kept_because="Orang lain"),
        row(sex="L", kept_because="Sesuai akta"),
    ]
    assert saved(officer, csv_of(rows)).saved == 4
    for each in rows:
        each[REASON] = ""
    again = saved(officer, csv_of(rows))
    assert (*numbers(again), again.saved) == (0, 0, 0, 4, 0)
    assert Placement.objects.count() == 4


def test_the_first_row_of_a_worker_names_them_as_when_rows_are_typed_one_by_one(officer):
    nik = make_nik()
    rows = [row(nik=nik, name="Siti Satu"), row(nik=nik, name="Siti Dua", completed_on="1/8/2026")]
    assert saved(officer, csv_of(rows)).saved == 2
    assert Worker.objects.get().name == "Siti Satu"


def test_a_voided_placement_is_repeated_without_being_asked(officer):
    nik = make_nik()
    first = make_placement(by=officer, nik=nik, name="Siti Sama", completed_on=FEBRUARY)
    recording.void_placement(placement=first, by=officer, reason="salah")
    assert numbers(checked(officer, csv_of([row(nik=nik), row(name="Siti Sama")]))) == (1, 1, 1, 0)


def test_what_became_near_since_the_check_is_not_saved_and_the_page_says_so(client, officer):
    nik = make_nik()
    job = checked(officer, csv_of([row(nik=nik), row()]))
    make_placement(by=officer, nik=nik, completed_on=FEBRUARY)
    importing.save_checked(job=job, by=officer)
    importing.run_next()
    job.refresh_from_db()
    assert (job.good, job.saved) == (2, 1)
    client.force_login(officer)
    assert "1 tidak disimpan: sejak diperiksa sudah tercatat, mungkin ganda" in (
        client.get(URL).content.decode()
    )


def test_the_page_tells_what_is_wrong_from_what_is_to_be_made_sure_of(client, officer):
    checked(officer, csv_of([row(), row(sex="L"), row(nik="1")]))
    client.force_login(officer)
    page = client.get(URL).content.decode()
    assert "1 baris benar, 2 salah" in page
    assert "1 di antara yang salah perlu dipastikan" in page


def test_a_column_of_an_office_is_matched_to_the_reason_once_and_handed_back_as_it_is(
    client, officer
):
    header = ["Sebab disimpan" if each == "Alasan menyimpan" else each for each in HEADINGS]
    header[0] = "No. Identitas"
    kept = row(sex="L", kept_because="Sesuai akta")
    job = checked(officer, csv_of([kept], header=header))
    client.force_login(officer)
    places = {field: str(place) for place, field in enumerate(sheets.HEADINGS)}
    assert client.post(f"{URL}{job.pk}/kolom/", places).status_code == 302
    importing.run_next()
    job.refresh_from_db()
    assert numbers(job) == (1, 0, 0, 0)
    again = checked(officer, csv_of([row(sex="L")], header=header))
    assert report_of(again)[0] == [*header, "baris asal", "kesalahan"]


def test_the_sample_of_a_reason_names_nobody(client, officer):
    header = ["No. Identitas", *HEADINGS[1:]]
    job = checked(officer, csv_of([row(kept_because="Kembaran Rahasia")], header=header))
    client.force_login(officer)
    page = client.get(f"{URL}{job.pk}/kolom/").content.decode()
    assert "K••• R•••" in page
    assert "Rahasia" not in page


def test_a_column_called_reason_is_not_taken_for_the_reason_to_keep_a_row(officer):
    header = ["Alasan" if each == "Alasan menyimpan" else each for each in HEADINGS]
    job = checked(officer, csv_of([row(sex="L", kept_because="Ekonomi")], header=header))
    assert numbers(job) == (0, 1, 1, 0)


@pytest.mark.parametrize(
    ("reason", "sentence"), [("x" * 301, "paling panjang 300 huruf"), ("=1+1", "berisi rumus")]
)
def test_a_reason_is_held_to_the_rules_of_the_form(officer, reason, sentence):
    job = checked(officer, csv_of([row(sex="L", kept_because=reason)]))
    assert numbers(job) == (0, 1, 0, 0)
    assert sentence in told(job)[0]


NIKS = [make_nik(), make_nik(), make_nik(day="04")]
ROWS = st.fixed_dictionaries(
    {
        "nik": st.sampled_from(NIKS),
        "name": st.sampled_from(["Siti", "SITI", "Élan", "élan", "Groß", "Gross", "GROSS"]),
        "birth_date": st.sampled_from([datetime.date(1996, 5, 4)] * 3 + [FEBRUARY.replace(1996)]),
        "sex": st.sampled_from("FFFM"),
        "destination": st.sampled_from(["TW", "TW", "HK"]),
        "completed_on": st.sampled_from([0, 0, 1, 89, 90, 91]).map(
            lambda days: FEBRUARY + datetime.timedelta(days)
        ),
    }
)


def one_of(nik: str, name: str, days: int) -> dict:
    return {
        "nik": nik, "name": name, "birth_date": datetime.date(1996, 5, 4), "sex": "F",
        "destination": "TW", "completed_on": FEBRUARY + datetime.timedelta(days),
    }  # fmt: skip


# Capitals as PostgreSQL makes them.
@example(before=[], rows=[one_of(NIKS[0], "Groß", 0), one_of(NIKS[1], "GROSS", 0)])
# A worker keeps the name of their first row, so the second is nobody's namesake.
@example(
    before=[one_of(NIKS[1], "Siti", 0)],
    rows=[one_of(NIKS[0], "Élan", 0), one_of(NIKS[0], "Siti", 91)],
)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=st.lists(ROWS, max_size=3), rows=st.lists(ROWS, min_size=1, max_size=6))
def test_the_form_and_a_file_hold_back_the_same(officer, stranger, before, rows):
    """Four roads for the same rows: the form, a file in one piece, a file in pieces of one row,
    and files of one row each, which know of one another by the table alone."""
    so_far = sifting.SoFar()

    def by_form(facts: list[dict]) -> list[str]:
        ends = []
        for each in facts:
            try:
                recording.record_placement(by=officer, request_key=uuid.uuid4(), **each)
                ends.append("good")
            except judging.Unconfirmed:
                ends.append("held")
            except ValidationError:
                ends.append("wrong")
        return ends

    def entry_of(facts: dict) -> sifting.Entry:
        who = {name: facts[name] for name in ("nik", "name", "birth_date")}
        others = {name: value for name, value in facts.items() if name not in who}
        return sifting.Entry(**who, facts=others)

    def end_of(entry: sifting.Entry) -> str:
        # The same worker and day in another file is no mistake, but no second placement either.
        if entry.problems or entry.is_already:
            return "wrong"
        return "held" if entry.doubts else "good"

    def sifted(entries: list[sifting.Entry], so_far=None) -> list[str]:
        sifting.examine(entries=entries, by=officer, default_office=officer.office, so_far=so_far)
        return [end_of(entry) for entry in entries]

    def in_files_of_one(facts: list[dict]) -> list[str]:
        entries = [entry_of(each) for each in facts]
        for entry in entries:
            bulk.record_many(by=officer, entries=[entry], source="x")
        return [end_of(entry) for entry in entries]

    roads = {
        "form": by_form,
        "one piece": lambda facts: sifted([entry_of(each) for each in facts]),
        "pieces": lambda facts: [sifted([entry_of(each)], so_far)[0] for each in facts],
        "files": in_files_of_one,
    }
    with transaction.atomic():
        for each in before:
            with contextlib.suppress(ValidationError):
                make_placement(by=stranger, office="bp3mi-ntb", **each)
        facts = [make_facts(**each) for each in rows]
        ends = {}
        for road, go in roads.items():
            with transaction.atomic():
                ends[road] = go(facts)
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert ends == dict.fromkeys(roads, ends["form"])


def test_a_row_imported_before_is_near_to_a_later_one_by_the_table_alone(officer):
    """So it is said once, and not at all when it was voided since."""
    nik, name = make_nik(), "Siti Sama"
    first = row(nik=nik, name=name)
    saved(officer, csv_of([first]))
    later, namesake = row(nik=nik, completed_on="04/03/2026"), row(name=name)
    job = checked(officer, csv_of([first, later, namesake, first]))
    assert numbers(job) == (0, 3, 2, 1)
    near, alike, again = told(job)
    assert near.count("Mungkin sudah") == alike.count("Mungkin sudah") == 1
    assert "sudah ada di baris lain berkas ini" in again
    recording.void_placement(placement=Placement.objects.get(), by=officer, reason="salah")
    for each in (later, namesake):
        assert numbers(checked(officer, csv_of([first, each]))) == (1, 0, 0, 1)

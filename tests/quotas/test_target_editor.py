"""The table of targets, its sheets, preview, splits and documents, through the real admin."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from placement.models import Programme
from quotas import grid, splitting, targets
from quotas.figures import attainment_figures
from quotas.models import Distribution, TargetDocument
from quotas.promises import Measure
from quotas.targets import Amount
from tests.factories import make_placement

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


@pytest.fixture
def staff(target_admin, second_admin):
    for user in (target_admin, second_admin):
        user.is_staff = True
        user.save()
    return target_admin, second_admin


@pytest.fixture
def draft(staff):
    made = targets.create_set(
        by=staff[0], reason="awal", year=2027, name="Target 2027", source="Keputusan",
        decree_number="K-27", decree_date=datetime.date(2027, 1, 4),
    )  # fmt: skip
    targets.set_amounts(
        target_set=made, by=staff[0], reason="awal", amounts=[Amount(Measure.NATIONAL, 1000)]
    )
    return made


def url(draft, page: str) -> str:
    return f"/admin/quotas/targetset/{draft.pk}/{page}"


def save(client, draft, **cells):
    page = client.get(url(draft, "tabel/")).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    return client.post(url(draft, "tabel/"), {"seen": seen, "reason": "ubah", **cells})


def amount(draft, key: str) -> int | None:
    return grid.grid_of(draft.__class__.objects.get(pk=draft.pk)).saved.get(key)


@pytest.mark.django_db
def test_the_table_saves_what_was_typed_and_leaves_the_rest(client, staff, draft):
    client.force_login(staff[0])
    cells = {"served:bp3mi-jateng:": "1.234", "origin:33:regular": "5"}
    assert save(client, draft, **cells).status_code == 302
    assert amount(draft, "served:bp3mi-jateng:") == 1234
    assert amount(draft, "origin:33:regular") == 5
    assert amount(draft, "national::") == 1000
    assert amount(draft, "served:bp3mi-ntb:") is None


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["-5", "1,5", "banyak", "0", "999999999999", "1.23"])
def test_a_wrong_amount_is_said_with_its_row_and_column_and_nothing_is_saved(
    client, staff, draft, typed
):
    client.force_login(staff[0])
    answer = save(client, draft, **{"served:bp3mi-jateng:": typed, "served:bp3mi-ntb:": "7"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "BP3MI Jawa Tengah · Semua program" in page
    assert f'value="{typed}"' in page
    assert amount(draft, "served:bp3mi-ntb:") is None


@pytest.mark.django_db
def test_the_second_of_two_administrators_is_told_what_changed_and_keeps_the_typing(
    client, staff, draft
):
    first, second = staff
    client.force_login(second)
    page = client.get(url(draft, "tabel/")).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    targets.set_amounts(
        target_set=draft, by=first, reason="lain", amounts=[Amount(Measure.NATIONAL, 2000)]
    )
    sent = {"seen": seen, "reason": "ubah", "national::": "3000"}
    page = client.post(url(draft, "tabel/"), sent).content.decode()
    assert "baru diubah admin" in page
    assert 'value="3000"' in page
    assert amount(draft, "national::") == 2000


@pytest.mark.django_db
def test_a_crafted_post_cannot_edit_an_enacted_set(client, staff, draft):
    targets.propose_set(target_set=draft, by=staff[0], reason="usul")
    targets.enact_set(target_set=draft, by=staff[1], reason="tetap")
    client.force_login(staff[0])
    answer = save(client, draft, **{"national::": "5"})
    assert answer.status_code == 422
    assert "tidak dapat diubah" in answer.content.decode()
    assert amount(draft, "national::") == 1000


@pytest.mark.django_db
def test_a_set_exported_as_xlsx_and_csv_can_be_loaded_again(client, staff, draft):
    client.force_login(staff[0])
    for kind in ("xlsx", "csv"):
        sheet = client.get(url(draft, f"tabel.{kind}"))
        assert sheet["Content-Disposition"].startswith("attachment")
        sent = {"sheet": SimpleUploadedFile(f"target.{kind}", sheet.content)}
        answer = client.post(url(draft, "tabel/"), sent)
        assert answer.status_code == 200, answer.content.decode()[:500]
        assert "belum disimpan" in answer.content.decode()


def sheet_of(change) -> bytes:
    out = io.StringIO()
    table = grid.grid_of(change.pop("draft"))
    lines = [grid.header(table), *grid.rows(table)]
    change["edit"](lines)
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda lines: lines[3].append("lebih"), "kolom di luar tabel"),
        (lambda lines: lines.append(list(lines[5])), "sudah ada di baris lain"),
        (lambda lines: lines[4].__setitem__(1, "bp3mi-mars"), "tidak dikenal"),
        (lambda lines: lines[2].__setitem__(3, "-4"), "bukan bilangan bulat"),
        (lambda lines: lines[0].__setitem__(0, "Apa"), "Judul kolom harus"),
    ],
)
def test_a_wrong_sheet_is_refused_with_every_row_and_nothing_is_half_imported(
    client, staff, draft, edit, sentence
):
    client.force_login(staff[0])
    content = sheet_of({"draft": draft, "edit": edit})
    answer = client.post(url(draft, "tabel/"), {"sheet": SimpleUploadedFile("target.csv", content)})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert amount(draft, "national::") == 1000


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"PK\x03\x04rusak", b"\xff\xfe\x00", b"%PDF-1.7"])
def test_a_file_that_is_no_sheet_gets_a_sentence(client, staff, draft, content):
    client.force_login(staff[0])
    answer = client.post(
        url(draft, "tabel/"), {"sheet": SimpleUploadedFile("target.xlsx", content)}
    )
    assert answer.status_code == 422
    assert "Belum ada yang disimpan" in answer.content.decode()


@pytest.mark.django_db
def test_an_xlsx_with_numbers_fills_the_table_without_saving(client, staff, draft):
    out = io.BytesIO()
    table = grid.grid_of(draft)
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, grid.header(table))
        sheet.write_row(1, 0, ["origin", "33", "Jawa Tengah", 321])
    client.force_login(staff[0])
    sent = {"sheet": SimpleUploadedFile("target.xlsx", out.getvalue())}
    page = client.post(url(draft, "tabel/"), sent).content.decode()
    assert 'name="origin:33:" value="321"' in page
    assert amount(draft, "origin:33:") is None


@pytest.mark.django_db
def test_the_preview_counts_units_that_change_and_downloads(client, staff, draft):
    client.force_login(staff[0])
    save(client, draft, **{"served:bp3mi-jateng:": "10"})
    page = client.get(url(draft, "pratinjau/")).content.decode()
    assert "2 unit berubah targetnya" in page
    rows = client.get(url(draft, "pratinjau/?csv")).content.decode("utf-8-sig")
    assert "bp3mi-jateng" in rows


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["even", "working_days", "distribution"])
def test_every_way_of_splitting_sums_to_the_year(client, staff, draft, method):
    distribution = Distribution.objects.create(
        name="Lebaran", shares=[10, 10, 5, 5, 10, 10, 10, 10, 10, 10, 5, 5]
    )
    client.force_login(staff[0])
    sent = {"method": method, "distribution": str(distribution.pk), "reason": "bagi"}
    client.post(url(draft, "langkah/split/"), sent)
    target = draft.targets.get(measure="national")
    assert sum(target.months) == 1000
    assert len(target.months) == 12


@pytest.mark.django_db
def test_a_season_needs_past_years_with_placements(staff, draft):
    with pytest.raises(ValidationError, match="tahun lalu"):
        targets.split_months(target_set=draft, by=staff[0], reason="bagi", method="seasonal")
    with pytest.raises(ValidationError, match="tidak punya penempatan"):
        targets.split_months(
            target_set=draft, by=staff[0], reason="bagi", method="seasonal", past_years=[2026]
        )


@pytest.mark.django_db
def test_a_changed_year_keeps_its_split_in_shape_and_sum(staff, draft):
    targets.split_months(target_set=draft, by=staff[0], reason="bagi", method="even")
    targets.set_amounts(
        target_set=draft, by=staff[0], reason="ubah", amounts=[Amount(Measure.NATIONAL, 1205)]
    )
    assert sum(draft.targets.get().months) == 1205


@pytest.mark.django_db
def test_the_database_refuses_months_that_do_not_sum_to_the_year(draft):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE quotas_target SET months = array_fill(1, ARRAY[12])")


@given(st.integers(0, 10_000_000), st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60))
def test_a_split_by_largest_remainder_sums_to_the_whole(total, weights):
    parts = splitting.spread(total, weights)
    assert sum(parts) == total
    assert min(parts) >= 0


@given(st.integers(1, 10_000_000), st.integers(2020, 2035))
def test_a_unit_without_a_split_is_planned_by_working_days(total, year):
    plan = splitting.plan_of(amount=total, months=None, year=year)
    assert len(plan) == 12
    assert sum(plan) == total


@pytest.mark.django_db
def test_a_revision_is_a_copy_that_names_what_it_revises(client, staff, draft):
    targets.split_months(target_set=draft, by=staff[0], reason="bagi", method="even")
    client.force_login(staff[0])
    client.post(url(draft, "langkah/copy/"), {"name": "Revisi 1", "reason": "turun"})
    copied = draft.revisions.get()
    assert copied.status == "draft"
    assert copied.decree_number == ""
    assert copied.targets.get().months == draft.targets.get().months


@pytest.mark.django_db
def test_a_decree_number_is_used_once_and_enacting_needs_one(staff, draft):
    copied = targets.copy_set(target_set=draft, by=staff[0], reason="salin", name="Revisi")
    with pytest.raises(ValidationError, match="sudah dipakai"):
        targets.revise_set(target_set=copied, by=staff[0], reason="no", decree_number="K-27")
    targets.propose_set(target_set=copied, by=staff[0], reason="usul")
    with pytest.raises(ValidationError, match="Isi nomor penetapan"):
        targets.enact_set(target_set=copied, by=staff[1], reason="tetap")


@pytest.mark.django_db
def test_a_decree_is_attached_as_pdf_and_served_as_a_download(client, staff, draft):
    client.force_login(staff[0])
    for content, told in ((b"GIF89a", False), (PDF, True)):
        client.post(
            url(draft, "langkah/document/"),
            {"document": SimpleUploadedFile("penetapan.pdf", content), "reason": "lampir"},
        )
        assert TargetDocument.objects.exists() is told
    answer = client.get(url(draft, "dokumen/"))
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    client.logout()
    assert client.get(url(draft, "dokumen/")).status_code == 302


@pytest.mark.django_db
def test_a_decree_over_ten_megabytes_is_refused(staff, draft):
    with pytest.raises(ValidationError, match="10 MB"):
        targets.attach_document(
            target_set=draft, by=staff[0], reason="x", name="a.pdf",
            content=b"%PDF-" + b"0" * TargetDocument.MAX_BYTES,
        )  # fmt: skip


@pytest.mark.django_db
def test_attainment_under_an_old_set_never_changes_when_a_new_one_is_enacted(
    staff, draft, officer, directorate
):
    make_placement(by=officer, completed_on=datetime.date(2025, 3, 3))
    old = draft.__class__.objects.in_year(2025).enacted().get()

    def under_old():
        return attainment_figures(user=directorate, year=2025, target_set=old.pk)

    before = under_old()
    newer = targets.copy_set(target_set=old, by=staff[0], reason="revisi", name="Revisi 2025")
    targets.revise_set(
        target_set=newer, by=staff[0], reason="no", decree_number="K-25b",
        decree_date=datetime.date(2025, 9, 1),
    )  # fmt: skip
    targets.set_amounts(
        target_set=newer, by=staff[0], reason="turun", amounts=[Amount(Measure.NATIONAL, 10)]
    )
    targets.propose_set(target_set=newer, by=staff[0], reason="usul")
    targets.enact_set(target_set=newer, by=staff[1], reason="tetap")
    after = under_old()

    def facts(rows):
        return [(row.measure, row.code, row.target, row.percent, row.rating) for row in rows]

    assert facts(before) == facts(after)
    nation = attainment_figures(user=directorate, year=2025, measure="national")[0]
    assert nation.target == 10


@pytest.mark.django_db
def test_the_history_of_a_set_downloads_as_csv(client, staff, draft):
    client.force_login(staff[0])
    text = client.get(url(draft, "riwayat.csv/")).content.decode("utf-8-sig")
    assert "awal" in text
    assert "set amounts" in text


@pytest.mark.django_db
def test_the_pages_of_a_set_are_closed_to_officers(client, officer, draft):
    client.force_login(officer)
    for page in ("tabel/", "tabel.csv", "pratinjau/", "dokumen/", "riwayat.csv/"):
        assert client.get(url(draft, page)).status_code in {302, 403}, page


@pytest.mark.django_db
def test_typed_months_must_sum_to_the_year_and_stay_typed_when_they_do_not(client, staff, draft):
    client.force_login(staff[0])
    target = draft.targets.get()
    page = url(draft, f"bulan/?target={target.pk}")
    assert client.get(page).status_code == 200
    sent = {f"month-{n}": "83" for n in range(1, 13)} | {"reason": "rencana"}
    answer = client.post(page, sent)
    assert answer.status_code == 422
    assert "harus sama dengan target" in answer.content.decode()
    assert answer.content.decode().count('value="83"') == 12
    assert client.post(page, sent | {"month-12": "87"}).status_code == 302
    assert sum(draft.targets.get().months) == 1000
    assert client.post(page, sent | {"month-1": "abc"}).status_code == 422


@pytest.mark.django_db
def test_strange_addresses_and_marks_of_a_set_are_never_a_500(client, staff, draft):
    client.force_login(staff[0])
    for address in ("abc/tabel/", "²/tabel/", "abc/history/", "abc/change/", "99999999/bulan/"):
        assert client.get(f"/admin/quotas/targetset/{address}").status_code in {302, 404}, address
    for seen in ("", "²", "abc", "999999999"):
        sent = {"seen": seen, "reason": "ubah", "national::": "1001"}
        assert client.post(url(draft, "tabel/"), sent).status_code in {302, 422}, seen
    split = {"method": "seasonal", "past_years": "²", "distribution": "²", "reason": "x"}
    assert client.post(url(draft, "langkah/split/"), split).status_code == 302


@pytest.mark.django_db
def test_the_list_shows_the_national_target_by_the_rule_of_attainment(client, staff, draft):
    programme = Programme.objects.first()
    targets.set_amounts(
        target_set=draft, by=staff[0], reason="isi",
        amounts=[Amount(Measure.NATIONAL, 77, programme=programme)],
    )  # fmt: skip
    client.force_login(staff[0])
    page = client.get("/admin/quotas/targetset/?q=Target+2027").content.decode()
    assert "1.000" in page
    assert "1.077" not in page

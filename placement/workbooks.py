"""Workbooks that go out to a person who imports: the template, and what is to be mended."""

from __future__ import annotations

import io

import xlsxwriter
from django.utils.translation import gettext as _

from placement.reference import Agency, EmployerKind, JobTitle, Programme, Scheme
from placement.sheets import COLUMNS, HEADINGS, MAX_ROWS, OPTIONAL, ORIGIN, WRONG, Sheet
from regions.models import Country, Office, Regency

_HEAD = {"bold": True, "bg_color": "#12343b", "font_color": "#ffffff"}
# Nobody has such a NIK: no province has the code 00.
_EXAMPLES = (
    {"nik": "0000004405960001", "name": "Contoh Satu", "sex": "P", "birth_date": "04/05/1996",
     "origin": "3301", "completed_on": "24/11/2026", "scheme": "G to G",
     "destination": "Taiwan", "job_title": "Caregiver", "employer_kind": "Perseorangan"},
    {"nik": "0000001708990002", "name": "Contoh Dua", "sex": "L", "birth_date": "17 Agustus 1999",
     "origin": "Kabupaten Cilacap", "completed_on": "2026-11-24", "scheme": "GTOG",
     "programme": "Reguler", "destination": "KR", "job_title": "caregiver",
     "employer_kind": "Berbadan hukum", "remark": "Baris contoh, bukan pekerja nyata"},
)  # fmt: skip


def write_report(sheet: Sheet, wrong: dict[int, dict[str, list[str]]]) -> bytes:
    """The wrong rows as a workbook: wrong cells marked, columns *kesalahan* and *baris asal* (the
    row of the file first sent), ready to be mended and sent again. ``wrong`` is by place in
    ``sheet.rows``."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True}) as book:
        page = book.add_worksheet("Perbaikan")
        bold = book.add_format(_HEAD)
        red = book.add_format({"bg_color": "#f6e1dc", "font_color": "#8a2a17"})
        last = len(sheet.header)
        page.write_row(0, 0, [*sheet.header, ORIGIN, WRONG], bold)
        page.set_column(0, last - 1, 20)
        page.set_column(last, last, 12)
        page.set_column(last + 1, last + 1, 70)
        for line, (index, problems) in enumerate(sorted(wrong.items()), start=1):
            for column, text in enumerate(sheet.rows[index]):
                style = red if sheet.fields[column] in problems else None
                page.write_string(line, column, text, style)
            told = "; ".join(
                f"{HEADINGS.get(field, field)}: {' '.join(sentences)}"
                for field, sentences in problems.items()
            )
            page.write_string(line, last, sheet.numbers[index])
            page.write_string(line, last + 1, told)
        page.freeze_panes(1, 0)
    return out.getvalue()


def template() -> bytes:
    """An empty sheet with drop-down lists, how to fill it, examples, and the lists of codes."""
    names = (
        ("origin", "Kabupaten-kota", Regency.objects.select_related("province"),
         lambda r: (r.full_name, r.pk, r.province.name)),
        ("office", "Kantor", Office.objects.all(), lambda r: (r.name, r.pk)),
        ("destination", "Negara", Country.objects.filter(is_active=True),
         lambda r: (r.name_id, r.pk)),
        ("scheme", "Skema", Scheme.objects.all(), lambda r: (r.label, r.pk)),
        ("programme", "Program", Programme.objects.all(), lambda r: (r.label, r.pk)),
        ("job_title", "Jabatan", JobTitle.objects.all(), lambda r: (r.label, r.pk)),
        ("employer_kind", "Pemberi kerja", EmployerKind.objects.all(), lambda r: (r.label, r.pk)),
        ("agency", "P3MI", Agency.objects.all(), lambda r: (r.label, r.pk)),
    )  # fmt: skip
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format(_HEAD)
        text = book.add_format({"num_format": "@"})
        wide = book.add_format({"text_wrap": True, "valign": "top"})
        page = book.add_worksheet("Penempatan")
        _columns(page, bold, text)
        told = book.add_worksheet(_("Petunjuk"))
        told.set_column(0, 0, 28, wide)
        told.set_column(1, 1, 90, wide)
        for line, (name, sentence) in enumerate(_instructions()):
            told.write_string(line, 0, name)
            told.write_string(line, 1, sentence)
        shown = book.add_worksheet(_("Contoh"))
        _columns(shown, bold, text)
        for line, example in enumerate(_EXAMPLES, start=1):
            for column, field in enumerate(HEADINGS):
                shown.write_string(line, column, example.get(field, ""))
        _drop_down(page, "sex", ["P", "L"])
        for field, name, rows, values in names:
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 2, 34, text)
            last = 0
            for last, row in enumerate(rows, start=1):
                sheet.write_row(last - 1, 0, values(row))
            if last:
                _drop_down(page, field, f"='{name}'!$A$1:$A${last}")
    return out.getvalue()


def _columns(page, bold, text) -> None:
    page.set_column(0, len(COLUMNS) - 1, 24, text)
    page.write_row(0, 0, list(HEADINGS.values()), bold)
    page.freeze_panes(1, 0)


def _drop_down(page, field: str, source: str | list[str]) -> None:
    """Offer the list; a code may be typed as well, so nothing is refused before the check."""
    column = list(HEADINGS).index(field)
    page.data_validation(
        1, column, MAX_ROWS, column, {"validate": "list", "source": source, "show_error": False}
    )


def _instructions() -> list[tuple[str, str]]:
    optional = ", ".join(heading for field, heading in HEADINGS.items() if field in OPTIONAL)
    return [
        (_("Satu baris"), _("Satu layanan yang selesai: satu pekerja, satu kantor, satu tanggal.")),
        (_("Lembar pertama"), _("Hanya lembar Penempatan yang dibaca. Isi mulai baris kedua.")),
        (_("NIK"), _("Enam belas angka sebagai teks; format kolomnya jangan diubah.")),
        (_("Tanggal"), _("24/11/2026, 24 November 2026, atau 2026-11-24; tahun empat angka.")),
        (_("Daftar"), _("Pilih dari daftar di selnya, atau ketik kodenya. Isi daftar ada di lembar "
                        "sesudah Contoh.")),
        (_("Boleh kosong"), optional),
        (_("Kantor kosong"), _("Dicatat pada kantor Anda sendiri.")),
        (_("Rumus"), _("Tidak diterima. Salin, lalu tempel sebagai nilai.")),
        (_("Batas"), _("20 MB dan 200.000 baris sekali kirim.")),
        (_("Sesudah dikirim"), _("Berkas diperiksa dulu. Baris yang salah dikembalikan dengan "
                                 "kolom kesalahan: perbaiki dan kirim lagi lembar itu. Tidak ada "
                                 "yang tercatat dua kali.")),
    ]  # fmt: skip

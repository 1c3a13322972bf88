"""Workbooks that go out to a person who imports: the template, and what is to be mended."""

from __future__ import annotations

import contextlib
import functools
import io
import shutil
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _

from placement.reference import Agency, EmployerKind, JobTitle, Programme, Scheme
from placement.sheets import COLUMNS, HEADINGS, MAX_ROWS, OPTIONAL, ORIGIN, WRONG, Sheet
from regions.models import Country, Office, Regency

# A hundred thousand wrong rows in memory took 700 MB: they lie in a folder of this name, for the
# seconds of writing. They hold NIK, as the file does: erase_scratch looks for what was left.
SCRATCH = "capaian-impor-"
_WRITTEN_BY_NOW = 600
_HEAD = {"bold": True, "bg_color": "#12343b", "font_color": "#ffffff"}
# Nobody has such a NIK: no province has the code 00.
_EXAMPLES = (
    {"nik": "0000004405960001", "name": "Contoh Satu", "sex": "P", "birth_date": "04/05/1996",
     "origin": "3301", "completed_on": "24/11/2026", "scheme": "G to G",
     "destination": "Taiwan", "job_title": "Caregiver", "employer_kind": "Perseorangan"},
    {"nik": "0000001708990002", "name": "Contoh Dua", "sex": "L", "birth_date": "17 Agustus 1999",
     "origin": "Kabupaten Cilacap", "completed_on": "2026-11-24", "scheme": "GTOG",
     "programme": "Reguler", "destination": "KR", "job_title": "caregiver",
     "employer_kind": "Berbadan hukum", "remark": "Baris contoh, bukan pekerja nyata",
     "kept_because": "Kontrak baru, selesai 24/10/2026 di Batam"},
)  # fmt: skip


class Wrong(NamedTuple):
    """A row to hand back: what the column *kesalahan* says, the wrong fields, and those in doubt,
    which a reason answers as well. All of a file are held at once, so it is small."""

    told: str
    problems: frozenset[str]
    doubts: frozenset[str]


# Of the wrong fields of a hundred thousand rows there are few different sets.
_same_set = functools.lru_cache(maxsize=1_000)(frozenset)


def wrong_of(problems: dict[str, list[str]], doubts: dict[str, list[str]]) -> Wrong:
    """What is handed back of a row, of which the sentences are told by field."""
    parts = _by_heading(problems)
    if doubts:
        told = _("Perlu dipastikan: %(doubts)s Perbaiki, atau bila memang benar isi kolom "
                 "%(reason)s.")  # fmt: skip
        told_doubts = "; ".join(_by_heading(doubts))
        parts.append(told % {"doubts": told_doubts, "reason": HEADINGS["kept_because"]})
    return Wrong("; ".join(parts), _same_set(tuple(problems)), _same_set(tuple(doubts)))


def _by_heading(sentences: dict[str, list[str]]) -> list[str]:
    return [f"{HEADINGS.get(field, field)}: {' '.join(each)}" for field, each in sentences.items()]


def write_report(sheet: Sheet, wrong: dict[int, Wrong]) -> bytes:
    """The wrong rows as a workbook: wrong cells marked, columns *Alasan menyimpan*, *baris asal*
    (the row of the file first sent) and *kesalahan*, ready to be mended and sent again. ``wrong``
    is by place in ``sheet.rows``."""
    added = () if "kept_because" in sheet.fields else ("kept_because",)
    fields = [*sheet.fields, *added]
    out = io.BytesIO()
    with (
        tempfile.TemporaryDirectory(prefix=SCRATCH) as scratch,
        xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": scratch}) as book,
    ):
        page = book.add_worksheet("Perbaikan")
        bold = book.add_format(_HEAD)
        red = book.add_format({"bg_color": "#f6e1dc", "font_color": "#8a2a17"})
        amber = book.add_format({"bg_color": "#f8ecc9", "font_color": "#6b4e00"})
        last = len(fields)
        header = [*sheet.header, *(HEADINGS[name] for name in added), ORIGIN, WRONG]
        page.write_row(0, 0, header, bold)
        page.set_column(0, last - 1, 20)
        page.set_column(last, last, 12)
        page.set_column(last + 1, last + 1, 70)
        for line, (index, row) in enumerate(sorted(wrong.items()), start=1):
            asked = row.doubts | {"kept_because"} if row.doubts else row.doubts
            for column, text in enumerate((*sheet.rows[index], *("" for _each in added))):
                field = fields[column]
                style = red if field in row.problems else amber if field in asked else None
                page.write_string(line, column, text, style)
            page.write_string(line, last, sheet.numbers[index])
            page.write_string(line, last + 1, row.told)
        page.freeze_panes(1, 0)
        _tell(book, _mending())
    return out.getvalue()


def erase_scratch() -> None:
    """Erase what a worker that was killed while it wrote a report has left on this machine."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - folder.stat().st_mtime > _WRITTEN_BY_NOW:
                shutil.rmtree(folder, ignore_errors=True)


def _tell(book: xlsxwriter.Workbook, instructions: list[tuple[str, str]]) -> None:
    """Add the sheet that says how to fill in the one before it."""
    wide = book.add_format({"text_wrap": True, "valign": "top"})
    page = book.add_worksheet(_("Petunjuk"))
    page.set_column(0, 0, 28, wide)
    page.set_column(1, 1, 90, wide)
    for line, (name, sentence) in enumerate(instructions):
        page.write_string(line, 0, name)
        page.write_string(line, 1, sentence)


def _mending() -> list[tuple[str, str]]:
    return [
        (_("Sel merah"), _("Salah. Perbaiki menurut kolom kesalahan.")),
        (_("Sel kuning"), _("Perlu dipastikan. Perbaiki bila salah; bila memang benar, tulis "
                            "sebabnya di kolom Alasan menyimpan, misalnya Kontrak baru.")),
        (_("Sesudah itu"), _("Kirim lagi berkas ini. Kolom kesalahan dan baris asal boleh tetap "
                             "ada.")),
    ]  # fmt: skip


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
        page = book.add_worksheet("Penempatan")
        _columns(page, bold, text)
        _tell(book, _instructions())
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
        (HEADINGS["kept_because"],
         _("Kosongkan, kecuali barisnya mungkin ganda (pekerja yang sama dalam 90 hari; nama, "
           "tanggal lahir, dan tujuan yang sama) atau berbeda dari NIK-nya, dan memang benar: "
           "tulis sebabnya.")),
        (_("Rumus"), _("Tidak diterima. Salin, lalu tempel sebagai nilai.")),
        (_("Batas"), _("20 MB dan 200.000 baris sekali kirim.")),
        (_("Sesudah dikirim"), _("Berkas diperiksa dulu. Baris yang salah dikembalikan dengan "
                                 "kolom kesalahan: perbaiki dan kirim lagi lembar itu. Tidak ada "
                                 "yang tercatat dua kali.")),
    ]  # fmt: skip

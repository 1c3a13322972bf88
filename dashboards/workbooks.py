"""A page as XLSX: real numbers, and live formulas for every sum, percent and difference.

Each formula is written with its result, so that a program that does not calculate shows the same.
Rows are written once, in order, sheet after sheet (``constant_memory``): what a formula points at
may lie on an earlier sheet, and a total is written after its rows.
"""

from __future__ import annotations

import datetime
import tempfile
from typing import IO

import xlsxwriter
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name, xl_rowcol_to_cell

from accounts.downloads import WORKBOOK
from dashboards.behind import HEADINGS, Behind
from dashboards.exports import LABELS, Export, UnitTable
from dashboards.funnels import beside_words, origin_words, share_words
from dashboards.provenance import about, definitions, measure_words, rows_sentence, warning
from dashboards.sheet import Live, Sheet, cells, change, gap, share, sheet_name
from dashboards.tables import Row
from dashboards.unit_tables import row_of
from quotas import pace
from quotas.names import names_of


def write_workbook(export: Export, behind: Behind) -> IO[bytes]:
    """Return a temporary file, at its beginning, that holds the whole page."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer reads and closes it
    with xlsxwriter.Workbook(out, WORKBOOK) as book:
        book.set_properties({"title": export.title, "author": str(export.user)})
        told = [_measure_row(_("Ringkasan"), export.measure_words)]
        whole = _overview(book, export)
        for table in export.tables:
            _units(book, export, table)
            told.append(_measure_row(table.title, measure_words(table.measure)))
        if export.wanted.whole:
            _months(book, export)
            if export.funnels:
                _funnels(book, export)
                told.append(
                    _measure_row(_("Corong"), _("dilaporkan, kecuali E-KPMI yang dihitung"))
                )
            _details(book, export, whole)
            _pivot(book, export)
            told += [
                _measure_row(_("Bulan"), export.measure_words),
                _measure_row(_("Rincian"), export.measure_words),
                _measure_row(
                    _("Dilayani x asal"),
                    _("baris menurut yang dilayani, kolom menurut daerah asal"),
                ),
            ]
        written = _rows(book, export, behind)
        told.append(_measure_row(_("Baris"), written))
        _notes(book, export, told)
    out.seek(0)
    return out


def _overview(book, export: Export) -> str:
    """The figure itself; returns the address of the count, for shares."""
    sheet = Sheet(book, sheet_name(_("Ringkasan")), (34, 16, 60))
    summary, figure = export.summary, export.summary.figure
    sheet.head(export, export.title, export.measure_words, export.notice)
    sheet.table((_("Angka"), _("Nilai"), _("Keterangan")))
    count = xl_rowcol_to_cell(sheet.row(_("Realisasi"), figure.realised), 1)
    if figure.target is None:
        sheet.row(_("Target"), None, _("belum ada target"))
    else:
        named = export.target_set.name if export.target_set else ""
        target = xl_rowcol_to_cell(sheet.row(_("Target"), figure.target, named), 1)
        sheet.row(_("Capaian"), share(count, target, figure.realised, figure.target))
        sheet.row(_("Kurang"), Live(f"=MAX({target}-{count},0)", figure.short))
        sheet.row(_("Peringkat"), figure.rating)
        whole = row_of(summary)
        if whole.expected is not None:
            planned = float(whole.expected)
            row = sheet.row(_("Seharusnya pada hari itu"), planned, _("menurut rencana bulanan"))
            due = xl_rowcol_to_cell(row, 1)
            sheet.row(_("Di depan rencana"), gap(count, due, figure.realised, planned))
    if summary.before is None:
        sheet.row(_("Tahun lalu, hari yang sama"), None, _("tidak ada data tahun lalu"))
    else:
        row = sheet.row(_("Tahun lalu, hari yang sama"), summary.before)
        before = xl_rowcol_to_cell(row, 1)
        sheet.row(_("Selisih"), Live(f"={count}-{before}", figure.realised - summary.before))
        sheet.row(_("Perubahan"), change(count, before, figure.realised, summary.before))
    row, column = xl_cell_to_rowcol(count)
    return f"'{sheet.name}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"


def _units(book, export: Export, table: UnitTable) -> None:
    """The columns of the page, with code and measure; below: sum, what is undivided, the nation."""
    # The bar of the page draws the percentage.
    shown = {
        "code",
        "measure",
        *({"note"} if any(row.note for row in table.rows) else ()),
        *("percent" if name == "bar" else name for name in table.columns),
    }
    keep = [name for name in LABELS if name in shown]
    widths = {"rank": 6, "name": 34, "code": 18, "measure": 22, "rating": 18, "note": 60}
    sheet = Sheet(book, sheet_name(table.title), [widths.get(name, 14) for name in keep])
    sheet.head(export, f"{table.title}: {measure_words(table.measure)}")
    head = sheet.table([LABELS[name] for name in keep], keep=keep.index("name") + 1)

    def cell(name: str, row: int, value: float | None) -> str:
        """The address of a number, or the number itself where its column is not shown."""
        return xl_rowcol_to_cell(row, keep.index(name)) if name in keep else str(value)

    def line(rank: int, unit: Row, name: str, style: str = "") -> None:
        row, figure = sheet.next, unit.figure
        expected = None if unit.expected is None else float(unit.expected)
        target = cell("target", row, figure.target)
        realised = cell("realised", row, figure.realised)
        before, planned = cell("before", row, unit.before), cell("expected", row, expected)
        has_target = figure.target is not None
        values = {
            "rank": rank or None, "name": name, "code": figure.code,
            "measure": measure_words(figure.measure), "target": figure.target,
            "realised": figure.realised, "rating": figure.rating,
            "percent": share(realised, target, figure.realised, figure.target),
            "change": change(realised, before, figure.realised, unit.before),
            "before": unit.before, "expected": expected,
            "ahead": gap(realised, planned, figure.realised, expected),
            "short": Live(f"=MAX({target}-{realised},0)", figure.short) if has_target else None,
            "note": unit.note or None,
        }  # fmt: skip
        sheet.row(*(values[name] for name in keep), style=style)

    first = sheet.next
    for unit in table.rows:
        line(table.ranks.get(unit.code, 0), unit, unit.name)
    sheet.filter(head, len(keep))
    if not table.rows:
        sheet.row(*([None] * keep.index("name")), _("Tidak ada unit yang dapat Anda lihat."))
        return
    last = sheet.next - 1
    divided = sum(row.target or 0 for row in table.rows)
    counted = sum(row.realised for row in table.rows)
    label = _("Jumlah semua unit") if table.nation else _("Jumlah unit di lembar ini")
    sums = {
        name: Live(f"=SUM({cells(keep.index(name), first, last)})", value)
        for name, value in (("target", divided), ("realised", counted)) if name in keep
    }  # fmt: skip
    total = sheet.row(*({"name": label, **sums}.get(name) for name in keep), style="bold")
    if table.nation and table.nation.target is not None:
        undivided = table.nation.target - divided
        # The nation follows on the next row; a formula may point below itself.
        nation, units = (
            cell("target", total + 2, table.nation.target),
            cell("target", total, divided),
        )
        values = {"name": _("Belum dibagi"), "target": Live(f"={nation}-{units}", undivided)}
        sheet.row(*(values.get(name) for name in keep), style="bold")
    if table.nation:
        line(0, table.nation, _("Nasional"), style="bold")


def _months(book, export: Export) -> None:
    summary, year = export.summary, export.summary.year
    sheet = Sheet(book, sheet_name(_("Bulan")), (16, *[17] * 7))
    sheet.head(export, f"{_('Bulan')}: {export.title}")
    head = sheet.table(
        (_("Bulan"), _("Realisasi"), _("Kumulatif"), _("Rencana"), _("Rencana kumulatif"),
         _("Selisih"), _("Tahun lalu, setahun"), _("Tahun lalu kumulatif")), keep=1,
    )  # fmt: skip
    first = head + 1
    plan, before = summary.plan, summary.months_before

    def running(column: int, values: list[int], index: int) -> Live:
        name = xl_col_to_name(column)
        formula = f"=SUM({name}${first + 1}:{name}{first + index + 1})"
        return Live(formula, sum(values[: index + 1]))

    for index, n in enumerate(summary.months):
        row = sheet.next
        # Months after the day of the figures have nothing yet: empty, which is not zero.
        begun = index < summary.day.month or n
        due = ahead = None
        if plan:
            # The running month is compared with the plan of its days, as on the page.
            expected = pace.expected_by_month(
                plan=plan, year=year, month=index + 1, day=summary.day
            )
            is_whole = expected == sum(plan[: index + 1])
            due = running(3, plan, index) if is_whole else float(expected)
            difference = float(sum(summary.months[: index + 1]) - expected)
            ahead = Live(f"=C{row + 1}-E{row + 1}", difference)
        sheet.row(
            date_format(datetime.date(year, index + 1, 1), "F Y"),
            n if begun else None,
            running(1, summary.months, index) if begun else None,
            plan[index] if plan else None,
            due,
            ahead if begun else None,
            before[index] if before else None,
            running(6, before, index) if before else None,
        )  # fmt: skip
    last = sheet.next - 1

    def total(column: int, values: list[int] | None) -> Live | None:
        return Live(f"=SUM({cells(column, first, last)})", sum(values)) if values else None

    sheet.row(
        _("Jumlah"), total(1, summary.months), None, total(3, plan), None, None, total(6, before),
        style="bold",
    )  # fmt: skip


def _funnels(book, export: Export) -> None:
    """Stages of programmes; a share is of its own two numbers, which stand beside it."""
    sheet = Sheet(book, sheet_name(_("Corong")), (20, 30, 13, 70, 15, 15, 12, 40))
    sheet.head(
        export, f"{_('Corong')}: {export.title}",
        _("Tahap sebelum E-KPMI dilaporkan per bulan dan tidak masuk hitungan penempatan."),
    )  # fmt: skip
    headings = (
        _("Program"), _("Tahap"), _("Jumlah"), _("Asal angka"), _("Pembilang"), _("Penyebut"),
        _("Bagian"), _("Bulan yang dibandingkan"),
    )  # fmt: skip
    sheet.table(headings, keep=2)
    for funnel in export.funnels:
        for stage in funnel.stages:
            row, part = sheet.next + 1, stage.share
            sheet.row(
                str(funnel.programme), stage.label, stage.n,
                "; ".join(filter(None, [origin_words(stage), beside_words(stage)])),
                part.n if part else None, part.of if part else None,
                share(f"E{row}", f"F{row}", part.n, part.of) if part else None,
                share_words(part) if part else None,
            )  # fmt: skip


def _details(book, export: Export, whole: str) -> None:
    """Every dimension, value by value; shares are of the count on the first sheet."""
    sheet = Sheet(book, sheet_name(_("Rincian")), (24, 16, 44, 13, 11, 18, 13))
    lines = [f"{_('Rincian')}: {export.title}"]
    if not export.shows_places:
        lines.append(_("Rincian menurut tempat hanya untuk yang boleh melihat semua angka."))
    sheet.head(export, *lines)
    headings = (
        _("Dimensi"), _("Kode"), _("Nama"), _("Penempatan"), _("Bagian"),
        _("Tahun lalu, hari yang sama"), _("Perubahan"),
    )  # fmt: skip
    head = sheet.table(headings)
    for label, parts in export.parts:
        for part in parts:
            number = sheet.next + 1
            sheet.row(
                label, part.code, part.name, part.n,
                share(f"D{number}", whole, part.n, part.whole), part.before,
                change(f"D{number}", f"F{number}", part.n, part.before),
            )  # fmt: skip
    sheet.filter(head, len(headings))


def _pivot(book, export: Export) -> None:
    """Served units down, provinces of origin across, sums in both margins."""
    pairs = export.summary.pairs if export.shows_places else {}
    units = [part for part in export.summary.parts.get("unit", []) if part.n]
    provinces = sorted({province for (_unit, province), n in pairs.items() if n})
    names = names_of("province")
    sheet = Sheet(book, sheet_name(_("Dilayani x asal")), (34, *[13] * (len(provinces) + 1)))
    sheet.head(export, f"{_('Dilayani x asal')}: {export.title}",
               _("Baris: unit yang melayani. Kolom: provinsi asal."))  # fmt: skip
    if not pairs:
        missing = _("Tabel silang hanya untuk yang boleh melihat semua angka.")
        sheet.row(_("Tidak ada penempatan.") if export.shows_places else missing)
        return
    sheet.table(
        (_("Dilayani oleh"), *(names.get(code, code) for code in provinces), _("Jumlah")), keep=1
    )
    first, edge = sheet.next, len(provinces)
    for unit in units:
        counts = [pairs.get((unit.code, code)) or None for code in provinces]
        across = f"=SUM(B{sheet.next + 1}:{xl_rowcol_to_cell(sheet.next, edge)})"
        sheet.row(unit.name, *counts, Live(across, sum(filter(None, counts))))
    last = sheet.next - 1
    below = [
        Live(f"=SUM({cells(column, first, last)})",
             sum(pairs.get((unit.code, code), 0) for unit in units))
        for column, code in enumerate(provinces, start=1)
    ]  # fmt: skip
    everything = Live(f"=SUM({cells(edge + 1, first, last)})", sum(each.value for each in below))
    sheet.row(_("Jumlah"), *below, everything, style="bold")


def _rows(book, export: Export, behind: Behind) -> str:
    """The placements behind; returns the sentence that says how many."""
    sheet = Sheet(
        book, sheet_name(_("Baris")), (18, 12, 26, 26, 34, 10, 20, 22, 18, 20, 14, 26, 20)
    )
    sheet.head(export, f"{_('Baris')}: {export.title}", behind.sentence)
    head = sheet.table(HEADINGS, keep=1)
    sheet.body(behind.rows)
    sheet.filter(head, len(HEADINGS))
    shown = sheet.next - head - 1
    return (
        f"{behind.sentence} {rows_sentence(shown=shown, realised=export.summary.figure.realised)}"
    )


def _notes(book, export: Export, told: list[tuple[str, str]]) -> None:
    sheet = Sheet(book, sheet_name(_("Keterangan")), (26, 100))
    checked = warning(export) or _("semua jumlah di berkas ini cocok satu sama lain")
    lines = [*about(export), (_("Pemeriksaan"), checked)]
    sheet.blocks([(_("Keterangan"), lines), (_("Lembar"), told), (_("Arti"), definitions())])


def _measure_row(sheet: str, measure: str) -> tuple[str, str]:
    return sheet_name(sheet), measure

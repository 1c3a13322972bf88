"""Two sides as a file: the rows of the page, as numbers, with live differences and changes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter.utility import xl_rowcol_to_cell

from accounts.downloads import WORKBOOK
from accounts.models import User
from dashboards.compare_pages import Comparison, Side
from dashboards.exports import Export, Wanted, export_of
from dashboards.provenance import about, definitions, period, state, warning
from dashboards.sheet import Live, Sheet, cells, change, gap, share, sheet_name
from dashboards.templatetags.figures import month_name
from quotas.summary import change_percent

# In this order, which stays. The heads of the file say which side is which.
_CSV_COLUMNS = {
    "part": gettext_lazy("Jenis baris"),
    "code": gettext_lazy("Kode"),
    "name": gettext_lazy("Nama"),
    "left": gettext_lazy("Kiri"),
    "left_share": gettext_lazy("Bagian kiri"),
    "right": gettext_lazy("Kanan"),
    "right_share": gettext_lazy("Bagian kanan"),
    "difference": gettext_lazy("Selisih"),
    "change": gettext_lazy("Perubahan"),
}


@dataclass(frozen=True, slots=True)
class ComparisonFile:
    """A comparison and, for each side, what must be known about it."""

    found: Comparison
    left: Export
    right: Export

    @property
    def title(self) -> str:
        return f"{_('Bandingkan')}: {self.found.left.label} · {self.found.right.label}"

    @property
    def name(self) -> str:
        """The name of the file, without its ending."""
        parts = [side.file_name.removeprefix("capaian-") for side in (self.left, self.right)]
        return "-".join(["bandingkan", parts[0], "dengan", parts[1]])

    @property
    def problems(self) -> list[str]:
        return self.found.problems

    @property
    def warnings(self) -> list[str]:
        if self.found.same_measure:
            return []
        return [_("Kedua sisi memakai ukuran yang berbeda: dilayani dan daerah asal tidak sama "
                  "artinya.")]  # fmt: skip

    @property
    def named(self) -> tuple[tuple[str, Export], tuple[str, Export]]:
        return (_("Kiri"), self.left), (_("Kanan"), self.right)


def comparison_file(*, user: User, found: Comparison) -> ComparisonFile:
    """Read what a file says about both sides. Call it in the snapshot ``found`` was read in."""

    def about_side(side: Side) -> Export:
        return export_of(
            user=user, question=side.question, wanted=Wanted(side.summary.place),
            summary=side.summary,
        )  # fmt: skip

    return ComparisonFile(found, about_side(found.left), about_side(found.right))


def comparison_rows(file: ComparisonFile) -> Iterator[list[object]]:
    """The CSV: head lines with # for each side, a header, one line per row of the page."""
    if file.problems:
        yield [f"# {_('PERINGATAN')}", warning(file)]
    for line in file.warnings:
        yield [f"# {_('Catatan')}", line]
    for side, export in file.named:
        for name, text in about(export):
            yield [f"# {side}: {name}", text]
    yield [str(label) for label in _CSV_COLUMNS.values()]
    for line in _csv_lines(file.found):
        yield [line.get(name) for name in _CSV_COLUMNS]


def _csv_lines(found: Comparison) -> Iterator[dict[str, object]]:
    for code, name, values in _figures(found):
        yield {"part": "figure", "code": code, "name": name} | _beside(*values)
    left, right = found.left.summary, found.right.summary
    yield {
        "part": "figure", "code": "percent", "name": _("Capaian"), "left": left.figure.rounded,
        "right": right.figure.rounded,
    }  # fmt: skip
    yield {
        "part": "figure", "code": "rating", "name": _("Peringkat"), "left": left.figure.rating,
        "right": right.figure.rating,
    }  # fmt: skip
    yield {
        "part": "figure", "code": "change", "name": _("Dari tahun lalu"), "left": left.change,
        "right": right.change,
    }  # fmt: skip
    for row in found.months():
        label = month_name(row.number) if row.number else _("Jumlah")
        part = {"part": "month", "code": f"{row.number:02d}"} if row.number else {"part": "sum"}
        yield part | {"name": label} | _beside(row.left, row.right)
    for dimension, _label, pairs in found.parts():
        for pair in pairs:
            yield {
                "part": dimension, "code": pair.code, "name": pair.name,
                "left_share": pair.left_share, "right_share": pair.right_share,
            } | _beside(pair.left, pair.right)  # fmt: skip


def _beside(a: int | None, b: int | None) -> dict[str, object]:
    both = a is not None and b is not None
    return {
        "left": a, "right": b, "difference": a - b if both else None,
        "change": change_percent(a, b) if both else None,
    }  # fmt: skip


def _figures(found: Comparison) -> list[tuple[str, str, tuple[int | None, int | None]]]:
    """(code, name, (left, right)) of the page's summary, those that are numbers of placements."""
    sides = found.sides
    return [
        ("realised", _("Realisasi"), tuple(s.summary.figure.realised for s in sides)),
        ("target", _("Target setahun"), tuple(s.summary.figure.target for s in sides)),
        ("last_year", _("Tahun lalu, hari yang sama"), tuple(s.summary.before for s in sides)),
        ("ahead", _("Terhadap rencana"), tuple(s.outlook.ahead_count for s in sides)),
        ("projected", _("Proyeksi akhir tahun"), tuple(s.projected for s in sides)),
    ]


def write_comparison(file: ComparisonFile) -> IO[bytes]:
    """Return a temporary file, at its beginning: the same rows as XLSX."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer reads and closes it
    with xlsxwriter.Workbook(out, WORKBOOK) as book:
        book.set_properties({"title": file.title, "author": str(file.left.user)})
        wholes = _overview(book, file)
        _months(book, file)
        _details(book, file, wholes)
        _notes(book, file)
    out.seek(0)
    return out


def _begin(book, file: ComparisonFile, name: str, widths) -> Sheet:
    sheet = Sheet(book, sheet_name(name), widths)
    sheet.begin(
        warning(file), f"{name}: {file.title}",
        *(f"{side}: {each.title}; {each.measure_words}; {period(each)}; {state(each)}"
          for side, each in file.named),
        *file.warnings,
    )  # fmt: skip
    return sheet


def _overview(book, file: ComparisonFile) -> tuple[str, str]:
    """The summary; returns the addresses of both counts, for shares."""
    found = file.found
    sheet = _begin(book, file, _("Ringkasan"), (30, 34, 34, 16, 14))
    sheet.table((_("Angka"), *(side.label for side in found.sides), _("Selisih"), _("Perubahan")),
                keep=1)  # fmt: skip
    at: dict[str, int] = {}
    for code, name, (a, b) in _figures(found):
        number = sheet.next + 1
        at[code] = number
        left, right = f"B{number}", f"C{number}"
        # Of two differences from a plan, or two estimates, a percentage says nothing.
        compared = b if code in {"realised", "target", "last_year"} else None
        sheet.row(name, a, b, gap(left, right, a, b), change(left, right, a, compared))

    def per_side(make) -> list:
        return [make(column, side.summary) for column, side in zip("BC", found.sides, strict=True)]

    sheet.row(
        _("Capaian"),
        *per_side(
            lambda column, summary: share(
                f"{column}{at['realised']}", f"{column}{at['target']}",
                summary.figure.realised, summary.figure.target,
            )
        ),
    )  # fmt: skip
    sheet.row(_("Peringkat"), *per_side(lambda _column, summary: summary.figure.rating))
    sheet.row(
        _("Dari tahun lalu"),
        *per_side(
            lambda column, summary: change(
                f"{column}{at['realised']}", f"{column}{at['last_year']}",
                summary.figure.realised, summary.before,
            )
        ),
    )  # fmt: skip
    row = at["realised"] - 1
    left, right = (
        f"'{sheet.name}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"
        for column in (1, 2)
    )
    return left, right


def _months(book, file: ComparisonFile) -> None:
    found = file.found
    sheet = _begin(book, file, _("Bulan"), (18, 34, 34, 16, 14))
    sheet.table((_("Bulan"), *(side.label for side in found.sides), _("Selisih"), _("Perubahan")),
                keep=1)  # fmt: skip
    first = sheet.next
    *months, total = found.months()
    for row in months:
        left, right, a, b = f"B{sheet.next + 1}", f"C{sheet.next + 1}", row.left, row.right
        sheet.row(month_name(row.number), a, b, gap(left, right, a, b), change(left, right, a, b))
    last, number = sheet.next - 1, sheet.next + 1
    a, b = total.left, total.right
    sheet.row(
        _("Jumlah"),
        *(Live(f"=SUM({cells(column, first, last)})", n) for column, n in ((1, a), (2, b))),
        gap(f"B{number}", f"C{number}", a, b), change(f"B{number}", f"C{number}", a, b),
        style="bold",
    )  # fmt: skip


def _details(book, file: ComparisonFile, wholes: tuple[str, str]) -> None:
    """The largest values of each dimension; shares are of the counts on the first sheet."""
    found = file.found
    sheet = _begin(book, file, _("Rincian"), (22, 14, 40, 24, 11, 24, 11, 13, 13))
    left, right = (side.label for side in found.sides)
    head = sheet.table(
        (_("Dimensi"), _("Kode"), _("Nama"), left, _("Bagian"), right, _("Bagian"), _("Selisih"),
         _("Perubahan")),
    )  # fmt: skip
    of = [side.summary.figure.realised for side in found.sides]
    for _dimension, label, pairs in found.parts():
        for pair in pairs:
            a, b = f"D{sheet.next + 1}", f"F{sheet.next + 1}"
            sheet.row(
                label, pair.code, pair.name,
                pair.left, share(a, wholes[0], pair.left, of[0]),
                pair.right, share(b, wholes[1], pair.right, of[1]),
                gap(a, b, pair.left, pair.right), change(a, b, pair.left, pair.right),
            )  # fmt: skip
    sheet.filter(head, 9)


def _notes(book, file: ComparisonFile) -> None:
    sheet = Sheet(book, sheet_name(_("Keterangan")), (26, 100))
    told = [
        (_("Pemeriksaan"), warning(file) or _("semua jumlah di berkas ini cocok satu sama lain")),
        (_("Selisih"), _("Kiri dikurangi kanan.")),
        (_("Perubahan"), _("Selisih dibagi sisi kanan; kosong bila sisi kanan 0.")),
        (_("Rincian"), _("Nilai-nilai terbesar dari kedua sisi, seperti di halamannya.")),
        *((_("Catatan"), line) for line in file.warnings),
    ]
    sides = [(side, about(export)) for side, export in file.named]
    sheet.blocks([*sides, (_("Keterangan"), told), (_("Arti"), definitions())])

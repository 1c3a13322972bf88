"""What changed since a state, as a file: exactly the list of the page, all of it. No identity."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.downloads import WORKBOOK, XLSX_ROWS, csv_pieces
from dashboards.behind import CELL_THEN, namer
from dashboards.change_pages import Moved, changed_words
from dashboards.charts.scales import signed
from dashboards.exports import Export, Wanted, export_of
from dashboards.provenance import about, definitions, period, warning
from dashboards.sheet import Live, Sheet, cells, sheet_name
from dashboards.templatetags.figures import count
from placement.closing import LATE_AFTER_DAYS
from quotas.changes import KINDS, Change, every_change

HEADINGS = (
    gettext_lazy("Nomor"), gettext_lazy("Sebab"), gettext_lazy("Pengaruh"),
    gettext_lazy("Selesai"), gettext_lazy("Kantor"), gettext_lazy("Unit yang melayani"),
    gettext_lazy("Kabupaten/kota asal"), gettext_lazy("Kode asal"), gettext_lazy("Negara tujuan"),
    gettext_lazy("Skema"), gettext_lazy("Program"), gettext_lazy("Jenis pemberi kerja"),
    gettext_lazy("Jenis kelamin"), gettext_lazy("Jabatan"), gettext_lazy("Sektor"),
    gettext_lazy("Yang berubah"),
)  # fmt: skip
_WIDTHS = (18, 26, 10, 12, 26, 26, 34, 10, 20, 22, 18, 20, 14, 26, 20, 50)


@dataclass(frozen=True, slots=True)
class ChangesFile:
    """The list of a page and what must be known about it."""

    moved: Moved
    export: Export

    @property
    def title(self) -> str:
        return _("Apa yang berubah: %(name)s, %(year)d") % {
            "name": self.moved.now.name, "year": self.moved.question.year,
        }  # fmt: skip

    @property
    def name(self) -> str:
        """The name of the file, without its ending."""
        parts = [self.export.file_name.replace("capaian", "perubahan", 1)]
        parts.append(f"sejak-{self.moved.then.last_day.isoformat()}")
        return "-".join(filter(None, [*parts, self.moved.kind]))

    @property
    def state_then(self) -> str:
        then = self.moved.then
        return _("keadaan %(day)s: batch %(batch)d") % {
            "day": date_format(then.last_day, "j F Y"), "batch": then.batch,
        }  # fmt: skip

    @property
    def check(self) -> str:
        """Whether the parts make the whole, as a sentence."""
        moved = self.moved
        words = {
            "was": count(moved.was.realised), "now": count(moved.now.figure.realised),
            "net": signed(sum(moved.found.net.values())),
        }  # fmt: skip
        if moved.agrees:
            return _("%(was)s %(net)s = %(now)s: langkah-langkahnya berjumlah tepat") % words
        return _("%(was)s %(net)s ≠ %(now)s: ADA SELISIH, jangan dipakai") % words

    @property
    def reach(self) -> str:
        """How many rows there are, and what is left out."""
        moved = self.moved
        words = {"n": count(moved.total), "out": count(moved.left_out)}
        if moved.left_out:
            return _("%(n)s penempatan; %(out)s lainnya dilayani kantor di luar wewenang pengunduh "
                     "dan tidak didaftar") % words  # fmt: skip
        return _("%(n)s penempatan, semuanya") % words

    def lines(self) -> list[tuple[str, str]]:
        """(name, sentence) of everything a reader must know."""
        known = [line for line in about(self.export) if line[0] != _("Isi")]
        return [
            (_("Isi"), self.title),
            (_("Sejak"), self.state_then),
            (_("Sebab"), self.moved.kind_label),
            (_("Baris"), self.reach),
            (_("Pemeriksaan"), self.check),
            *known,
        ]


def changes_file(moved: Moved) -> ChangesFile:
    """Read what a file says about ``moved``. Call it in the snapshot it was read in."""
    question = moved.question
    wanted = Wanted(moved.place)
    return ChangesFile(
        moved, export_of(user=moved.user, question=question, wanted=wanted, summary=moved.now)
    )


def write_csv(file: ChangesFile) -> IO[bytes]:
    """Return a temporary file, at its beginning. Call it in the snapshot of ``file``."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer reads and closes it
    for piece in csv_pieces(_csv_rows(file)):
        out.write(piece.encode())
    out.seek(0)
    return out


def write_xlsx(file: ChangesFile) -> IO[bytes]:
    """The same list with real dates, its sums by cause, and a sheet *Keterangan*.

    Raises ValidationError for more rows than a workbook should hold.
    """
    if file.moved.total > XLSX_ROWS:
        raise ValidationError(
            _("Daftar ini berisi %(n)s penempatan; XLSX memuat paling banyak %(most)s. "
              "Pilih satu sebab atau unduh sebagai CSV.")
            % {"n": count(file.moved.total), "most": count(XLSX_ROWS)}
        )  # fmt: skip
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer reads and closes it
    with xlsxwriter.Workbook(out, WORKBOOK) as book:
        book.set_properties({"title": file.title, "author": str(file.moved.user)})
        _causes(book, file)
        sheet = _begin(book, file, _("Catatan"), _WIDTHS)
        head = sheet.table(HEADINGS, keep=1)
        sheet.body(_rows(file))
        sheet.filter(head, len(HEADINGS))
        _notes(book, file)
    out.seek(0)
    return out


def _csv_rows(file: ChangesFile) -> Iterator[list[object]]:
    for name, text in file.lines():
        yield [f"# {name}", text]
    yield [str(each) for each in HEADINGS]
    yield from _rows(file)


def _rows(file: ChangesFile) -> Iterator[list[object]]:
    """One row a change: the cell it stands in, or for what is no longer counted the last one."""
    moved, named = file.moved, namer()
    may_open = moved.offices is not None or moved.user.sees_every_placement
    for change in every_change(moved.between, kind=moved.kind, offices=moved.offices):
        cell = change.after or change.before
        day = datetime.date.fromisoformat(cell["completed_on"])
        yield [
            change.reference if may_open else "", change.label, change.n,
            *named([day, *(cell[name] for name in CELL_THEN[1:])]), _differences(change),
        ]  # fmt: skip


def _differences(change: Change) -> str:
    return "; ".join(f"{before} → {after}" for before, after in changed_words(change))


def _begin(book, file: ChangesFile, name: str, widths) -> Sheet:
    sheet = Sheet(book, sheet_name(name), widths)
    alarm = warning(file.export) or ("" if file.moved.agrees else file.check)
    sheet.begin(
        alarm, f"{name}: {file.title}",
        f"{file.export.measure_words}; {period(file.export)}; {file.state_then}",
        f"{_('Sebab')}: {file.moved.kind_label}; {file.reach}",
    )  # fmt: skip
    return sheet


def _causes(book, file: ChangesFile) -> None:
    """From the figure then to the figure now, over every cause; the sums are live."""
    moved = file.moved
    sheet = _begin(book, file, _("Menurut sebab"), (40, 16, 20))
    sheet.table((_("Sebab"), _("Penempatan"), _("Pengaruh pada jumlah")), keep=1)
    first = sheet.next
    day = date_format(moved.then.last_day, "j F Y")
    sheet.row(_("Keadaan per %(day)s") % {"day": day}, None, moved.was.realised, style="bold")
    for kind, n in moved.counts.items():
        sheet.row(str(KINDS[kind]), n, moved.found.net[kind])
    total = moved.was.realised + sum(moved.found.net.values())
    sum_of = f"=SUM({cells(2, first, sheet.next - 1)})"
    sheet.row(_("Saat ini"), moved.found.total, Live(sum_of, total), style="bold")


def _notes(book, file: ChangesFile) -> None:
    sheet = Sheet(book, sheet_name(_("Keterangan")), (26, 100))
    told = [
        (_("Pengaruh"), _("+1 menambah, −1 mengurangi, 0 tidak mengubah jumlah.")),
        (
            str(KINDS["recorded_later"]),
            _("Selesai sampai hari keadaan itu, baru dicatat sesudahnya. Lain dari terlambat "
              "dicatat: lebih dari %(days)d hari sesudah selesai.") % {"days": LATE_AFTER_DAYS},
        ),
        (
            _("Yang berubah"),
            _("Isi semula → isi sekarang. Kolom lainnya menurut isi sekarang; untuk yang tidak "
              "lagi dihitung, isi terakhirnya."),
        ),
    ]  # fmt: skip
    sheet.blocks([(_("Keterangan"), file.lines()), (_("Kolom"), told), (_("Arti"), definitions())])

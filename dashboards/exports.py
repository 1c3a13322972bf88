"""What a file of a page holds: the same figures as the page, read in the same way.

``collect`` reads and ``csv_rows`` is the CSV; ``dashboards.workbooks`` lays the same out as XLSX.
``dashboards.provenance`` says in both what was read.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from dashboards.dimensions import sees_parts
from dashboards.funnels import funnels, origin_words
from dashboards.notes import sentences_beside
from dashboards.provenance import about, measure_words
from dashboards.questions import Question
from dashboards.tables import AttainmentTable, Row
from dashboards.unit_tables import row_of, rows_of, searched, unit_table
from quotas import figures, guard
from quotas.figures import Freshness
from quotas.funnel import Funnel
from quotas.models import TallyBatch, TargetSet
from quotas.names import name_of
from quotas.promises import Measure
from quotas.reading import Place
from quotas.summary import Part, Summary, summarise
from regions.language import in_language

# In the order of the sheet; the first four are places.
DIMENSIONS = {
    "unit": gettext_lazy("Unit yang melayani"),
    "office": gettext_lazy("Kantor"),
    "province": gettext_lazy("Provinsi asal"),
    "regency": gettext_lazy("Kabupaten/kota asal"),
    "destination": gettext_lazy("Negara tujuan"),
    "job_title": gettext_lazy("Jabatan"),
    "sector": gettext_lazy("Sektor"),
    "scheme": gettext_lazy("Skema"),
    "employer_kind": gettext_lazy("Jenis pemberi kerja"),
    "sex": gettext_lazy("Jenis kelamin"),
    "programme": gettext_lazy("Program"),
}
_TITLES = {Measure.ORIGIN: gettext_lazy("Provinsi"), Measure.SERVED: gettext_lazy("BP3MI")}
# What a column of figures is called in every file; what is empty in one is left out of it.
LABELS = {
    "rank": "#",
    "name": gettext_lazy("Nama"),
    "code": gettext_lazy("Kode"),
    "measure": gettext_lazy("Ukuran"),
    "target": gettext_lazy("Target"),
    "realised": gettext_lazy("Realisasi"),
    "percent": gettext_lazy("Capaian"),
    "change": gettext_lazy("Dari tahun lalu"),
    "before": gettext_lazy("Tahun lalu"),
    "expected": gettext_lazy("Seharusnya"),
    "ahead": gettext_lazy("Di depan rencana"),
    "rating": gettext_lazy("Predikat"),
    "short": gettext_lazy("Kurang"),
    "note": gettext_lazy("Catatan"),
}
# The CSV in its order, which stays: sheets and programs read it by place.
_CSV_COLUMNS = {
    "part": gettext_lazy("Jenis baris"),
    **{
        name: LABELS[name]
        for name in ("code", "name", "measure", "target", "realised", "percent", "change",
                     "before", "expected", "ahead", "rating", "short", "note")
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page: ``tables`` are the measures whose units it lists, ``whole`` says that it also
    shows months and parts of the place."""

    place: Place
    tables: Sequence[str] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class UnitTable:
    """The units of one measure as the page lists them: its rows in its order, and the names of
    the columns it shows. ``nation`` is given where the rows are all of its parts; ``ranks`` are
    by code."""

    measure: str
    title: str
    rows: list[Row]
    columns: list[str]
    nation: Row | None
    ranks: dict[str, int]


@dataclass(slots=True)
class Export:
    """Everything a file is made of. ``problems`` is what the guard found."""

    user: User
    question: Question
    wanted: Wanted
    summary: Summary
    tables: list[UnitTable]
    funnels: list[Funnel]
    freshness: Freshness
    rule_version: int | None
    target_set: TargetSet | None
    find: str
    notice: str
    at: datetime.datetime

    @property
    def problems(self) -> list[str]:
        return self.summary.problems

    @property
    def title(self) -> str:
        place = self.wanted.place
        if place.level == Measure.NATIONAL:
            if self.wanted.whole:
                return _("Capaian nasional")
            return _("Capaian: %(table)s") % {"table": self.tables[0].title}
        return f"{self.summary.name} · {self.measure_words}"

    @property
    def measure_words(self) -> str:
        return measure_words(self.wanted.place.measure)

    @property
    def parts(self) -> list[tuple[str, list[Part]]]:
        """Dimensions and their values, without places this user may not compare."""
        return [
            (label, self.summary.parts.get(name, []))
            for name, label in DIMENSIONS.items()
            if sees_parts(self.user, self.wanted.place, name)
        ]

    @property
    def shows_places(self) -> bool:
        """Whether the cross of units and provinces is for this reader."""
        return sees_parts(self.user, self.wanted.place, "unit")

    @property
    def file_name(self) -> str:
        place = self.wanted.place
        parts = ["capaian", place.level if place.code else "nasional", place.code]
        if not self.wanted.whole:
            parts[1:] = ["balai" if Measure.SERVED in self.wanted.tables else "provinsi"]
        parts += [f"{name}-{value}" for name, value in self.question.parameters.items()]
        return "-".join(part for part in parts if part)


def collect(*, user: User, question: Question, wanted: Wanted, asked) -> Export | None:
    """Read everything of a page, or None where this user may not see it.

    ``asked`` is the query of the address, with what it chose of its tables (``unit_table``).
    Call it inside ``quotas.moments.snapshot`` with whatever else goes into the same file.
    """
    rows = None
    if wanted.place.level == Measure.NATIONAL:
        rows = figures.attainment_figures(user=user, **question.words)
    summary = summarise(user=user, place=wanted.place, rows=rows, **question.words)
    if summary is None:
        return None
    if rows and user.sees_every_figure:
        summary = replace(summary, problems=[*summary.problems, *guard.sums_of_units(rows)])
    steps = funnels(summary, question) if wanted.whole else []
    amiss = [problem for funnel in steps for problem in funnel.problems]
    summary = replace(summary, problems=[*summary.problems, *amiss])
    is_list = not wanted.whole
    units = []
    if wanted.tables:
        notes = sentences_beside(user, question) if Measure.SERVED in wanted.tables else {}
        units = rows_of(rows or [], summary, question, notes)
    return export_of(
        user=user,
        question=question,
        wanted=wanted,
        summary=summary,
        tables=[
            _table(
                measure,
                unit_table(
                    user=user, question=question, rows=units, measure=measure, asked=asked,
                    is_list=is_list,
                ),
            )
            for measure in wanted.tables
        ],
        funnels=steps,
        find=searched(asked) if is_list else "",
    )  # fmt: skip


def export_of(
    *,
    user: User,
    question: Question,
    wanted: Wanted,
    summary: Summary,
    tables: Sequence[UnitTable] = (),
    funnels: Sequence[Funnel] = (),
    find: str = "",
) -> Export:
    """What was read already, with what ``about`` says of it. Call it in the snapshot it is of."""
    frame = figures.frame()
    batch = TallyBatch.objects.order_by("-number").first()
    rule = question.as_of or batch
    return Export(
        user=user,
        question=question,
        wanted=wanted,
        summary=summary,
        tables=list(tables),
        funnels=list(funnels),
        freshness=figures.freshness(question.year),
        rule_version=rule.rule_version if rule else None,
        target_set=TargetSet.objects.published().filter(pk=summary.figure.target_set).first(),
        find=find,
        notice=in_language(frame.notice, frame.notice_en),
        at=timezone.localtime(),
    )


def _table(measure: str, table: AttainmentTable) -> UnitTable:
    title = str(_TITLES[measure])
    return UnitTable(measure, title, list(table.data), table.shown, table.nation, table.ranks)


def csv_rows(export: Export) -> Iterator[list[object]]:
    """Head lines with #, a header, and one line per figure: numbers plain, percent as shown."""
    for name, text in about(export):
        yield [f"# {name}", text]
    keep = set(_CSV_COLUMNS)
    if not export.wanted.whole:
        # The bar of the page draws the percentage.
        shown = ("percent" if each == "bar" else each for t in export.tables for each in t.columns)
        keep = {"part", "code", "name", "measure", "note", *shown}
    yield [str(label) for name, label in _CSV_COLUMNS.items() if name in keep]
    for line in _csv_lines(export):
        yield [line.get(name) for name in _CSV_COLUMNS if name in keep]


def _csv_lines(export: Export) -> Iterator[dict[str, object]]:
    summary, measure = export.summary, export.wanted.place.measure
    yield _csv_row(row_of(summary), "total")
    for table in export.tables:
        for row in table.rows:
            yield _csv_row(row, "unit")
        if table.nation and table.nation.target is not None:
            divided = sum(row.target or 0 for row in table.rows)
            yield {
                "part": "undivided", "name": _("Belum dibagi"), "measure": table.measure,
                "target": table.nation.target - divided,
            }  # fmt: skip
    if not export.wanted.whole:
        return
    for index, n in enumerate(summary.months):
        day = datetime.date(summary.year, index + 1, 1)
        yield {
            "part": "month", "code": f"{day:%Y-%m}", "name": date_format(day, "F Y"),
            "measure": measure, "target": summary.plan[index] if summary.plan else None,
            "realised": n,
            "before": summary.months_before[index] if summary.months_before else None,
        }  # fmt: skip
    for _label, parts in export.parts:
        for part in parts:
            yield {
                "part": part.dimension, "code": part.code, "name": part.name, "measure": measure,
                "realised": part.n, "before": part.before,
            }  # fmt: skip
    for funnel in export.funnels:
        for stage in funnel.stages:
            yield {
                "part": "corong", "code": f"{funnel.programme.code}/{stage.key}",
                "name": f"{funnel.programme}: {stage.label} ({origin_words(stage)})",
                # What was reported has no measure of its own: it is of another kind.
                "measure": measure if stage.is_counted else "reported",
                "realised": stage.n,
                "percent": stage.share.percent if stage.share else None,
            }  # fmt: skip
    if export.shows_places:
        for (unit, province), n in sorted(summary.pairs.items()):
            yield {
                "part": "unit/province", "code": f"{unit}/{province}", "measure": measure,
                "name": f"{name_of('office', unit)} / {name_of('province', province)}",
                "realised": n,
            }  # fmt: skip


def _csv_row(row: Row, part: str) -> dict[str, object]:
    figure = row.figure
    return {
        "change": row.change, "before": row.before, "expected": row.expected_count,
        "ahead": row.ahead, "note": row.note,
        "part": part, "code": figure.code, "name": figure.name, "measure": figure.measure,
        "target": figure.target, "realised": figure.realised, "percent": figure.rounded,
        "short": figure.short, "rating": figure.rating,
    }  # fmt: skip

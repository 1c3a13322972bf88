"""Whatever happened: page, CSV, workbook and API say what a plain SQL count of the moment says."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.exports import DIMENSIONS
from placement.closing import close_month
from placement.models import Placement
from placement.recording import correct_placement, restore_placement, void_placement
from placement.reference import Scheme
from quotas import tally, targets
from quotas.models import TallyBatch, TargetSet
from quotas.targets import Amount
from regions.models import Country, Office, Province, Regency
from tests.dashboards import plain
from tests.dashboards.plain import Plain
from tests.dashboards.test_exports import content, csv_at, sheets, table
from tests.factories import make_placement

YEAR = 2026
DAYS = st.one_of(
    st.dates(datetime.date(2025, 1, 1), datetime.date(2025, 3, 31)),
    st.dates(datetime.date(2025, 12, 20), datetime.date(2026, 3, 25)),
    st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 3, 25)),
)
KINDS = st.sampled_from(
    ["record", "record", "record", "day", "office", "origin", "values", "void", "restore",
     "close", "enact", "fold"]
)  # fmt: skip
ORIGINS = st.sampled_from(["3301", "3302", "3201"])
OFFICES = st.sampled_from(["bp3mi-jateng", "mpp-purworejo", "p4mi-cilacap", "bp3mi-ntb"])
STEPS = st.lists(
    st.tuples(KINDS, DAYS, ORIGINS, OFFICES, st.integers(0, 99)), min_size=3, max_size=9
)
THROUGH = st.dates(datetime.date(2026, 1, 2), datetime.date(2026, 3, 20))
# Level and code, and the address of the page; its files have the same with /unduh before it.
NATION = ("national", "", "nasional")
PLACES = st.sampled_from(
    [
        ("balai", "bp3mi-jateng", "balai/bp3mi-jateng"), ("province", "33", "provinsi/33"),
        ("office", "mpp-purworejo", "kantor/mpp-purworejo"),
        ("office", "bp3mi-jateng", "kantor/bp3mi-jateng"), ("regency", "3301", "kabupaten/3301"),
        ("province", "32", "provinsi/32"), ("balai", "bp3mi-ntb", "balai/bp3mi-ntb"),
    ]
)  # fmt: skip


@dataclass
class History:
    """Placements and targets changed by the real verbs, one step a day on a clock of its own:
    inside one transaction the database's clock stands still."""

    head: object
    stranger: object
    admins: tuple
    at: datetime.datetime

    def __post_init__(self) -> None:
        self.made: list[int] = []
        self.sets = 0
        self.states: list[tuple[int, datetime.date]] = []

    def go(self, kind, day, origin, office, pick) -> None:
        events = TargetSet.pgh_event_model.objects
        last_batch, last_event = _last(TallyBatch.objects, "number"), _last(events, "pgh_id")
        getattr(self, f"_{kind}")(day, origin, office, pick)
        self.at += datetime.timedelta(1)
        events.filter(pgh_id__gt=last_event).update(pgh_created_at=self.at)
        batches = TallyBatch.objects.filter(number__gt=last_batch)
        if batches.update(folded_at=self.at):
            batch = _last(TallyBatch.objects, "number")
            plain.keep(str(batch), year=YEAR)
            self.states.append((batch, self.at.date()))

    def _record(self, day, origin, office, pick) -> None:
        placement = make_placement(
            by=self._writer(office), completed_on=day, origin=origin, office=office,
            sex="FM"[pick % 2], kept_because="menyusul",
        )  # fmt: skip
        self.made.append(placement.pk)

    def _day(self, day, origin, office, pick) -> None:
        self._correct(pick, completed_on=day)

    def _office(self, day, origin, office, pick) -> None:
        if office != "bp3mi-ntb":
            self._correct(pick, only="bp3mi-jateng", office=Office.objects.get(pk=office))

    def _origin(self, day, origin, office, pick) -> None:
        self._correct(pick, origin=Regency.objects.get(pk=origin))

    def _values(self, day, origin, office, pick) -> None:
        country = Country.objects.get(pk=("HK", "MY")[pick % 2])
        scheme = Scheme.objects.order_by("pk")[pick % 3]
        self._correct(pick, destination=country, scheme=scheme, sex="MF"[pick % 2])

    def _void(self, day, origin, office, pick) -> None:
        placement = self._one(pick, is_void=False)
        if placement:
            void_placement(
                placement=placement, by=self._writer(placement.office_id), reason="batal"
            )

    def _restore(self, day, origin, office, pick) -> None:
        placement = self._one(pick, is_void=True)
        if placement:
            restore_placement(
                placement=placement, by=self._writer(placement.office_id), reason="pulih"
            )

    def _close(self, day, origin, office, pick) -> None:
        # What is changed in it afterwards is a restatement.
        close_month(unit=Office.objects.get(pk="bp3mi-jateng"), month=day, by=self.head)

    def _enact(self, day, origin, office, pick) -> None:
        """A revision of the targets: another amount for some units, none for the others."""
        self.sets += 1
        about = {"reason": "revisi"}
        first, second = self.admins
        made = targets.create_set(
            by=first, year=YEAR, name=f"Uji {self.sets}", decree_number=f"UJI-{self.sets}",
            decree_date=datetime.date(2026, 1, 5), source="uji", **about,
        )  # fmt: skip
        amounts = [
            Amount("national", pick + 3),
            Amount("served", pick + 1, unit=Office.objects.get(pk="bp3mi-jateng")),
            Amount("origin", 7, province=Province.objects.get(pk="33")),
        ]
        targets.set_amounts(target_set=made, by=first, amounts=amounts[: 1 + pick % 3], **about)
        made = targets.propose_set(target_set=made, by=first, **about)
        targets.enact_set(target_set=made, by=second, **about)
        if self.sets == 1:
            plain.keep("first set", year=YEAR)

    def _fold(self, day, origin, office, pick) -> None:
        tally.fold()

    def _correct(self, pick, *, only: str = "", **changes) -> None:
        placement = self._one(pick, is_void=False, only=only)
        if placement:
            correct_placement(
                placement=placement, by=self._writer(placement.office_id), reason="koreksi",
                changes=changes,
            )  # fmt: skip

    def _one(self, pick, *, is_void: bool, only: str = "") -> Placement | None:
        found = Placement.objects.filter(pk__in=self.made).order_by("pk")
        found = [each for each in found if each.is_void == is_void]
        found = [each for each in found if not only or each.unit_id == only]
        return found[pick % len(found)] if found else None

    def _writer(self, office: str):
        return self.stranger if office == "bp3mi-ntb" else self.head


def _last(rows, name: str) -> int:
    return rows.order_by(f"-{name}").values_list(name, flat=True).first() or 0


@pytest.mark.django_db
@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    before=STEPS,
    after=STEPS,
    through=st.dates(datetime.date(2026, 1, 2), datetime.date(2026, 3, 20)),
    place=PLACES,
)
def test_page_files_and_api_say_what_a_plain_count_of_the_moment_says(
    head, stranger, directorate, target_admin, second_admin, settings, before, after, through, place
):
    settings.API_CALLS_A_MINUTE = 10**6
    with transaction.atomic():
        client = Client()
        client.force_login(directorate)
        caches["process"].clear()
        plain.begin()
        noon = timezone.now().replace(hour=5, minute=0) - datetime.timedelta(40)
        history = History(head, stranger, (target_admin, second_admin), noon)
        history.go("record", datetime.date(2026, 3, 2), "3301", "bp3mi-jateng", 0)
        for step in (*before, ("fold", *before[0][1:]), *after):
            history.go(*step)
        plain.keep("now", year=YEAR)
        for asked, wanted in moments(history, through):
            check_nation(client, asked, wanted)
            check_place(client, place, asked, wanted.of(*place[:2]))
        transaction.set_rollback(True)


def moments(history: History, through: datetime.date) -> list[tuple[dict, Plain]]:
    """(parameters, what a plain count says): now, through a day, an earlier batch, a day then."""
    today = timezone.localdate()
    end = datetime.date(YEAR, 12, 31)
    first, first_day = history.states[0]
    last, last_day = history.states[-1]
    waited = {"year": YEAR}
    through_day = {"through": through.isoformat()}

    def at(moment, last, *days) -> Plain:
        found = Plain(str(moment), YEAR, last, min(last, end, today, *days), targets=str(moment))
        # Before any set was enacted, the first that ever was stands for it: quotas.moments.
        return found if found.has_targets else replace(found, targets="first set")

    return [
        (waited, at("now", end)),
        (waited | through_day, at("now", through)),
        (waited | {"batch": first}, at(first, end, first_day)),
        (waited | {"as_of": last_day.isoformat()}, at(last, end, last_day)),
        (waited | {"batch": last} | through_day, at(last, through, last_day)),
    ]


def check_nation(client: Client, asked: dict, wanted: Plain) -> None:
    """The nation, with every province and balai beside it."""
    page, lines, book = check_place(client, NATION, asked, wanted)
    for level, name, key in (("province", "Provinsi", "provinces"), ("balai", "BP3MI", "units")):
        units = {code: wanted.of(level, code) for code in plain.codes(level)}
        told = {code: (each.total, each.target, each.percent) for code, each in units.items()}
        measure = plain.MEASURES[level]
        rows = page[key].data
        assert {row.code: (row.realised, row.target, row.rounded) for row in rows} == told
        known = wanted.before is not None
        before = {code: each.total_before if known else None for code, each in units.items()}
        assert {row.code: row.before for row in rows} == before
        answer = client.get("/api/v1/attainment", asked | {"level": level, "limit": 500}).json()
        assert {
            row["code"]: (row["realised"], row["target"], number(row["percent_rounded"]))
            for row in answer["rows"]
        } == told
        found = [line for line in lines if (line["part"], line["measure"]) == ("unit", measure)]
        assert {
            line["code"]: (int(line["realised"]), count(line["target"]), number(line["percent"]))
            for line in found
        } == told
        assert {line["code"]: count(line["last_year"]) for line in found} == before
        below = {row["Kode"]: row for row in table(book[name], "#") if row["Kode"]}
        assert {code: (row["Realisasi"], row["Target"] or None) for code, row in below.items()} == {
            code: pair[:2] for code, pair in told.items()
        }
        (total,) = [row for row in table(book[name], "#") if row["Nama"] == "Jumlah semua unit"]
        assert total["Realisasi"] == wanted.total


def check_place(client: Client, place: tuple, asked: dict, wanted: Plain) -> tuple:
    """One place on its page, in its two files and in the API; returns the context of the page and
    what was in the files."""
    level, code, path = place
    answer = client.get(f"/{path}/", asked)
    page, summary = answer.context, answer.context["summary"]
    assert int(re.search(r'data-figure="(\d+)"', answer.content.decode()).group(1)) == wanted.total
    assert page["problems"] == []
    months, months_before, before = wanted.months, wanted.months_before, wanted.before
    parts = {name: (wanted.parts(name), wanted.parts_before(name)) for name in DIMENSIONS}
    figure = summary.figure
    assert (figure.realised, figure.target, figure.rounded) == (
        wanted.total, wanted.target, wanted.percent,
    )  # fmt: skip
    assert (summary.months, summary.months_before, summary.before) == (
        months, months_before, before,
    )  # fmt: skip
    assert {key: n for key, n in summary.pairs.items() if n} == wanted.pairs
    for name, (now, then) in parts.items():
        found = summary.parts[name]
        assert {part.code: part.n for part in found if part.n} == now
        if before is not None:
            assert {part.code: part.before for part in found if part.before} == then
    for each in page["dimensions"]:
        assert sum(shown.n for shown in each.shown) + each.rest == wanted.total
    urls = dict(page["exports"])
    lines, book = csv_at(client, urls["CSV"]), sheets(content(client.get(urls["XLSX"])))
    check_csv(lines, wanted, parts)
    check_workbook(book, wanted, parts)
    check_api(client, asked | {"level": level} | ({"code": code} if code else {}), wanted, parts)
    return page, lines, book


def check_csv(lines: list[dict], wanted: Plain, parts: dict) -> None:
    total, measure = lines[0], lines[0]["measure"]
    assert total["part"] == "total"
    assert int(total["realised"]) == wanted.total
    assert (count(total["target"]), number(total["percent"])) == (wanted.target, wanted.percent)
    assert count(total["last_year"]) == wanted.before
    found = [line for line in lines if line["part"] == "month"]
    assert [int(line["realised"]) for line in found] == wanted.months
    then = [count(line["last_year"]) for line in found]
    assert then == (wanted.months_before or [None] * 12)
    for name, (now, before) in parts.items():
        # Rows of the tables of units are parts called unit as well, of their own measure.
        found = [line for line in lines if (line["part"], line["measure"]) == (name, measure)]
        told = {line["code"]: int(line["realised"]) for line in found}
        assert {code: n for code, n in told.items() if n} == now
        if wanted.before is not None:
            told = {line["code"]: int(line["last_year"]) for line in found}
            assert {code: n for code, n in told.items() if n} == before
    found = [line for line in lines if line["part"] == "unit/province"]
    told = {tuple(line["code"].split("/")): int(line["realised"]) for line in found}
    assert {pair: n for pair, n in told.items() if n} == wanted.pairs


def check_workbook(book: dict[str, list[list]], wanted: Plain, parts: dict) -> None:
    figures = {row["Angka"]: row["Nilai"] for row in table(book["Ringkasan"], "Angka")}
    assert figures["Realisasi"] == wanted.total
    assert (figures["Target"] or None) == wanted.target
    if wanted.target:
        assert figures["Capaian"] == pytest.approx(wanted.total / wanted.target)
        assert figures["Kurang"] == max(wanted.target - wanted.total, 0)
    then = figures["Tahun lalu, hari yang sama"]
    assert (None if then == "" else then) == wanted.before
    *months, total = table(book["Bulan"], "Bulan")
    assert [row["Realisasi"] or 0 for row in months] == wanted.months
    assert total["Realisasi"] == wanted.total
    if wanted.months_before is not None:
        assert [row["Tahun lalu, setahun"] for row in months] == wanted.months_before
    details = table(book["Rincian"], "Dimensi")
    for name, (now, _before) in parts.items():
        told = [row for row in details if row["Dimensi"] == str(DIMENSIONS[name])]
        assert {row["Kode"]: row["Penempatan"] for row in told if row["Penempatan"]} == now
    if wanted.total:
        pivot = table(book["Dilayani x asal"], "Dilayani oleh")
        assert pivot[-1]["Jumlah"] == wanted.total
        cells = [value for row in pivot[:-1] for value in list(row.values())[1:-1] if value]
        assert sorted(cells) == sorted(wanted.pairs.values())
    rows = [row["Nomor"] for row in table(book["Baris"], "Nomor")]
    assert len(rows) == len(set(rows))
    assert set(rows) == wanted.references


def check_api(client: Client, asked: dict, wanted: Plain, parts: dict) -> None:
    answer = client.get("/api/v1/months", asked).json()
    unit = answer["unit"]
    assert (unit["realised"], unit["target"], number(unit["percent_rounded"])) == (
        wanted.total, wanted.target, wanted.percent,
    )  # fmt: skip
    assert [row["realised"] for row in answer["rows"]] == wanted.months
    then = [row["realised_year_before"] for row in answer["rows"]]
    assert then == (wanted.months_before or [None] * 12)
    for name, (now, _before) in parts.items():
        rows = client.get("/api/v1/breakdown", asked | {"dimension": name, "limit": 500}).json()
        assert {row["code"]: row["realised"] for row in rows["rows"]} == now
    view = client.get("/api/v1/outlook", asked).json()
    assert view["realised_year_before"] == wanted.before


def count(text: str) -> int | None:
    return int(text) if text else None


def number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None

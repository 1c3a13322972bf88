"""Load the demo years as a ministry would have lived them: month by month, with late entries,
mistakes that were corrected and services that were voided.

What is read from published tables ends exact; the way there does not. Every row is synthetic: the
NIK have the place code 0000, which no register issues, and names are put together at random.
"""

from __future__ import annotations

import datetime
import io
import random
import time
import zoneinfo
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pghistory
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from psycopg2.extras import execute_values

from accounts import roles
from accounts.models import User
from placement import identity
from placement.models import Placement, Programme
from placement.reference import Agency
from quotas import tally, targets
from quotas.demo import year2025
from quotas.demo.stages import report_samples
from quotas.demo.year2025 import Row, Workdays, offices_of
from quotas.models import TallyBatch, TargetSet
from quotas.promises import Measure
from quotas.splitting import spread
from quotas.targets import Amount
from regions.calendar import last_of_month
from regions.models import DataNotice, Office, Province, Regency

NOTICE = "DATA CONTOH: penempatan sintetis. Bukan catatan orang yang sesungguhnya."
NOTICE_EN = "SAMPLE DATA: synthetic placements. Not the records of real people."
# A notice with this key stands while rows are being loaded: an interrupted load is known by it.
UNFINISHED = "sample-unfinished"
SET_2026 = "Target 2026"
# How the sample of 2026 falls into programmes, as parts of the year's pace of 2025.
_PACE_2026 = {"regular": 0.66, "quick-win": 0.09, "smk-go-global": 0.05}
_PROGRAMME_BEGINS = {"regular": 1, "quick-win": 2, "smk-go-global": 4}
_NATIONAL_2026 = {"smk-go-global": 300_000, "quick-win": 200_000, "regular": 250_000}
# The rest of the national amount is not yet divided among the units.
_DIVIDED = 0.96
# COPY is PostgreSQL's work: two connections use both cores of a small machine.
_THREADS = 2
_LATE, _WRONG, _VOIDED = 0.03, 0.004, 0.0015
# Days before the end of the sample that are folded one by one.
_DAILY = 25
# Days until a late one is typed, and until a mistake is found.
_LATE_BY, _MENDED_AFTER = (20, 31), (5, 40)
# fmt: off
_WOMEN = [
    "Siti", "Sri", "Nur", "Dewi", "Rina", "Yuni", "Wati", "Ayu", "Lestari", "Ratna", "Endang",
    "Fitri", "Indah", "Kartika", "Murni", "Ani", "Yulia", "Dian", "Eka", "Tri", "Umi", "Rahayu",
    "Sumiati", "Suryani", "Lilis", "Wahyuni", "Maya", "Novi", "Puji", "Ida",
]
_MEN = [
    "Agus", "Budi", "Slamet", "Eko", "Dwi", "Joko", "Andi", "Rudi", "Hendra", "Bambang", "Wahyu",
    "Dedi", "Arif", "Imam", "Yusuf", "Iwan", "Ahmad", "Rahmat", "Suparman", "Teguh", "Made",
    "Ketut", "Anton", "Rizal", "Fajar", "Hasan", "Zainal", "Supri", "Wawan", "Ujang",
]
_LAST = [
    "Contoh", "Santoso", "Wijaya", "Saputra", "Lestari", "Hidayat", "Pratama", "Utami", "Susanti",
    "Kurniawan", "Handayani", "Setiawan", "Rahman", "Purnama", "Maulana", "Safitri", "Nugroho",
    "Firmansyah", "Anggraini", "Puspita", "Wibowo", "Mulyani",
]
# fmt: on
_COLUMNS = (
    "id, reference, request_key, status, completed_on, office_id, unit_id, worker_id, sex, "
    "origin_id, destination_id, scheme_id, programme_id, employer_kind_id, job_title_id, "
    "agency_id, ekpmi_number, remark, void_reason, recorded_at, recorded_by_id"
)


@dataclass(slots=True)
class Entry:
    """A row on its way into the table: first as it was typed, later perhaps as it is right.

    ``typed_on`` is the day it is typed.
    """

    row: Row
    programme: str
    typed_on: datetime.date
    pk: int = 0
    wrong: dict = field(default_factory=dict)
    is_voided: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    placements: int
    folds: int
    corrected: int
    voided: int


def load(
    *,
    seed: int = 2025,
    scale: float = 1.0,
    until: datetime.date,
    tell: Callable[[str], None] = lambda _text: None,
) -> Loaded:
    """Load both demo years up to ``until`` and return what was done.

    ``scale`` below 1 keeps that share of the rows; the published tables are exact at 1 only.
    Must not be called inside a transaction: it commits and folds evening by evening. Raises
    RuntimeError when there are placements already or an earlier load was interrupted.
    """
    if is_unfinished():
        raise RuntimeError(
            "Loading the sample data was interrupted earlier. Start again with an empty DATA_DIR "
            "(or an empty database)."
        )
    if Placement.objects.exists():
        raise RuntimeError("There are placements already; sample data go into an empty register.")
    rng = random.Random(seed)  # noqa: S311 - sample data, repeatable on purpose
    began = time.monotonic()
    DataNotice.objects.update_or_create(
        key="sample", defaults={"text": NOTICE, "text_en": NOTICE_EN, "shown": True}
    )
    DataNotice.objects.create(key=UNFINISHED, text=f"{NOTICE} Belum selesai dimuat.")
    rows = year2025.build(rng)
    tell(f"built {len(rows):,} rows of 2025 in {time.monotonic() - began:.1f} s")
    entries = _entries(rows, scale, until, rng)
    _sample_targets(rows)
    writer = _Writer(rng)
    days = defaultdict(list)
    mended = defaultdict(list)
    evenings = _evenings(until)

    def evening_of(day: datetime.date) -> datetime.date:
        return evenings[bisect_left(evenings, day)]

    for entry in entries:
        days[evening_of(entry.typed_on)].append(entry)
        if entry.wrong or entry.is_voided:
            seen = entry.typed_on + datetime.timedelta(rng.randint(*_MENDED_AFTER))
            # It was counted first: what is made and taken back in one fold leaves no trace.
            after = evening_of(entry.typed_on) + datetime.timedelta(1)
            mended[evening_of(min(max(seen, after), until))].append(entry)
    corrected = voided = 0
    used = sorted({*days, *mended})
    with ThreadPoolExecutor(_THREADS) as pool:
        composed = _composed(writer, days[used[0]]) if used else []
        for day, following in zip(used, [*used[1:], None], strict=True):
            before = _last_batch()
            copies = [pool.submit(_copy, *part) for part in composed]
            composed = _composed(writer, days[following]) if following else []
            for copy in copies:
                copy.result()
            corrected += writer.correct([entry for entry in mended[day] if entry.wrong])
            voided += writer.void([entry for entry in mended[day] if entry.is_voided])
            tally.fold()
            _date_batches(day, after=before)
            if following is None or following.month != day.month:
                tell(f"{day:%Y-%m} loaded, {time.monotonic() - began:.0f} s")
    writer.finish()
    report_samples(year=2026, until=until)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE placement_placement")
        for table in ("placement_worker", "tally_inbox", "tally_ledger", "tally_month",
                      "tally_breakdown", "attainment"):  # fmt: skip
            cursor.execute(f"VACUUM ANALYZE {table}")
    tally.reconcile()
    DataNotice.objects.filter(key=UNFINISHED).delete()
    return Loaded(len(entries), TallyBatch.objects.count(), corrected, voided)


def is_unfinished() -> bool:
    """Whether an earlier load was interrupted half-way."""
    return DataNotice.objects.filter(key=UNFINISHED).exists()


def _composed(writer: _Writer, entries: list[Entry]) -> list[tuple[io.StringIO, io.StringIO]]:
    return [writer.compose(entries[part::_THREADS]) for part in range(_THREADS)]


def _entries(
    rows: list[Row], scale: float, until: datetime.date, rng: random.Random
) -> list[Entry]:
    """Both years' rows on the days they are typed, with their mistakes."""
    workdays = Workdays()
    if scale < 1:
        rows = rng.sample(rows, int(len(rows) * scale))
    entries = [Entry(row, "regular", row.day) for row in rows if row.day <= until]
    # A void needs a row of its own: it was counted once, and is not in the published figure.
    entries += [
        Entry(replace(row), "regular", row.day, is_voided=True)
        for row in rng.sample(rows, int(len(rows) * _VOIDED))
        if row.day <= until
    ]
    entries += _entries_2026(rows, until, workdays, rng)
    regencies = list(Regency.objects.order_by("code").values_list("code", flat=True))
    for entry in entries:
        chance = rng.random()
        if chance < _LATE:
            late = datetime.timedelta(rng.randint(*_LATE_BY))
            entry.typed_on = min(entry.typed_on + late, until)
        elif chance < _LATE + _WRONG:
            kind = rng.randrange(3)
            if kind == 0:
                entry.wrong = {"origin": rng.choice(regencies)}
            elif kind == 1:
                entry.wrong = {"destination": "SG" if entry.row.destination != "SG" else "MY"}
            elif entry.row.day > datetime.date(2025, 1, 31):
                entry.wrong = {"day": entry.row.day - datetime.timedelta(rng.randint(1, 30))}
    return entries


def _entries_2026(
    rows: list[Row], until: datetime.date, workdays: Workdays, rng: random.Random
) -> list[Entry]:
    """Plausible months of 2026: people, places and jobs as in 2025, in three programmes."""
    first = datetime.date(2026, 1, 1)
    if until < first:
        return []
    found = []
    full_year = sum(workdays.weight(first + datetime.timedelta(n)) for n in range(365))
    for programme, pace in _PACE_2026.items():
        begins = datetime.date(2026, _PROGRAMME_BEGINS[programme], 1)
        days = [begins + datetime.timedelta(n) for n in range((until - begins).days + 1)]
        if not days:
            continue
        ramp = 1.0 if programme == "regular" else 2.2
        weights = [
            workdays.weight(day) * (1 + (ramp - 1) * n / len(days)) for n, day in enumerate(days)
        ]
        count = int(len(rows) * pace * sum(weights) / full_year)
        fitting = rows
        if programme != "regular":
            fitting = [row for row in rows if row.scheme == "PTOP"]
        templates = rng.choices(fitting, k=count)
        for template, day in zip(templates, rng.choices(days, weights, k=count), strict=True):
            row = replace(template, day=day)
            if programme == "smk-go-global":
                row.destination = rng.choice(("JP", "JP", "KR", "TW", "DE", "TR"))
                row.job_title = rng.choice(("caregiver", "worker", "other", "other"))
            found.append(Entry(row, programme, day))
    return found


def _copy(workers: io.StringIO, placements: io.StringIO) -> None:
    """COPY one part of a month in a transaction of its own; runs in a thread."""
    context = {"reason": "Pencatatan (data contoh)", "verb": "record"}
    try:
        with pghistory.context(**context), transaction.atomic(), connection.cursor() as cursor:
            # Samples can be loaded again: the disk need not confirm each month.
            cursor.execute("SET LOCAL synchronous_commit = off")
            # COPY goes past Django's cursor wrapper, which hands the context to the triggers: one
            # statement through it in this transaction, and the events of the COPY have an author.
            Placement.objects.filter(pk=0).update(remark="")
            for columns, text in (
                ("placement_worker (id, nik_digest, nik_last4, name, birth_date)", workers),
                (f"placement_placement ({_COLUMNS})", placements),
            ):
                text.seek(0)
                cursor.copy_expert(f"COPY {columns} FROM STDIN", text)
    finally:
        connection.close()


class _Writer:
    """Writes entries by COPY and statements, in the names of synthetic officers."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.offices = {unit.pk: offices_of(unit.pk) for unit in Office.objects.served_units()}
        self.officers = _sample_officers()
        self.agencies = _sample_agencies()
        self.zones = {
            pk: zoneinfo.ZoneInfo(zone)
            for pk, zone in Office.objects.values_list("pk", "time_zone")
        }
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('placement_placement', 'id'))")
            self.next_pk = cursor.fetchone()[0]
            cursor.execute("SELECT nextval(pg_get_serial_sequence('placement_worker', 'id'))")
            self.next_worker = cursor.fetchone()[0]
            cursor.execute("SELECT nextval('placement_reference_number')")
            self.next_number = cursor.fetchone()[0]
        self.serials = Counter()
        self.began = timezone.now()

    def compose(self, entries: list[Entry]) -> tuple[io.StringIO, io.StringIO]:
        """Write workers and placements, as first typed, in the text format of COPY."""
        workers, placements = io.StringIO(), io.StringIO()
        for entry in entries:
            worker = self._worker(entry, workers)
            self._placement(entry, worker, placements)
        return workers, placements

    def finish(self) -> None:
        """Leave the sequences behind the last row written."""
        with connection.cursor() as cursor:
            for table, last in (
                ("placement_placement", self.next_pk - 1),
                ("placement_worker", self.next_worker - 1),
            ):
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])
            cursor.execute(
                "SELECT setval('placement_reference_number', %s)", [self.next_number - 1]
            )

    @transaction.atomic
    def correct(self, entries: list[Entry]) -> int:
        """Put right what was typed wrong."""
        context = {"reason": "Koreksi setelah pemeriksaan (data contoh)", "verb": "correct"}
        with pghistory.context(**context), connection.cursor() as cursor:
            Placement.objects.filter(pk=0).update(remark="")
            if entries:
                execute_values(
                    cursor.cursor,
                    "UPDATE placement_placement p SET origin_id = v.origin, "
                    "destination_id = v.destination, completed_on = v.day "
                    "FROM (VALUES %s) AS v (id, origin, destination, day) WHERE p.id = v.id",
                    [(e.pk, e.row.origin, e.row.destination, e.row.day) for e in entries],
                    page_size=10_000,
                )
        return len(entries)

    @transaction.atomic
    def void(self, entries: list[Entry]) -> int:
        """Take back what should not have been counted."""
        reason = "Tercatat dua kali (data contoh)"
        with pghistory.context(reason=reason, verb="void"):
            return Placement.objects.filter(pk__in=[entry.pk for entry in entries]).update(
                status=Placement.Status.VOID, void_reason=reason
            )

    def _worker(self, entry: Entry, out: io.StringIO) -> int:
        rng, row = self.rng, entry.row
        pk, self.next_worker = self.next_worker, self.next_worker + 1
        born = row.day - datetime.timedelta(rng.randint(19 * 366, 48 * 365))
        # Place code 0000 after the province: no register issues it, so nobody has this NIK.
        place = f"{row.province}0000{born.day + 40 * (row.sex == 'F'):02d}{born:%m%y}"
        self.serials[place] += 1
        nik = f"{place}{self.serials[place]:04d}"
        digest = identity.nik_digest(nik)
        first = rng.choice(_WOMEN if row.sex == "F" else _MEN)
        name = f"{first} {rng.choice(_LAST)}"
        out.write(f"{pk}\t\\\\x{digest.hex()}\t{nik[-4:]}\t{name}\t{born}\n")
        return pk

    def _placement(self, entry: Entry, worker: int, out: io.StringIO) -> None:
        rng, row = self.rng, entry.row
        entry.pk, self.next_pk = self.next_pk, self.next_pk + 1
        number, self.next_number = self.next_number, self.next_number + 1
        day = entry.wrong.get("day", row.day)
        offices = self.offices[row.unit]
        office = offices[0] if len(offices) == 1 or rng.random() < 0.72 else rng.choice(offices)
        agency = rng.choice(self.agencies) if row.scheme == "PTOP" else r"\N"
        household = row.job_title in {"house-maid", "domestic-worker"} or (
            row.job_title == "caregiver" and rng.random() < 0.6
        )
        written = datetime.datetime.combine(
            entry.typed_on,
            datetime.time(8 + rng.randrange(8), rng.randrange(60)),
            self.zones[office],
        )
        written = min(written, self.began)
        values = (
            entry.pk, f"PMI-{row.day.year}-{number:06d}", f"{rng.getrandbits(128):032x}",
            "completed", day, office, row.unit, worker, row.sex,
            entry.wrong.get("origin", row.origin), entry.wrong.get("destination", row.destination),
            row.scheme, entry.programme, "individual" if household else "legal-entity",
            row.job_title, agency, "", "", "", written.isoformat(), self.officers[row.unit],
        )  # fmt: skip
        out.write("\t".join(map(str, values)) + "\n")


def _sample_agencies() -> list[str]:
    Agency.objects.bulk_create(
        [
            Agency(code=f"contoh-{n:02d}", label=f"PT Contoh Penempatan {n:02d}")
            for n in range(1, 41)
        ],
        ignore_conflicts=True,
    )
    return list(Agency.objects.filter(code__startswith="contoh-").values_list("code", flat=True))


def _sample_officers() -> dict[str, int]:
    """One officer per served unit who recorded its sample rows; they cannot sign in."""
    found = {}
    for unit in Office.objects.served_units():
        user, _made = User.objects.get_or_create(
            username=f"contoh.{unit.pk}",
            defaults={"first_name": "Petugas contoh", "office": unit, "is_active": False},
        )
        found[unit.pk] = user.pk
    return found


def _sample_targets(rows: list[Row]) -> None:
    """The sample set of 2026: published national amounts, units in proportion to 2025."""
    admins = list(
        User.objects.filter(groups__name=roles.TARGET_ADMIN, is_active=True).order_by("pk")[:2]
    )
    if TargetSet.objects.filter(year=2026, name=SET_2026).exists() or len(admins) < 2:
        return
    first, second = admins
    reason = "Target contoh untuk peragaan"
    target_set = targets.create_set(
        by=first,
        reason=reason,
        year=2026,
        name=SET_2026,
        is_sample=True,
        decree_number="CONTOH/2026",
        decree_date=datetime.date(2026, 1, 2),
        source="Jumlah nasional per program seperti diumumkan; jumlah per unit CONTOH, sebanding "
        "dengan penempatan 2025.",
    )
    targets.set_amounts(
        target_set=target_set, by=first, reason=reason, amounts=list(_sample_amounts(rows))
    )
    targets.propose_set(target_set=target_set, by=first, reason=reason)
    targets.enact_set(target_set=target_set, by=second, reason=reason)


def _sample_amounts(rows: list[Row]) -> Iterator[Amount]:
    programmes = {programme.pk: programme for programme in Programme.objects.all()}
    balai = list(Office.objects.served_units().filter(kind=Office.Kind.BALAI))
    provinces = list(Province.objects.all())
    served, origin = defaultdict(int), defaultdict(int)
    for row in rows:
        served[row.unit] += 1
        origin[row.province] += 1
    # A target is a wish: some units are asked for more than their share, some for less.
    wish = random.Random(7)  # noqa: S311
    lean = {place.pk: wish.uniform(0.55, 1.5) for place in (*balai, *provinces)}
    for code, amount in _NATIONAL_2026.items():
        programme = programmes[code]
        yield Amount(Measure.NATIONAL, amount, programme=programme)
        divided = int(amount * _DIVIDED)
        parts = spread(divided, [served[unit.pk] * lean[unit.pk] for unit in balai])
        for unit, part in zip(balai, parts, strict=True):
            yield Amount(Measure.SERVED, part, unit=unit, programme=programme)
        parts = spread(divided, [origin[place.pk] * lean[place.pk] for place in provinces])
        for place, part in zip(provinces, parts, strict=True):
            # Some Papuan provinces are left without a target, as offices sometimes are.
            if origin[place.pk] >= 10:
                yield Amount(Measure.ORIGIN, part, province=place, programme=programme)


def _last_batch() -> int:
    return TallyBatch.objects.aggregate(last=Max("number"))["last"] or 0


def _evenings(until: datetime.date) -> list[datetime.date]:
    """The evenings that are folded: of every month's last day, of the days that totals of 2025 were
    published for, and of each day of the last weeks. A fold each day takes twice the time."""
    first = datetime.date(2025, 1, 1)
    days = (first + datetime.timedelta(n) for n in range((until - first).days + 1))
    published = {datetime.date(2025, 11, 1), datetime.date(2025, 12, 15)}
    return [
        day for day in days
        if day == last_of_month(day) or day in published or (until - day).days <= _DAILY
    ]  # fmt: skip


def _date_batches(day: datetime.date, *, after: int) -> None:
    """Put the batches of a day in its evening."""
    at = datetime.datetime.combine(day, datetime.time(22), zoneinfo.ZoneInfo("Asia/Jakarta"))
    for offset, batch in enumerate(TallyBatch.objects.filter(number__gt=after).order_by("number")):
        batch.folded_at = at + datetime.timedelta(minutes=offset)
        batch.save(update_fields=["folded_at"])

"""Synthetic placements of 2025 that add up to every published table of that year.

Rows are built dimension by dimension: who served them, under which scheme, from where, to where,
in which month, and who they are. At each step the counts that were published are laid out first,
and what is left over is shuffled. Nothing here is a real person or a real record.
"""

from __future__ import annotations

import datetime
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from quotas import published
from quotas.splitting import spread
from regions.calendar import holidays_of, last_of_month
from regions.models import Country, Office, Regency, ServiceArea

YEAR = 2025
# The days between which published running totals lie.
PERIODS = {
    "A": (datetime.date(2025, 1, 1), datetime.date(2025, 11, 1)),
    "B": (datetime.date(2025, 11, 2), datetime.date(2025, 11, 30)),
    "C": (datetime.date(2025, 12, 1), datetime.date(2025, 12, 15)),
    "D": (datetime.date(2025, 12, 16), datetime.date(2025, 12, 17)),
    "E": (datetime.date(2025, 12, 18), datetime.date(2025, 12, 23)),
    "F": (datetime.date(2025, 12, 24), datetime.date(2025, 12, 31)),
}
# Weights of what is not published. They only shape the remainder.
_FREE_UNITS = {
    "bp3mi-jateng": 620, "bp3mi-jabar": 600, "bp3mi-ntb": 270, "bp3mi-bali": 95,
    "bp3mi-sumut": 80, "bp3mi-diy": 70, "bp3mi-kaltara": 60, "bp3mi-banten": 52,
    "bp3mi-kalbar": 48, "bp3mi-sulsel": 40, "bp3mi-riau": 34, "bp3mi-sumsel": 18,
    "bp3mi-sulut": 8, "bp3mi-sumbar": 7, "bp3mi-kalsel": 5, "bp3mi-sultra": 4,
}  # fmt: skip
_OTHER_PROVINCES = {
    "16": 2300, "61": 1950, "34": 1900, "21": 1560, "31": 1400, "13": 900, "14": 820, "71": 640,
    "11": 520, "17": 380, "65": 330, "74": 310, "15": 300, "64": 260, "72": 210, "63": 190,
    "76": 170, "19": 90, "81": 90, "62": 70, "75": 60, "94": 24, "82": 32, "91": 26, "92": 14,
    "96": 12, "93": 8, "95": 5,
}  # fmt: skip
_OWN_SHARE = {"bp3mi-jakarta": 0.03, "bp3mi-kaltara": 0.05, "bp3mi-sumut": 0.33}
_DESTINATION_2025 = {"TR": 15_500, "JP": 20_500, "HK": 80_000}
_MONTH_WEIGHTS = (22.6, 21.8, 0, 19.6, 23.4, 23.3, 25.6, 24.4, 24.9, 26.2)
_NOVEMBER_FIRST = 64  # A Saturday.
# Job titles by where they are common; what remains goes anywhere.
_JOB_PLACES = {
    "plantation-worker": ("MY",),
    "house-maid": ("HK", "SG", "SA", "BN", "AE", "MY"),
    "domestic-worker": ("HK", "SG", "TW"),
    "caregiver": ("TW", "JP"),
    "worker": ("TW", "KR", "JP", "PL", "HU"),
}
_WOMEN_IN_JOB = {
    "house-maid": 0.985, "domestic-worker": 0.98, "caregiver": 0.87, "plantation-worker": 0.18,
    "worker": 0.27,
}  # fmt: skip


@dataclass(slots=True)
class Row:
    """One placement in codes; the worker is made when it is loaded."""

    period: str
    unit: str
    scheme: str = ""
    province: str = ""
    origin: str = ""
    destination: str = ""
    job_title: str = ""
    sex: str = ""
    day: datetime.date | None = None


def build(rng: random.Random) -> list[Row]:
    """Return the 296,948 rows of 2025 in random order."""
    facts = _Facts()
    rows = _units(facts)
    _schemes(rows, facts, rng)
    _origins(rows, facts, rng)
    _destinations(rows, facts, rng)
    _days(rows, facts, rng)
    _jobs(rows, facts, rng)
    _sexes(rows, facts, rng)
    rng.shuffle(rows)
    return rows


class Workdays:
    """Days of a span with how busy they are: little on Saturdays, next to nothing on holidays."""

    def pick(
        self, rng: random.Random, first: datetime.date, last: datetime.date, count: int
    ) -> list[datetime.date]:
        days = [first + datetime.timedelta(n) for n in range((last - first).days + 1)]
        return rng.choices(days, [self.weight(day) for day in days], k=count)

    def weight(self, day: datetime.date) -> float:
        if day in holidays_of(day.year) or day.weekday() == 6:
            return 0.02
        return 0.12 if day.weekday() == 5 else 1.0


class _Facts:
    """Published counts by what they are about."""

    def __init__(self) -> None:
        self._facts = published.facts(YEAR)
        self.units = {
            fact.where[0][1]: int(fact.count)
            for fact in self._facts
            if fact.table == "office_served" and len(fact.where) == 1
        }
        self.countries = dict(Country.objects.values_list("name_id", "code"))
        self.areas = defaultdict(list)
        for office, province in ServiceArea.objects.values_list("office_id", "province_id"):
            self.areas[office].append(province)
        self.regencies = defaultdict(list)
        for code, province in Regency.objects.order_by("code").values_list("code", "province_id"):
            self.regencies[province].append(code)

    def one(self, table: str, period: str | None = None, value: str | None = None) -> int:
        (count,) = (
            int(fact.count)
            for fact in self._facts
            if fact.table == table
            and period in {None, fact.period}
            and value in {None, fact.where[-1][1]}
        )
        return count

    def table(self, table: str) -> dict[str, int]:
        """Counts by the last printed value."""
        return {f.where[-1][1]: int(f.count) for f in self._facts if f.table == table}

    def country_table(self, table: str) -> dict[str, int]:
        return {self.countries[name]: n for name, n in self.table(table).items()}


def _units(facts: _Facts) -> list[Row]:
    """Lay out who served when: running totals of the nation, known totals of some units."""
    through_november_1 = facts.one("cumulative_ytd", "2025-01..2025-11-01")
    through_december_15 = facts.one("cumulative_ytd", "2025-01..2025-12-15")
    total = facts.one("cumulative_ytd", "2025-01..2025-12")
    b, c = spread(through_december_15 - through_november_1, (20, 11))
    d, e, f = spread(total - through_december_15, (2, 4, 3.4))
    nation = dict(zip(PERIODS, (through_november_1, b, c, d, e, f), strict=True))
    matrix: dict[str, dict[str, int]] = {}

    def lay(unit: str, count: int, periods: str = "ABCDEF") -> None:
        """``count`` falls in ``periods``; what comes after goes on at the nation's pace."""
        parts = spread(count, [nation[p] for p in periods])
        known = dict(zip(periods, parts, strict=True))
        pace = count / sum(nation[p] for p in periods)
        matrix[unit] = {p: known.get(p, round(nation[p] * pace)) for p in PERIODS}

    units = {published.unit_code(name): count for name, count in facts.units.items()}
    for unit in ("bp3mi-kepri", "bp3mi-lampung"):
        lay(unit, units[unit])
    lay("bp3mi-ntt", _ntt_total())
    lay("bp3mi-sulteng", sum(facts.table("office_sulteng_2025").values()))
    lay("bp3mi-jatim", units["bp3mi-jatim"], "AB")
    lay("bp3mi-aceh", units["bp3mi-aceh"], "ABCD")
    lay("bp3mi-jakarta", sum(facts.table("scheme_bp3mi_jakarta_2025").values()), "ABCDE")
    schemes = _schemes_through_november_1(facts)
    lay("perwakilan-ri", schemes["PPK_LN"], "A")
    lay("pusat", schemes["GTOG"], "A")
    fixed = list(matrix.values())
    matrix |= {unit: {} for unit in _FREE_UNITS}
    for period, count in nation.items():
        rest = count - sum(each[period] for each in fixed)
        parts = spread(rest, list(_FREE_UNITS.values()))
        for unit, part in zip(_FREE_UNITS, parts, strict=True):
            matrix[unit][period] = part
    return [
        Row(period, unit)
        for unit, periods in matrix.items()
        for period, count in periods.items()
        for _each in range(count)
    ]


def _ntt_total() -> int:
    """BP3MI NTT is printed among the targets only."""
    (row,) = (
        row
        for row in published.read("targets_published")
        if row["year"] == str(YEAR) and row["unit"] == "BP3MI Nusa Tenggara Timur"
    )
    return int(row["realised"])


def _schemes_through_november_1(facts: _Facts) -> dict[str, int]:
    table = facts.table("scheme_2025_nov01")
    return {published.SCHEME_CODES[name]: count for name, count in table.items()}


def _schemes(rows: list[Row], facts: _Facts, rng: random.Random) -> None:
    for row in rows:
        if row.unit == "perwakilan-ri":
            row.scheme = "PPK_LN"
        elif row.unit == "pusat":
            row.scheme = "GTOG"
        elif row.unit == "bp3mi-sulteng":
            # Its published indicator is the verification and briefing of perseorangan.
            row.scheme = "MANDIRI"
    jakarta = {
        published.SCHEME_CODES[name]: n
        for name, n in facts.table("scheme_bp3mi_jakarta_2025").items()
    }
    early = [row for row in rows if row.unit == "bp3mi-jakarta" and row.period == "A"]
    late = [row for row in rows if row.unit == "bp3mi-jakarta" and row.period in "BCDE"]
    # UKPS and re-entry do not stand in the national table of 1 November: they came later.
    own_early = round(jakarta["MANDIRI"] * len(early) / (len(early) + len(late)))
    _deal(early, "scheme", {"MANDIRI": own_early, "PTOP": len(early) - own_early}, rng)
    jakarta["MANDIRI"] -= own_early
    jakarta["PTOP"] -= len(early) - own_early
    _deal(late, "scheme", jakarta, rng)
    left = Counter(_schemes_through_november_1(facts))
    left.subtract(row.scheme for row in rows if row.period == "A" and row.scheme)
    _deal([row for row in rows if row.period == "A" and not row.scheme], "scheme", left, rng)
    rest = [row for row in rows if not row.scheme]
    usual = ("PTOP", "MANDIRI", "PPK_DN", "UKPS", "REENTRY")
    parts = spread(len(rest), (80, 12, 5, 1.6, 1.4))
    _deal(rest, "scheme", dict(zip(usual, parts, strict=True)), rng)


def _origins(rows: list[Row], facts: _Facts, rng: random.Random) -> None:
    """The province of origin: own people first, then everybody else's to every office."""
    names = dict(_province_names())
    left = Counter(
        {
            names[name]: count
            for name, count in facts.table("province_2025").items()
            if name in names
        }
    )
    others = facts.one("province_2025", "2025", "(28 other provinces together)")
    parts = spread(others, list(_OTHER_PROVINCES.values()))
    left.update(dict(zip(_OTHER_PROVINCES, parts, strict=True)))

    def give(chosen: list[Row], province: str) -> None:
        for row in chosen:
            row.province = province
        left[province] -= len(chosen)

    def give_strangers(chosen: list[Row], own: str) -> None:
        provinces = [code for code in left if code != own]
        parts = spread(len(chosen), [left[code] for code in provinces])
        shuffled = rng.sample(chosen, len(chosen))
        for code, part in zip(provinces, parts, strict=True):
            give(shuffled[:part], code)
            del shuffled[:part]

    kepri = [row for row in rows if row.unit == "bp3mi-kepri"]
    jatim = [row for row in rows if row.unit == "bp3mi-jatim" and row.period in "AB"]
    for served, own, count in (
        (kepri, "21", facts.one("office_kepri_2025")),
        (jatim, "35", facts.one("office_served", "2025-01..2025-11", "Jawa Timur")),
    ):
        shuffled = rng.sample(served, len(served))
        give(shuffled[:count], own)
        give_strangers(shuffled[count:], own)
    by_unit = _grouped((row for row in rows if not row.province), lambda row: row.unit)
    for unit, waiting in by_unit.items():
        provinces = facts.areas.get(unit, [])
        shuffled = rng.sample(waiting, len(waiting))
        wanted = int(len(waiting) * _OWN_SHARE.get(unit, 0.86))
        shares = spread(wanted, [left[code] for code in provinces]) if provinces else []
        for code, share in zip(provinces, shares, strict=True):
            take = min(share, int(left[code] * 0.95))
            give(shuffled[:take], code)
            del shuffled[:take]
    _deal([row for row in rows if not row.province], "province", left, rng)
    _regencies(rows, facts, rng)


def _province_names() -> Iterable[tuple[str, str]]:
    return published.Province.objects.values_list("name", "code")


def _regencies(rows: list[Row], facts: _Facts, rng: random.Random) -> None:
    printed = facts.table("office_jatim_regency_2025")
    top = {published.regency_code(name): count for name, count in printed.items()}
    served = [
        row
        for row in rows
        if row.unit == "bp3mi-jatim" and row.period in "AB" and row.province == "35"
    ]
    rest = [code for code in facts.regencies["35"] if code not in top]
    weights = [rng.uniform(4, 10) for _code in rest]
    parts = spread(len(served) - sum(top.values()), weights)
    _deal(served, "origin", top | dict(zip(rest, parts, strict=True)), rng)
    for province, waiting in _grouped(
        (row for row in rows if not row.origin), lambda row: row.province
    ).items():
        codes = facts.regencies[province]
        weights = [top.get(code, 0) or rng.lognormvariate(5, 0.9) for code in codes]
        chosen = rng.choices(codes, weights, k=len(waiting))
        for row, code in zip(waiting, chosen, strict=True):
            row.origin = code


def _destinations(rows: list[Row], facts: _Facts, rng: random.Random) -> None:
    by_unit = _grouped(rows, lambda row: row.unit)
    _deal(by_unit["bp3mi-sulteng"], "destination", facts.country_table("office_sulteng_2025"), rng)
    usual = facts_2024()
    jatim = [row for row in by_unit["bp3mi-jatim"] if row.period in "AB"]
    top = facts.country_table("office_jatim_destination_2025")
    minor = [code for code in usual if code not in top]
    rest = len(jatim) - sum(top.values())
    parts = spread(rest, [usual[code] ** 0.5 for code in minor])
    _deal(jatim, "destination", top | dict(zip(minor, parts, strict=True)), rng)
    japan = facts.one("office_served", "2025", "Jepang")
    for row in rng.sample(by_unit["bp3mi-lampung"], japan):
        row.destination = "JP"
    for unit, mix in (
        ("perwakilan-ri", {"HK": 55, "TW": 24, "SG": 12, "MY": 6, "BN": 3}),
        ("pusat", {"KR": 72, "JP": 20, "DE": 8}),
    ):
        for row, code in zip(
            by_unit[unit],
            rng.choices(list(mix), list(mix.values()), k=len(by_unit[unit])),
            strict=True,
        ):
            row.destination = code
    waiting = [row for row in rows if not row.destination]
    # Lampung's count of Japan is exact, so none of its other rows may go there.
    lampung = [row for row in waiting if row.unit == "bp3mi-lampung"]
    not_japan = {code: n for code, n in usual.items() if code != "JP"}
    for row, code in zip(
        lampung,
        rng.choices(list(not_japan), list(not_japan.values()), k=len(lampung)),
        strict=True,
    ):
        row.destination = code
    waiting = [row for row in waiting if not row.destination]
    taiwan = facts.one("destination_2025") - sum(row.destination == "TW" for row in rows)
    others = {code: n for code, n in usual.items() if code != "TW"}
    parts = spread(len(waiting) - taiwan, list(others.values()))
    _deal(waiting, "destination", {"TW": taiwan} | dict(zip(others, parts, strict=True)), rng)


def facts_2024() -> dict[str, int]:
    """Destinations as published for 2024, with what 2025's months show of Turkey and Japan."""
    countries = dict(Country.objects.values_list("name_id", "code"))
    found = {
        countries[row["value1"]]: int(row["count"])
        for row in published.read("placements_published")
        if row["table"] == "destination_2024" and row["value1"] in countries
    }
    return found | _DESTINATION_2025


def _days(rows: list[Row], facts: _Facts, rng: random.Random) -> None:
    workdays = Workdays()
    for period, waiting in _grouped(rows, lambda row: row.period).items():
        if period != "A":
            days = workdays.pick(rng, *PERIODS[period], len(waiting))
            for row, day in zip(waiting, days, strict=True):
                row.day = day
    early = rng.sample([row for row in rows if row.period == "A"], facts.one(
        "cumulative_ytd", "2025-01..2025-11-01"))  # fmt: skip
    march = facts.one("month_series")
    counts = spread(len(early) - march - _NOVEMBER_FIRST, _MONTH_WEIGHTS)
    counts[2] = march
    by_month = {month + 1: count for month, count in enumerate(counts)}
    chosen: dict[int, list[Row]] = {}
    for month, table in ((6, "destination_2025_06"), (5, "destination_2025_05")):
        jatim = facts.one("province_2025_06") if month == 6 else None
        chosen[month] = _month_of(early, by_month[month], facts.country_table(table), jatim, rng)
        taken = {id(row) for row in chosen[month]}
        early = [row for row in early if id(row) not in taken]
    for month, count in by_month.items():
        if month not in chosen:
            chosen[month] = early[:count]
            early = early[count:]
    for row in early:
        row.day = PERIODS["A"][1]
    for month, members in chosen.items():
        first = datetime.date(YEAR, month, 1)
        days = workdays.pick(rng, first, last_of_month(first), len(members))
        for row, day in zip(members, days, strict=True):
            row.day = day


def _month_of(
    waiting: list[Row],
    count: int,
    destinations: dict[str, int],
    jatim: int | None,
    rng: random.Random,
) -> list[Row]:
    """Choose the rows of a month with its published destinations and East Javanese."""
    wanted = destinations | {"": count - sum(destinations.values())}

    def group(row: Row) -> tuple[str, bool]:
        known = row.destination if row.destination in destinations else ""
        return known, jatim is not None and row.province == "35"

    strata = _grouped(waiting, group)
    codes = list(wanted)
    sizes = {
        (code, own): len(strata.get((code, own), [])) for code in codes for own in (True, False)
    }
    if jatim is None:
        own_parts = [0] * len(codes)
    else:
        expected = [
            wanted[code] * sizes[code, True] / (sizes[code, True] + sizes[code, False])
            for code in codes
        ]
        own_parts = spread(jatim, expected)
    chosen: list[Row] = []
    for code, own in zip(codes, own_parts, strict=True):
        for is_own, part in ((True, own), (False, wanted[code] - own)):
            if part:
                chosen += rng.sample(strata[code, is_own], part)
    return chosen


def _jobs(rows: list[Row], facts: _Facts, rng: random.Random) -> None:
    left = {published.job_title_code(name): count for name, count in facts.table("jobs").items()}
    by_place = _grouped(rows, lambda row: row.destination)
    for waiting in by_place.values():
        rng.shuffle(waiting)
    for job, places in _JOB_PLACES.items():
        free = {code: by_place.get(code, []) for code in places}
        sizes = [len(waiting) for waiting in free.values()]
        goal = min(left[job], int(sum(sizes) * 0.9))
        for code, part in zip(free, spread(goal, sizes), strict=True):
            for row in free[code][:part]:
                row.job_title = job
            del free[code][:part]
        left[job] -= goal
    waiting = [row for row in rows if not row.job_title]
    rest = len(waiting) - sum(left.values())
    left["construction-worker"], left["other"] = spread(rest, (1, 6))
    _deal(waiting, "job_title", left, rng)


def _sexes(rows: list[Row], facts: _Facts, rng: random.Random) -> None:
    women = facts.one("gender", "2025", "perempuan")
    by_job = _grouped(rows, lambda row: row.job_title)
    named = {job: int(len(by_job[job]) * share) for job, share in _WOMEN_IN_JOB.items()}
    others = [row for job, members in by_job.items() if job not in named for row in members]
    chosen = rng.sample(others, women - sum(named.values()))
    for job, count in named.items():
        chosen += rng.sample(by_job[job], count)
    for row in rows:
        row.sex = "M"
    for row in chosen:
        row.sex = "F"


def _deal(rows: list[Row], attribute: str, counts: dict[str, int], rng: random.Random) -> None:
    """Hand out exactly ``counts`` values to ``rows``; their sum is the number of rows."""
    values = [code for code, count in counts.items() for _each in range(count)]
    if len(values) != len(rows) or min(counts.values(), default=0) < 0:
        raise ValueError(f"{attribute}: {len(values)} values for {len(rows)} rows")
    rng.shuffle(values)
    for row, value in zip(rows, values, strict=True):
        setattr(row, attribute, value)


def _grouped(rows: Iterable[Row], key: Callable) -> dict:
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def offices_of(unit: str) -> list[str]:
    """The offices a balai's placements are completed at: its own desk first, then its posts."""
    posts = Office.objects.filter(parent_id=unit).order_by("code")
    return [unit, *posts.values_list("code", flat=True)]

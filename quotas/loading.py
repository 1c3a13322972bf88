"""Load rating bands and the published target sets, rivals included, with their sources.

A published set was neither proposed nor enacted in this program, so it is written here with the
status it had in the world, once: a set that exists is left alone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pghistory
from django.db import transaction

from placement.models import Programme
from quotas import attainment
from quotas.models import Indicator, IndicatorTarget, RatingBand, Target, TargetSet
from quotas.promises import Measure
from quotas.published import unit_code
from regions.loading import Loaded, load, read

_ENACTED, _PROPOSED = TargetSet.Status.ENACTED, TargetSet.Status.PROPOSED


@dataclass(frozen=True, slots=True)
class Published:
    """A set as published: its national amounts by programme ('' = all), and where it stands in
    ``targets_published.csv`` by year and amount."""

    year: int
    name: str
    status: str
    national: tuple[tuple[str, int], ...] = ()
    with_units: bool = False
    note: str = ""
    is_partial: bool = False


PUBLISHED = (
    Published(2022, "Target BP2MI 2022", _ENACTED, (("", 150_000),), True),
    Published(2023, "Target balai 2023", _ENACTED, (), True, "Target nasional tidak ditemukan."),
    Published(2024, "Target balai 2024", _ENACTED, (), True, "Target nasional tidak ditemukan."),
    Published(2025, "Aspirasi 425.000", TargetSet.Status.SUPERSEDED, (("", 425_000),)),
    Published(2025, "Versi 420.000", TargetSet.Status.SUPERSEDED, (("", 420_000),)),
    Published(2025, "Versi 300.000 (Migrant Watch)", _PROPOSED, (("", 300_000),)),
    Published(
        2025, "Target 2025", _ENACTED, (("", 259_144),), True,
        "Angka yang dipakai menteri untuk mengukur capaian 2025.",
    ),
    Published(
        2026, "Quick win dan reguler 2026", _PROPOSED,
        (("smk-go-global", 300_000), ("quick-win", 200_000), ("regular", 250_000)),
        note="Reguler sekitar 250 ribu, di luar quick win 500 ribu.",
    ),
    Published(2026, "Jumlah menteri 700.000", _PROPOSED, (("", 700_000),)),
    Published(
        2026, "Quick win 500.000", _PROPOSED, (("smk-go-global", 300_000), ("quick-win", 200_000)),
        note="Di luar penempatan reguler.", is_partial=True,
    ),
    Published(
        2026, "Vokasi 40.000", _PROPOSED, (("smk-go-global", 40_000),),
        note="Angka kerja pada dasbor vokasi; artinya belum dipastikan.", is_partial=True,
    ),
)  # fmt: skip


def load_targets() -> list[Loaded]:
    """Load rating bands and published target sets."""
    return [
        load(RatingBand, read("rating_bands"), key=("level",)),
        _load_published(),
        _load_indicators(),
    ]


# Published indicators that are no placements: how the register prints them, and their kind.
_INDICATORS = {
    "document verification + OPP of perseorangan": (
        "Verifikasi dokumen dan OPP perseorangan", "layanan", Indicator.Kind.SUM,
    ),
    "share of PMI problems facilitated (percent)": (
        "Permasalahan PMI yang difasilitasi", "%", Indicator.Kind.LAST,
    ),
}  # fmt: skip


@transaction.atomic
def _load_indicators() -> Loaded:
    """Published agreements; the year's result stands in its last quarter, as it was printed."""
    added = 0
    for row in read("targets_published"):
        if row["measure"] not in _INDICATORS or row["level"] != "BP3MI" or not row["target"]:
            continue
        name, unit_label, kind = _INDICATORS[row["measure"]]
        indicator, _made = Indicator.objects.get_or_create(
            name=name, defaults={"unit_label": unit_label, "kind": kind}
        )
        with pghistory.context(reason="Angka yang diumumkan", verb="load published targets"):
            _target, made = IndicatorTarget.objects.get_or_create(
                indicator=indicator,
                office_id=unit_code(row["unit"]),
                year=int(row["year"]),
                defaults={
                    "amount": row["target"],
                    "quarter_4": row["realised"] or None,
                    "source": row["source"],
                    "note": "Diumumkan untuk setahun penuh; dicatat di triwulan IV.",
                },
            )
        added += made
    return Loaded(str(IndicatorTarget._meta.verbose_name), added, 0, 0)


@transaction.atomic
def _load_published() -> Loaded:
    rows = read("targets_published")
    added, years = 0, set()
    for published in PUBLISHED:
        if TargetSet.objects.filter(year=published.year, name=published.name).exists():
            continue
        status = published.status
        if status == _ENACTED and TargetSet.objects.in_year(published.year).enacted().exists():
            status = TargetSet.Status.PROPOSED
        with pghistory.context(reason="Target yang diumumkan", verb="load published targets"):
            target_set = TargetSet.objects.create(
                year=published.year,
                name=published.name,
                status=status,
                source="\n".join(_sources(published, rows)),
                note=published.note,
                is_partial=published.is_partial,
                effective_on=datetime.date(published.year, 1, 1),
            )
            Target.objects.bulk_create(
                Target(
                    target_set=target_set,
                    measure=Measure.NATIONAL,
                    programme=Programme.objects.get(pk=code) if code else None,
                    amount=amount,
                )
                for code, amount in published.national
            )
            if published.with_units:
                Target.objects.bulk_create(_unit_targets(target_set, rows))
        added += 1
        years.add(published.year)
    for year in sorted(years):
        attainment.recompute(year=year)
    return Loaded(str(TargetSet._meta.verbose_name), added, 0, 0)


def _sources(published: Published, rows: list[dict[str, str]]) -> list[str]:
    each = [amount for _code, amount in published.national]
    amounts = {str(amount) for amount in (*each, sum(each))}
    found = [
        row["source"]
        for row in rows
        if row["year"] == str(published.year)
        and (
            (row["level"] == "national" and row["target"] in amounts)
            or (published.with_units and row["level"] == "BP3MI" and row["target"])
        )
    ]
    return list(dict.fromkeys(found))


def _unit_targets(target_set: TargetSet, rows: list[dict[str, str]]) -> list[Target]:
    """The published targets of balai, measured in placements served."""
    targets = []
    for row in rows:
        if (row["year"], row["level"]) != (str(target_set.year), "BP3MI"):
            continue
        if row["measure"] != "served placements" or not row["target"]:
            continue
        targets.append(
            Target(
                target_set=target_set,
                measure=Measure.SERVED,
                unit_id=unit_code(row["unit"]),
                amount=int(row["target"]),
                note=row["note"][:300],
            )
        )
    return targets

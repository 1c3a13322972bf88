"""The exact figures of a report, as plain data: what is typeset, hashed, and kept beside the file.

Everything is counted by ``quotas.summary``; here it is only put in order. Numbers are integers or
decimal strings, days ISO dates: how they are written is the typesetter's business.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from dashboards.models import Report
from placement.closing import MonthClosing
from quotas import figures, guard, pace
from quotas.figures import Figure
from quotas.models import RatingBand
from quotas.moments import moment_of_batch, snapshot
from quotas.promises import Measure
from quotas.summary import Part, Summary, change_percent, summarise
from regions.models import ServiceArea

# Dimension: how many of its values a balai's report names; the rest is one row.
_NAMED = {
    "regency": 12, "destination": 10, "job_title": 10, "scheme": 8, "employer_kind": 6, "sex": 2,
    "office": 10,
}  # fmt: skip


class Unprintable(Exception):
    """Why there is no report, in a sentence for whoever asked."""


def digest(found: dict) -> str:
    """The SHA-256 of facts in canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def facts_of(report: Report) -> dict:
    """Read the figures of a report as of its batch. Raises Unprintable.

    What whoever asked may not read, what nothing is known of, and what does not add up is not
    printed.
    """
    moment = moment_of_batch(report.batch)
    question = {
        "user": report.requested_by,
        "year": report.year,
        "programme": report.programme_id or "",
        "through": report.through,
        "as_of": moment,
        "target_set": report.target_set_id,
    }
    with snapshot():
        national = report.kind == Report.Kind.NATIONAL
        rows = figures.attainment_figures(**question) if national else None
        summary = summarise(place=report.place, rows=rows, **question)
        if summary is None:
            raise Unprintable(_("Angka unit ini tidak dapat dibaca oleh yang meminta."))
        problems = summary.problems + (guard.sums_of_units(rows) if national else [])
        found = _frame(report, summary, moment) | {"months": _months(report, summary)}
        if national:
            found |= _tables(summary, rows)
        else:
            found |= _parts(report, summary)
    problems += _disagreements(found)
    if problems:
        raise Unprintable(
            _("Bagiannya tidak cocok dengan jumlahnya, jadi laporan tidak dicetak: %(what)s.")
            % {"what": "; ".join(problems[:5])}
        )
    return found


def _frame(report: Report, summary: Summary, moment) -> dict:
    figure, chosen = summary.figure, report.target_set
    at = moment.at.astimezone(ZoneInfo(settings.TIME_ZONE))
    expected = _expected(summary)
    return {
        "number": report.number,
        "kind": report.kind,
        "unit": {"code": figure.code, "name": summary.name if report.unit_id else "Indonesia"},
        "year": report.year,
        "month": report.month,
        "through": report.through.isoformat(),
        "day": summary.day.isoformat(),
        "programme": str(report.programme) if report.programme else "",
        "state": {
            "batch": moment.batch, "at": at.strftime("%Y-%m-%dT%H:%M:%S"),
            "rule_version": moment.rule_version,
        },
        "target_set": chosen and {
            "name": chosen.name, "decree_number": chosen.decree_number,
            "decree_date": chosen.decree_date and chosen.decree_date.isoformat(),
            "is_sample": chosen.is_sample,
        },
        "notice": figures.frame().notice,
        "figure": _row(figure, summary.before) | {
            "expected": expected,
            "gap": None if expected is None else figure.realised - expected,
        },
        "bands": [
            {"minimum": _plain(band.minimum.normalize()), "name": band.name, "level": band.level}
            for band in RatingBand.objects.order_by("-minimum")
        ],
    }  # fmt: skip


def _expected(summary: Summary) -> int | None:
    """What the plan expects through the day of the figures, rounded half up."""
    if summary.plan is None:
        return None
    expected = pace.expected_to_date(plan=summary.plan, year=summary.year, day=summary.day)
    return int(expected + Fraction(1, 2))


def _row(figure: Figure, before: int | None) -> dict:
    return {
        "code": figure.code,
        "name": figure.name,
        "realised": figure.realised,
        "target": figure.target,
        "percent": _plain(figure.rounded),
        "level": figure.level,
        "rating": figure.rating,
        "short": figure.short,
        "before": before,
        "change": _plain(change_percent(figure.realised, before)),
        "outside": figure.is_outside_balai,
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _months(report: Report, summary: Summary) -> list[dict]:
    """The months of the report, each with plan and year before. A month that has not ended is
    compared with the same days and with its share of the plan, so that columns sum to totals."""
    before = summary.months_before
    plan = list(summary.plan[: report.month]) if summary.plan else None
    if plan is not None:
        plan[-1] = _expected(summary) - sum(plan[:-1])
    if before is not None:
        before = before[: report.month]
        before[-1] = summary.before - sum(before[:-1])
    rows = []
    for index in range(report.month):
        n = summary.months[index]
        rows.append(
            {
                "month": index + 1,
                "n": n,
                "plan": plan[index] if plan else None,
                "before": before[index] if before else None,
                "change": _plain(change_percent(n, before[index] if before else None)),
                "sum": sum(summary.months[: index + 1]),
            }
        )
    return rows


def ranked(rows: Sequence[Figure]) -> list[tuple[int | None, Figure]]:
    """Figures by exact attainment with their rank, equal ones sharing it; then, without a rank,
    what has no target, largest first."""
    aimed = [row for row in rows if row.percent is not None]
    aimed.sort(key=lambda row: (-row.percent, row.code))
    found: list[tuple[int | None, Figure]] = []
    for place, row in enumerate(aimed, start=1):
        same = found and found[-1][1].percent == row.percent
        found.append((found[-1][0] if same else place, row))
    rest = [row for row in rows if row.percent is None]
    return found + [(None, row) for row in sorted(rest, key=lambda row: (-row.realised, row.code))]


def _tables(summary: Summary, rows: Sequence[Figure]) -> dict:
    """Both ways to divide the nation, each with what is not divided, so that parts make the whole.

    A unit without a placement last year is absent from the parts, which means zero.
    """
    tables = {}
    for name, measure, dimension in (
        ("units", Measure.SERVED, "unit"), ("provinces", Measure.ORIGIN, "province"),
    ):  # fmt: skip
        before = {part.code: part.before for part in summary.parts[dimension]}
        known = summary.before is not None
        these = [row for row in rows if row.measure == measure]
        divided = sum(row.target or 0 for row in these)
        target = summary.figure.target
        tables[name] = {
            "rows": [
                _row(row, before.get(row.code, 0) if known else None) | {"rank": rank}
                for rank, row in ranked(these)
            ],
            "divided": divided if any(row.target for row in these) else None,
            "undivided": None if target is None else target - divided,
            "realised": sum(row.realised for row in these),
            "before": sum(before.values()) if known else None,
        }
    shown = ("destination", 8), ("scheme", 8)
    parts = {name: _shortened(summary.parts.get(name, []), most) for name, most in shown}
    return tables | {"parts": parts}


def _parts(report: Report, summary: Summary) -> dict:
    own = _own_provinces(report)
    provinces = summary.parts["province"]
    inside = sum(part.n for part in provinces if part.code in own)
    closing = (
        MonthClosing.objects.filter(
            unit=report.unit_id, month=datetime.date(report.year, report.month, 1)
        )
        .select_related("unit")
        .first()
    )
    return {
        "parts": {
            name: _shortened(summary.parts.get(name, []), most) for name, most in _NAMED.items()
        }
        | {"province": _shortened(provinces, 10, own)},
        "own": {
            "names": sorted(own.values()), "n": inside,
            "others": summary.figure.realised - inside,
        } if own else None,
        "closing": closing and {
            "closed_on": closing.closed_on.isoformat(),
            "reopened_until": closing.reopened_until and closing.reopened_until.isoformat(),
            "note": closing.note,
        },
    }  # fmt: skip


def _own_provinces(report: Report) -> dict[str, str]:
    """Code and name of the provinces the unit serves on the last day of the report."""
    areas = ServiceArea.objects.filter(office=report.unit_id, valid_from__lte=report.through)
    areas = areas.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=report.through))
    return dict(areas.values_list("province", "province__name"))


def _shortened(parts: Sequence[Part], most: int, own: dict[str, str] | None = None) -> list[dict]:
    """The largest parts and, as one row, how many others there are. What counts nothing is out."""
    counted = [part for part in parts if part.n]
    # One row that says "1 other" is longer than the other itself.
    shown = counted if len(counted) <= most + 1 else counted[:most]
    rows = [
        {"name": part.name, "n": part.n, "share": _plain(part.share), "before": part.before,
         "own": bool(own and part.code in own), "others": 0}
        for part in shown
    ]  # fmt: skip
    rest = counted[len(shown) :]
    if rest:
        known = rest[0].before is not None
        n = sum(part.n for part in rest)
        whole = replace(rest[0], n=n, before=sum(part.before for part in rest) if known else None)
        rows.append(
            {"name": "", "n": n, "share": _plain(whole.share), "before": whole.before,
             "own": False, "others": len(rest)}
        )  # fmt: skip
    return rows


def _disagreements(found: dict) -> list[str]:
    """The last look before printing: every column that is summed on paper makes its total."""
    figure = found["figure"]
    sums = {
        "months": ("n", "realised"),
        "plan": ("plan", "expected"),
        "before": ("before", "before"),
    }
    problems = []
    for name, (column, total) in sums.items():
        values = [row[column] for row in found["months"]]
        if figure[total] is not None and sum(values) != figure[total]:
            problems.append(f"{name} {sum(values)} ≠ {figure[total]}")
    for name in ("units", "provinces"):
        table = found.get(name)
        if table and table["realised"] != figure["realised"]:
            problems.append(f"{name} {table['realised']} ≠ {figure['realised']}")
        if table and table["before"] not in (None, figure["before"]):
            problems.append(f"{name} before {table['before']} ≠ {figure['before']}")
    for name, rows in found.get("parts", {}).items():
        n = sum(row["n"] for row in rows)
        if n != figure["realised"]:
            problems.append(f"{name} {n} ≠ {figure['realised']}")
    return problems

"""How the target of a year moved by decree, with what was reached meanwhile in the same plot."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dashboards.charts.scales import WIDTH, Key, Tick, clipped, month_name, nice, scale, short
from dashboards.templatetags.figures import count, percent
from quotas import plans, ratio
from quotas.summary import Summary
from regions.calendar import last_of_month

_PLOT, _LEFT, _RIGHT, _TOP, _BASE, _LINE = 236, 44, 428, 20, 206, 17
# Markers closer than this would hide each other.
_APART = 15


@dataclass(frozen=True, slots=True)
class TargetStep:
    """One set that was in force: ``number`` marks it in the plot; ``amount`` is None where the
    unit had no target in it. ``percent`` is today's count against it."""

    number: int
    name: str
    day: datetime.date
    until: datetime.date | None
    amount: int | None
    percent: str
    is_sample: bool
    x: float
    end_x: float
    y: float
    mark_x: float
    key_y: int

    @property
    def words(self) -> str:
        amount = _("belum ada target") if self.amount is None else count(self.amount)
        return f"{amount} · {self.name} · {date_format(self.day, 'j M Y')}"

    @property
    def said(self) -> str:
        """What the marker says: the words, and today's count against this amount."""
        return self.words if self.amount is None else f"{self.words} · {self.percent}"

    @property
    def short_words(self) -> str:
        return clipped(self.words, 66)


@dataclass(frozen=True, slots=True)
class StepChart:
    steps: list[TargetStep]
    ticks: list[Tick]
    months: list[tuple[float, str]]
    path: str
    line: str
    end: tuple[float, float, str] | None
    totals: list[tuple[str, int]]
    sentence: str
    keys: list[Key]
    height: int
    name: str = "target"
    marks: str = "charts/_steps.html"
    table: str = "charts/_steps_table.html"
    width: int = WIDTH
    left: int = _LEFT
    right: int = _RIGHT
    base: int = _BASE

    @property
    def title(self) -> str:
        return _("Target menurut penetapan dan yang sudah dicapai")


def step_chart(*, summary: Summary, steps: Sequence[plans.Step]) -> StepChart:
    """Lay out ``quotas.plans.steps_of_target`` of the unit of ``summary`` over its year."""
    year, day = summary.year, summary.day
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    totals = list(accumulate(summary.months))
    total = totals[-1]
    top = nice(max([total, 1, *(step.amount or 0 for step in steps)]))
    y = scale(top=top, first=_BASE, last=_TOP)
    days = (last - first).days + 1

    def x(at: datetime.date) -> float:
        passed = (min(max(at, first), last) - first).days
        return round(_LEFT + (_RIGHT - _LEFT) * passed / days, 1)

    ended = 0 if day.year < year else day.month
    reached = [
        (min(last_of_month(datetime.date(year, month, 1)), day), totals[month - 1])
        for month in range(1, ended + 1)
    ]
    placed = _placed(steps, x, y, total)
    points = [(_LEFT, _BASE), *((x(at), y(value)) for at, value in reached)] if reached else []
    return StepChart(
        steps=placed,
        ticks=[Tick(y(top * part // 4), short(top * part // 4)) for part in range(5)],
        months=[
            (round((x(datetime.date(year, m, 1)) + x(datetime.date(year, m, 28))) / 2, 1),
             month_name(m))
            for m in range(1, 13)
        ],
        path=_path(placed),
        line=" ".join(f"{at},{value}" for at, value in points),
        end=(*points[-1], count(total)) if points else None,
        totals=[(date_format(at, "j M Y"), value) for at, value in reached],
        sentence=_sentence(summary, placed, total),
        keys=[Key("aim-solid", _("target")), Key("sum", _("kumulatif"))],
        height=_PLOT + _LINE * max(len(placed), 1),
    )  # fmt: skip


def _placed(steps: Sequence[plans.Step], x, y, total: int) -> list[TargetStep]:
    placed: list[TargetStep] = []
    for index, step in enumerate(steps):
        after = steps[index + 1].day if index + 1 < len(steps) else None
        at, height = x(step.day), y(step.amount or 0)
        mark = at + 8
        while any(abs(p.mark_x - mark) < _APART and abs(p.y - height) < _APART for p in placed):
            mark += _APART
        placed.append(
            TargetStep(
                number=index + 1,
                name=step.target_set.decree_number or step.target_set.name,
                day=step.day,
                until=after - datetime.timedelta(1) if after and after > step.day else None,
                amount=step.amount,
                percent=percent(ratio.rounded(ratio.percent(total, step.amount))),
                is_sample=step.target_set.is_sample,
                x=at,
                end_x=x(after) if after else _RIGHT,
                y=height,
                mark_x=round(mark, 1),
                key_y=_PLOT + _LINE * index + 8,
            )
        )
    return placed


def _path(steps: Sequence[TargetStep]) -> str:
    """The line of the steps; it is lifted where the unit had no target."""
    parts, drawing = [], False
    for step in steps:
        if step.amount is None:
            drawing = False
            continue
        parts.append(f"{'V' if drawing else f'M{step.x} '}{step.y}H{step.end_x}")
        drawing = True
    return "".join(parts)


def _sentence(summary: Summary, steps: Sequence[TargetStep], total: int) -> str:
    words = {"name": summary.name, "year": summary.year, "n": count(total)}
    known = [step for step in steps if step.amount is not None]
    if not known:
        return _("%(name)s, %(year)d: belum ada target; %(n)s penempatan.") % words
    words |= {
        "steps": ", ".join(count(step.amount) for step in known), "percent": known[-1].percent,
    }  # fmt: skip
    return (
        _("%(name)s, %(year)d: target %(steps)s; %(n)s penempatan, %(percent)s dari yang terakhir.")
        % words
    )

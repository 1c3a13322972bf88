"""The funnel of a programme as a page, a file and the API show it: four rows with their origin."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.questions import Question
from dashboards.templatetags.figures import count, percent
from quotas.funnel import Funnel, Share, Stage, funnels_of, months_over
from quotas.reading import Place
from quotas.summary import Summary
from regions.calendar import last_of_month


@dataclass(frozen=True, slots=True)
class Missing:
    """Months, in words, and by name who has not reported them."""

    months: str
    names: list[str]


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage with what is behind it ('' for nothing this reader may open), through when it is
    known and its bar; no bar (None) beside stages of other months: they would be compared."""

    stage: Stage
    behind: str
    until: str
    width: float | None
    missing: list[Missing] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return origin_words(self.stage)

    @property
    def beside(self) -> str:
        return beside_words(self.stage)

    @property
    def percent(self) -> str:
        return share_percent(self.stage.share)

    @property
    def share_words(self) -> str:
        return share_words(self.stage.share) if self.stage.share else ""


@dataclass(frozen=True, slots=True)
class FunnelCard:
    """One programme's funnel on a page; ``reports`` is the address of the reports behind.
    ``is_even``: every stage is known of the same months, so that they can be compared."""

    funnel: Funnel
    rows: list[StageRow]
    reports: str
    is_even: bool

    @property
    def has_missing(self) -> bool:
        return any(row.missing for row in self.rows)

    @property
    def title(self) -> str:
        return _("Corong %(programme)s") % {"programme": self.funnel.programme}


def funnels(summary: Summary, question: Question) -> list[Funnel]:
    """The funnels of a place under a question; none for places that have none."""
    return funnels_of(
        summary, programmes=question.programmes, programme=question.programme_code,
        as_of=question.as_of,
    )  # fmt: skip


def cards(
    summary: Summary,
    question: Question,
    behind: Callable[..., str],
    reporters: Mapping[str, str] | None = None,
) -> tuple[list[FunnelCard], list[str]]:
    """(cards of a place, what in them does not add up).

    ``reporters`` are code and name of the balai whose missing reports are named; without them
    nobody is."""
    found, problems = [], []
    for funnel in funnels(summary, question):
        reports = url_of_reports(summary.place, question)
        is_even = _is_even(funnel, summary)
        rows = [
            StageRow(
                stage,
                behind(programme=funnel.programme.code) if stage.is_counted else reports,
                until_words(stage, summary.day),
                round((stage.n or 0) * 100 / funnel.most, 1) if is_even else None,
                _missing(stage, funnel, summary, reporters or {}),
            )
            for stage in funnel.stages
        ]
        found.append(FunnelCard(funnel, rows, reports, is_even))
        problems += funnel.problems
    return found, problems


def _is_even(funnel: Funnel, summary: Summary) -> bool:
    """Whether every stage that has a number is of the same months. What is counted goes through
    the day of the page, so it is even with reports on the last day of a month only."""
    told = {stage.months for stage in funnel.stages if not stage.is_counted and stage.n is not None}
    counted = (*months_over(summary.year, summary.day),)
    runs = summary.day != last_of_month(summary.day)
    return not told or (told == {counted} and not runs)


def _missing(
    stage: Stage, funnel: Funnel, summary: Summary, reporters: Mapping[str, str]
) -> list[Missing]:
    """Who has not reported which months of the year that are over, from the first month anything
    was reported of: the programme may be younger than the year."""
    began = min((month for each in funnel.stages for month in each.months), default=None)
    if stage.is_counted or began is None or not reporters:
        return []
    if any(not unit for unit, _month in stage.known):
        reporters = {"": _("laporan nasional")}
    months = [month for month in months_over(summary.year, summary.day) if month >= began]
    lacking: dict[tuple, list[str]] = {}
    for code, name in reporters.items():
        absent = tuple(month for month in months if (code, month) not in stage.known)
        if absent:
            lacking.setdefault(absent, []).append(name)
    everybody = [_("semua BP3MI")] if len(reporters) > 1 else list(reporters.values())
    return [
        Missing(months_words(absent), everybody if len(names) == len(reporters) else names)
        for absent, names in lacking.items()
    ]


def url_of_reports(place: Place, question: Question) -> str:
    """The page that lists the reports of the nation or of a balai."""
    name = "dashboards:stages" if place.code else "dashboards:stages_national"
    url = reverse(name, args=[place.code] if place.code else [])
    return f"{url}?{urlencode(question.parameters)}"


def until_words(stage: Stage, day: datetime.date) -> str:
    """Through when the number of a stage is known, to stand beside it; '' where there is none."""
    if stage.is_counted:
        return _("s.d. %(until)s") % {"until": date_format(day, "j F")}
    if not stage.months:
        return ""
    first, last = stage.months[0], stage.months[-1]
    if first.month == 1 and len(stage.months) == last.month:
        return _("s.d. %(until)s") % {"until": date_format(last, "F")}
    return months_words(stage.months)


def origin_words(stage: Stage) -> str:
    """Where the number of a stage comes from, in words."""
    if stage.is_counted:
        return _("dihitung dari penempatan")
    if stage.n is None:
        return _("belum dilaporkan")
    words = {
        "day": date_format(stage.reported_on, "j F Y"),
        "source": "; ".join(stage.sources),
    }
    if stage.units:
        balai = ngettext("%(n)d balai", "%(n)d balai", stage.units) % {"n": stage.units}
        words["balai"] = balai
        text = _("dilaporkan %(balai)s, terakhir %(day)s; sumber: %(source)s") % words
    else:
        text = _("dilaporkan %(day)s; sumber: %(source)s") % words
    return f"{text}; {_('bulan')}: {months_words(stage.months)}"


def beside_words(stage: Stage) -> str:
    """What the balai reported where the nation's own report is the number; '' where none did."""
    if stage.beside is None:
        return ""
    return _("laporan balai berjumlah %(n)s; tidak ditambahkan") % {"n": count(stage.beside)}


def share_words(share: Share) -> str:
    """The two numbers of a share, their months, and whether one is reported and one counted."""
    text = _("%(n)s dari %(of)s, %(months)s") % {
        "n": count(share.n), "of": count(share.of), "months": months_words(share.months),
    }  # fmt: skip
    return f"{text} · {_('dihitung ÷ dilaporkan')}" if share.is_mixed else text


def share_percent(share: Share | None) -> str:
    """Percent of the stage before; – where the two have no month in common."""
    return percent(share.percent) if share else "–"


def months_words(months: tuple) -> str:
    """Months as runs: Januari sampai Maret, Mei 2026."""
    runs: list[list] = []
    for month in months:
        if runs and runs[-1][-1].month + 1 == month.month:
            runs[-1].append(month)
        else:
            runs.append([month])
    named = [
        date_format(run[0], "F")
        if len(run) == 1
        else _("%(first)s sampai %(last)s")
        % {"first": date_format(run[0], "F"), "last": date_format(run[-1], "F")}
        for run in runs
    ]
    return f"{', '.join(named)} {months[0].year}" if months else ""

"""The funnel of a programme as a page, a file and the API show it: four rows with their origin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.questions import Question
from dashboards.templatetags.figures import count, percent
from quotas.funnel import Funnel, Share, Stage, funnels_of
from quotas.reading import Place
from quotas.summary import Summary


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage with what is behind it ('' for nothing this reader may open) and its bar."""

    stage: Stage
    behind: str
    width: float

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
    """One programme's funnel on a page; ``reports`` is the address of the reports behind."""

    funnel: Funnel
    rows: list[StageRow]
    reports: str

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
    summary: Summary, question: Question, behind: Callable[..., str]
) -> tuple[list[FunnelCard], list[str]]:
    """(cards of a place, what in them does not add up)."""
    found, problems = [], []
    for funnel in funnels(summary, question):
        reports = url_of_reports(summary.place, question)
        rows = [
            StageRow(
                stage,
                behind(programme=funnel.programme.code) if stage.is_counted else reports,
                round((stage.n or 0) * 100 / funnel.most, 1),
            )
            for stage in funnel.stages
        ]
        found.append(FunnelCard(funnel, rows, reports))
        problems += funnel.problems
    return found, problems


def url_of_reports(place: Place, question: Question) -> str:
    """The page that lists the reports of the nation or of a balai."""
    name = "dashboards:stages" if place.code else "dashboards:stages_national"
    url = reverse(name, args=[place.code] if place.code else [])
    return f"{url}?{urlencode(question.parameters)}"


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

"""Why 71 % became 68 %: a waterfall from one state of a figure to another.

With a target on both sides everything is in percent of the target: a placement more or less moves
the attainment against the *earlier* target, and the change of the target is a step of its own. The
steps are fractions, so they sum exactly. Without a target the steps are counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.charts.scales import MINUS, WIDTH, Key, clipped, exact, signed
from dashboards.templatetags.figures import count, percent
from quotas.changes import KINDS, Changes
from quotas.figures import Figure

_LEFT, _RIGHT, _ROW, _TOP = 8, 432, 42, 4


@dataclass(frozen=True, slots=True)
class Step:
    """One row. ``n`` placements and ``points`` of attainment (exact; None without targets);
    a state (``is_state``) says what stood, a step what it added or took."""

    kind: str
    label: str
    n: int | None
    points: Fraction | None
    is_state: bool
    behind: str
    y: int = 0
    x: float = 0
    width: float = 0
    start_x: float | None = None

    @property
    def css(self) -> str:
        if self.is_state:
            return "state"
        if self.kind == "unexplained":
            return "unexplained"
        return "less" if (self.points if self.n is None else self.n) < 0 else "more"

    @property
    def count_words(self) -> str:
        if self.n is None:
            return ""
        return count(self.n) if self.is_state else signed(self.n)

    @property
    def point_words(self) -> str:
        if self.points is None:
            return ""
        return percent(exact(self.points)) if self.is_state else points(self.points)

    @property
    def words(self) -> str:
        return " · ".join(filter(None, [self.count_words, self.point_words]))

    @property
    def short_label(self) -> str:
        return clipped(capfirst(self.label), 38)


@dataclass(frozen=True, slots=True)
class Bridge:
    """A waterfall whose steps sum. ``sentence`` tells all of it, ``caption`` also how it was
    counted. ``unexplained`` is what the ledger does not account for: 0, or the page raises an alarm
    and draws it as a step of its own."""

    steps: list[Step]
    sentence: str
    caption: str
    unexplained: int
    rounding: Fraction
    has_points: bool
    is_broken: bool
    keys: list[Key]
    height: int
    name: str = "jembatan"
    marks: str = "charts/_bridge.html"
    table: str = "charts/_bridge_table.html"
    width: int = WIDTH
    left: int = _LEFT

    @property
    def title(self) -> str:
        return _("Mengapa capaian berubah")

    @property
    def rounding_words(self) -> str:
        """What the rounded steps leave open; nothing where they sum as shown."""
        return points(self.rounding) if self.rounding else ""

    @property
    def problem(self) -> str:
        if not self.unexplained:
            return ""
        return _("Langkah-langkah ini tidak menjelaskan %(n)s penempatan: ada selisih.") % {
            "n": count(abs(self.unexplained))
        }


def points(value: Fraction) -> str:
    """Percentage points with a sign: +1,2 poin."""
    shown = exact(value)
    number = number_format(abs(shown), decimal_pos=1, use_l10n=True)
    sign = "" if shown == 0 else "+" if shown > 0 else MINUS
    return _("%(sign)s%(number)s poin") % {"sign": sign, "number": number}


def until_now() -> str:
    """The name of the present state."""
    return _("saat ini, %(day)s") % {"day": date_format(timezone.localdate(), "j M Y")}


def bridge(
    *,
    then: Figure,
    now: Figure,
    changes: Changes,
    since: str,
    until: str,
    behind: Callable[[str], str] | None = None,
) -> Bridge:
    """Lay out the way from ``then`` to ``now``, two states of the same figure.

    ``since`` and ``until`` name the states (*24 November 2026*); ``behind`` gives the address of
    the placements of a kind of change (a key of ``quotas.changes.KINDS``).
    """
    known = bool(then.target and now.target)
    per = Fraction(100, then.target) if known else None
    rows = [_state("then", since, then, known)]
    moves = [(kind, str(KINDS[kind]), n) for kind, n in changes.net.items() if n]
    unexplained = now.realised - then.realised - sum(n for _kind, _label, n in moves)
    for kind, label, n in moves:
        url = behind(kind) if behind else ""
        rows.append(Step(kind, label, n, n * per if known else None, False, url))
    if unexplained:
        left = unexplained * per if known else None
        rows.append(
            Step("unexplained", _("selisih yang belum jelas"), unexplained, left, False, "")
        )
    if known and then.target != now.target:
        moved = Fraction(now.realised * 100, now.target) - now.realised * per
        label = _("target %(then)s menjadi %(now)s") % {
            "then": count(then.target), "now": count(now.target),
        }  # fmt: skip
        rows.append(Step("target", label, None, moved, False, ""))
    rows.append(_state("now", until, now, known))
    steps, is_broken = _laid_out(rows, known)
    shown = [Fraction(exact(step.points)) for step in steps] if known else []
    rounding = shown[-1] - sum(shown[:-1]) if known else Fraction(0)
    sentence = _sentence(rows, known, since, until)
    told = [sentence]
    if rows[-2].kind == "target":
        told.append(
            _("Langkah penempatan dihitung terhadap target semula; perubahan target adalah langkah "
              "tersendiri.")
        )  # fmt: skip
    if rounding:
        told.append(
            _("Langkah-langkah yang dibulatkan berselisih %(points)s dengan ujungnya; yang tidak "
              "dibulatkan berjumlah tepat.") % {"points": points(rounding)}
        )  # fmt: skip
    if is_broken:
        told.append(_("Batang keadaan dipotong: sumbunya tidak mulai dari 0."))
    return Bridge(
        steps=steps,
        sentence=sentence,
        caption=" ".join(told),
        unexplained=unexplained,
        rounding=rounding,
        has_points=known,
        is_broken=is_broken,
        keys=[
            Key("state", _("keadaan")), Key("more", _("menambah")), Key("less", _("mengurangi")),
        ],
        height=_TOP + _ROW * len(steps),
    )  # fmt: skip


def _state(kind: str, label: str, figure: Figure, known: bool) -> Step:
    share = Fraction(figure.realised * 100, figure.target) if known else None
    return Step(kind, label, figure.realised, share, True, "")


def _laid_out(rows: list[Step], known: bool) -> tuple[list[Step], bool]:
    """Place the rows; the axis begins just below the lowest level where that is far from 0."""
    level, spans = Fraction(0), []
    for row in rows:
        value = Fraction(row.points if known else row.n)
        start, level = (Fraction(0), value) if row.is_state else (level, level + value)
        spans.append((start, level))
    levels = [end for _start, end in spans]
    low, high = min(levels), max(levels)
    floor = max(low - (high - low) / 2, Fraction(0)) if high > low else Fraction(0)
    if floor < high / 5:
        floor = Fraction(0)
    reach = (high - floor) or Fraction(1)

    def x(value: Fraction) -> float:
        share = float((max(value, floor) - floor) / reach)
        return round(_LEFT + (_RIGHT - _LEFT) * share, 1)

    placed = []
    for index, (row, (start, end)) in enumerate(zip(rows, spans, strict=True)):
        left, right = sorted((x(start), x(end)))
        # Where the row before ended: for the last state its own end.
        before = None if index == 0 else x(end) if row.is_state else x(start)
        placed.append(
            Step(
                row.kind, row.label, row.n, row.points, row.is_state, row.behind,
                _TOP + _ROW * index, left, max(round(right - left, 1), 1.5), before,
            )
        )  # fmt: skip
    return placed, floor > 0


def _sentence(rows: list[Step], known: bool, since: str, until: str) -> str:
    first, last = (row.point_words if known else row.count_words for row in (rows[0], rows[-1]))
    subject = _("Capaian") if known else _("Realisasi")
    reasons = "; ".join(f"{row.label} {row.words.replace(' · ', ', ')}" for row in rows[1:-1])
    words = {
        "subject": subject, "first": first, "since": since, "last": last, "until": until,
        "reasons": reasons,
    }  # fmt: skip
    if not reasons:
        return _("%(subject)s %(first)s (%(since)s) tetap %(last)s (%(until)s).") % words
    return _("%(subject)s %(first)s (%(since)s) menjadi %(last)s (%(until)s): %(reasons)s.") % words

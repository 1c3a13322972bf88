"""What a count is made of: the largest values of a dimension as bars, and all others together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.charts.scales import WIDTH, Key, clipped, few_and_rest, signed_percent
from dashboards.templatetags.figures import count, percent
from quotas import ratio
from quotas.summary import Part, change_percent

_ROW, _LEFT, _RIGHT = 30, 4, 436

TITLES = {
    "destination": gettext_lazy("Negara tujuan"),
    "job_title": gettext_lazy("Jabatan"),
    "sector": gettext_lazy("Sektor"),
    "regency": gettext_lazy("Kabupaten/kota asal"),
    "office": gettext_lazy("Kantor"),
    "scheme": gettext_lazy("Skema"),
    "employer_kind": gettext_lazy("Jenis pemberi kerja"),
    "sex": gettext_lazy("Jenis kelamin"),
    "programme": gettext_lazy("Program"),
    "unit": gettext_lazy("Unit yang melayani"),
    "province": gettext_lazy("Provinsi asal"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """One bar. ``before`` is None where nothing is known of the year before."""

    name: str
    n: int
    before: int | None
    share: Decimal | None
    behind: str
    is_rest: bool
    y: int
    width: float

    @property
    def change(self) -> Decimal | None:
        return change_percent(self.n, self.before)

    @property
    def change_words(self) -> str:
        if self.before == 0 and self.n:
            return _("baru")
        return signed_percent(self.change)

    @property
    def words(self) -> str:
        return f"{count(self.n)} · {percent(self.share)}"

    @property
    def short_name(self) -> str:
        return clipped(self.name, 34)


@dataclass(frozen=True, slots=True)
class ShareChart:
    """Bars that sum to ``whole``; lengths are relative to the longest."""

    dimension: str
    shares: list[Share]
    whole: int
    has_before: bool
    sentence: str
    height: int
    keys: list[Key]
    name: str = "bagian"
    marks: str = "charts/_shares.html"
    table: str = "charts/_shares_table.html"
    width: int = WIDTH
    left: int = _LEFT
    right: int = _RIGHT

    @property
    def title(self) -> str:
        return str(TITLES[self.dimension])


def share_chart(
    *,
    dimension: str,
    parts: Sequence[Part],
    most: int = 8,
    behind: Callable[[str], str] | None = None,
) -> ShareChart:
    """Lay out ``Summary.parts[dimension]``: the ``most`` largest, and the rest in one bar.

    ``behind`` gives the address of the placements of a value. The bars sum to all parts.
    """
    whole = sum(part.n for part in parts)
    chosen = [part for part in parts if part.n]
    has_before = any(part.before is not None for part in parts)
    # What had some last year and none now belongs to the rest: its decrease must not vanish.
    gone = [part for part in parts if not part.n]
    shown, rest = few_and_rest(chosen, most)
    rows = [
        (part.name, part.n, part.before, behind(part.code) if behind else "", False)
        for part in shown
    ]
    if rest or any(part.before for part in gone):
        before = sum(part.before or 0 for part in [*rest, *gone]) if has_before else None
        name = _("lainnya (%(n)d)") % {"n": len(rest) + len(gone)}
        rows.append((name, sum(part.n for part in rest), before, "", True))
    longest = max([n for _name, n, *_more in rows] + [1])
    shares = [
        Share(
            name, n, before, ratio.rounded(ratio.percent(n, whole)), url, is_rest, index * _ROW,
            round((_RIGHT - _LEFT) * n / longest, 1),
        )
        for index, (name, n, before, url, is_rest) in enumerate(rows)
    ]  # fmt: skip
    return ShareChart(
        dimension=dimension,
        shares=shares,
        whole=whole,
        has_before=has_before,
        sentence=_sentence(dimension, shares, whole),
        height=max(_ROW * len(shares), _ROW),
        keys=[],
    )


def _sentence(dimension: str, shares: Sequence[Share], whole: int) -> str:
    title = str(TITLES[dimension])
    if not whole:
        return _("%(title)s: belum ada penempatan.") % {"title": title}
    leading = ", ".join(f"{share.name} {percent(share.share)}" for share in shares[:3])
    return _("%(title)s dari %(n)s penempatan: %(leading)s.") % {
        "title": title, "n": count(whole), "leading": leading,
    }  # fmt: skip

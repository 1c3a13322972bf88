"""A chart as a file of its own: it carries its colours, and says what, of when and from whom."""

from __future__ import annotations

import base64
import hashlib
import re
import tempfile
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

_WIDTH, _EDGE, _SCALE_TO = 720, 24, 672
_FONTS = Path(settings.BASE_DIR) / "assets" / "dist" / "fonts"
_CSS = Path(settings.BASE_DIR) / "assets" / "src" / "charts.css"
# Characters XML has no way to write; a name could carry one from an import.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# 720 px at this resolution are 2,250 across: sharp on a slide.
_PPI = 300.0


@dataclass(frozen=True, slots=True)
class Line:
    css: str
    text: str
    y: int


@dataclass(frozen=True, slots=True)
class PlacedKey:
    css: str
    label: str
    x: int
    y: int

    @property
    def hatched(self) -> bool:
        return self.css in {"running", "less", "on-none"}

    @property
    def text_x(self) -> int:
        return self.x + 18

    @property
    def text_y(self) -> int:
        return self.y + 9


@dataclass(frozen=True, slots=True)
class Page:
    """What stands around the marks; text is already broken into lines."""

    title: str
    said: str
    notice: str
    lines: list[Line]
    keys: list[PlacedKey]
    top: int
    scale: str
    height: int
    width: int = _WIDTH
    left: int = _EDGE
    middle: int = _WIDTH // 2


def svg(*, chart, heading: str, subtitle: str, stamp: str, notice: str) -> str:
    """Return the file. ``heading`` names chart, unit and year, ``subtitle`` measure and period,
    ``stamp`` the state of the figures; ``notice`` is that of every page ('' where there is none).
    """
    y = 24 + (22 if notice else 0)
    lines = []
    for text in textwrap.wrap(heading, 70):
        y += 18
        lines.append(Line("file-title", text, y))
    for text in textwrap.wrap(subtitle, 105):
        y += 18
        lines.append(Line("file-subtitle", text, y))
    keys, y = _keys(chart.keys, y + 14)
    top = y + 10
    factor = _SCALE_TO / chart.width
    y = round(top + chart.height * factor) + 6
    for text in (
        *textwrap.wrap(getattr(chart, "caption", "") or chart.sentence, 118),
        *textwrap.wrap(stamp, 118),
        _("Sumber: Capaian PMI"),
    ):
        y += 15
        lines.append(Line("file-note", text, y))
    page = Page(heading, f"{subtitle}. {stamp}", notice, lines, keys, top, f"{factor:.4f}", y + 16)
    text = render_to_string("charts/file.html", {"chart": chart, "page": page, "css": style()})
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _UNWRITABLE.sub("", text)


def png(drawing: str) -> bytes:
    """Return the picture of an SVG that ``svg`` made, with the face the program brings."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "c.svg").write_text(drawing, encoding="utf-8")
        return typst.compile(
            b'#set page(width: auto, height: auto, margin: 0pt)\n#image("/c.svg")',
            root=folder,
            font_paths=[str(_FONTS)],
            ignore_system_fonts=True,
            format="png",
            ppi=_PPI,
        )


@lru_cache(maxsize=1)
def style() -> str:
    """The colours of the charts in the page, for the file."""
    text = re.sub(r"/\*.*?\*/", "", _CSS.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", text).strip()


def policy() -> str:
    """The content policy of a file: nothing but its own style."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; sandbox"


def _keys(keys, y: int) -> tuple[list[PlacedKey], int]:
    """Lay the legend out from left to right, by an estimate of how wide its words are."""
    placed, x = [], _EDGE
    for key in keys:
        wide = 18 + round(len(key.label) * 6.2) + 16
        if x > _EDGE and x + wide > _WIDTH - _EDGE:
            x, y = _EDGE, y + 17
        placed.append(PlacedKey(key.css, key.label, x, y))
        x += wide
    return placed, y + 9 if keys else y

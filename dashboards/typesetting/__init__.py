"""Facts to PDF. The source is ``report.typ``; facts enter as JSON data, never as typst code."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import typst
from django.conf import settings

_SOURCE = Path(__file__).parent / "report.typ"
_FONTS = settings.BASE_DIR / "assets" / "dist" / "fonts"


def typeset(facts: dict, digest: str) -> bytes:
    """Draw the report of ``facts`` (``dashboards.facts``), with their hash at every foot.

    The same facts give the same bytes: the date inside the file is that of the figures, and no
    font of the machine is used. Raises RuntimeError when the source does not compile.
    """
    at = datetime.datetime.fromisoformat(facts["state"]["at"]).replace(tzinfo=datetime.UTC)
    return typst.compile(
        str(_SOURCE),
        root=str(_SOURCE.parent),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"facts": json.dumps(facts), "digest": digest},
        pdf_standards=["a-2b"],
        timestamp=int(at.timestamp()),
    )

"""What the frame of every page needs: navigation, banners, who is signed in."""

from __future__ import annotations

from django.core.cache import caches
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.theme import theme_of
from quotas import figures
from regions.language import in_language

# Every page asks for the notice and the bands, which change once a year; ten seconds are young.
_FRAME_SECONDS = 10


def _frame() -> figures.Frame:
    cache = caches["process"]
    frame = cache.get("frame")
    if frame is None:
        frame = figures.frame()
        cache.set("frame", frame, _FRAME_SECONDS)
    return frame


def frame_stamp() -> str:
    """What the frame says now, as text: it is part of every page."""
    return repr(_frame())


def navigation(request: HttpRequest) -> dict[str, dict[str, object]]:
    """Context processor: ``nav`` with items, may_record, banner, alarm, user_label and theme."""
    frame = _frame()
    nav: dict[str, object] = {
        "places": [],
        "may_record": False,
        "banner": in_language(frame.notice, frame.notice_en),
        "alarm": "",
        "user_label": "",
        "bands": frame.bands,
        "theme": theme_of(request),
    }
    if frame.mismatches:
        nav["alarm"] = _(
            "Hitungan tidak cocok dengan catatan penempatan (%(count)d sel). Angka di bawah belum "
            "dapat dipakai; administrator sudah diberi tahu."
        ) % {"count": frame.mismatches}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": nav}
    places = [(_("Nasional"), "dashboards:national")]
    if user.office_id:
        places.append((_("Capaian kami"), "dashboards:own"))
    places += [(_("Provinsi"), "dashboards:provinces"), (_("BP3MI"), "dashboards:units")]
    places.append((_("Target"), "dashboards:versions"))
    places.append((_("Laporan"), "dashboards:reports"))
    if user.may_record or user.sees_every_placement:
        places.append((_("Penempatan"), "placement:list"))
    if user.is_staff:
        places.append((_("Admin"), "admin:index"))
    items = []
    for label, name in places:
        url = reverse(name)
        current = request.path == url or (url != "/" and request.path.startswith(url))
        items.append({"label": label, "url": url, "current": current})
    nav["places"] = items
    nav["may_record"] = user.may_record
    nav["user_label"] = f"{user} · {user.office}" if user.office_id else str(user)
    return {"nav": nav}

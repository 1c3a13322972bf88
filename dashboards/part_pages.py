"""Every value of one dimension of a place: what "lainnya" on its page stands for."""

from __future__ import annotations

import django_tables2 as tables
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dashboards.conditional import conditional
from dashboards.dimensions import NOTES, TITLES, Shown, may_compare, shown_part, words_beside
from dashboards.drawings import place_asked
from dashboards.pages import frame
from dashboards.places import Behind, exports_of_place, url_of
from dashboards.questions import read_question
from dashboards.tables import UnknownLast, foot_of
from dashboards.templatetags.figures import change, count, linked, percent
from dashboards.unit_tables import searched
from quotas.moments import snapshot
from quotas.summary import summarise

_PAGE = 100
_NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class PartTable(tables.Table):
    """Rows are ``Shown``."""

    name = tables.Column(_("Nama"), attrs={"td": {"class": "name"}})
    n = tables.Column(_("Jumlah"), attrs=_NUMBER)
    share = tables.Column(_("Bagian"), attrs=_NUMBER)
    before = tables.Column(_("Tahun lalu"), attrs=_NUMBER)
    change = tables.Column(_("Dari tahun lalu"), attrs=_NUMBER)

    class Meta:
        attrs = {"class": "table cards"}
        empty_text = _("Belum ada penempatan pada masa ini.")

    def __init__(self, rows: list[Shown], *, whole: int | None, **kwargs):
        """``whole`` is the count of the place where the rows are all its parts, else None."""
        super().__init__(UnknownLast(rows), **kwargs)
        foot = {"name": _("Jumlah"), "n": count(whole), "share": "100 %" if whole else ""}
        self.summary = [] if whole is None else foot_of(self, [foot])

    def render_name(self, record: Shown) -> str:
        return linked(record.name, record.page)

    def render_n(self, record: Shown) -> str:
        return linked(count(record.n), record.behind)

    def render_share(self, value) -> str:
        return percent(value)

    def render_before(self, value: int) -> str:
        return count(value)

    def render_change(self, value) -> str:
        return change(value)


@login_required
@require_safe
@conditional
def parts(request: HttpRequest, dimension: str) -> HttpResponse:
    """Every value of ``dimension`` of a place (``level``, ``code``), with share and links."""
    question = read_question(request.GET)
    place = place_asked(request)
    if dimension not in TITLES or not may_compare(request.user, place, dimension):
        raise Http404
    with snapshot():
        summary = summarise(user=request.user, place=place, **question.words)
        if summary is None:
            raise Http404
        context = frame(question)
    behind = Behind(request.user, question, place)
    find = searched(request.GET)
    found = [
        part
        for part in summary.parts[dimension]
        if (part.n or part.before) and find.casefold() in part.name.casefold()
    ]
    table = PartTable(
        [shown_part(part, behind, question) for part in found],
        whole=None if find else summary.figure.realised,
        order_by=request.GET.getlist("sort") or None,
    )
    page, last = request.GET.get("page", ""), -(-len(found) // _PAGE)
    table.paginate(
        page=min(int(page), last) if page.isdecimal() and int(page) and last else 1, per_page=_PAGE
    )
    context |= {
        "summary": summary,
        "problems": summary.problems,
        "title": TITLES[dimension],
        "note": NOTES.get(dimension, ""),
        "name": summary.name,
        "find": find,
        "words": words_beside(dimension, place),
        "place_url": url_of(place, question),
        "kept": {"level": place.level, "code": place.code} if place.code else {},
        "table": table,
        "exports": exports_of_place(place, question),
    }
    return render(request, "dashboards/parts.html", context)

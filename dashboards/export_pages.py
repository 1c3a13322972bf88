"""Pages as files. The address is the page's with ``unduh/`` before it, the query is the page's."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.downloads import CSV, XLSX, csv_pieces, download
from dashboards.behind import rows_behind
from dashboards.change_exports import changes_file, write_csv, write_xlsx
from dashboards.change_pages import read_asked, read_moved
from dashboards.compare_exports import comparison_file, comparison_rows, write_comparison
from dashboards.compare_pages import read_comparison
from dashboards.exports import Wanted, collect, csv_rows
from dashboards.questions import read_question
from dashboards.workbooks import write_workbook
from quotas.moments import snapshot
from quotas.promises import Measure
from quotas.reading import OFFICE, REGENCY, Place
from quotas.summary import summarise


@never_cache
@login_required
@require_safe
def national(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The nation with its provinces and its balai."""
    return _file(request, Wanted(Place(), (Measure.ORIGIN, Measure.SERVED)), kind)


@never_cache
@login_required
@require_safe
def provinces(request: HttpRequest, kind: str) -> HttpResponseBase:
    return _file(request, Wanted(Place(), (Measure.ORIGIN,), whole=False), kind)


@never_cache
@login_required
@require_safe
def units(request: HttpRequest, kind: str) -> HttpResponseBase:
    return _file(request, Wanted(Place(), (Measure.SERVED,), whole=False), kind)


@never_cache
@login_required
@require_safe
def province(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    return _file(request, Wanted(Place(Measure.ORIGIN, code)), kind)


@never_cache
@login_required
@require_safe
def unit(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    return _file(request, Wanted(Place(Measure.SERVED, code)), kind)


@never_cache
@login_required
@require_safe
def office(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """A post or the office itself."""
    return _file(request, Wanted(Place(OFFICE, code)), kind)


@never_cache
@login_required
@require_safe
def regency(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    return _file(request, Wanted(Place(REGENCY, code)), kind)


@never_cache
@login_required
@require_safe
def compared(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Two sides; nothing where one of them has no figure that year."""
    with snapshot():
        found = read_comparison(user=request.user, asked=request.GET)
        if not found.has_both:
            raise Http404
        file = comparison_file(user=request.user, found=found)
    name = f"{file.name}.{kind}"
    if kind == "csv":
        return download("".join(csv_pieces(comparison_rows(file))), name, CSV)
    made = write_comparison(file)
    return FileResponse(made, as_attachment=True, filename=name, content_type=XLSX)


@never_cache
@login_required
@require_safe
def changed(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The list of what changed since a state, of the cause the address chooses."""
    question, place, then = read_asked(request.GET)
    with snapshot():
        now = summarise(user=request.user, place=place, **question.words | {"as_of": None})
        if now is None or then is None:
            raise Http404
        moved = read_moved(
            user=request.user, question=question, place=place, then=then, now=now, asked=request.GET
        )
        file = changes_file(moved)
        try:
            made = write_csv(file) if kind == "csv" else write_xlsx(file)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(moved.url_of_kind(moved.kind))
    return FileResponse(
        made, as_attachment=True, filename=f"{file.name}.{kind}",
        content_type=CSV if kind == "csv" else XLSX,
    )  # fmt: skip


def _file(request: HttpRequest, wanted: Wanted, kind: str) -> HttpResponseBase:
    """One snapshot for everything in the file, so that its rows are those of its figures."""
    question = read_question(request.GET)
    with snapshot():
        export = collect(user=request.user, question=question, wanted=wanted, asked=request.GET)
        if export is None:
            raise Http404
        name = f"{export.file_name}.{kind}"
        if kind == "csv":
            return download("".join(csv_pieces(csv_rows(export))), name, CSV)
        behind = rows_behind(export, wish=request.GET.get("rows", ""))
        made = write_workbook(export, behind)
    return FileResponse(made, as_attachment=True, filename=name, content_type=XLSX)

"""The list of placements: filtered, saved, downloaded, and corrected many at once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    QueryDict,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from accounts.downloads import CSV, XLSX, download
from placement import recording
from placement.exporting import export_csv, export_xlsx
from placement.filters import PlacementFilter
from placement.forms import (
    BulkForm,
    PlacementForm,
)
from placement.models import (
    Placement,
    PlacementQuerySet,
    SavedFilter,
)
from placement.saved import save_filter
from placement.tables import KeysetPage, PlacementTable

# Counting further than this is asked for after the page.
COUNT_AT_ONCE = 10_000
_PREVIEW_SALT = "bulk correction"


@never_cache
@login_required
@require_safe
def placement_list(request: HttpRequest) -> HttpResponse:
    """What the user may see, filtered; the address holds filter, columns, order and place."""
    found = PlacementFilter(
        request.GET, queryset=Placement.objects.visible_to(request.user).for_list()
    )
    rows = KeysetPage(
        found.qs, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    chosen = [name for name in request.GET.getlist("column") if name in PlacementTable.base_columns]
    chosen = chosen or PlacementTable.USUAL
    table = PlacementTable(
        rows,
        order_by="-completed_on",
        exclude=[name for name in PlacementTable.base_columns if name not in chosen],
        empty_text=None if found.is_readable else _("Perbaiki dulu saringan yang ditandai."),
    )
    total = _count(found.qs, COUNT_AT_ONCE)
    if total is None:
        table.allow_only(PlacementTable.BY_INDEX)
    RequestConfig(request, paginate=False).configure(table)
    context = {
        "filter": found,
        "table": table,
        "rows": rows,
        "total": total,
        "columns": [
            (name, column.verbose_name, name in chosen)
            for name, column in PlacementTable.base_columns.items()
        ],
        "saved": SavedFilter.objects.visible_to(request.user),
        "query": _without(request.GET, "after", "before").urlencode(),
    }
    return render(request, "placement/list.html", context)


def _count(found: PlacementQuerySet, most: int) -> int | None:
    """How many there are; None when there are more than ``most``."""
    counted = found.order_by()[: most + 1].count()
    return counted if counted <= most else None


@login_required
@require_safe
def count_all(request: HttpRequest) -> HttpResponse:
    """The exact count of a long list, asked after the page so that the page need not wait."""
    found = PlacementFilter(request.GET, queryset=Placement.objects.visible_to(request.user))
    context = {"total": found.qs.order_by().count(), "query": request.GET.urlencode()}
    return render(request, "placement/_total.html", context)


@login_required
@require_POST
def saved_filters(request: HttpRequest) -> HttpResponse:
    """Keep the filter of the list under a name, or drop one that was kept."""
    query = request.POST.get("query", "")
    if "drop" in request.POST:
        wanted = request.POST["drop"]
        own = SavedFilter.objects.visible_to(request.user)
        get_object_or_404(own, pk=int(wanted) if wanted.isdecimal() else None).delete()
        messages.success(request, _("Saringan dihapus."))
    else:
        try:
            made = save_filter(by=request.user, name=request.POST.get("name", ""), query=query)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            query = made.query
            messages.success(request, _("Saringan “%(name)s” tersimpan.") % {"name": made.name})
    return redirect(f"{reverse('placement:list')}?{query}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_many(request: HttpRequest) -> HttpResponse:
    """One value for everything in the filter: choose, look at before and after, apply."""
    user = request.user
    if not user.may_record:
        raise PermissionDenied
    field = request.GET.get("field", "")
    field = field if field in recording.BULK_FIELDS else recording.BULK_FIELDS[0]
    found = PlacementFilter(request.GET, queryset=Placement.objects.correctable_by(user).for_list())
    if not found.is_readable:
        return _to_list(request)
    placements = found.qs.exclude(status=Placement.Status.VOID)
    total = _count(placements, recording.BULK_MOST)
    form = BulkForm(request.POST or None, user=user, field=field)
    changes: list[recording.Change] = []
    is_stale = False
    previewed, unticked, unchanged = "", set(), 0
    if form.is_valid() and total:
        value, reason = form.cleaned_data["value"], form.cleaned_data["reason"]
        seen = dict(each.split(":", 1) for each in request.POST.getlist("seen") if ":" in each)
        # What was previewed, by whom and for what: nothing else is applied.
        asked = [user.pk, field, recording.key_of(value), reason]
        shown = _shown(request.POST.get("previewed", ""))
        is_stale = "apply" in request.POST and shown[:-1] != asked
        is_applied = "apply" in request.POST and not is_stale
        unticked = set(shown[-1]) - set(seen)
        if is_applied:
            placements = placements.filter(reference__in=set(shown[-1]) & set(seen))
        else:
            placements = placements.exclude(**{field: value})
            unchanged = total - placements.count()
        changes = recording.correct_many(
            by=user,
            placements=placements,
            field=field,
            value=value,
            reason=reason,
            seen=seen if is_applied else None,
        )
        if is_applied and changes and not any(change.problem for change in changes):
            messages.success(request, _("%(n)d penempatan dikoreksi.") % {"n": len(changes)})
            return _to_list(request)
        good = [change.placement.reference for change in changes if not change.problem]
        previewed = signing.dumps([*asked, good], salt=_PREVIEW_SALT, compress=True)
    labels = PlacementForm.base_fields
    context = {
        "fields": [(name, labels[name].label, name == field) for name in recording.BULK_FIELDS],
        "form": form,
        "total": total,
        "most": recording.BULK_MOST,
        "about": found.describe(),
        "query": _without(request.GET, "field").urlencode(),
        "changes": [
            (
                change,
                f"{change.placement.reference}:{recording.key_of(change.before)}",
                not change.problem and change.placement.reference not in unticked,
            )
            for change in changes
        ],
        "previewed": previewed,
        "is_stale": is_stale,
        "unchanged": unchanged,
        "problems": sum(bool(change.problem) for change in changes),
    }
    status = 422 if form.errors else 200
    return render(request, "placement/correct_many.html", context, status=status)


def _shown(previewed: str) -> list:
    """What a preview signed: user, field, key of the value, reason, and the references it offered.
    A preview that was not ours offered nothing."""
    try:
        return signing.loads(previewed, salt=_PREVIEW_SALT)
    except signing.BadSignature:
        return [[]]


def _to_list(request: HttpRequest) -> HttpResponse:
    """Back to the list with the same filter; what is wrong with it is said there."""
    return redirect(f"{reverse('placement:list')}?{request.GET.urlencode()}")


def _without(query: QueryDict, *names: str) -> QueryDict:
    """A copy of an address without some of its parameters."""
    left = query.copy()
    for name in names:
        left.pop(name, None)
    return left


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Exactly what is filtered, as CSV, streamed row by row. Workers are left out."""
    found = PlacementFilter(request.GET, queryset=Placement.objects.visible_to(request.user))
    if not found.is_readable:
        return _to_list(request)
    return download(export_csv(found.qs, found.describe(), request.user), "penempatan.csv", CSV)


@login_required
@require_safe
def export_workbook(request: HttpRequest) -> HttpResponse:
    """Exactly what is filtered, as XLSX with a sheet that says what it is."""
    found = PlacementFilter(request.GET, queryset=Placement.objects.visible_to(request.user))
    if not found.is_readable:
        return _to_list(request)
    try:
        made = export_xlsx(found.qs, found.describe(), request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _to_list(request)
    return FileResponse(made, as_attachment=True, filename="penempatan.xlsx", content_type=XLSX)

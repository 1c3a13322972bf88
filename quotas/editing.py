"""The pages around a target set in the admin: table, preview, steps, document, history as CSV."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.downloads import CSV, PDF, XLSX, download
from accounts.history import tell
from quotas import comparing, grid, splitting, targets
from quotas.models import Distribution, Target, TargetSet

_SHEETS = {
    "xlsx": (grid.write_xlsx, XLSX),
    "csv": (grid.write_csv, CSV),
}


class SetPages:
    """Mixed into the admin of target sets; every change is a verb of ``quotas.targets``."""

    def get_urls(self):
        pages = (
            ("tabel", self.grid_view, "grid"),
            ("bulan", self.months_view, "months"),
            ("pratinjau", self.preview_view, "preview"),
            ("dokumen", self.document_view, "document"),
            ("riwayat.csv", self.history_csv_view, "history_csv"),
        )
        urls = [
            path(
                f"<path:object_id>/{address}/",
                self.admin_site.admin_view(view),
                name=f"quotas_targetset_{name}",
            )
            for address, view, name in pages
        ]
        urls += [
            path(
                "<path:object_id>/tabel.<str:kind>",
                self.admin_site.admin_view(self.sheet_view),
                name="quotas_targetset_sheet",
            ),
            path(
                "<path:object_id>/langkah/<str:step>/",
                self.admin_site.admin_view(self.step_view),
                name="quotas_targetset_step",
            ),
        ]
        return [*urls, *super().get_urls()]

    def grid_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The table: type, paste or load a sheet; one save for all of it."""
        target_set = self._visible(request, object_id)
        editable = target_set.is_editable and request.user.may_edit_targets
        table, newest = grid.grid_of(target_set), _newest_event(target_set)
        problems: list[str] = []
        if request.method == "POST":
            names = {grid.cell(line, code) for line in table.lines for code, _l in table.columns}
            table.typed = {name: request.POST[name] for name in names if name in request.POST}
            if "sheet" in request.FILES:
                sheet = request.FILES["sheet"]
                content = sheet.read(grid.MAX_SHEET_BYTES + 1)
                grid.read_sheet(table, name=sheet.name, content=content)
                if not table.wrong:
                    table.amounts()
                if not table.wrong:
                    messages.info(
                        request, _("Lembar terbaca, belum disimpan. Periksa tabelnya, lalu simpan.")
                    )
            else:
                problems = self._save_grid(request, target_set, table)
                if not problems and not table.wrong:
                    messages.success(request, _("Tabel target tersimpan."))
                    return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": str(target_set),
            "opts": self.opts,
            "original": target_set,
            "grid": table,
            "editable": editable,
            "problems": problems,
            "reason": request.POST.get("reason", ""),
            "seen": newest,
        }
        status = 422 if problems or table.wrong else 200
        return render(request, "admin/quotas/targetset/grid.html", context, status=status)

    def _save_grid(self, request, target_set, table: grid.Grid) -> list[str]:
        amounts = table.amounts()
        if table.wrong:
            return []
        changed = _changed_meanwhile(target_set, request.POST.get("seen", ""))
        if changed:
            return [changed]
        try:
            targets.set_amounts(
                target_set=target_set,
                by=request.user,
                reason=request.POST.get("reason", ""),
                amounts=amounts,
            )
        except ValidationError as error:
            return error.messages
        except PermissionDenied as error:
            return [str(error)]
        return []

    def months_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Every target by month; one of them at a time can be typed (``?target=``)."""
        target_set = self._visible(request, object_id)
        editable = target_set.is_editable and request.user.may_edit_targets
        every = target_set.targets.select_related("unit", "province", "programme")
        wanted = request.GET.get("target", "")
        chosen = every.filter(pk=int(wanted)).first() if wanted.isdecimal() and editable else None
        typed: list[str] = []
        if chosen is not None:
            months = _plan(chosen, target_set.year)
            typed = [request.POST.get(f"month-{n}", str(months[n - 1])) for n in range(1, 13)]
        problems: list[str] = []
        if request.method == "POST" and chosen is not None:
            try:
                numbers = [int(text) for text in typed if text.strip().isdecimal()]
                if len(numbers) != 12:
                    raise ValidationError(_("Isi dua belas bulan dengan bilangan bulat, 0 boleh."))
                targets.set_months(
                    target=chosen,
                    by=request.user,
                    reason=request.POST.get("reason", ""),
                    months=numbers,
                )
            except (ValidationError, PermissionDenied) as error:
                problems = [sentence_of(error)]
            else:
                messages.success(request, _("Bulan tersimpan."))
                return HttpResponseRedirect(request.path)
        names = [date_format(datetime.date(target_set.year, n, 1), "M") for n in range(1, 13)]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Per bulan: %(set)s") % {"set": target_set},
            "opts": self.opts,
            "original": target_set,
            "editable": editable,
            "chosen": chosen,
            "typed": list(zip(names, typed, strict=False)),
            "problems": problems,
            "reason": request.POST.get("reason", ""),
            "names": names,
            "rows": [(each, _plan(each, target_set.year)) for each in every],
        }
        status = 422 if problems else 200
        return render(request, "admin/quotas/targetset/months.html", context, status=status)

    def sheet_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """The table as XLSX or CSV, in the layout that can be loaded again."""
        target_set = self._visible(request, object_id)
        if kind not in _SHEETS:
            raise Http404
        write, content_type = _SHEETS[kind]
        return download(
            write(grid.grid_of(target_set)), f"target-{target_set.year}.{kind}", content_type
        )

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What enacting this set would change, unit by unit; ``?csv`` downloads it."""
        target_set = self._visible(request, object_id)
        comparison = comparing.compare(user=request.user, target_set=target_set)
        if "csv" in request.GET:
            return download(
                grid.csv_text(comparison.table()), f"pratinjau-{target_set.pk}.csv", CSV
            )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Pratinjau: %(set)s") % {"set": target_set},
            "opts": self.opts,
            "original": target_set,
            "comparison": comparison,
            "counts": comparison.count(),
            "in_force": TargetSet.objects.in_year(target_set.year).enacted().first(),
        }
        return render(request, "admin/quotas/targetset/preview.html", context)

    def document_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The decree as a download, never shown inside this site."""
        target_set = self._visible(request, object_id)
        document = getattr(target_set, "document", None)
        if document is None:
            raise Http404
        return download(bytes(document.content), document.name, PDF)

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """One step of a set's life, with its reason."""
        target_set = self._visible(request, object_id)
        back = reverse("admin:quotas_targetset_change", args=[target_set.pk])
        if request.method != "POST":
            return HttpResponseRedirect(back)
        try:
            done, back = self._take(request, target_set, step, back)
        except (ValidationError, PermissionDenied) as error:
            self.message_user(request, sentence_of(error), messages.ERROR)
        else:
            self.message_user(request, done)
        return HttpResponseRedirect(back)

    def _take(self, request, target_set: TargetSet, step: str, back: str) -> tuple[str, str]:
        common = {
            "target_set": target_set,
            "by": request.user,
            "reason": request.POST.get("reason", ""),
        }
        if step in STEPS:
            changed = STEPS[step].verb(**common)
            return (
                _("“%(set)s” sekarang berstatus %(status)s.")
                % {"set": changed.name, "status": changed.get_status_display().lower()}
            ), back
        if step == "copy":
            copied = targets.copy_set(**common, name=request.POST.get("name", ""))
            return _("Revisi dibuat sebagai draf."), reverse(
                "admin:quotas_targetset_change", args=[copied.pk]
            )
        if step == "split":
            chosen = request.POST.get("distribution", "")
            years = [int(year) for year in request.POST.getlist("past_years") if year.isdecimal()]
            count = targets.split_months(
                **common,
                method=request.POST.get("method", ""),
                distribution=Distribution.objects.filter(
                    pk=int(chosen) if chosen.isdecimal() else None
                ).first(),
                past_years=years,
            )
            return _("%(count)d target dibagi per bulan.") % {"count": count}, back
        if step == "document":
            sent = request.FILES.get("document")
            if sent is None:
                raise ValidationError(_("Pilih dulu berkas PDF penetapannya."))
            limit = targets.TargetDocument.MAX_BYTES + 1
            targets.attach_document(**common, name=sent.name, content=sent.read(limit))
            return _("Dokumen penetapan dilampirkan."), back
        raise Http404

    def history_csv_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        target_set = self._visible(request, object_id)
        rows = [
            (event.at.isoformat(), event.by, event.reason, event.verb or event.label,
             event.subject, *change)
            for event in told_of(target_set)
            for change in event.changes or [("", "", "")]
        ]  # fmt: skip
        header = ["at", "by", "reason", "verb", "what", "field", "before", "after"]
        return download(grid.csv_text([header, *rows]), f"riwayat-{target_set.pk}.csv", CSV)

    def _visible(self, request: HttpRequest, object_id: str) -> TargetSet:
        if not object_id.isdecimal():
            raise Http404
        target_set = get_object_or_404(
            TargetSet.objects.prefetch_related("targets"), pk=int(object_id)
        )
        if not self.has_view_permission(request, target_set):
            raise PermissionDenied
        if request.method == "POST" and not request.user.may_edit_targets:
            raise PermissionDenied
        return target_set


@dataclass(frozen=True, slots=True)
class Step:
    """What a person may do to a set of a status, and the verb that does it."""

    of: str
    label: str
    verb: Callable[..., TargetSet]


STEPS = {
    "propose": Step(TargetSet.Status.DRAFT, gettext_lazy("Usulkan"), targets.propose_set),
    "return": Step(
        TargetSet.Status.PROPOSED, gettext_lazy("Kembalikan jadi draf"), targets.return_to_draft
    ),
    "enact": Step(TargetSet.Status.PROPOSED, gettext_lazy("Tetapkan"), targets.enact_set),
}


def told_of(target_set: TargetSet) -> list:
    """Every event of a set and of its amounts, newest first."""
    told = tell(_in_order(target_set.events)) + tell(_in_order(_events_of_amounts(target_set)))
    return sorted(told, key=lambda event: event.at, reverse=True)


def split_choices(target_set: TargetSet) -> dict:
    """What the form of the monthly split offers."""
    return {
        "methods": splitting.METHODS.items(),
        "distributions": Distribution.objects.all(),
        "past_years": range(target_set.year - 1, target_set.year - 4, -1),
    }


def sentence_of(error: ValidationError | PermissionDenied) -> str:
    sentences = getattr(error, "messages", None)
    return " ".join(sentences) if sentences else str(error)


def _changed_meanwhile(target_set: TargetSet, seen: str) -> str:
    """The sentence for a table that changed after the person saw it; '' when it did not."""
    after = int(seen) if seen.isdecimal() else 0
    told = tell(_in_order(_events_of_amounts(target_set).filter(pgh_id__gt=after)))
    if not told:
        return ""
    return _(
        "Target ini baru diubah %(name)s pada %(at)s (%(count)d perubahan). Ketikan Anda masih ada "
        "di bawah: bandingkan, lalu simpan sekali lagi bila tetap benar."
    ) % {
        "name": told[0].by or _("orang lain"),
        "at": date_format(told[0].at, "j M Y H.i"),
        "count": len(told),
    }


def _plan(target: Target, year: int) -> list[int]:
    return splitting.plan_of(amount=target.amount, months=target.months, year=year)


def _newest_event(target_set: TargetSet) -> int:
    return _events_of_amounts(target_set).aggregate(newest=Max("pgh_id"))["newest"] or 0


def _events_of_amounts(target_set: TargetSet):
    return Target.pgh_event_model.objects.filter(target_set_id=target_set.pk)


def _in_order(events):
    return events.select_related("pgh_context").order_by("pgh_id")

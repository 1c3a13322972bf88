"""Targets in Django admin. Every change goes through a verb of ``quotas.targets``."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.history import tell
from quotas import targets
from quotas.models import RatingBand, Reconciliation, TallyBatch, Target, TargetSet
from quotas.promises import Measure
from quotas.targets import Amount
from regions.administration import LookOnlyAdmin, ReferenceAdmin

# What a person may do to a set in each status, with the verb that does it.
STEPS = {
    "propose": (TargetSet.Status.DRAFT, _("Usulkan"), targets.propose_set),
    "return": (TargetSet.Status.PROPOSED, _("Kembalikan jadi draf"), targets.return_to_draft),
    "enact": (TargetSet.Status.PROPOSED, _("Tetapkan"), targets.enact_set),
}


class TargetSetForm(forms.ModelForm):
    reason = forms.CharField(
        label=_("Alasan perubahan"),
        max_length=300,
        help_text=_("Masuk riwayat bersama nama Anda."),
        error_messages={"required": _("Tulis alasan perubahan.")},
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = TargetSet
        fields = ("year", *targets.EDITABLE_FIELDS)


class ExistingTargets(admin.TabularInline):
    """Amounts the set has; the unit of a row is fixed, its amount and note are not."""

    model = Target
    verbose_name_plural = _("target dalam set ini")
    fields = ("measure", "unit", "province", "programme", "amount", "note")
    readonly_fields = ("measure", "unit", "province", "programme")
    extra = 0

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("unit", "province", "programme")

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_view_permission(self, request, obj=None) -> bool:
        return True

    def has_change_permission(self, request, obj=None) -> bool:
        return request.user.may_edit_targets and obj is not None and obj.is_editable

    has_delete_permission = has_change_permission


class NewTargets(admin.TabularInline):
    """Rows to add to the set."""

    model = Target
    verbose_name_plural = _("tambahkan target")
    fields = ("measure", "unit", "province", "programme", "amount", "note")
    extra = 3

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).none()

    def has_view_permission(self, request, obj=None) -> bool:
        return self.has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def has_add_permission(self, request, obj=None) -> bool:
        return request.user.may_edit_targets and (obj is None or obj.is_editable)


@admin.register(TargetSet)
class TargetSetAdmin(LookOnlyAdmin):
    form = TargetSetForm
    inlines = (ExistingTargets, NewTargets)
    list_display = (
        "name", "year", "status", "national_amount", "decree_number", "decree_date", "is_sample",
    )  # fmt: skip
    list_filter = ("year", "status", "is_sample")
    search_fields = ("name", "decree_number", "source")
    change_form_template = "admin/quotas/targetset/change_form.html"
    object_history_template = "admin/quotas/targetset/object_history.html"

    def has_add_permission(self, request) -> bool:
        return request.user.is_staff and request.user.may_edit_targets

    def has_change_permission(self, request, obj=None) -> bool:
        return self.has_add_permission(request) and (obj is None or obj.is_editable)

    def get_inlines(self, request, obj):
        return self.inlines if obj is not None else (NewTargets,)

    def get_readonly_fields(self, request, obj=None):
        return ("year",) if obj is not None else ()

    def get_fields(self, request, obj=None):
        fields = ["year", *targets.EDITABLE_FIELDS]
        if obj is None or obj.is_editable:
            return [*fields, "reason"]
        return [*fields, "status", "proposed_by", "enacted_by", "enacted_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("targets")

    @admin.display(description=_("target nasional"))
    def national_amount(self, target_set: TargetSet) -> str:
        rows = [each for each in target_set.targets.all() if each.measure == Measure.NATIONAL]
        whole = [each.amount for each in rows if each.programme_id is None]
        amount = whole[0] if whole else sum(each.amount for each in rows)
        return number_format(amount, force_grouping=True) if amount else "–"

    def save_model(self, request, obj: TargetSet, form: TargetSetForm, change: bool) -> None:
        """Create or revise through the verb; ``obj`` then is the row the verb wrote."""
        typed = dict(form.cleaned_data)
        reason = typed.pop("reason")
        if change:
            saved = targets.revise_set(target_set=obj, by=request.user, reason=reason, **typed)
        else:
            saved = targets.create_set(by=request.user, reason=reason, **typed)
        obj.pk = saved.pk
        obj._state.adding = False

    def save_formset(self, request, form, formset, change) -> None:
        amounts = []
        for row in formset.forms:
            if not row.has_changed() and not formset._should_delete_form(row):
                continue
            target = row.instance
            gone = formset.can_delete and formset._should_delete_form(row)
            amounts.append(
                Amount(
                    measure=target.measure,
                    amount=None if gone else target.amount,
                    unit=target.unit,
                    province=target.province,
                    programme=target.programme,
                    note=target.note,
                )
            )
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        if amounts:
            targets.set_amounts(
                target_set=form.instance,
                by=request.user,
                reason=form.cleaned_data["reason"],
                amounts=amounts,
            )

    def log_change(self, request, obj, message):
        """The history is written by triggers, with the reason; Django's own log would repeat it."""

    log_addition = log_change

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ValidationError, PermissionDenied) as error:
            if request.method != "POST":
                raise
            # Forms have checked what was typed: what still fails changed under the person's hands.
            self.message_user(request, _sentence(error), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["steps"] = [
            (name, label)
            for name, (status, label, _verb) in STEPS.items()
            if obj is not None and obj.status == status and request.user.may_edit_targets
        ]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self):
        step = path(
            "<path:object_id>/langkah/<str:step>/",
            self.admin_site.admin_view(self.step_view),
            name="quotas_targetset_step",
        )
        return [step, *super().get_urls()]

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """Propose, return or enact, with its reason."""
        back = reverse("admin:quotas_targetset_change", args=[object_id])
        if request.method == "POST" and step in STEPS:
            target_set = get_object_or_404(TargetSet, pk=object_id)
            try:
                STEPS[step][2](
                    target_set=target_set, by=request.user, reason=request.POST.get("reason", "")
                )
            except (ValidationError, PermissionDenied) as error:
                self.message_user(request, _sentence(error), messages.ERROR)
            else:
                target_set.refresh_from_db()
                self.message_user(
                    request,
                    gettext("“%(set)s” sekarang berstatus %(status)s.")
                    % {
                        "set": target_set.name,
                        "status": target_set.get_status_display().lower(),
                    },
                )
        return HttpResponseRedirect(back)

    def history_view(self, request, object_id, extra_context=None):
        """Who changed what and why, of the set and of its amounts."""
        target_set = get_object_or_404(TargetSet, pk=object_id)
        if not self.has_view_permission(request, target_set):
            raise PermissionDenied
        of_amounts = Target.pgh_event_model.objects.filter(target_set_id=target_set.pk)
        told = tell(_in_order(target_set.events)) + tell(_in_order(of_amounts))
        told.sort(key=lambda event: event.at, reverse=True)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Riwayat: %(set)s") % {"set": target_set},
            "object": target_set,
            "opts": self.opts,
            "events": told[:500],
        }
        return render(request, self.object_history_template, context)


@admin.register(RatingBand)
class RatingBandAdmin(ReferenceAdmin):
    list_display = ("label", "minimum", "level", "source")


@admin.register(TallyBatch)
class TallyBatchAdmin(LookOnlyAdmin):
    list_display = ("number", "kind", "folded_at", "entries", "net", "rule_version")
    list_filter = ("kind",)


@admin.register(Reconciliation)
class ReconciliationAdmin(LookOnlyAdmin):
    list_display = ("ran_at", "year", "batch", "placements", "cells", "mismatches")
    list_filter = ("year",)


def _in_order(events):
    return events.select_related("pgh_context").order_by("pgh_id")


def _sentence(error: ValidationError | PermissionDenied) -> str:
    messages_of = getattr(error, "messages", None)
    return " ".join(messages_of) if messages_of else str(error)

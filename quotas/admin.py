"""Targets in Django admin. Every change goes through a verb of ``quotas.targets``."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.administration import ToldHistory
from quotas import indicators, stage_reporting, targets
from quotas.editing import STEPS, SetPages, sentence_of, split_choices, told_of
from quotas.models import (
    Distribution,
    Indicator,
    IndicatorTarget,
    RatingBand,
    Reconciliation,
    StageReport,
    TallyBatch,
    TargetSet,
)
from regions.administration import EditedAdmin, LookOnlyAdmin, ReferenceAdmin
from regions.models import Office


class ReasonedForm(forms.ModelForm):
    """A change that says why."""

    reason = forms.CharField(
        label=_("Alasan perubahan"),
        max_length=300,
        help_text=_("Masuk riwayat bersama nama Anda."),
        error_messages={"required": _("Tulis alasan perubahan.")},
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class TargetSetForm(ReasonedForm):
    class Meta:
        model = TargetSet
        fields = ("year", *targets.EDITABLE_FIELDS)


@admin.register(TargetSet)
class TargetSetAdmin(SetPages, ToldHistory, EditedAdmin):
    form = TargetSetForm
    list_display = (
        "name", "year", "status", "national_amount", "decree_number", "decree_date", "is_sample",
    )  # fmt: skip
    list_filter = ("year", "status", "is_sample")
    search_fields = ("name", "decree_number", "source")
    change_form_template = "admin/quotas/targetset/change_form.html"
    object_history_template = "admin/quotas/targetset/object_history.html"

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_editable)

    def get_readonly_fields(self, request, obj=None):
        return ("year",) if obj is not None else ()

    def get_fields(self, request, obj=None):
        fields = ["year", *targets.EDITABLE_FIELDS]
        if obj is None or obj.is_editable:
            return [*fields, "reason"]
        return [*fields, "status", "proposed_by", "enacted_by", "enacted_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_national_amount()

    @admin.display(description=_("target nasional"))
    def national_amount(self, target_set: TargetSet) -> str:
        amount = target_set.national_amount
        return "–" if amount is None else number_format(amount, force_grouping=True)

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

    def response_add(self, request, obj, post_url_continue=None):
        """A new set is empty: its table comes next."""
        self.message_user(request, gettext("Set dibuat. Isi tabel targetnya."))
        return HttpResponseRedirect(reverse("admin:quotas_targetset_grid", args=[obj.pk]))

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
            self.message_user(request, sentence_of(error), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        may = obj is not None and request.user.may_edit_targets
        context["may_edit_targets"] = may
        context["steps"] = [
            (name, step.label) for name, step in STEPS.items() if may and obj.status == step.of
        ]
        if may and obj.is_editable:
            context |= split_choices(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def history_view(self, request, object_id, extra_context=None):
        """Who changed what and why, of the set and of its amounts."""
        target_set = self._visible(request, object_id)
        return self.told_page(request, target_set, told_of(target_set)[:500])


@admin.register(RatingBand)
class RatingBandAdmin(ReferenceAdmin):
    list_display = ("label", "minimum", "level", "source")


@admin.register(Distribution)
class DistributionAdmin(ReferenceAdmin):
    list_display = ("name", "shares")


@admin.register(Indicator)
class IndicatorAdmin(ReferenceAdmin):
    list_display = ("name", "unit_label", "kind")


class KeyedAdmin(EditedAdmin):
    """A row that is written by a verb and found by its ``key``, which is chosen once."""

    key: tuple[str, ...] = ()

    def write(self, **facts) -> Model:
        """Call the verb with ``by``, the key and what was typed; returns the row it wrote."""
        raise NotImplementedError

    def get_readonly_fields(self, request, obj=None):
        return self.key if obj is not None else ()

    def save_model(self, request, obj: Model, form, change: bool) -> None:
        key = {name: getattr(obj, name) for name in self.key}
        saved = self.write(by=request.user, **(key | form.cleaned_data))
        obj.pk = saved.pk
        obj._state.adding = False


class IndicatorTargetForm(ReasonedForm):
    class Meta:
        model = IndicatorTarget
        fields = ("indicator", "office", "year", "amount", "source", "note")


@admin.register(IndicatorTarget)
class IndicatorTargetAdmin(KeyedAdmin):
    """Targets here, quarters on the balai's page."""

    form = IndicatorTargetForm
    key = ("indicator", "office", "year")
    write = staticmethod(indicators.set_indicator_target)
    list_display = ("year", "office", "indicator", "amount", "realised", "rounded")
    list_select_related = ("office", "indicator")
    list_filter = ("year", "indicator")


class StageReportForm(ReasonedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            self.fields["unit"].queryset = Office.objects.balai()

    class Meta:
        model = StageReport
        fields = ("programme", "unit", "stage", "month", "count", "source")

    def clean(self):
        typed = super().clean()
        if self.instance.pk is None and typed.get("count") is None:
            self.add_error("count", _("Belum ada laporan yang dapat ditarik."))
        return typed


@admin.register(StageReport)
class StageReportAdmin(ToldHistory, KeyedAdmin):
    """Reports of every balai and of the nation; heads report theirs on the page of the balai."""

    form = StageReportForm
    key = ("programme", "unit", "stage", "month")
    write = staticmethod(stage_reporting.report_stage)
    list_display = ("month", "unit", "programme", "stage", "count", "reported_on", "reported_by")
    list_select_related = ("unit", "programme", "reported_by")
    list_filter = ("programme", "stage", "month")


@admin.register(TallyBatch)
class TallyBatchAdmin(LookOnlyAdmin):
    list_display = ("number", "kind", "folded_at", "entries", "net", "rule_version")
    list_filter = ("kind",)


@admin.register(Reconciliation)
class ReconciliationAdmin(LookOnlyAdmin):
    list_display = ("ran_at", "year", "batch", "placements", "cells", "mismatches")
    list_filter = ("year",)

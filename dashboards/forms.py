"""The forms of the dashboards: what a balai reached in a quarter, and which report is wanted."""

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from dashboards import reporting
from placement.models import Programme
from quotas import figures
from regions.models import Office

# The choice of a report that means one of every balai.
ALL_BALAI = "all"


class QuarterForm(forms.Form):
    """Indicator, quarter, value and reason; the rules are in ``quotas.indicators``."""

    target = forms.ModelChoiceField(
        queryset=None,
        label=_("Indikator"),
        empty_label=None,
        error_messages={"invalid_choice": _("Pilih salah satu dari daftar.")},
    )
    quarter = forms.TypedChoiceField(
        label=_("Triwulan"), coerce=int, choices=[(1, "I"), (2, "II"), (3, "III"), (4, "IV")]
    )
    value = forms.DecimalField(
        label=_("Realisasi"),
        max_digits=14,
        decimal_places=2,
        localize=True,
        error_messages={
            "required": _("Isi angkanya; 0 bila tidak ada."),
            "invalid": _("Tulis sebagai angka, misalnya 1.250 atau 97,5."),
        },
    )
    reason = forms.CharField(
        label=_("Keterangan"),
        max_length=300,
        error_messages={"required": _("Tulis dari mana angka ini.")},
    )

    def __init__(self, *args, promised, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = promised
        self.fields["target"].label_from_instance = lambda target: target.indicator.name
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"
            field.widget.is_required = False


class ReportForm(forms.Form):
    """Which month of whom. Only what this user may ask for is offered; the rules are in
    ``dashboards.reporting``."""

    month = forms.TypedChoiceField(
        label=_("Bulan"), coerce=int, choices=list(MONTHS.items()),
        error_messages={"invalid_choice": _("Pilih salah satu dari daftar.")},
    )  # fmt: skip
    year = forms.TypedChoiceField(
        label=_("Tahun"), coerce=int,
        error_messages={"invalid_choice": _("Pilih salah satu dari daftar.")},
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=_("Laporan"), required=False,
        error_messages={"invalid_choice": _("Pilih salah satu dari daftar.")},
    )  # fmt: skip
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.all(), label=_("Program"), required=False,
        empty_label=_("Semua program"),
        error_messages={"invalid_choice": _("Pilih salah satu dari daftar.")},
    )  # fmt: skip

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        years = [each.number for each in figures.years() if each.number <= today.year]
        self.fields["year"].choices = [(year, str(year)) for year in years or [today.year]]
        self.initial.setdefault("month", today.month)
        units = Office.objects.served_units()
        if reporting.may_ask_nation(user):
            offered = [("", _("Nasional")), (ALL_BALAI, _("Semua BP3MI sekaligus"))]
            offered += [(each.pk, each.name) for each in units]
        elif user.may_record:
            offered = [(each.pk, each.name) for each in units.filter(pk=user.office.unit_id)]
        else:
            offered = []
        self.may_ask = bool(offered)
        self.fields["unit"].choices = offered
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"
            field.widget.is_required = False

    def clean_unit(self) -> Office | str | None:
        """A unit, ALL_BALAI, or None for the nation; who may ask is decided by the verb."""
        code = self.cleaned_data["unit"]
        if code in {"", ALL_BALAI}:
            return code or None
        return Office.objects.get(pk=code)


class VerifyForm(forms.Form):
    """What stands at the foot of a printed page."""

    kode = forms.CharField(
        label=_("Nomor atau hash"), required=False, max_length=200,
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}
        ),
    )  # fmt: skip

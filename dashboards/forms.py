"""The forms of the dashboards: what a balai reports of itself, and which report is wanted."""

import datetime
import re

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from dashboards import reporting
from placement.models import Programme
from quotas import figures
from quotas.models import StageReport
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


class WholeNumber(forms.IntegerField):
    """A count as people write it: 1250, 1.250 or 1,250. A count has no decimals to be taken for."""

    def to_python(self, value):
        if isinstance(value, str) and re.fullmatch(r"\d{1,3}([., ]\d{3})+", value.strip()):
            value = re.sub(r"\D", "", value)
        return super().to_python(value)


class StageForm(forms.Form):
    """What passed a stage in a month that is over; the rules are in ``quotas.stage_reporting``."""

    programme = forms.ModelChoiceField(
        queryset=None, label=_("Program"), empty_label=None,
        error_messages={"invalid_choice": _("Pilih salah satu dari daftar.")},
    )  # fmt: skip
    stage = forms.ChoiceField(
        label=_("Tahap"), choices=StageReport.Stage.choices,
        error_messages={"invalid_choice": _("Pilih salah satu dari daftar.")},
    )  # fmt: skip
    month = forms.TypedChoiceField(
        label=_("Bulan"), coerce=datetime.date.fromisoformat,
        error_messages={"invalid_choice": _("Pilih salah satu dari daftar.")},
    )  # fmt: skip
    # Typed as text: a field of numbers would refuse the separators.
    count = WholeNumber(
        label=_("Jumlah bulan itu"), required=False, min_value=0, max_value=2_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Bulan itu saja, bukan kumulatif. Kosongkan untuk menarik laporannya."),
        error_messages={"invalid": _("Tulis sebagai bilangan bulat, misalnya 1.250.")},
    )  # fmt: skip
    source = forms.CharField(
        label=_("Sumber"), max_length=300,
        help_text=_("Dokumen atau alamat tempat angka ini tertulis."),
        error_messages={"required": _("Tulis sumber angka ini.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Alasan"), max_length=300,
        error_messages={"required": _("Tulis alasan atau asal angka ini.")},
    )  # fmt: skip

    def __init__(self, *args, programmes, months, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
        self.fields["month"].choices = [
            (month.isoformat(), date_format(month, "F Y")) for month in months
        ]
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

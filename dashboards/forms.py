"""The one form of the dashboards: what a balai reached in a quarter."""

from django import forms
from django.utils.translation import gettext_lazy as _


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

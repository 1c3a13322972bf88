"""The forms of the account pages: a new token, and the weekly letter."""

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.tokens import LONGEST, ApiToken


class TokenForm(forms.Form):
    """Name and last day; the rules are in ``accounts.tokens``."""

    name = forms.CharField(
        label=_("Nama"),
        max_length=60,
        help_text=ApiToken._meta.get_field("name").help_text,
        error_messages={"required": _("Beri nama, supaya nanti jelas mana yang dicabut.")},
    )
    expires_on = forms.DateField(
        label=_("Berlaku sampai"),
        help_text=_("Paling lama setahun."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Isi tanggal terakhir token ini berlaku."),
            "invalid": _("Tulis tanggalnya seperti 2027-01-31."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["expires_on"].widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + LONGEST).isoformat(),
        }
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control"
            described = [f"id_{name}-help"]
            if self.is_bound and name in self.errors:
                field.widget.attrs["aria-invalid"] = "true"
                described.insert(0, f"id_{name}-wrong")
            field.widget.attrs["aria-describedby"] = " ".join(described)
            field.widget.is_required = False


class LetterForm(forms.Form):
    """Whether to get the weekly letter, and in which language."""

    wanted = forms.BooleanField(
        label=_("Kirim ringkasan mingguan kepada saya"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    language = forms.ChoiceField(
        label=_("Bahasa"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={
            "required": _("Pilih bahasa surel."),
            "invalid_choice": _("Pilih bahasa dari daftar."),
        },
    )

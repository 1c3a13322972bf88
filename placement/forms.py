"""The officer's form: cleans typed values; the rules are in ``placement.recording``."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from placement import judging, recording
from placement.choosing import SchemeSelect, SearchSelect
from placement.closing import NOTE_MOST
from placement.examining import Examined, examine_entry
from placement.identity import hold_no_nik
from placement.models import Placement
from placement.reference import Agency, EmployerKind, JobTitle, Programme, Scheme
from regions.models import Country, Regency

DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
# What a page can tell by itself: wide enough for everything that the fields below read.
DATE_SHAPE = (
    r"\s*([0-9]{8}|[0-9]{1,2}[\/.\-][0-9]{1,2}[\/.\-][0-9]{4}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})\s*"
)
NIK_SHAPE = r"[\s.\-]*([0-9][\s.\-]*){16}"


class DateField(forms.DateField):
    """A date as people type it, in Indonesian or ISO order."""

    default_error_messages = {
        "invalid": _("Tanggal ini tidak dikenal. Tulis hari/bulan/tahun, misalnya 24/11/2026."),
        "required": _("Isi tanggalnya, misalnya 24/11/2026."),
    }

    def __init__(self, **kwargs):
        widget = forms.DateInput(
            format="%d/%m/%Y",
            attrs={
                "inputmode": "numeric",
                "placeholder": _("HH/BB/TTTT"),
                "autocomplete": "off",
                "pattern": DATE_SHAPE,
                "data-misshapen": self.default_error_messages["invalid"],
            },
        )
        super().__init__(input_formats=DATE_FORMATS, widget=widget, **kwargs)

    def to_python(self, value):
        """Also eight digits: day, month, year. A keyboard of digits has no slash."""
        text = str(value or "").strip()
        if re.fullmatch(r"[0-9]{8}", text):
            value = f"{text[:2]}/{text[2:4]}/{text[4:]}"
        return super().to_python(value)


class RegencyField(forms.ModelChoiceField):
    def label_from_instance(self, regency: Regency) -> str:
        return f"{regency.full_name}, {regency.province.name} ({regency.code})"


def _choice(
    queryset, label, *, required=True, field=forms.ModelChoiceField, search=True, widget=None
):
    made = field(
        queryset=queryset,
        label=label,
        required=required,
        empty_label="",
        widget=widget or (SearchSelect if search else forms.Select),
        error_messages={
            "required": _("Pilih salah satu dari daftar."),
            "invalid_choice": _("Pilihan ini tidak ada di daftar. Pilih salah satu dari daftar."),
        },
    )
    made.widget.attrs["class"] = "form-select"
    if search:
        made.widget.attrs |= {
            "data-search": "",
            "data-none": _("Tidak ada di daftar"),
            "data-unchosen": _("belum dipilih dari daftar"),
            "data-clear": _("Kosongkan"),
        }
    return made


class PlacementForm(forms.Form):
    """Entry of one placement. ``layout`` groups the fields for the template."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    nik = forms.CharField(
        label=_("NIK"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "pattern": NIK_SHAPE,
                "data-misshapen": _(
                    "NIK terdiri dari 16 angka, yang diketik {n} angka. Periksa lagi di KTP."
                ),
            }
        ),
        help_text=_("Tidak disimpan utuh: hanya sidik digital dan empat angka terakhir."),
        error_messages={"required": _("Isi NIK, 16 angka seperti di KTP.")},
    )
    name = forms.CharField(
        label=_("Nama lengkap"),
        max_length=120,
        validators=[hold_no_nik],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Isi nama lengkap seperti di KTP."),
            "max_length": _("Nama paling panjang 120 huruf."),
        },
    )
    sex = forms.ChoiceField(
        label=_("Jenis kelamin"),
        choices=[("", ""), *Placement.Sex.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={
            "required": _("Pilih perempuan atau laki-laki."),
            "invalid_choice": _("Pilih perempuan atau laki-laki."),
        },
    )
    birth_date = DateField(label=_("Tanggal lahir"))
    origin = _choice(
        Regency.objects.select_related("province"), _("Daerah asal"), field=RegencyField
    )
    office = _choice(None, _("Kantor pelayanan"), search=False)
    completed_on = DateField(label=_("Tanggal selesai proses"))
    scheme = _choice(Scheme.objects.all(), _("Skema"), search=False, widget=SchemeSelect)
    programme = _choice(Programme.objects.all(), _("Program"), search=False)
    destination = _choice(Country.objects.filter(is_active=True), _("Negara tujuan"))
    job_title = _choice(JobTitle.objects.all(), _("Jabatan"))
    employer_kind = _choice(EmployerKind.objects.all(), _("Pemberi kerja"), search=False)
    agency = _choice(Agency.objects.all(), _("P3MI"), required=False)
    ekpmi_number = forms.CharField(
        label=_("Nomor E-KPMI"),
        required=False,
        max_length=30,
        error_messages={"max_length": _("Nomor E-KPMI paling panjang 30 huruf.")},
    )
    remark = forms.CharField(
        label=_("Catatan"),
        required=False,
        max_length=500,
        error_messages={"max_length": _("Catatan paling panjang 500 huruf.")},
    )
    confirmed = forms.BooleanField(
        label=_("Sudah saya periksa, simpan apa adanya"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    kept_because = forms.CharField(
        label=_("Alasan menyimpan (wajib bila mungkin ganda atau bulan sudah ditutup)"),
        required=False,
        max_length=300,
        validators=[hold_no_nik],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("Alasan paling panjang 300 huruf.")},
    )

    # The field of the reason for which a near duplicate is kept.
    REASON = "kept_because"
    WORKER = (("nik", 3), ("name", 3), ("sex", 2), ("birth_date", 2), ("origin", 2))
    SERVICE = (
        ("completed_on", 2), ("scheme", 2), ("programme", 2), ("destination", 2),
        ("job_title", 2), ("employer_kind", 2), ("agency", 4), ("ekpmi_number", 2),
        ("office", 3), ("remark", 3),
    )  # fmt: skip

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.warnings: list[str] = []
        self.needs_reason = False
        self.fields["office"].queryset = user.offices_in_reach().open_for_recording()
        self.fields["agency"].help_text = _("Wajib untuk skema P to P.")
        self.fields["origin"].help_text = _("Ketik nama atau kode; tidak diambil dari NIK.")
        for name, field in self.fields.items():
            if not isinstance(field.widget, (forms.HiddenInput, forms.CheckboxInput)):
                field.widget.attrs.setdefault("class", "form-control")
                if field.help_text:
                    field.widget.attrs["aria-describedby"] = f"id_{name}-help"
                if field.required:
                    # Said by the page before anything is sent; without a line nobody else could.
                    field.widget.attrs["data-must"] = field.error_messages["required"]
            field.widget.is_required = False  # Whole sentences are said, not the browser's.

    @property
    def asks_reason(self) -> bool:
        """Whether a typed reason would let this entry be saved."""
        return self.is_bound and (
            self.needs_reason
            or bool(self.errors.get("kept_because"))
            or self.has_error("completed_on", judging.REASON_MISSING)
        )

    def facts(self) -> dict:
        """The cleaned values in the words of ``placement.recording``."""
        return {name: value for name, value in self.cleaned_data.items() if name != "request_key"}

    def add_error(self, field: str | None, error) -> None:
        """Also tie the sentence to its input for those who hear the page."""
        super().add_error(field, error)
        if field in self.fields:
            attrs = self.fields[field].widget.attrs
            attrs["aria-invalid"] = "true"
            attrs["aria-describedby"] = (
                f"id_{field}-wrong {attrs.get('aria-describedby', '')}".strip()
            )

    def attempt(self, verb: Callable[..., Placement], **arguments) -> Placement | None:
        """What the verb makes; None leaves what is wrong, or to be confirmed, in the form."""
        try:
            return verb(by=self.user, **arguments)
        except judging.Unconfirmed as unconfirmed:
            self.take_question(unconfirmed)
        except ValidationError as error:
            self.take_errors(error)
        return None

    def take_question(self, question: judging.Unconfirmed) -> None:
        """Show what must be confirmed first; a box ticked without its reason is an error."""
        self.warnings, self.needs_reason = question.warnings, question.needs_reason
        if question.needs_reason and self.cleaned_data.get("confirmed"):
            self.add_error(self.REASON, _("Tulis alasan menyimpannya: mungkin sudah dicatat."))

    def examine(self, visited: set[str]) -> Examined:
        """What a save would say of the fields so far; of fields not ``visited`` nothing."""
        typed = {name: value for name, value in self.cleaned_data.items() if value is not None}
        found = examine_entry(
            by=self.user,
            nik=typed.get("nik", ""),
            name=typed.get("name", ""),
            birth_date=typed.get("birth_date"),
            kept_because=typed.get("kept_because", ""),
            facts={name: typed[name] for name in recording.FACT_FIELDS if name in typed},
        )
        for name, errors in self.errors.as_data().items():
            found.errors.setdefault(name, []).extend(errors)
        found.errors = {
            name: errors
            for name, errors in found.errors.items()
            if name in visited or name not in self.fields
        }
        return found

    def judge_rest(self) -> None:
        """Beside the fields that cannot be read, say of the others what a save would say."""
        for name, errors in self.examine(visited=set(self.fields)).errors.items():
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, errors)

    def take_errors(self, error: ValidationError) -> None:
        """Put the verb's sentences at their fields; what has no field stands above the form.

        A key that has recorded something else is replaced, so that the next save records this.
        """
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            if getattr(error, "code", None) == recording.KEY_TAKEN:
                self.data = self.data.copy()
                self.data["request_key"] = str(uuid.uuid4())
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class CorrectionForm(PlacementForm):
    """The same fields with what is recorded; an empty NIK leaves the worker who they are."""

    reason = forms.CharField(
        label=_("Alasan perubahan"),
        validators=[hold_no_nik],
        required=False,
        max_length=300,
        help_text=_("Wajib bila perubahan ini mengubah angka."),
    )

    REASON = "reason"
    WORKER = PlacementForm.WORKER
    SERVICE = (*PlacementForm.SERVICE, ("reason", 6))

    def __init__(self, *args, fixed: Collection[str] = (), **kwargs):
        """``fixed`` names fields that keep their initial value: a closed month has them."""
        super().__init__(*args, **kwargs)
        self.fixed = fixed
        for name in fixed:
            self.fields[name].disabled = True
            self.fields[name].required = False
        del self.fields["request_key"]
        del self.fields["kept_because"]  # A correction has its own reason.
        nik = self.fields["nik"]
        nik.required = False
        del nik.widget.attrs["data-must"]
        nik.help_text = _("Kosongkan bila NIK tidak berubah.")


class BulkForm(forms.Form):
    """One value for many placements; the field is that of the entry form."""

    reason = forms.CharField(
        label=_("Alasan perubahan"),
        validators=[hold_no_nik],
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        error_messages={
            "required": _("Tulis alasannya."),
            "max_length": _("Alasan paling panjang 300 huruf."),
        },
    )

    def __init__(self, *args, user: User, field: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"] = PlacementForm(user=user).fields[field]
        self.order_fields(["value", "reason"])


class NoteForm(forms.Form):
    """The note of a month, written when it is closed and edited later."""

    note = forms.CharField(
        label=_("Catatan bulan"),
        required=False,
        widget=forms.Textarea(
            attrs={"class": "form-control", "rows": 3, "maxlength": NOTE_MOST, "cols": 40}
        ),
        help_text=_(
            "Tampil di dasbor sebagai catatan balai untuk bulan ini. Paling panjang 500 huruf."
        ),
    )


class CloseForm(NoteForm):
    """Close a month: its head cannot take that back, so they say that they have looked."""

    checked = forms.BooleanField(
        label=_(
            "Saya sudah memeriksa bulan ini. Setelah ditutup, hanya direktorat yang dapat "
            "membukanya lagi."
        ),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        error_messages={
            "required": _("Bulan belum ditutup. Centang dulu bahwa bulan ini sudah diperiksa.")
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound and self.errors.get("checked"):
            box = self.fields["checked"].widget.attrs
            box |= {"aria-invalid": "true", "aria-describedby": "id_checked-wrong"}


class ReopenForm(forms.Form):
    """Open a closed month again through a day."""

    until = DateField(label=_("Terbuka sampai"))
    reason = forms.CharField(
        label=_("Alasan membuka lagi"),
        validators=[hold_no_nik],
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        error_messages={
            "required": _("Tulis alasan membuka lagi bulan ini."),
            "max_length": _("Alasan paling panjang 300 huruf."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].widget.attrs["class"] = "form-control"


class ReasonForm(forms.Form):
    """Why a placement is voided or restored."""

    reason = forms.CharField(
        label=_("Alasan"),
        validators=[hold_no_nik],
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        error_messages={
            "required": _("Tulis alasannya."),
            "max_length": _("Alasan paling panjang 300 huruf."),
        },
    )


def blank_form(user: User, last: Placement | None) -> PlacementForm:
    """An empty form with today, the user's office and the choices of their last entry."""
    initial = {
        "request_key": uuid.uuid4(),
        "office": user.office_id,
        "completed_on": user.office.today(),
        "programme": "regular",
    }
    if last is not None:
        initial |= {
            "scheme": last.scheme_id,
            "programme": last.programme_id,
            "destination": last.destination_id,
            "job_title": last.job_title_id,
            "employer_kind": last.employer_kind_id,
            "agency": last.agency_id,
            "office": last.office_id,
        }
    return PlacementForm(user=user, initial=initial)

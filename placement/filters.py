"""Filters of the list. What cannot be read is said at its field, and nothing is found until it is
mended: rows that ignore a filter would be taken for its answer, on the screen and in a file."""

from __future__ import annotations

import datetime
import re

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from placement.choosing import SearchSelect
from placement.forms import DateField
from placement.models import Placement, PlacementQuerySet
from placement.reference import UNGROUPED, Agency, EmployerKind, JobTitle, Programme, Scheme, Sector
from regions.models import Country, Office, Province, Regency, ServiceArea

_NOT_LISTED = _("“%(value)s” tidak ada di daftar. Pilih salah satu atau kosongkan.")
# First and last day of a period, and what a person calls the first.
_PERIODS = (
    ("completed_from", "completed_to", _("Selesai sejak")),
    ("recorded_from", "recorded_to", _("Dicatat sejak")),
)
_REFERENCE = re.compile(r"(?:(?:PMI[- ]?)?([0-9]{4})[- ])?([0-9]{1,12})", re.IGNORECASE | re.ASCII)
# One sequence numbers the placements of all years; those of so many years back are looked for.
_NUMBERED_YEARS = 30
_NIK_DIGITS = 16


class FilterForm(forms.Form):
    """Judges what no filter sees alone: a period that ends before it begins finds nothing, and
    would be taken for an answer."""

    def clean(self):
        cleaned = super().clean()
        if len(re.sub(r"\D", "", cleaned.get("q") or "")) == _NIK_DIGITS:
            self.add_error("q", _("NIK tidak disimpan utuh. Cari dengan empat angka terakhirnya."))
        for first, last, label in _PERIODS:
            begin, end = cleaned.get(first), cleaned.get(last)
            if begin and end and begin > end:
                self.add_error(
                    last,
                    _("Tanggal ini sebelum “%(first)s” (%(day)s). Tukar atau perbaiki salah satu.")
                    % {"first": label, "day": f"{begin:%d/%m/%Y}"},
                )
        return cleaned


class DateFilter(filters.DateFilter):
    field_class = DateField


def _midnight(day: datetime.date) -> datetime.datetime:
    """Bounds of the moment of recording: a cast to a date would have no index."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


class PlacementFilter(filters.FilterSet):
    q = filters.CharFilter(method="search", label=_("Nomor, nama, atau 4 angka NIK"))
    completed_from = DateFilter(
        label=_("Selesai sejak"), field_name="completed_on", lookup_expr="gte"
    )
    completed_to = DateFilter(
        label=_("Selesai sampai"), field_name="completed_on", lookup_expr="lte"
    )
    status = filters.ChoiceFilter(choices=Placement.Status.choices, label=_("Status"))
    office = filters.ModelChoiceFilter(queryset=Office.objects.all(), label=_("Kantor"))
    unit = filters.ModelChoiceFilter(
        queryset=Office.objects.served_units(), label=_("Balai (dilayani)")
    )
    origin_province = filters.ModelChoiceFilter(
        queryset=Province.objects.all(), label=_("Provinsi (asal)"), method="of_province"
    )
    origin = filters.ModelChoiceFilter(
        queryset=Regency.objects.select_related("province"), label=_("Kabupaten/kota (asal)")
    )
    origin_area = filters.ModelChoiceFilter(
        queryset=Office.objects.balai(), label=_("Wilayah layanan (asal)"), method="of_area"
    )
    home = filters.ChoiceFilter(
        choices=[
            ("own", _("wilayah balai yang melayani")),
            ("other", _("wilayah lain")),
            ("unmapped", _("provinsi yang belum dipetakan")),
        ],
        label=_("Asal dari"),
        method="from_home",
    )
    destination = filters.ModelChoiceFilter(
        queryset=Country.objects.all(), label=_("Negara tujuan"), widget=SearchSelect
    )
    scheme = filters.ModelChoiceFilter(queryset=Scheme.objects.all(), label=_("Skema"))
    programme = filters.ModelChoiceFilter(queryset=Programme.objects.all(), label=_("Program"))
    job_title = filters.ModelChoiceFilter(
        queryset=JobTitle.objects.all(), label=_("Jabatan"), widget=SearchSelect
    )
    sector = filters.ModelChoiceFilter(
        field_name="job_title__sector",
        queryset=Sector.objects.all(),
        label=_("Sektor"),
        null_label=_("Belum dikelompokkan"),
        null_value=UNGROUPED,
    )
    employer_kind = filters.ModelChoiceFilter(
        queryset=EmployerKind.objects.all(), label=_("Pemberi kerja")
    )
    agency = filters.ModelChoiceFilter(queryset=Agency.objects.all(), label=_("P3MI"))
    sex = filters.ChoiceFilter(choices=Placement.Sex.choices, label=_("Jenis kelamin"))
    recorded_from = DateFilter(label=_("Dicatat sejak"), method="recorded_since")
    recorded_to = DateFilter(label=_("Dicatat sampai"), method="recorded_through")
    late = filters.ChoiceFilter(
        choices=[("1", _("lebih dari 7 hari"))], label=_("Terlambat dicatat"), method="only_late"
    )

    class Meta:
        model = Placement
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.form.fields.items():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = _NOT_LISTED
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"
            if select and name not in {"status", "sex", "late", "home"}:
                field.widget.attrs |= {"data-search": "", "data-clear": _("Kosongkan")}

    def filter_queryset(self, queryset: PlacementQuerySet) -> PlacementQuerySet:
        """What is found; nothing while a filter cannot be read."""
        return super().filter_queryset(queryset) if self.is_readable else queryset.none()

    @property
    def is_readable(self) -> bool:
        """Whether every filter of the address could be read."""
        return not self.errors

    def describe(self) -> list[str]:
        """The filters in use, as sentences for a file."""
        cleaned = self.form.cleaned_data if self.form.is_valid() else {}
        return [
            f"{self.form.fields[name].label}: {self._in_words(name, value)}"
            for name, value in cleaned.items()
            if value not in (None, "")
        ]

    def _in_words(self, name: str, value: object) -> object:
        """A value as a person reads it: the words of a choice, a day as it is typed."""
        if isinstance(value, datetime.date):
            return f"{value:%d/%m/%Y}"
        choices = getattr(self.form.fields[name], "choices", ())
        if isinstance(value, str) and choices:
            return dict(choices).get(value, value)
        return value

    @property
    def is_narrowed(self) -> bool:
        """Whether one of the less common filters is in use; their box is open then."""
        return any(self.data.get(name) for name in list(self.filters)[4:])

    def of_province(self, queryset: PlacementQuerySet, name: str, value: Province):
        return queryset.filter(origin_province=value.pk)

    def of_area(self, queryset: PlacementQuerySet, name: str, value: Office):
        """Of the provinces a balai serves."""
        mine = self._areas().filter(office=value).values("province")
        return queryset.filter(origin_province__in=mine)

    def from_home(self, queryset: PlacementQuerySet, name: str, value: str):
        """Of a province that the serving unit serves, of another, or of one that nobody does."""
        if value == "unmapped":
            return queryset.exclude(origin_province__in=self._areas().values("province"))
        at_home = Exists(
            self._areas().filter(office=OuterRef("unit"), province=OuterRef("origin_province"))
        )
        return queryset.filter(at_home if value == "own" else ~at_home)

    def _areas(self) -> QuerySet[ServiceArea]:
        """Service areas of the last day asked for, as the pages of figures read them: today at
        the latest."""
        last = self.form.cleaned_data.get("completed_to")
        today = timezone.localdate()
        return ServiceArea.objects.on(min(last, today) if last else today)

    def recorded_since(self, queryset: PlacementQuerySet, name: str, value: datetime.date):
        return queryset.filter(recorded_at__gte=_midnight(value))

    def recorded_through(self, queryset: PlacementQuerySet, name: str, value: datetime.date):
        return queryset.filter(recorded_at__lt=_midnight(value + datetime.timedelta(1)))

    def only_late(self, queryset: PlacementQuerySet, name: str, value: str):
        return queryset.recorded_late()

    def search(self, queryset: PlacementQuerySet, name: str, value: str):
        """Four digits of a NIK, a number whole or in part, or parts of a name in any order."""
        value = value.strip()
        if value.isdigit() and len(value) == 4:
            return queryset.filter(worker__nik_last4=value)
        numbers = _references(value)
        if numbers:
            return queryset.filter(reference__in=numbers)
        return queryset.filter(*(Q(worker__name__icontains=part) for part in value.split()))


def _references(typed: str) -> list[str]:
    """The numbers somebody may mean: "PMI-2026-000123", "2026-123", and "123" of any year. A part
    that is no number's end is not searched for: no index would find it."""
    found = _REFERENCE.fullmatch(typed)
    if not found:
        return []
    year, number = found.groups()
    this = timezone.localdate().year
    years = [year] if year else range(this - _NUMBERED_YEARS, this + 2)
    return [f"PMI-{each}-{int(number):06d}" for each in years]

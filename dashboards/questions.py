"""What a page was asked: year, programme, through. Everything chosen is in the address."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from placement.models import Programme
from quotas import figures
from quotas.models import TargetSet


@dataclass(frozen=True, slots=True)
class Question:
    """A checked question. ``notices`` say in sentences what was asked and could not be meant."""

    year: int
    years: list[int]
    target_set: figures.Year | None
    programme: Programme | None
    programmes: list[Programme]
    through: datetime.date | None = None
    version: TargetSet | None = None
    notices: list[str] = field(default_factory=list)

    @property
    def programme_code(self) -> str:
        return self.programme.code if self.programme else ""

    @property
    def parameters(self) -> dict[str, str]:
        """The question as parameters of a link."""
        asked = {"year": str(self.year)}
        if self.programme:
            asked["programme"] = self.programme.code
        if self.through:
            asked["through"] = self.through.isoformat()
        if self.version:
            asked["target_set"] = str(self.version.pk)
        return asked

    @property
    def set_name(self) -> str:
        """The set the targets on this page come from."""
        if self.version:
            return self.version.name
        return (self.target_set and self.target_set.set_name) or ""

    @property
    def set_is_sample(self) -> bool:
        if self.version:
            return self.version.is_sample
        return bool(self.target_set and self.target_set.set_is_sample)

    @property
    def last_day(self) -> datetime.date:
        return self.through or datetime.date(self.year, 12, 31)


def read_question(parameters: QueryDict) -> Question:
    """Read a question leniently: what cannot be meant is left out and said in a notice."""
    notices: list[str] = []
    today = timezone.localdate()
    known = {each.number: each for each in figures.years()}
    years = list(known) or [today.year]
    year = today.year if today.year in years else years[0]
    typed = parameters.get("year", "").strip()
    if typed:
        if typed.isascii() and typed.isdigit() and int(typed) in years:
            year = int(typed)
        else:
            notices.append(
                _("Tahun “%(typed)s” tidak ada datanya; yang ditampilkan %(year)d.")
                % {"typed": typed[:20], "year": year}
            )
    programmes = list(Programme.objects.all())
    code = parameters.get("programme", "").strip()
    programme = next((each for each in programmes if each.code == code), None)
    if code and programme is None:
        notices.append(
            _("Program “%(typed)s” tidak dikenal; yang ditampilkan semua program.")
            % {"typed": code[:30]}
        )
    through = None
    typed = parameters.get("through", "").strip()
    if typed:
        try:
            through = datetime.date.fromisoformat(typed)
        except ValueError:
            notices.append(
                _("Tanggal “%(typed)s” tidak dikenal; tulis seperti 2025-12-15.")
                % {"typed": typed[:20]}
            )
        else:
            if through.year != year:
                notices.append(_("Tanggal “sampai” harus di dalam tahun yang dipilih."))
                through = None
    version = None
    typed = parameters.get("target_set", "").strip()
    if typed:
        published = TargetSet.objects.in_year(year).published()
        version = published.filter(pk=int(typed) if typed.isdecimal() else None).first()
        if version is None:
            notices.append(
                _("Versi target “%(typed)s” tidak ada pada %(year)d; yang dipakai yang ditetapkan.")
                % {"typed": typed[:20], "year": year}
            )
    return Question(year, years, known.get(year), programme, programmes, through, version, notices)

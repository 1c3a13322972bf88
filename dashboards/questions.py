"""What a page was asked: year, programme, through, as of, version. All of it is in the address."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from placement.forms import DATE_FORMATS
from placement.models import Programme
from quotas import figures
from quotas.models import TargetSet
from quotas.moments import Moment, first_moment, moment_of_batch, moment_of_day
from quotas.summary import reference_day


@dataclass(frozen=True, slots=True)
class Question:
    """A checked question. ``notices`` say in sentences what was asked and could not be meant;
    ``typed`` keeps a day that could not, as it was typed, for its field (through, as_of)."""

    year: int
    years: list[int]
    target_set: figures.Year | None
    programme: Programme | None
    programmes: list[Programme]
    through: datetime.date | None = None
    version: TargetSet | None = None
    as_of: Moment | None = None
    notices: list[str] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether anything is known of the year (``why_unknown``)."""
        return not why_unknown(self.year, self.known_years)

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
        if self.as_of and self.as_of.day:
            asked["as_of"] = self.as_of.day.isoformat()
        elif self.as_of:
            asked["batch"] = str(self.as_of.batch)
        return asked

    @property
    def words(self) -> dict[str, object]:
        """The question in the words of ``summarise`` and ``attainment_figures``."""
        return {
            "year": self.year,
            "programme": self.programme_code,
            "through": self.through,
            "as_of": self.as_of,
            "target_set": self.version.pk if self.version else None,
        }

    @property
    def day(self) -> datetime.date:
        """The day the figures are of."""
        return reference_day(year=self.year, through=self.through, as_of=self.as_of)

    @property
    def is_now(self) -> bool:
        """Whether the figures are those of this moment, waiting changes included."""
        return self.as_of is None

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


def read_question(parameters: QueryDict, *, instead: str = "") -> Question:
    """Read a question leniently: what cannot be meant is left out and said in a notice.

    ``instead`` is the sentence that says what is shown where a state could not be meant; without
    it, that the figures are those of this moment.
    """
    notices: list[str] = []
    kept: dict[str, str] = {}
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
            through = _day(typed)
        except ValueError:
            notices.append(
                _("Tanggal “%(typed)s” tidak dikenal; tulis seperti 15/12/2025.")
                % {"typed": typed[:20]}
            )
            kept["through"] = typed[:20]
        else:
            if through.year != year:
                notices.append(_("Tanggal “sampai” harus di dalam tahun yang dipilih."))
                kept["through"], through = typed[:20], None
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
        elif version.is_partial and programme is None:
            notices.append(
                _("“%(name)s” hanya untuk sebagian program: pilih programnya supaya terukur.")
                % {"name": version.name}
            )
    as_of = None
    try:
        as_of = _as_of(parameters)
    except StateNotMeant as problem:
        notices.append(f"{problem} {instead or _('Yang ditampilkan keadaan saat ini.')}")
        kept["as_of"] = parameters.get("as_of", "").strip()[:20]
    question = Question(
        year, years, known.get(year), programme, programmes, through, version, as_of, notices, kept,
        frozenset(number for number, each in known.items() if each.has_placements),
    )  # fmt: skip
    unknown = why_unknown(question.year, question.known_years)
    if unknown:
        notices.append(unknown)
    return question


def why_unknown(year: int, known: Collection[int]) -> str:
    """The sentence why nothing is known of a year, '' where something is. A past year that holds
    nothing is one nothing is known of, which is not zero. ``known`` are the years with placements.
    """
    if year in known or year >= timezone.localdate().year:
        return ""
    return _("Belum ada data penempatan %(year)d; yang diketahui hanya targetnya.") % {"year": year}


def _day(typed: str) -> datetime.date:
    """A day as people write it here (15/12/2025), or as links carry it (2025-12-15). A field of the
    browser's own would be read in the order of the browser's language. Raises ValueError."""
    for each in DATE_FORMATS:
        with contextlib.suppress(ValueError):
            return datetime.datetime.strptime(typed, each).date()
    raise ValueError(typed)


class StateNotMeant(ValueError):
    """There is no such state; ``str(error)`` is the sentence that says why."""


def state_of_day(day: datetime.date) -> Moment:
    """The state at the end of ``day`` in Jakarta.

    Raises StateNotMeant for a day that has not ended there, and for one before the first batch.
    """
    today = timezone.localdate()
    if day >= today:
        raise StateNotMeant(
            _("%(day)s belum berakhir di Jakarta; “keadaan per” berlaku sampai %(last)s.")
            % {
                "day": date_format(day, "j F Y"),
                "last": date_format(today - datetime.timedelta(1), "j F Y"),
            }
        )
    moment = moment_of_day(day)
    if moment is not None:
        return moment
    first = first_moment()
    if first is None:
        raise StateNotMeant(_("Belum ada yang dihitung, jadi belum ada keadaan yang tersimpan."))
    raise StateNotMeant(
        _("Pada %(day)s belum ada yang dihitung; hitungan pertama batch %(batch)d, %(first)s.")
        % {
            "day": date_format(day, "j F Y"),
            "batch": first.batch,
            "first": date_format(first.last_day, "j F Y"),
        }
    )


def state_of_batch(typed: str) -> Moment:
    """The state after a batch, by its number as it was typed. Raises StateNotMeant."""
    moment = None
    if typed.isascii() and typed.isdecimal():
        moment = moment_of_batch(int(typed))
    if moment is None:
        raise StateNotMeant(_("Batch “%(typed)s” tidak ada.") % {"typed": typed[:20]})
    return moment


def _as_of(parameters: QueryDict) -> Moment | None:
    """The state that was asked for, by day or by batch; None is this moment."""
    number, typed = parameters.get("batch", "").strip(), parameters.get("as_of", "").strip()
    if number:
        return state_of_batch(number)
    if not typed:
        return None
    try:
        day = _day(typed)
    except ValueError:
        raise StateNotMeant(
            _("Tanggal “%(typed)s” tidak dikenal; tulis seperti 15/12/2025.")
            % {"typed": typed[:20]}
        ) from None
    return state_of_day(day)

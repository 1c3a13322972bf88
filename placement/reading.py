"""One row of a sheet: text in Indonesian or ISO form becomes an entry, and all that is wrong."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from placement.identity import hold_no_nik
from placement.models import Placement
from placement.reference import Agency, EmployerKind, JobTitle, Programme, Scheme
from placement.sheets import Sheet
from placement.sifting import Entry
from regions.models import Country, Office, Regency

# A number that was a text: with an exponent, or with decimals that nobody typed.
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+|\d{15,16}[.,]0+")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_SERIAL_BEGINS = datetime.date(1899, 12, 30)
_TIME = re.compile(r"[T ]\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?Z?$")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_LOCAL = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})", re.ASCII)
_WORDS = re.compile(r"(?:[a-z']+,? +)?(\d{1,2})[ \-]+([a-z]+)\.?,?[ \-]+(\d{4}|\d{2})", re.ASCII)
_MONTHS = {
    "januari": 1, "january": 1, "jan": 1, "februari": 2, "february": 2, "pebruari": 2, "feb": 2,
    "peb": 2, "maret": 3, "march": 3, "mar": 3, "april": 4, "apr": 4, "mei": 5, "may": 5,
    "juni": 6, "june": 6, "jun": 6, "juli": 7, "july": 7, "jul": 7, "agustus": 8, "august": 8,
    "agu": 8, "agt": 8, "ags": 8, "aug": 8, "september": 9, "sep": 9, "sept": 9, "oktober": 10,
    "october": 10, "okt": 10, "oct": 10, "november": 11, "nopember": 11, "nov": 11, "nop": 11,
    "desember": 12, "december": 12, "des": 12, "dec": 12,
}  # fmt: skip
_SEX = {
    "p": Placement.Sex.FEMALE, "perempuan": Placement.Sex.FEMALE, "f": Placement.Sex.FEMALE,
    "wanita": Placement.Sex.FEMALE, "l": Placement.Sex.MALE, "laki-laki": Placement.Sex.MALE,
    "m": Placement.Sex.MALE, "pria": Placement.Sex.MALE,
}  # fmt: skip


class UnclearDay(ValueError):
    """The text is no day; ``str(error)`` is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class Several:
    """Rows that one name may mean."""

    rows: tuple

    def sentence(self, text: str) -> str:
        """What to tell the person who wrote ``text``."""
        names = [str(row) for row in self.rows]
        return _("“%(text)s” dapat berarti %(names)s. Tulis nama lengkap atau kodenya.") % {
            "text": text[:40],
            "names": get_text_list(names, _("atau")),
        }


class Reader:
    """Turns rows into entries; reference rows are fetched once for all of them."""

    def __init__(self, *, offices: Iterable[Office], default_office: Office) -> None:
        self.default_office = default_office
        countries = Country.objects.filter(is_active=True)
        self.choices = {
            "office": _index(offices, "pk", "name"),
            "origin": _index(
                Regency.objects.all(), "pk", "full_name", others=lambda each: [each.name]
            ),
            "destination": _index(
                countries, "pk", "name_id", "name_en", others=lambda each: each.aliases.split(";")
            ),
            "scheme": _index(Scheme.objects.all(), "pk", "label", "label_en"),
            "programme": _index(Programme.objects.all(), "pk", "label", "label_en"),
            "job_title": _index(JobTitle.objects.all(), "pk", "label", "label_en"),
            "employer_kind": _index(EmployerKind.objects.all(), "pk", "label", "label_en"),
            "agency": _index(Agency.objects.all(), "pk", "label"),
        }  # fmt: skip
        self._absent = {
            "office": default_office,
            "programme": self.choices["programme"]["regular"],
            "agency": None,
        }
        self._days: dict[str, datetime.date] = {}

    def entry_of(self, sheet: Sheet, row: Sequence[str]) -> Entry:
        """Return the entry of a row, with what could not be read as its problems.

        A field that could not be read is None, so that the other rules can still be asked.
        """
        typed = {
            field: text.strip() for field, text in zip(sheet.fields, row, strict=True) if field
        }
        problems: dict[str, list[str]] = {}
        facts: dict = {}
        for field, choices in self.choices.items():
            text = typed.get(field, "")
            if not text and field in self._absent:
                facts[field] = self._absent[field]
                continue
            found = choices.get(text.lower()) or choices.get(_plain(text))
            if found is None and text:
                found = choices.get(_code(text))
            if not text:
                problems[field] = [_("Isi kolom ini.")]
            elif found is None:
                problems[field] = [_("“%(text)s” tidak ada di daftar.") % {"text": text[:40]}]
            elif isinstance(found, Several):
                problems[field] = [found.sentence(text)]
                found = None
            facts[field] = found
        facts["sex"] = _SEX.get(typed.get("sex", "").lower())
        if facts["sex"] is None:
            problems["sex"] = [_("Tulis P/perempuan atau L/laki-laki.")]
        days = {}
        for field in ("birth_date", "completed_on"):
            try:
                days[field] = self._day(typed.get(field, ""))
            except UnclearDay as error:
                days[field] = None
                problems[field] = [str(error)]
        nik = _unquoted(typed.get("nik", ""))
        if not nik:
            problems["nik"] = [_("Isi NIK, 16 angka seperti di KTP.")]
        elif _NUMBER.fullmatch(nik):
            problems["nik"] = [
                _("NIK ini tersimpan sebagai angka, sehingga angka terakhirnya dapat hilang. "
                  "Format kolom NIK sebagai teks lalu ketik lagi.")
            ]  # fmt: skip
        name = " ".join(typed.get("name", "").split())
        if not name:
            problems["name"] = [_("Isi nama lengkap seperti di KTP.")]
        elif len(name) > 120:
            problems["name"] = [_("Nama paling panjang 120 huruf.")]
        remark = " ".join(typed.get("remark", "").split())
        if len(remark) > 500:
            problems["remark"] = [_("Catatan paling panjang 500 huruf.")]
        kept_because = " ".join(typed.get("kept_because", "").split())
        if len(kept_because) > 300:
            problems["kept_because"] = [_("Alasan paling panjang 300 huruf.")]
        number = typed.get("ekpmi_number", "").upper()
        for field, text in (("name", name), ("remark", remark), ("kept_because", kept_because)):
            if text[:1] == "=" or not text.isprintable():
                problems[field] = [_("Kolom ini berisi rumus atau huruf yang tidak tercetak.")]
            try:
                hold_no_nik(text)
            except ValidationError as error:
                problems[field] = error.messages
        facts |= {"completed_on": days["completed_on"], "ekpmi_number": number, "remark": remark}
        return Entry(nik, name, days["birth_date"], facts, problems, kept_because)

    def _day(self, text: str) -> datetime.date:
        """``read_day``, once for each text: days repeat."""
        day = self._days.get(text)
        if day is None:
            day = read_day(text)
            if len(self._days) < 20_000:
                self._days[text] = day
        return day


def read_day(text: str) -> datetime.date:
    """Read 24/11/2026, 24-11-2026, 24.11.2026, 24 November 2026, 24 Nov 2026 or 2026-11-24, also
    with a time behind it. Raises UnclearDay for anything else, a year of two digits included."""
    text = _TIME.sub("", " ".join(text.lower().split()).upper()).lower()
    if match := _ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _LOCAL.fullmatch(text) or _WORDS.fullmatch(text):
        if len(match[3]) == 2:
            raise UnclearDay(_("Tulis tahun dengan empat angka, misalnya 24/11/2026."))
        day, month, year = int(match[1]), _MONTHS.get(match[2]) or match[2], int(match[3])
        month = int(month) if str(month).isdecimal() else 0
    elif _SERIAL.fullmatch(text):
        was = _SERIAL_BEGINS + datetime.timedelta(int(text[:5]))
        raise UnclearDay(
            _("Angka ini tanggal yang kehilangan formatnya, mungkin %(day)s. Format selnya sebagai "
              "tanggal, atau tulis hari/bulan/tahun.") % {"day": f"{was:%d/%m/%Y}"}
        )  # fmt: skip
    else:
        raise _unclear()
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise _unclear() from None


def _unclear() -> UnclearDay:
    return UnclearDay(_("Tanggal ini tidak dikenal. Tulis hari/bulan/tahun, misalnya 24/11/2026."))


def _unquoted(text: str) -> str:
    """The digits of ="3301...", which is how a CSV keeps a spreadsheet from making a number of
    them; a quote before them does the same."""
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    return text.removeprefix("'")


def _code(text: str) -> str:
    """A code of digits that went through a spreadsheet (3301,0, 3301.0, 3.301), one with its dot
    (33.01), or a name written out (Kabupaten Cilacap, Kab Cilacap)."""
    digits = re.sub(r"[.,]0+$", "", text)
    if re.fullmatch(r"[\d.]{4,7}", digits):
        return digits.replace(".", "")
    return re.sub(r"^kab(upaten|\.)? ?(?=[a-z])", "kab. ", _plain(text))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _index(
    rows: Iterable, *names: str, others: Callable[[Any], Iterable[str]] = lambda _row: ()
) -> dict:
    """Rows by each of their names, then by their ``others`` where no row has that for a name. A
    name that rows share finds Several."""
    rows = list(rows)
    found = _shared(rows, lambda row: [str(getattr(row, name)) for name in names])
    return _shared(rows, others) | found


def _shared(rows: list, names_of: Callable[[Any], Iterable[str]]) -> dict:
    found: dict = {}
    for row in rows:
        for text in {_plain(name) for name in names_of(row)} - {""}:
            before = found.get(text)
            already = before.rows if isinstance(before, Several) else (before,) if before else ()
            found[text] = Several((*already, row)) if already else row
    return found

"""The NIK: what it must be, what it hints at, and the keyed digest that stands in for it.

Layout ``pp kk cc ddmmyy ssss``: place of *first registration*, birth date (day + 40 for women),
serial. It has no check digit. Place and sex of a NIK may rightly differ from those of the worker,
so those mismatches warn and never refuse, and the origin is never taken from it. Source: domain
vocabulary, section 7.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

NIK_LENGTH = 16
_LIKE_A_NIK = re.compile(r"(?:[0-9][\s.\-]*){16}")


class InvalidNik(ValueError):
    """The text cannot be a NIK; ``str(error)`` is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class NikHints:
    """What a NIK says about its holder: to be confirmed, never taken over.

    ``birth_date`` has the century that makes the holder between 0 and 99 years old.
    """

    province_code: str
    sex: str
    birth_date: datetime.date


def clean_nik(text: str) -> str:
    """Return the sixteen digits of ``text`` without blanks, dots and hyphens.

    Raises InvalidNik when something else than a NIK was typed.
    """
    digits = re.sub(r"[\s.\-]", "", text)
    if not digits.isascii() or not digits.isdigit():
        raise InvalidNik(_("NIK hanya berisi angka. Periksa lagi di KTP."))
    if len(digits) != NIK_LENGTH:
        raise InvalidNik(
            _("NIK terdiri dari 16 angka, yang diketik %(count)d angka. Periksa lagi di KTP.")
            % {"count": len(digits)}
        )
    return digits


def hold_no_nik(text: str) -> None:
    """Raise ValidationError for a text with sixteen digits in a row, whatever stands between them:
    no NIK is stored whole, not where it was typed by mistake either."""
    if _LIKE_A_NIK.search(text):
        raise ValidationError(
            _(
                "Di sini ada 16 angka seperti NIK, dan NIK tidak disimpan utuh. "
                "Hapus dari isian ini."
            )
        )


def read_nik(
    nik: str, *, province_codes: frozenset[str] | set[str], today: datetime.date
) -> NikHints:
    """Check the hard rules on a NIK and return what it hints at.

    ``nik`` is typed text, ``province_codes`` the provinces that exist, ``today`` decides the
    century. Raises InvalidNik with a sentence for the person.
    """
    nik = clean_nik(nik)
    if nik[:2] not in province_codes:
        raise InvalidNik(
            _("Dua angka pertama NIK (%(code)s) bukan kode provinsi. Periksa lagi di KTP.")
            % {"code": nik[:2]}
        )
    if nik[12:] == "0000":
        raise InvalidNik(_("Empat angka terakhir NIK tidak mungkin 0000. Periksa lagi di KTP."))
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    sex = "F" if day > 40 else "M"
    day -= 40 if day > 40 else 0
    century = today.year // 100 * 100
    try:
        birth_date = datetime.date(century + year, month, day)
        if birth_date > today:
            birth_date = datetime.date(century - 100 + year, month, day)
    except ValueError:
        raise InvalidNik(
            _("Angka ke-7 sampai ke-12 NIK (%(part)s) bukan tanggal lahir. Periksa lagi di KTP.")
            % {"part": nik[6:12]}
        ) from None
    return NikHints(province_code=nik[:2], sex=sex, birth_date=birth_date)


def nik_digest(nik: str) -> bytes:
    """Return the 32-byte keyed digest (BLAKE2b) of a NIK; the key is ``IDENTITY_KEY``.

    Without the key the digest cannot be tried against the ten million NIK of a province.
    """
    key = hashlib.sha256(settings.IDENTITY_KEY.encode()).digest()
    return hashlib.blake2b(nik.encode("ascii"), key=key, digest_size=32).digest()


def last_four(nik: str) -> str:
    return nik[-4:]

"""Rows of a file, sifted: good, wrong, to be made sure of, or imported before. Writes nothing.

The rules are those of ``judging``; here they are asked of thousands of rows at once.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from types import SimpleNamespace
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from placement import identity, judging, recording
from placement.closing import MonthClosing, lock_sentence
from placement.models import Placement, Worker
from regions.models import Office

# Names the keys of imported rows: the same row sent again, in any file, has the same key.
_NAMESPACE = uuid.UUID("6b0f6d3e-51b2-4f0e-9d7a-5f1c0c7a2d11")

# Fields whose own rules are asked here. A model instance for each row only to ask them would take
# half the time of a check.
_TYPED = [
    each
    for each in Placement._meta.concrete_fields
    if each.name in recording.FACT_FIELDS and not each.is_relation
]
# Rows of its file that one row is told to resemble: as many as of the table.
_NAMESAKES = 3


@dataclass
class Entry:
    """One row to record. ``facts`` are those of ``record_placement``; ``problems`` by field.

    What could not be read is None and has its sentence in ``problems``; the NIK stays as typed.
    ``doubts``, by field, are what a form would ask to confirm: they hold the row back unless
    ``kept_because`` says why it is right.
    """

    nik: str
    name: str
    birth_date: datetime.date | None
    facts: dict
    problems: dict[str, list[str]] = field(default_factory=dict)
    kept_because: str = ""
    doubts: dict[str, list[str]] = field(default_factory=dict)
    is_already: bool = False

    @cached_property
    def digest(self) -> bytes:
        return identity.nik_digest(identity.clean_nik(self.nik))

    @cached_property
    def key(self) -> uuid.UUID:
        """Worker and day: what the once-a-day rule and a file sent again are known by.

        Of version 5, by which ``models.TYPED_AT_A_FORM`` tells an imported placement.
        """
        day = self.facts["completed_on"]
        return uuid.uuid5(_NAMESPACE, f"{self.digest.hex()}:{day:%Y-%m-%d}")

    @property
    def is_good(self) -> bool:
        """Whether it is to be recorded."""
        return not (self.problems or self.doubts or self.is_already)

    def has(self, *fields: str) -> bool:
        """Whether nothing is wrong with ``fields``."""
        return self.problems.keys().isdisjoint(fields)

    def doubt(self, field: str, sentence: str) -> None:
        """Hold the row back, unless its sender has said why it is right."""
        if not self.kept_because:
            self.doubts.setdefault(field, []).append(sentence)


class Identity(NamedTuple):
    """Whose placement it is, as near duplicates are compared; ``name`` is in capitals."""

    name: str | None
    birth_date: datetime.date | None
    destination: str | None


class Row(NamedTuple):
    """A good row of a file, or one imported before."""

    digest: bytes
    day: datetime.date
    office: str
    who: Identity
    is_new: bool


class SoFar:
    """The good rows of a file so far: what a later one may repeat.

    Held for a whole file, 100,000 rows and more, so most rows are in no list of their own.
    """

    def __init__(self) -> None:
        self._by_worker: dict[bytes, Row | list[Row]] = {}
        self._by_identity: dict[Identity, Row | list[Row]] = {}

    def add(self, row: Row) -> None:
        for rows, key in ((self._by_worker, row.digest), (self._by_identity, row.who)):
            before = rows.setdefault(key, row)
            if isinstance(before, list):
                before.append(row)
            elif before is not row:
                rows[key] = [before, row]

    def of_worker(self, digest: bytes | None) -> list[Row]:
        return _listed(self._by_worker.get(digest))

    def near(
        self, digest: bytes | None, day: datetime.date | None, who: Identity
    ) -> Iterator[tuple[str, Row]]:
        """Yield (field, row) for new rows of the same worker within NEAR, and for some of the same
        name, birth date and destination: ``judging`` asks the table the same."""
        if digest is not None and day is not None:
            for row in self.of_worker(digest):
                if row.is_new and abs(row.day - day) <= judging.NEAR:
                    yield "nik", row
        namesakes = _listed(self._by_identity.get(who))
        others = (row for row in namesakes if row.is_new and row.digest != digest)
        yield from (("name", row) for row in islice(others, _NAMESAKES))


def _listed(rows: Row | list[Row] | None) -> list[Row]:
    if rows is None:
        return []
    return rows if isinstance(rows, list) else [rows]


def examine(
    *, entries: Sequence[Entry], by: User, default_office: Office, so_far: SoFar | None = None
) -> None:
    """Fill ``problems`` and ``doubts`` of every entry, and ``is_already`` where it was imported
    before.

    Every rule is asked that can be asked of what was read, so a row is told all its problems at
    once; ``default_office`` gives the calendar where the office could not be read. ``so_far`` holds
    the rows of a file before ``entries``, and takes these up. A near duplicate that ``by`` may open
    is named.
    """
    province_codes = judging.province_codes()
    for entry in entries:
        _ask_rules(entry, default_office, province_codes)
    _refuse_closed([entry for entry in entries if entry.has("office", "completed_on")])
    _compare(entries, by, SoFar() if so_far is None else so_far)


def _ask_rules(entry: Entry, default_office: Office, province_codes: frozenset[str]) -> None:
    unread = entry.problems.keys()
    facts = SimpleNamespace(**entry.facts)
    facts.office = facts.office or default_office
    found = judging.problems_of(facts, birth_date=entry.birth_date)
    if "nik" not in unread:
        try:
            hints = judging.read_nik(entry.nik, facts.office.today(), province_codes)
        except ValidationError as error:
            found |= error.error_dict
        else:
            said = judging.contradictions(hints, sex=facts.sex, birth_date=entry.birth_date)
            for name, sentence in said.items():
                entry.doubt(name, sentence)
    for typed in _TYPED:
        value = entry.facts[typed.name]
        if typed.name in found or (typed.blank and value in typed.empty_values):
            continue
        try:
            typed.clean(value, None)
        except ValidationError as error:
            found[typed.name] = error.error_list
    if found:
        entry.problems |= {
            name: [sentence for each in errors for sentence in each.messages]
            for name, errors in found.items()
            if name not in unread
        }


def _refuse_closed(entries: Sequence[Entry]) -> None:
    """A closed month is changed at the form, by the head, with a reason: never by a file."""
    units = {entry.facts["office"].unit_id for entry in entries}
    closings = MonthClosing.objects.in_force().filter(unit__in=units)
    closings = closings.select_related("unit", "closed_by", "reopened_by")
    closed = {(closing.unit_id, closing.month): closing for closing in closings}
    sentences: dict[int, str] = {}
    for entry in entries:
        month = entry.facts["completed_on"].replace(day=1)
        closing = closed.get((entry.facts["office"].unit_id, month))
        if closing is not None:
            if closing.pk not in sentences:
                sentences[closing.pk] = lock_sentence(closing)
            entry.problems["completed_on"] = [sentences[closing.pk]]


def _compare(entries: Sequence[Entry], by: User, so_far: SoFar) -> None:
    """Find rows imported before, and doubles and near duplicates in the table and in the file."""
    keys = [entry.key for entry in entries if entry.has("nik", "completed_on")]
    imported = set(
        Placement.objects.filter(request_key__in=keys).values_list("request_key", flat=True)
    )
    known = _known_workers(entries)
    asked = [_asked(entry, known, so_far) for entry in entries]
    recorded, near = judging.near_of_many(asked, by)
    for place, entry in enumerate(entries):
        now = asked[place]
        if now.worker is None:
            # An earlier one of these rows may have named this worker otherwise.
            now = _asked(entry, known, so_far)
            if now != asked[place]:
                near[place] = judging.near_of_many([now], by)[1].get(0, [])
        if not _is_recorded(entry, imported, place in recorded, so_far):
            _doubt(entry, now, near.get(place, ()), so_far)
        if entry.is_good or entry.is_already:
            so_far.add(
                Row(entry.digest, now.day, entry.facts["office"].name, _who(now), entry.is_good)
            )


def _known_workers(entries: Sequence[Entry]) -> dict[bytes, tuple[int, datetime.date, str]]:
    digests = {entry.digest for entry in entries if entry.has("nik")}
    rows = Worker.objects.filter(nik_digest__in=digests)
    rows = rows.values_list("nik_digest", "pk", "birth_date", "name")
    return {bytes(digest): (pk, born, _capitals(name)) for digest, pk, born, name in rows}


def _asked(entry: Entry, known: dict[bytes, tuple], so_far: SoFar) -> judging.Asked:
    """What is known of an entry. A worker of the table, or of an earlier row, keeps the name and
    the birth date of then, as the table does."""

    def read(name: str, value):
        return value if entry.has(name) else None

    digest = read("nik", entry) and entry.digest
    earlier = so_far.of_worker(digest)
    if digest in known:
        worker, born, name = known[digest]
    elif earlier:
        worker, born, name = None, earlier[0].who.birth_date, earlier[0].who.name
    else:
        worker, born = None, read("birth_date", entry.birth_date)
        name = read("name", _capitals(entry.name))
    destination = read("destination", entry.facts["destination"])
    day = read("completed_on", entry.facts["completed_on"])
    return judging.Asked(worker, born, name, destination and destination.pk, day)


def _who(asked: judging.Asked) -> Identity:
    return Identity(asked.name, asked.birth_date, asked.destination)


def _is_recorded(entry: Entry, imported: set[uuid.UUID], is_in_table: bool, so_far: SoFar) -> bool:
    """Whether the worker has this day already, in the table or in the file; what is wrong about
    that is said."""
    if not entry.has("nik", "completed_on"):
        return False
    day = entry.facts["completed_on"]
    if any(row.day == day for row in so_far.of_worker(entry.digest)):
        told = _("Pekerja dan tanggal ini sudah ada di baris lain berkas ini.")
        entry.problems.setdefault("nik", []).append(told)
    elif entry.key in imported:
        entry.is_already = not entry.problems
        # It went in with its reason, or before anybody asked.
        entry.doubts.clear()
    elif is_in_table:
        told = judging.sentence_of("worker_completes_once_a_day")
        entry.problems.setdefault("nik", []).append(told)
    else:
        return False
    return True


def _doubt(entry: Entry, asked: judging.Asked, near: Iterable[judging.Near], so_far: SoFar) -> None:
    """Hold back what may repeat something."""
    if entry.kept_because:
        return
    for each in near:
        entry.doubt(each.field, each.words)
    digest = entry.digest if entry.has("nik") else None
    for shared, row in so_far.near(digest, asked.day, _who(asked)):
        told = _("Mungkin sudah ada di baris lain berkas ini: pekerja yang sama atau bernama sama "
                 "di %(office)s pada %(day)s.")  # fmt: skip
        entry.doubt(shared, told % {"office": row.office, "day": f"{row.day:%d/%m/%Y}"})


def _capitals(name: str) -> str:
    """The name as PostgreSQL writes it in capitals, letter by letter: ß stays as it is."""
    if name.isascii():
        return name.upper()
    return "".join(big if len(big := letter.upper()) == 1 else letter for letter in name)

"""What an entry must not be and what is asked before it is saved, in one place for every verb.

Nothing here writes. Of an entry half typed only what is known is judged.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import NamedTuple

from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from placement import identity
from placement.closing import MonthClosing, closing_of, hold_open, lock_sentence
from placement.models import Placement
from regions.models import Province

# Nobody is placed abroad younger than this; UU 18/2017 art. 5 asks for at least 18 years.
MINIMUM_AGE = 18
# The first year SISKOP2MI's register has placements of.
REGISTER_BEGINS = datetime.date(2007, 1, 1)
# The same worker within these days is a near duplicate: shown, never refused.
NEAR = datetime.timedelta(90)
# The code of a sentence that a typed reason answers.
REASON_MISSING = "reason_missing"
# Related rows were fetched a moment ago, and PostgreSQL checks the keys.
RELATIONS = {field.name for field in Placement._meta.fields if field.is_relation}


class Unconfirmed(Exception):
    """Nothing is wrong, but ``warnings`` (sentences) must be confirmed by the person first.

    ``needs_reason`` says that one of them is a near duplicate, which is kept for a reason only.
    """

    def __init__(self, warnings: list[str], *, needs_reason: bool = False) -> None:
        super().__init__(*warnings)
        self.warnings = warnings
        self.needs_reason = needs_reason


def problems_of(
    placement: Placement | SimpleNamespace, *, birth_date: datetime.date | None
) -> dict[str, list[ValidationError]]:
    """Rules that need the calendar or another table; sentences by field.

    The office must be there. Of an entry half typed, and of the facts of a row of a file, which
    come without a model, anything else may be missing: a rule whose fields are not known is not
    asked.
    """
    problems: dict[str, list[ValidationError]] = {}

    def problem(field: str, sentence: str) -> None:
        problems.setdefault(field, []).append(ValidationError(sentence))

    today = placement.office.today()
    day = getattr(placement, "completed_on", None)
    if day is not None and day > today:
        problem(
            "completed_on",
            _("Tanggal ini belum tiba. Isi hari ini (%(today)s) atau sebelumnya.")
            % {"today": f"{today:%d/%m/%Y}"},
        )
    elif day is not None and day < REGISTER_BEGINS:
        problem("completed_on", sentence_of("placement_not_before_the_register"))
    is_day_good = day is not None and "completed_on" not in problems
    if birth_date is not None:
        if birth_date > today:
            problem("birth_date", _("Tanggal lahir belum tiba. Periksa lagi di KTP."))
        elif is_day_good and _age(birth_date, day) < MINIMUM_AGE:
            problem(
                "birth_date",
                _("Pekerja belum berumur %(years)d tahun pada tanggal selesai proses.")
                % {"years": MINIMUM_AGE},
            )
        elif _age(birth_date, day if is_day_good else today) > 99:
            problem("birth_date", _("Umur pekerja lebih dari 99 tahun. Periksa tahun lahirnya."))
    for field in ("scheme", "programme", "employer_kind", "job_title", "agency"):
        value = getattr(placement, field, None)
        if value is not None and day is not None and not value.is_valid_on(day):
            problem(
                field,
                _("“%(name)s” tidak berlaku pada tanggal selesai proses.") % {"name": value.name},
            )
    scheme = getattr(placement, "scheme", None)
    if scheme is not None and scheme.requires_agency and getattr(placement, "agency", None) is None:
        problem("agency", _("Skema %(name)s wajib menyebut P3MI.") % {"name": scheme.name})
    return problems


def check(placement: Placement, problems: dict[str, list], *, unknown: Iterable[str] = ()) -> None:
    """Collect what the model says beside ``problems`` and raise all of it at once.

    Fields named in ``unknown`` are not judged.
    """
    try:
        placement.clean_fields(exclude=RELATIONS.union({"reference", "request_key"}, unknown))
    except ValidationError as error:
        problems = {**error.error_dict, **problems}
    if problems:
        raise ValidationError(problems)


def _age(birth_date: datetime.date, on: datetime.date) -> int:
    before_birthday = (on.month, on.day) < (birth_date.month, birth_date.day)
    return on.year - birth_date.year - before_birthday


def read_nik(
    nik: str, today: datetime.date, codes: frozenset[str] | None = None
) -> identity.NikHints:
    """``identity.read_nik`` with a form's error. ``codes`` are the ``province_codes`` of a caller
    that reads many. Raises ValidationError."""
    try:
        return identity.read_nik(nik, province_codes=codes or province_codes(), today=today)
    except identity.InvalidNik as error:
        raise ValidationError({"nik": str(error)}) from None


def province_codes() -> frozenset[str]:
    """Codes of the provinces that exist.

    Asked at every save and changed by a law: a minute in the process is young enough.
    """
    codes = caches["process"].get("province_codes")
    if codes is None:
        codes = frozenset(Province.objects.values_list("code", flat=True))
        caches["process"].set("province_codes", codes, 60)
    return codes


class Asked(NamedTuple):
    """What near duplicates of an entry are found by; what is not known is None and finds nothing.

    Name and birth date of a ``worker`` who is known are the recorded ones, as they are of what an
    entry is compared with.
    """

    worker: int | None
    birth_date: datetime.date | None
    name: str | None
    destination: str | None
    day: datetime.date | None


class Near(NamedTuple):
    """A placement that an entry may repeat. ``field`` is what they share: the NIK, or the name.
    ``placement`` is there for those who may open it.

    Another office's worker is not shown: where and when is all an officer needs to ask.
    """

    office: str
    day: datetime.date
    field: str
    placement: Placement | None

    @property
    def sentence(self) -> str:
        """The sentence on a page: text, or safe HTML with a link."""
        if self.placement is None:
            return self.words
        return format_html(self._linked, **self._values, link=link_to(self.placement))

    @property
    def words(self) -> str:
        """The sentence in a file."""
        if self.placement is not None:
            return self._linked.format(**self._values, link=self.placement.reference)
        return (
            _(
                "Mungkin sudah dicatat: pekerja yang sama atau bernama sama di %(office)s pada "
                "%(day)s."
            )
            % self._values
        )

    @property
    def _linked(self) -> str:
        return _(
            "Mungkin sudah dicatat: pekerja yang sama atau bernama sama di {office} pada "
            "{day}, {link}."
        )

    @property
    def _values(self) -> dict[str, str]:
        return {"office": self.office, "day": f"{self.day:%d/%m/%Y}"}


def warnings_about(
    hints: identity.NikHints | None,
    placement: Placement,
    birth_date: datetime.date | None,
    near: Iterable[Near] = (),
) -> list[str]:
    """Sentences on near duplicates and on what the NIK contradicts, text or safe HTML; unknown
    fields say nothing."""
    warnings = [each.sentence for each in near]
    warnings += contradictions(hints, sex=placement.sex, birth_date=birth_date).values()
    if hints is not None and placement.origin_id and hints.province_code != placement.origin_id[:2]:
        warnings.append(_("NIK ini pertama kali diterbitkan di provinsi lain dari daerah asal."))
    return warnings


def contradictions(
    hints: identity.NikHints | None, *, sex: str | None, birth_date: datetime.date | None
) -> dict[str, str]:
    """What the NIK says otherwise of its holder, sentences by field; unknown fields say nothing.

    That it was issued in another province than the origin is not among them: people move, so in a
    file of a year thousands of rows would be asked for nothing. A person at the form is asked.
    """
    found = {}
    if hints is not None and sex and hints.sex != sex:
        found["sex"] = _("Menurut NIK jenis kelaminnya %(sex)s.") % {
            "sex": Placement.Sex(hints.sex).label.lower()
        }
    if hints is not None and birth_date is not None and hints.birth_date != birth_date:
        found["birth_date"] = _("Menurut NIK lahirnya %(day)s.") % {
            "day": f"{hints.birth_date:%d/%m/%Y}"
        }
    return found


# What entries may repeat: the same worker within NEAR, or three of the same name, birth date and
# destination. The form asks for one entry and a file for thousands, by the same words.
_REPEATED = """
    WITH asked AS (
        SELECT * FROM unnest(
            %(worker)s::bigint[], %(birth_date)s::date[], %(name)s::text[], %(destination)s::text[],
            %(day)s::date[]
        ) WITH ORDINALITY AS asked (worker, born, name, destination, day, n)
    )
    SELECT asked.n - 1, CASE WHEN p.completed_on = asked.day THEN 'same' ELSE 'nik' END, o.name,
           p.completed_on, p.id
    FROM asked
    JOIN placement_placement p ON p.worker_id = asked.worker
        AND p.completed_on BETWEEN asked.day - %(near)s AND asked.day + %(near)s
    JOIN regions_office o ON o.code = p.office_id
    WHERE p.status <> 'void'
    UNION ALL
    SELECT asked.n - 1, 'name', namesake.*
    FROM asked CROSS JOIN LATERAL (
        SELECT o.name, p.completed_on, p.id
        FROM placement_worker w
        JOIN placement_placement p ON p.worker_id = w.id
        JOIN regions_office o ON o.code = p.office_id
        WHERE p.status <> 'void' AND w.id IS DISTINCT FROM asked.worker
          AND w.birth_date = asked.born AND upper(w.name) = upper(asked.name)
          AND p.destination_id = asked.destination
        LIMIT 3
    ) namesake
"""


def _columns(entries: Sequence[Asked]) -> dict[str, object]:
    """The parameters of _REPEATED."""
    columns = {field: [getattr(each, field) for each in entries] for field in Asked._fields}
    return {**columns, "near": NEAR.days}


def near_of_many(entries: Sequence[Asked], by: User) -> tuple[set[int], dict[int, list[Near]]]:
    """Which of ``entries`` are recorded already, worker and day, and the near duplicates of each;
    both by place in ``entries``. Two statements at most."""
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED, _columns(entries))
        found = cursor.fetchall()
    return {place for place, kind, *_rest in found if kind == "same"}, _near(found, by)


def asked_of(placement: Placement) -> Asked:
    """What near duplicates of ``placement`` are found by as it stands now."""
    worker = placement.worker
    return Asked(
        worker.pk, worker.birth_date, worker.name, placement.destination_id, placement.completed_on
    )


def near_keys(placement: Placement) -> set[int]:
    """The keys of what ``placement`` is near to as it stands now."""
    return {pk for *_rest, pk in _repeated_by(placement)}


def newly_near(placement: Placement, before: Asked, known: set[int], by: User) -> list[Near]:
    """The near duplicates that ``placement`` has gained since it was as ``before`` and near to
    ``known``: those were asked about when it was recorded.

    Raises ValidationError for the same worker on the same day.
    """
    after = asked_of(placement)
    if after == before:
        return []
    found = _repeated_by(placement)
    if after._replace(day=None) == before._replace(day=None):
        # Of namesakes only some are named, and another day gains none.
        found = [row for row in found if row[1] != "name"]
    for _place, kind, _office, _day, pk in found:
        if kind == "same":
            raise ValidationError(_already(by, pk))
    return _near([row for row in found if row[-1] not in known], by).get(0, [])


def _repeated_by(placement: Placement) -> list[tuple]:
    """Rows of _REPEATED for a placement that is recorded, without itself."""
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED, _columns([asked_of(placement)]))
        return [row for row in cursor.fetchall() if row[-1] != placement.pk]


def near_and_locked(placement: Placement, by: User, reason: str) -> list[Near]:
    """Return near duplicates, and refuse a closed month, in one statement; links take another.

    Near is the same worker within 90 days, or the same name, birth date and destination. Raises
    ValidationError for the same worker on the same day and for a month that is closed to ``by``.
    Of an entry half typed the office is known; what else is not finds nothing.
    """
    day = placement.completed_on
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {_REPEATED}
            UNION ALL
            SELECT 0, 'locked', '', c.month, NULL
            FROM placement_monthclosing c JOIN regions_office z ON z.code = c.unit_id
            WHERE c.unit_id = %(unit)s AND c.month = %(month)s
              AND (c.reopened_until IS NULL
                   OR c.reopened_until < (%(now)s AT TIME ZONE z.time_zone)::date)
            """,
            {
                **_columns([asked_of(placement)]),
                "unit": placement.unit_id,
                "month": day and day.replace(day=1),
                "now": timezone.now(),
            },
        )
        found = cursor.fetchall()
    for _place, kind, _office, _day, pk in found:
        if kind == "same":
            raise ValidationError(_already(by, pk))
        if kind == "locked":
            require_head(closing_of_placement(placement), by, reason)
    return _near(found, by).get(0, [])


def _near(found: list[tuple], by: User) -> dict[int, list[Near]]:
    """The near duplicates among rows of _REPEATED, by place."""
    rows = [row for row in found if row[1] in {"nik", "name"}]
    open_to = _open_to(by, [pk for *_row, pk in rows])
    near: dict[int, list[Near]] = {}
    for place, field, office, day, pk in rows:
        near.setdefault(place, []).append(Near(office, day, field, open_to.get(pk)))
    return near


def _open_to(by: User, pks: list[int]) -> dict[int, Placement]:
    """Those of the placements that ``by`` may open, by key."""
    if not pks:
        return {}
    return {each.pk: each for each in Placement.objects.visible_to(by).filter(pk__in=pks)}


def link_to(placement: Placement) -> str:
    """A link for a sentence of the form, in a tab of its own: what is typed there stays."""
    return format_html(
        '<a href="{}" target="_blank">{}</a>', placement.get_absolute_url(), placement.reference
    )


def _already(by: User, pk: int) -> str:
    """The sentence of a doubled entry, with a link for those who may see the first one."""
    sentence = sentence_of("worker_completes_once_a_day")
    first = _open_to(by, [pk]).get(pk)
    return format_html("{} {}", sentence, link_to(first)) if first else sentence


def require_open(placement: Placement, by: User, reason: str) -> MonthClosing | None:
    """Refuse to change a placement of a closed month to all but its head with a reason.

    Return the closing that the change gets past, to be marked. The month stays as it was found
    until the transaction ends.
    """
    hold_open(placement.unit_id, placement.completed_on)
    closing = closing_of_placement(placement)
    require_head(closing, by, reason)
    return closing


def require_head(closing: MonthClosing | None, by: User, reason: str) -> None:
    if closing is None or (by.is_head and reason.strip()):
        return
    sentence = lock_sentence(closing, to_head=by.is_head)
    code = REASON_MISSING if by.is_head else "locked"
    raise ValidationError({"completed_on": ValidationError(sentence, code)})


def closing_of_placement(placement: Placement) -> MonthClosing | None:
    return closing_of(unit_id=placement.unit_id, day=placement.completed_on)


def sentence_of(constraint_name: str) -> str:
    """The sentence of a named constraint, so that a rule says the same wherever it bites."""
    constraints = {constraint.name: constraint for constraint in Placement._meta.constraints}
    return constraints[constraint_name].get_violation_error_message()

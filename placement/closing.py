"""Closing a month: after it a counted change needs the head of the balai and a reason.

A month belongs to a served unit and is asked by ``completed_on``, a date a person chose. The unit's
own calendar says when the month has ended and through which day a reopening lasts.
"""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import roles
from accounts.history import keeps_history
from accounts.models import User, heads_of
from regions.calendar import next_month
from regions.models import Office

# Recorded more than so many days after it was completed is late.
LATE_AFTER_DAYS = 7
# A reopening lasts at most so many days.
REOPEN_MOST_DAYS = 31
NOTE_MOST = 500


class MonthClosingQuerySet(models.QuerySet["MonthClosing"]):
    def visible_to(self, user: User) -> MonthClosingQuerySet:
        """Closings, with the note of the month, of the balai whose figures this user may see."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_every_figure:
            return self
        return self.filter(unit=user.office.unit_id) if user.office_id else self.none()

    def in_force(self) -> MonthClosingQuerySet:
        """Closings that lock now: not reopened, or reopened through a day that is past there."""
        there = Func(F("unit__time_zone"), Value(timezone.now()), function="timezone")
        return self.alias(day_there=Cast(there, models.DateField())).filter(
            Q(reopened_until__isnull=True) | Q(reopened_until__lt=F("day_there"))
        )

    def notes_of(self, unit: Office, *, year: int | None = None) -> MonthClosingQuerySet:
        """The notes a balai wrote on its months, newest month first; of one ``year`` if given."""
        notes = self.filter(unit=unit).exclude(note="").order_by("-month")
        return notes.filter(month__year=year) if year else notes


@keeps_history()
class MonthClosing(models.Model):
    """A month a head of balai has closed; the directorate may reopen it until a day."""

    unit = models.ForeignKey(
        Office, models.PROTECT, related_name="closings", verbose_name=gettext_lazy("balai")
    )
    month = models.DateField(gettext_lazy("bulan"))
    note = models.CharField(gettext_lazy("catatan bulan"), max_length=NOTE_MOST, blank=True)
    closed_at = models.DateTimeField(gettext_lazy("ditutup pada"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+",
        verbose_name=gettext_lazy("ditutup oleh"),
    )  # fmt: skip
    reopened_until = models.DateField(gettext_lazy("dibuka lagi sampai"), null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=gettext_lazy("dibuka lagi oleh"),
    )  # fmt: skip
    reopen_reason = models.CharField(
        gettext_lazy("alasan membuka lagi"), max_length=300, blank=True
    )

    objects = MonthClosingQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("penutupan bulan")
        verbose_name_plural = gettext_lazy("penutupan bulan")
        ordering = ["-month", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "month"],
                name="a_month_is_closed_once",
                violation_error_message=gettext_lazy("Bulan ini sudah ditutup."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="closing_names_the_first_of_a_month",
                violation_error_message=gettext_lazy("Bulan ditulis dengan tanggal 1."),
            ),
            models.CheckConstraint(
                condition=Q(reopened_until__isnull=True, reopened_by__isnull=True)
                | Q(reopened_until__isnull=False, reopened_by__isnull=False),
                name="reopening_has_its_last_day_and_its_person",
                violation_error_message=gettext_lazy(
                    "Bulan dibuka lagi oleh seseorang dan sampai tanggal tertentu."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y-%m}"

    @property
    def closed_on(self) -> datetime.date:
        """The day of closing where the unit is."""
        return self.closed_at.astimezone(ZoneInfo(self.unit.time_zone)).date()

    @property
    def is_locked(self) -> bool:
        """The rule of ``in_force`` for a closing at hand."""
        return self.reopened_until is None or self.reopened_until < self.unit.today()


@transaction.atomic
def close_month(*, unit: Office, month: datetime.date, by: User, note: str = "") -> MonthClosing:
    """Close a finished month of a balai; closing a closed one again is harmless.

    ``month`` is any day of it. Raises PermissionDenied for all but the head of that balai and
    ValidationError for a month that has not ended there.
    """
    if not by.heads(unit.pk):
        raise PermissionDenied(_("Hanya kepala balai ini yang menutup bulannya."))
    month = month.replace(day=1)
    if next_month(month) > unit.today():
        raise ValidationError(
            _("Bulan ini belum berakhir. Bulan dapat ditutup mulai %(day)s.")
            % {"day": f"{next_month(month):%d/%m/%Y}"}
        )
    _wait_for_writers(unit.pk, month)
    closing = MonthClosing.objects.select_for_update().filter(unit=unit, month=month).first()
    if closing is not None and closing.is_locked:
        return closing
    closing = closing or MonthClosing(unit=unit, month=month)
    # Closed again without a word, a month keeps the note it has.
    closing.note = _note(note) or closing.note
    closing.closed_by, closing.closed_at = by, timezone.now()
    closing.reopened_until = closing.reopened_by = None
    closing.reopen_reason = ""
    with pghistory.context(user=by.pk, reason=closing.note or _("Tutup bulan"), verb="close month"):
        closing.full_clean()
        closing.save()
    return closing


@transaction.atomic
def edit_note(*, closing: MonthClosing, by: User, note: str) -> MonthClosing:
    """Change the note of a closed month, also to none. The history keeps every wording.

    Raises PermissionDenied for all but the head of that balai and ValidationError for a note of
    more than NOTE_MOST characters.
    """
    if not by.heads(closing.unit_id):
        raise PermissionDenied(_("Hanya kepala balai ini yang menulis catatan bulannya."))
    closing = MonthClosing.objects.select_for_update(of=("self",)).get(pk=closing.pk)
    note = _note(note)
    if note == closing.note:
        return closing
    closing.note = note
    with pghistory.context(user=by.pk, reason=_("Catatan bulan diubah"), verb="edit note"):
        closing.save(update_fields=["note"])
    return closing


def _note(text: str) -> str:
    """The note as one paragraph. Raises ValidationError when it is too long."""
    note = " ".join(text.split())
    if len(note) > NOTE_MOST:
        raise ValidationError(
            {
                "note": _("Catatan bulan paling panjang %(most)d huruf; ini %(long)d.")
                % {"most": NOTE_MOST, "long": len(note)}
            }
        )
    return note


@transaction.atomic
def reopen_month(
    *, closing: MonthClosing, by: User, reason: str, until: datetime.date
) -> MonthClosing:
    """Open a closed month again through ``until``, the last open day.

    Raises PermissionDenied for all but the directorate, and ValidationError without a reason, for
    a day that is past or more than 31 days away.
    """
    if not by.may_reopen_months:
        raise PermissionDenied(_("Hanya direktorat yang membuka lagi bulan yang sudah ditutup."))
    if not reason.strip():
        raise ValidationError({"reason": _("Tulis alasan membuka lagi bulan ini.")})
    closing = MonthClosing.objects.select_for_update(of=("self",)).get(pk=closing.pk)
    today = closing.unit.today()
    if not today <= until <= today + datetime.timedelta(REOPEN_MOST_DAYS):
        raise ValidationError(
            {
                "until": _("Pilih hari terakhir dari hari ini sampai %(days)d hari ke depan.")
                % {"days": REOPEN_MOST_DAYS}
            }
        )
    closing.reopened_until, closing.reopened_by = until, by
    closing.reopen_reason = reason.strip()
    with pghistory.context(user=by.pk, reason=reason.strip(), verb="reopen month"):
        closing.full_clean()
        closing.save()
    return closing


def closing_of(*, unit_id: str, day: datetime.date) -> MonthClosing | None:
    """The closing that locks the month of ``day`` in a unit now, or None."""
    return (
        MonthClosing.objects.in_force()
        .filter(unit=unit_id, month=day.replace(day=1))
        .select_related("closed_by", "reopened_by", "unit")
        .first()
    )


def lock_sentence(
    closing: MonthClosing, *, to_head: bool = False, reader: User | None = None
) -> str:
    """Why a month is locked, by whom, since and until when, and what can be done.

    The form, the import, corrections of one and of many say exactly this. ``to_head`` answers a
    change of the head that has no reason; ``reader`` is somebody who only looks, and is told what
    they themselves can do. One query, for the names of the heads.
    """
    told = {
        "month": date_format(closing.month, "F Y"),
        "unit": closing.unit,
        "who": closing.closed_by,
        "when": f"{closing.closed_on:%d/%m/%Y}",
    }
    parts = [_("%(month)s di %(unit)s sudah ditutup oleh %(who)s pada %(when)s.") % told]
    if closing.note:
        parts.append(_("Catatan bulan: “%(note)s”.") % {"note": closing.note})
    if closing.reopened_until is None:
        parts.append(_("Terkunci sampai direktorat membukanya lagi."))
    else:
        parts.append(
            _("Dibuka lagi oleh %(who)s sampai %(day)s dan sejak itu terkunci lagi.")
            % {"who": closing.reopened_by, "day": f"{closing.reopened_until:%d/%m/%Y}"}
        )
    if to_head:
        parts.append(_("Tulis alasan: perubahan ini menyatakan ulang angka bulan itu."))
    elif reader is not None and reader.heads(closing.unit_id):
        parts.append(
            _(
                "Setiap perubahan angkanya dicatat sebagai pernyataan ulang %(month)s dan wajib "
                "beralasan."
            )
            % told
        )
    elif reader is not None and reader.may_reopen_months:
        parts.append(_("Anda dapat membuka lagi bulan ini sampai tanggal tertentu."))
    elif reader is not None and not reader.may_record:
        parts.append(
            _("Hanya kepala balai yang mengubahnya, dengan alasan, sebagai pernyataan ulang.")
        )
    else:
        parts.append(_whom_to_ask(closing.unit_id))
    return " ".join(parts)


def _whom_to_ask(unit_id: str) -> str:
    heads = [str(each) for each in heads_of(unit_id)]
    # An account may be called after its role.
    named = [name for name in heads if name.casefold() != roles.HEAD.casefold()]
    if named:
        return _(
            "Minta kepala balai (%(heads)s) mengubahnya dengan alasan, atau minta direktorat "
            "membuka lagi bulan ini."
        ) % {"heads": get_text_list(named, _("atau"))}
    if heads:
        return _(
            "Minta kepala balai mengubahnya dengan alasan, atau minta direktorat membuka lagi "
            "bulan ini."
        )
    return _("Minta direktorat membuka lagi bulan ini.")


def locked_sentence(*, by: User, unit_id: str, day: datetime.date) -> str:
    """What ``by`` is told of a month before changing anything; '' while it is open."""
    closing = closing_of(unit_id=unit_id, day=day)
    return "" if closing is None else lock_sentence(closing, reader=by)


def hold_open(unit_id: str, day: datetime.date) -> None:
    """Keep the month of ``day`` from being closed until this transaction ends.

    Writers share this lock, and a closing waits for them: without it a change that found the month
    open could land after its closing, unmarked.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [lock_name(unit_id, day)]
        )


def _wait_for_writers(unit_id: str, month: datetime.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [lock_name(unit_id, month)])


def lock_name(unit_id: str, day: datetime.date) -> str:
    """What the month of ``day`` is called where its writers and its closing meet."""
    return f"month {unit_id} {day:%Y-%m}"

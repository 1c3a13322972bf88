"""The weekly letter as mail: its words, its links, and that nobody gets it twice.

Claim, send and tick off are one transaction (docs/decisions/0011): the row of (week, person) is
inserted, the mail sent, and both are committed together.
"""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass, field
from smtplib import SMTPException
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.letters import DigestSent, digest_recipients
from accounts.models import User
from dashboards.templatetags.figures import count, signed
from quotas.changes import KINDS
from quotas.digest import Behind, Digest, Standing, digest_of, week_before
from quotas.promises import Measure

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Sending:
    """What became of the letters of a week: numbers of people, and who could not be reached."""

    week: datetime.date
    sent: int = 0
    already: int = 0
    nothing: int = 0
    failed: list[str] = field(default_factory=list)


def letter_for(*, user: User, week: datetime.date) -> EmailMultiAlternatives | None:
    """Write the letter of the week that ended on the Sunday ``week`` in the language of ``user``.

    None where there is nothing to tell (``quotas.digest.digest_of``).
    """
    with translation.override(user.language):
        found = digest_of(user=user, week=week)
        if found is None:
            return None
        context = {
            "digest": found,
            "user": user,
            "own_reasons": _reasons(found.own, found) if found.own else [],
            "parts": [
                (
                    Measure(measure).label,
                    [(each.standing, _reasons(each, found), _page(each.standing, found))
                     for each in behind],
                    found.behind_in_all[measure],
                    sum(each.gap is not None for each in found.others[measure]),
                )
                for measure, behind in found.behind.items()
                if found.others[measure]
            ],
            "page": _page(found.first, found),
            "changes": _changes(found),
            "choices": _absolute(reverse("accounts:letters")),
        }  # fmt: skip
        subject = _("Capaian PMI %(name)s, minggu sampai %(day)s") % {
            "name": found.first.figure.name,
            "day": date_format(week, "j F Y"),
        }
        host = urlsplit(settings.SITE_URL).hostname
        mail = EmailMultiAlternatives(
            subject,
            render_to_string("mail/digest.txt", context),
            to=[user.email],
            # The same letter has the same name, so that a doubled one is shown once.
            headers={
                "Message-ID": f"<digest-{week:%Y%m%d}-{user.pk}@{host}>",
                "Auto-Submitted": "auto-generated",
                "Content-Language": user.language,
            },
        )
        mail.attach_alternative(render_to_string("mail/digest.html", context), "text/html")
        return mail


def send_letter(*, user: User, week: datetime.date) -> bool | None:
    """Send ``user`` the letter of a week unless they had it.

    True: sent; False: had it already; None: there is nothing to tell. What the mail server raises
    goes through, and the letter counts as not sent.
    """
    with transaction.atomic():
        _row, is_new = DigestSent.objects.get_or_create(
            week=week, user=user, defaults={"sent_at": timezone.now()}
        )
        if not is_new:
            return False
        mail = letter_for(user=user, week=week)
        if mail is None:
            transaction.set_rollback(True)
            return None
        mail.send()
        return True


def send_letters(*, week: datetime.date | None = None) -> Sending:
    """Send everybody who wants it the letter of a week (the last that ended, in Jakarta).

    A mail server that refuses one person does not keep the others waiting; who failed is named by
    user name. Nothing goes out where the setting DIGEST is off.
    """
    result = Sending(week or week_before(timezone.localdate()))
    if not settings.DIGEST:
        return result
    for user in digest_recipients():
        try:
            sent = send_letter(user=user, week=result.week)
        except (OSError, SMTPException):
            logger.exception("the weekly letter of %s was not sent", user.username)
            result.failed.append(user.username)
            continue
        if sent is None:
            result.nothing += 1
        elif sent:
            result.sent += 1
        else:
            result.already += 1
    return result


def _reasons(behind: Behind, digest: Digest) -> list[str]:
    """Why a unit stands where it stands this week, in sentences."""
    standing, found = behind.standing, behind.changes
    sentences = []
    if standing.target_moved:
        sentences.append(
            _("target setahun diubah dari %(before)s menjadi %(now)s")
            % {"before": count(standing.target_before), "now": count(standing.figure.target)}
        )
    new = found.get("new", 0)
    if standing.due is not None and new < standing.due:
        sentences.append(
            _("%(n)s selesai pada minggu ini, rencana %(due)s")
            % {"n": count(new), "due": count(standing.due_count)}
        )
    else:
        sentences.append(_("%(n)s selesai pada minggu ini") % {"n": count(new)})
    for kind, sign in (("voided", -1), ("moved_out", -1), ("recorded_later", 1), ("moved_in", 1),
                       ("restored", 1)):  # fmt: skip
        if found.get(kind):
            sentences.append(f"{KINDS[kind]} {signed(sign * found[kind])}")
    return sentences


def _page(standing: Standing, digest: Digest) -> str:
    figure = standing.figure
    names = {Measure.SERVED: "dashboards:unit", Measure.ORIGIN: "dashboards:province"}
    name = names.get(figure.measure, "dashboards:national")
    path = reverse(name, args=[figure.code] if figure.code else [])
    return _absolute(path, year=digest.week.year, as_of=digest.week.isoformat())


def _changes(digest: Digest) -> str:
    """What changed since a week before the Sunday."""
    before = digest.week - datetime.timedelta(7)
    figure = digest.first.figure
    return _absolute(
        reverse("dashboards:changes"), year=digest.week.year, as_of=before.isoformat(),
        level=figure.measure, code=figure.code,
    )  # fmt: skip


def _absolute(path: str, **parameters: object) -> str:
    query = f"?{urlencode(parameters)}" if parameters else ""
    return f"{settings.SITE_URL}{path}{query}"

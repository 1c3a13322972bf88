"""What stands beside the figure of a balai: its head's note of the month, its other indicators."""

from __future__ import annotations

from django.template.defaultfilters import floatformat
from django.utils.formats import date_format

from accounts.models import User
from dashboards.questions import Question
from dashboards.templatetags.figures import percent
from placement.closing import MonthClosing
from quotas.performance import IndicatorTarget


def notes_of_month(user: User, question: Question, **where) -> dict[str, MonthClosing]:
    """Return unit -> its latest note up to the day of the page, of the page's year.

    As it stood, notes of months that were closed later are left out. ``where`` narrows the
    closings, e.g. ``unit="bp3mi-jateng"``. One statement.
    """
    notes = MonthClosing.objects.visible_to(user).exclude(note="").filter(**where)
    notes = notes.filter(month__year=question.year, month__lte=question.day)
    if question.as_of is not None:
        notes = notes.filter(closed_at__lte=question.as_of.at)
    latest = notes.order_by("unit_id", "-month").distinct("unit_id").select_related("closed_by")
    return {each.unit_id: each for each in latest}


def sentences_beside(user: User, question: Question) -> dict[str, str]:
    """Return unit -> note of the month and reported indicators of the year, as one line of text.

    Two statements. Indicators are typed by quarter and have no state of the past: as it stood they
    are left out.
    """
    found = {
        unit: [f"{date_format(each.month, 'F Y')}: {each.note}"]
        for unit, each in notes_of_month(user, question).items()
    }
    if question.as_of is None:
        reported = IndicatorTarget.objects.visible_to(user).filter(year=question.year)
        for each in reported.select_related("indicator"):
            if each.realised is not None:
                told = f"{each.indicator}: {percent(each.rounded)} ({_pair(each)})"
                found.setdefault(each.office_id, []).append(told)
    return {unit: " · ".join(parts) for unit, parts in found.items()}


def _pair(target: IndicatorTarget) -> str:
    """Reached and promised, in the unit of the indicator."""
    reached, promised = (floatformat(each, "-2g") for each in (target.realised, target.amount))
    return f"{reached} / {promised} {target.indicator.unit_label}"

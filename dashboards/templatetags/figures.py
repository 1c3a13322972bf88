"""Numbers as the ministry writes them: 1.234.567 and 96,5 %, or 1,234,567 and 96.5% in English."""

from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils import formats
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from quotas import pace
from regions.language import is_english

register = template.Library()


@register.filter
def count(value: int | None) -> str:
    """A whole number with separators; an en dash where there is none."""
    if value is None:
        return "–"
    return formats.number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def grouped(text: str) -> str:
    """Typed digits with separators; anything else as it is."""
    return count(int(text)) if text.isdecimal() else text


@register.filter
def percent(value: Decimal | None) -> str:
    """A percentage that is already rounded to one decimal."""
    if value is None:
        return "–"
    text = formats.number_format(value, decimal_pos=1, use_l10n=True, force_grouping=True)
    return f"{text}%" if is_english() else f"{text} %"


@register.filter
def decimal(value: Decimal | None) -> str:
    """A percentage without its sign, where a legend says what the number is."""
    return "–" if value is None else formats.number_format(value, decimal_pos=1, use_l10n=True)


@register.filter
def change(value: Decimal | None) -> str:
    """A change in percent with its direction; an en dash where there is nothing to compare."""
    if value is None:
        return "–"
    mark = "▲" if value > 0 else "▼" if value < 0 else "="
    return f"{mark} {percent(abs(value))}"


@register.filter
def signed(value: int | None) -> str:
    """A whole number that always shows its sign."""
    if value is None:
        return "–"
    return f"+{count(value)}" if value > 0 else f"−{count(-value)}" if value < 0 else "0"


@register.filter
def tip(figure, beside: str = "") -> str:
    """What stands behind a figure: formula, numerator, denominator, the batch that last moved it,
    and ``beside``: target set and last check. Shown on hover and on focus."""
    measure = figure.measure_label
    parts = [f"{count(figure.realised)} {measure}"]
    if figure.target is not None:
        parts.append(f"÷ {count(figure.target)} = {percent(figure.rounded)}")
    if figure.batch:
        parts.append(_("berubah terakhir di batch %(n)s") % {"n": count(figure.batch)})
    if figure.pending:
        parts.append(f"+{count(figure.pending)} {_('menunggu')}")
    return " · ".join([*parts, beside] if beside else parts)


# A bar is drawn up to this many percent; beyond it runs on in an arrow.
_BAR_TO = 140


@register.inclusion_tag("components/bar.html", name="bar")
def bar_of(figure, expected: Fraction | None = None) -> dict:
    """A bar against a target: full line = target. ``expected`` are the placements the plan asks for
    by the day of the page (a hollow line); None where there is no plan."""
    share = 0.0 if figure.percent is None else float(figure.percent)
    said = percent(figure.rounded)
    due = None
    if expected is not None and figure.target:
        due = pace.rounded(expected * 100 / figure.target, 1)
        said = _("%(percent)s, seharusnya %(due)s") % {"percent": said, "due": percent(due)}
    return {
        "figure": figure,
        "width": f"{min(share, _BAR_TO) / _BAR_TO * 200:.1f}",
        "aim": f"{100 / _BAR_TO * 200:.1f}",
        "expected": "" if due is None else f"{min(float(due), _BAR_TO) / _BAR_TO * 200:.1f}",
        "runs_on": share > _BAR_TO,
        "said": said,
    }


@register.filter
def linked(words: str, url: str) -> str:
    """Words that open ``url``; the words alone where there is nothing this reader may open."""
    return format_html('<a href="{}">{}</a>', url, words) if url else words


@register.filter
def unlocalized(value: float) -> str:
    """A coordinate for SVG: always a decimal point, whatever the language of the screen."""
    return str(value)


@register.filter
def month_name(number: int) -> str:
    """The name of a month by its number; the word for the whole year for 0."""
    return str(MONTHS[number]) if number else _("Setahun")


@register.simple_tag
def question_query(question) -> str:
    """Everything a page chose, as the query of a link."""
    return urlencode(question.parameters)

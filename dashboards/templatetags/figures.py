"""Numbers as the ministry writes them: 1.234.567 and 96,5 %, or 1,234,567 and 96.5% in English."""

from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from quotas import ratio
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


# A bar is drawn up to this many percent; beyond it runs on in an arrow.
_BAR_TO = 140


@register.inclusion_tag("components/bar.html", name="bar")
def bar_of(figure, expected: Decimal | Fraction | None = None) -> dict:
    """A bar against a target: dark line = target. ``expected`` is the percent of the target the
    plan asks for today (a white line); None where there is no plan."""
    share = 0.0 if figure.percent is None else float(figure.percent)
    said = percent(figure.rounded)
    due = None if expected is None else ratio.rounded(Decimal(float(expected)))
    if due is not None:
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
def unlocalized(value: float) -> str:
    """A coordinate for SVG: always a decimal point, whatever the language of the screen."""
    return str(value)

"""Numbers as the ministry writes them: 1.234.567 and 96,5 %, or 1,234,567 and 96.5% in English."""

from decimal import Decimal

from django import template
from django.utils import formats

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


@register.inclusion_tag("components/bar.html", name="bar")
def bar_of(figure) -> dict:
    """A bar against a target: dark line = target; beyond it the bar runs on up to 140 %."""
    share = 0.0 if figure.percent is None else min(float(figure.percent), 140.0)
    return {"figure": figure, "width": f"{share / 140 * 200:.1f}", "aim": f"{200 / 1.4:.1f}"}


@register.filter
def unlocalized(value: float) -> str:
    """A coordinate for SVG: always a decimal point, whatever the language of the screen."""
    return str(value)

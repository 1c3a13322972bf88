"""Fields of a form by name, so that a layout can be data."""

from django import template
from django.forms import BaseForm, BoundField

register = template.Library()


@register.filter
def named(form: BaseForm, name: str) -> BoundField:
    return form[name]

"""What is said of an entry, in the one form that the scripts of its pages read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.html import conditional_escape


def told_of(errors: Mapping[str, Iterable[str]], warnings: list[str], asks_reason: bool) -> dict:
    """Sentences in escaped HTML: ``errors`` by field, '__all__' for the entry as a whole;
    ``asks_reason`` says that a typed reason would let it be saved."""
    return {
        "errors": {
            name: [conditional_escape(each) for each in told] for name, told in errors.items()
        },
        "warnings": [conditional_escape(each) for each in warnings],
        "asks_reason": asks_reason,
    }

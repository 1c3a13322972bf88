"""Two names for one thing: the one in the language of the screen."""

from django.utils.translation import get_language


def is_english() -> bool:
    return (get_language() or "id").startswith("en")


def in_language(indonesian: str, english: str | None) -> str:
    """Return ``english`` where the screen is English and there is one, else ``indonesian``."""
    return english if english and is_english() else indonesian

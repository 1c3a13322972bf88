"""Message catalogues without system gettext: ``python -m config.messages extract|check|compile``.

The msgid is the Indonesian sentence, so Indonesian is complete by construction; ``locale/en``
holds the English. ``extract`` brings locale/en up to date, ``check`` fails when a sentence has no
English or a catalogue is stale, ``compile`` writes the .mo files.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract as extract_messages
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

BASE_DIR = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts", "config", "dashboards", "placement", "quotas", "regions")
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip


def sources() -> Catalog:
    """Return a catalogue of every marked sentence in code and templates."""
    if not settings.configured:
        settings.configure()  # The template lexer reads nothing but defaults.
    catalog = Catalog(project="Capaian PMI", charset="utf-8", fuzzy=False)
    for path in _files():
        text = path.read_text(encoding="utf-8")
        if path.suffix in {".html", ".txt"}:
            text = templatize(text)
        code = io.BytesIO(text.encode())
        found = extract_messages("python", code, keywords=KEYWORDS, options={"encoding": "utf-8"})
        for _line, message, _comments, context in found:
            catalog.add(message, context=context, locations=[(str(path.relative_to(BASE_DIR)), 0)])
        if path.suffix == ".py":
            for message in _inside_f_strings(text):
                catalog.add(message, locations=[(str(path.relative_to(BASE_DIR)), 0)])
    return catalog


def _inside_f_strings(code: str) -> Iterator[str]:
    """Yield the sentences marked inside f-strings, where Babel does not look."""
    for outer in ast.walk(ast.parse(code)):
        if isinstance(outer, ast.JoinedStr):
            for call in ast.walk(outer):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"_", "gettext"}:
                    yield call.args[0].value


def extract() -> int:
    target = _catalog_path("en")
    fresh = sources()
    old = _read("en") if target.exists() else Catalog(locale="en", charset="utf-8")
    old.update(fresh, no_fuzzy_matching=True)
    old.obsolete.clear()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        write_po(out, old, width=100, sort_output=True, no_location=True, omit_header=False)
    return 0


def check() -> int:
    """Print what is missing; 0 when nothing is."""
    known = _read("en")
    problems = []
    for message in sources():
        if not message.id:
            continue
        found = known.get(message.id, message.context)
        if not found or not all(_forms(found.string)):
            problems.append(f"no English for: {message.id!r}")
        else:
            problems += [f"{message.id!r}: {error}" for error in found.check(known)]
    print("\n".join(problems) or "every sentence has its English")
    return 1 if problems else 0


def _forms(string: str | tuple[str, ...]) -> tuple[str, ...]:
    """The text, or singular and plural."""
    return string if isinstance(string, tuple) else (string,)


def compile_catalogues() -> int:
    for language in ("id", "en"):
        path = _catalog_path(language)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as out:
                write_mo(out, _read(language))
    return 0


def _files() -> list[Path]:
    found = [path for name in PACKAGES for path in (BASE_DIR / name).rglob("*.py")]
    found = [path for path in found if "migrations" not in path.parts]
    pages = (BASE_DIR / "templates").rglob("*.*")
    return sorted(found) + sorted(path for path in pages if path.suffix in {".html", ".txt"})


def _catalog_path(language: str) -> Path:
    return BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(language: str) -> Catalog:
    with _catalog_path(language).open("rb") as source:
        return read_po(source, locale=language, charset="utf-8")


if __name__ == "__main__":
    commands = {"extract": extract, "check": check, "compile": compile_catalogues}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())

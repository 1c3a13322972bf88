"""The theme is the reader's choice, kept for a year, and never a way out of the site."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db
SOURCES = settings.BASE_DIR / "assets" / "src"
RULE = re.compile(r"(\.chart[^{}]*?)\s*\{([^{}]*)\}")


def test_a_choice_is_kept_for_a_year_and_leads_back_to_the_page(client, directorate):
    client.force_login(directorate)
    page = "/nasional/?year=2026"
    assert b"data-bs-theme" not in client.get(page).content
    answer = client.post("/tema/", {"theme": "dark", "next": page})
    assert (answer.status_code, answer["Location"]) == (302, page)
    kept = answer.cookies["theme"]
    assert (kept.value, kept["max-age"], kept["samesite"]) == ("dark", 365 * 24 * 60 * 60, "Lax")
    assert kept["httponly"]
    assert b'data-bs-theme="dark"' in client.get(page).content
    assert b'data-bs-theme="dark"' in client.get("/dinding/?year=2026").content
    client.post("/tema/", {"theme": "light", "next": page})
    assert b'data-bs-theme="light"' in client.get(page).content


def test_it_is_offered_before_signing_in_and_the_cookie_travels_by_https_only_where_the_site_does(
    client, settings
):
    assert b'action="/tema/"' in client.get("/accounts/login/").content
    assert not client.post("/tema/", {"theme": "dark"}).cookies["theme"]["secure"]
    settings.HTTPS = True
    assert client.post("/tema/", {"theme": "dark"}).cookies["theme"]["secure"]


@pytest.mark.parametrize(
    "away", ["https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org", ""]
)
def test_an_address_outside_the_site_is_refused_and_the_start_is_opened(client, away):
    answer = client.post("/tema/", {"theme": "dark", "next": away})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_an_unknown_theme_changes_nothing_and_a_foreign_cookie_is_not_written_into_the_page(client):
    assert "theme" not in client.post("/tema/", {"theme": "pink"}).cookies
    client.cookies["theme"] = '"><script>'
    assert b"data-bs-theme" not in client.get("/accounts/login/").content


def test_the_choice_cannot_be_made_from_another_site(db):
    assert Client(enforce_csrf_checks=True).post("/tema/", {"theme": "dark"}).status_code == 403


def test_a_page_in_another_theme_is_another_page_to_the_browser(client, directorate):
    client.force_login(directorate)
    page = "/nasional/?year=2026"
    tag = client.get(page)["ETag"]
    assert client.get(page, headers={"If-None-Match": tag}).status_code == 304
    client.post("/tema/", {"theme": "dark", "next": page})
    assert client.get(page, headers={"If-None-Match": tag}).status_code == 200


def declared(name: str) -> dict[tuple[str, str], str]:
    """The colours of a style sheet of charts: (selector, property) and value."""
    text = re.sub(r"/\*.*?\*/", "", (SOURCES / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    return {
        (selector.strip(), each.split(":")[0].strip()): each.split(":", 1)[1].strip()
        for selector, body in RULE.findall(text)
        for each in body.split(";")
        if ":" in each
    }


def test_in_the_light_a_chart_on_a_page_has_the_colours_of_its_file():
    file, page = declared("charts.css"), declared("charts-page.css")
    assert len(page) > 30
    for key, value in page.items():
        light = re.fullmatch(r"light-dark\((#[0-9a-f]{6}), #[0-9a-f]{6}\)", value)
        assert light, (key, value)
        assert light[1] == file[key], key


def test_a_colour_stands_in_one_place():
    for name in ("frame.css", "figures.css", "forms.css", "wall.css"):
        text = (SOURCES / name).read_text(encoding="utf-8")
        found = re.findall(r"#[0-9a-f]{3,8}(?=[;, )])", text)
        # The paper of a print and of a drawing is white in both.
        assert set(found) <= {"#fff"}, (name, found)
        assert len(found) <= 1, (name, found)


def luminance(colour: str) -> float:
    """The relative luminance of ``#rrggbb``, as WCAG 2.1 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


WRITTEN_ON = {
    "surface": "ink text figure quiet legend link bad wrong late-text on-ok",
    "ground": "ink text quiet link",
    "field": "ink text",
    "raised": "ink text quiet link",
    "outside": "quiet link",
    "well": "ink text link",
    "track": "ink",
    "offer": "text link",
    "wrong-ground": "wrong",
    "bar": "on-bar",
    "action": "on-bar",
    "action-hover": "on-bar",
    "alarm": "on-bar",
    "accent": "bar",
    "tip": "on-tip",
    "sample": "on-sample",
    "sample-2": "on-sample",
    "warn": "on-warn",
    "void": "on-void",
    "ok": "on-ok",
    "then": "on-then text",
    "hatch": "on-hatch",
    "hatch-2": "on-hatch",
    **{f"level-{level}": f"on-level-{level}" for level in range(1, 6)},
}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_can_be_read_on_every_ground(theme):
    text = (SOURCES / "theme.css").read_text(encoding="utf-8")
    colours = {
        name: re.findall(r"#[0-9a-f]{6}\b", value)
        for name, value in re.findall(r"--([\w-]+):([^;]*);", text)
    }
    for ground, names in WRITTEN_ON.items():
        for name in names.split():
            below, above = (
                colours[each][theme if len(colours[each]) > 1 else 0] for each in (ground, name)
            )
            dark, bright = sorted((luminance(below), luminance(above)))
            assert (bright + 0.05) / (dark + 0.05) >= 4.5, (name, above, ground, below)

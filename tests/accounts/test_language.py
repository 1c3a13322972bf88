"""Indonesian first; English by the switch."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_a_browser_set_up_in_english_reads_indonesian_until_its_reader_chooses(client, directorate):
    client.force_login(directorate)
    english = {"accept-language": "en-GB,en;q=0.9"}
    assert '<html lang="id"' in client.get("/target/?year=2025", headers=english).content.decode()
    assert client.post("/i18n/setlang/", {"language": "en"}).status_code in {204, 302}
    assert '<html lang="en"' in client.get("/target/?year=2025").content.decode()
    client.cookies["django_language"] = "x"
    assert '<html lang="id"' in client.get("/target/?year=2025", headers=english).content.decode()


def test_a_program_is_answered_in_the_language_it_asks_for(client, directorate):
    client.force_login(directorate)
    asked = "/api/v1/breakdown?year=2025&dimension=x"
    indonesian = client.get(asked, headers={"accept-language": "id"}).content
    assert client.get(asked, headers={"accept-language": "en"}).content != indonesian

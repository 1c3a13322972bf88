"""Pages travel compressed; what is compressed already keeps its length."""

from __future__ import annotations

import gzip

import pytest

pytestmark = pytest.mark.django_db
GZIP = {"Accept-Encoding": "gzip"}


def test_a_page_is_compressed_and_a_second_request_is_still_answered_unchanged(client, directorate):
    client.force_login(directorate)
    plain = client.get("/nasional/?year=2026")
    packed = client.get("/nasional/?year=2026", headers=GZIP)
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 3
    assert gzip.decompress(packed.content)[:15] == plain.content[:15]
    again = client.get("/nasional/?year=2026", headers=GZIP | {"If-None-Match": packed["ETag"]})
    assert again.status_code == 304


def test_a_workbook_is_not_compressed_twice(client, directorate):
    client.force_login(directorate)
    answer = client.get("/unduh/nasional.xlsx?year=2026", headers=GZIP)
    assert answer.status_code == 200
    assert not answer.has_header("Content-Encoding")
    assert b"".join(answer)[:2] == b"PK"


def test_a_long_csv_is_compressed_as_it_streams(client, officer):
    client.force_login(officer)
    answer = client.get("/penempatan/unduh.csv", headers=GZIP)
    assert answer["Content-Encoding"] == "gzip"
    assert b"# Penempatan" in gzip.decompress(b"".join(answer))

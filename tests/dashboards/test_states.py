"""A state that cannot be meant is said in a sentence, on every page and in the API."""

from __future__ import annotations

import datetime
import html

import pytest
from django.utils import timezone

from quotas import tally
from quotas.models import TallyBatch
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
PAGES = (
    "/nasional/", "/provinsi/", "/balai/", "/provinsi/33/", "/balai/bp3mi-jateng/",
    "/kantor/bp3mi-jateng/", "/kabupaten/3301/", "/dinding/", "/target/", "/keterlambatan/",
    "/nasional/corong/", "/balai/bp3mi-jateng/perjanjian/", "/perubahan/",
)  # fmt: skip


@pytest.fixture
def folded(officer):
    """One batch, of 10 March 2026."""
    make_placement(by=officer, completed_on=datetime.date(2026, 3, 2))
    tally.fold()
    TallyBatch.objects.update(folded_at=datetime.datetime(2026, 3, 10, tzinfo=datetime.UTC))
    return TallyBatch.objects.get()


def asked(client, path: str, **query: str) -> str:
    answer = client.get(path, {"year": "2026"} | query)
    assert answer.status_code == 200, path
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize("path", PAGES)
def test_a_state_that_has_not_ended_is_refused_in_words_and_what_was_typed_is_kept(
    client, directorate, folded, path
):
    client.force_login(directorate)
    for days in (0, 40):
        day = timezone.localdate() + datetime.timedelta(days)
        page = asked(client, path, as_of=f"{day:%d/%m/%Y}")
        assert "belum berakhir di Jakarta" in page
        shown = "seminggu yang lalu" if path == "/perubahan/" else "keadaan saat ini."
        assert f"Yang di{'bandingkan' if path == '/perubahan/' else 'tampilkan'} " in page
        assert shown in page
        if 'name="as_of"' in page:
            assert f'value="{day:%d/%m/%Y}" aria-invalid="true"' in page
    yesterday = timezone.localdate() - datetime.timedelta(1)
    assert "belum berakhir" not in asked(client, path, as_of=yesterday.isoformat())


def test_before_the_first_batch_and_no_date_at_all_are_told_apart(client, directorate, folded):
    client.force_login(directorate)
    page = asked(client, "/nasional/", as_of="01/02/2026")
    assert f"hitungan pertama batch {folded.number}, 10 Maret 2026. Yang ditampilkan" in page
    page = asked(client, "/nasional/", as_of="32/13/26")
    assert "Tanggal “32/13/26” tidak dikenal" in page
    assert 'value="32/13/26" aria-invalid="true"' in page
    page = asked(client, "/bandingkan/", a_year="2026", b_year="2026", b_as_of="kemarin")
    assert "Tanggal “kemarin” tidak dikenal" in page
    assert 'value="kemarin" aria-invalid="true"' in page
    assert "Batch “²” tidak ada." in asked(client, "/nasional/", batch="²")


def test_before_anything_was_counted_there_is_no_state(client, directorate):
    client.force_login(directorate)
    assert "belum ada keadaan yang tersimpan" in asked(client, "/nasional/", as_of="2026-01-01")


@pytest.mark.parametrize("path", ["attainment", "months", "changes"])
def test_the_api_refuses_such_a_state_with_a_sentence(client, directorate, folded, path):
    client.force_login(directorate)
    today = timezone.localdate()
    for typed, words in (
        (today.isoformat(), "belum berakhir di Jakarta"),
        ("2999-01-01", "belum berakhir di Jakarta"),
        ("2026-02-01", "hitungan pertama batch"),
        ("kemarin", "harus tanggal"),
    ):
        answer = client.get(f"/api/v1/{path}", {"year": "2026", "as_of": typed})
        assert answer.status_code == 422, typed
        assert words in answer.json()["detail"]

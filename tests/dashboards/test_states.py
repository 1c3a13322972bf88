"""A state that cannot be meant is said in a sentence, on every page and in the API."""

from __future__ import annotations

import datetime
import html

import pytest
from django.utils import timezone

from quotas import tally
from quotas.models import Reconciliation, TallyBatch, TallyInbox
from quotas.state import state_tag
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


def stamp(client, **query: str) -> str:
    """The line with the mark, of a page and of the wall, which must agree in colour."""
    found = []
    for path in ("/nasional/", "/dinding/"):
        page = asked(client, path, **query)
        found.append(page[page.index('<p class="stamp') :].split("</p>")[0])
    assert found[0].split(">")[0] == found[1].split(">")[0]
    return " ".join(found)


def aged(hours: int) -> None:
    Reconciliation.objects.update(ran_at=timezone.now() - datetime.timedelta(hours=hours))


def test_a_year_is_green_only_while_a_check_of_it_stands(client, directorate, folded):
    client.force_login(directorate)
    assert stamp(client).count("is-unchecked") == 2
    assert stamp(client).count("belum pernah dicocokkan") == 2
    tally.reconcile(year=2025)
    assert "is-unchecked" in stamp(client), "another year's check says nothing of this one"
    Reconciliation.objects.all().delete()
    tally.reconcile()
    before = state_tag()
    assert 'class="stamp">' in stamp(client)
    aged(25)
    assert (state_tag(), 'class="stamp">' in stamp(client)) == (before, True)
    aged(27)
    assert state_tag() != before, "or the page would be answered by 304 and stay green"
    assert stamp(client).count("is-unchecked") == 2
    assert stamp(client).count("lebih dari sehari yang lalu") == 2


def test_red_is_before_amber_and_late_is_said_in_words(client, officer, directorate, folded):
    client.force_login(directorate)
    tally.reconcile()
    make_placement(by=officer)
    TallyInbox.objects.update(arrived_at=timezone.now() - datetime.timedelta(seconds=61))
    assert stamp(client).count("is-late") == 2
    assert stamp(client).count("lebih dari semenit") == 2
    Reconciliation.objects.update(mismatches=3)
    assert stamp(client).count("is-wrong") == 2
    assert stamp(client).count("ADA SELISIH") == 2


def test_a_file_says_whether_its_year_was_checked(client, directorate, folded):
    client.force_login(directorate)

    def line() -> str:
        text = client.get("/unduh/nasional.csv", {"year": "2026"}).content.decode()
        return next(each for each in text.splitlines() if "# Pencocokan" in each)

    assert "belum pernah dicocokkan" in line()
    tally.reconcile()
    assert "dicocokkan dengan 1 penempatan pada" in line()
    aged(27)
    assert "lebih dari sehari" in line()
    Reconciliation.objects.update(mismatches=3)
    assert "ADA SELISIH" in line()

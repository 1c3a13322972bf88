"""Stages of different months are never read as one funnel: each says through when it is known."""

from __future__ import annotations

import datetime
import re

import pytest

from quotas import tally
from regions.models import Office
from tests.factories import make_placement
from tests.quotas.test_funnel import JATENG, month, report

pytestmark = pytest.mark.django_db
URL = "/nasional/corong/"
ASKED = {"year": "2026", "through": "2026-04-30"}


@pytest.fixture
def uneven(officer, head, target_admin):
    """January to April placed; training reported through April, the process through March."""
    for number in (1, 2, 3, 4):
        for day in (1, 2):
            when = datetime.date(2026, number, day)
            make_placement(by=officer, programme="smk-go-global", completed_on=when)
        report(head, 10, month=month(number))
        if number < 4:
            report(head, 2, stage="process", month=month(number))
    report(target_admin, 5, unit=Office.objects.get(pk="bp3mi-ntb"), month=month(4))
    tally.fold()


def rows(page: str) -> list[str]:
    """The rows of the funnel as text."""
    table = page.split('class="table cards funnel"')[1].split("</table>")[0]
    return [re.sub(r"<[^>]+>", " ", row) for row in table.split("<tbody>")[1].split("</tr>")[:-1]]


def test_a_stage_says_beside_its_number_through_when_it_is_known(client, directorate, uneven):
    client.force_login(directorate)
    for path in (URL, "/nasional/", f"/balai/{JATENG}/"):
        page = client.get(path, ASKED).content.decode()
        training, _account, process, ekpmi = rows(page)
        assert re.search(r"\d+ +s\.d\. April", training), path
        assert re.search(r"6 +s\.d\. Maret", process), path
        assert re.search(r"8 +s\.d\. 30 April", ekpmi), path
        assert "tidak dapat dibandingkan langsung" in page, path


def test_stages_of_other_months_are_drawn_without_bars_and_shared_over_the_same_months(
    client, directorate, uneven
):
    client.force_login(directorate)
    page = client.get(URL, ASKED).content.decode()
    assert '<svg class="share"' not in page
    assert "6 dari 6, Januari sampai Maret 2026" in rows(page)[3], "and never 8 of 6"


def test_stages_of_the_same_months_keep_their_bars(client, directorate, head, uneven):
    report(head, 2, stage="process", month=month(4))
    client.force_login(directorate)
    page = client.get(URL, ASKED).content.decode()
    assert page.count('<svg class="share"') == 4
    assert "tidak dapat dibandingkan langsung" not in page
    running = client.get(URL, ASKED | {"through": "2026-04-29"}).content.decode()
    assert "tidak dapat dibandingkan langsung" in running, "April runs: only E-KPMI knows its days"


def test_who_has_not_reported_is_named_with_the_months(client, directorate, uneven):
    client.force_login(directorate)
    answer = client.get(URL, ASKED)
    (card,) = answer.context["funnels"]
    training, account, process, ekpmi = card.rows
    lacking = {each.months: each.names for each in training.missing}
    assert lacking["Januari sampai Maret 2026"] == ["BP3MI Nusa Tenggara Barat"]
    others = lacking["Januari sampai April 2026"]
    assert "BP3MI Jawa Tengah" not in others
    assert len(others) == Office.objects.balai().filter(is_active=True).count() - 2
    assert [each.names for each in account.missing] == [["semua BP3MI"]]
    assert ("April 2026", ["BP3MI Jawa Tengah"]) in [(e.months, e.names) for e in process.missing]
    assert ekpmi.missing == []
    assert "BP3MI Nusa Tenggara Barat" in answer.content.decode()


def test_the_nations_own_report_is_missed_as_such(client, directorate, target_admin, uneven):
    report(target_admin, 90, unit=None, month=month(2))
    client.force_login(directorate)
    (card,) = client.get(URL, ASKED).context["funnels"]
    (lack,) = card.rows[0].missing
    assert (lack.months, lack.names) == ("Januari, Maret sampai April 2026", ["laporan nasional"])


def test_a_balai_sees_its_own_missing_months_and_nobody_elses(client, head, uneven):
    client.force_login(head)
    (card,) = client.get(f"/balai/{JATENG}/corong/", ASKED).context["funnels"]
    assert [(each.months, each.names) for each in card.rows[2].missing] == [
        ("April 2026", ["BP3MI Jawa Tengah"])
    ]
    nation = client.get(URL, ASKED)
    assert "Belum melapor" not in nation.content.decode()


def test_the_reports_have_a_row_of_sums_without_the_nations_own(
    client, directorate, head, target_admin, uneven
):
    report(target_admin, 90, unit=None, month=month(4))
    client.force_login(directorate)
    (total,) = client.get(URL, ASKED | {"month": "2026-04"}).context["totals"]
    assert total.counts == [15, None, None]
    (total,) = client.get(f"/balai/{JATENG}/corong/", ASKED).context["totals"]
    assert total.counts == [40, None, 6]
    client.force_login(head)
    answer = client.get(URL, ASKED | {"month": "2026-04"})
    assert answer.context["totals"] == [], "a sum of the one balai this reader sees is of nobody"

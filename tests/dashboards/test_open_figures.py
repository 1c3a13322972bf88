"""A figure that counts placements opens them; one that comes from a target opens its months."""

from __future__ import annotations

import datetime
import html
import re

import pytest
from django.utils import timezone

from placement.models import Placement
from placement.recording import correct_placement, void_placement
from quotas import tally
from quotas.models import TallyBatch
from regions.models import Country
from tests.dashboards.test_places import set_of_2026
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
SHOWN = r"([\d.]+)</a>"
LISTS = r'href="(/penempatan/\?[^"]+|/penempatan-saat-itu/\?[^"]+)"[^>]*>' + SHOWN


@pytest.fixture
def years(officer, target_admin, second_admin):
    """A target of 2026, and placements of that year and of two before."""
    set_of_2026(
        target_admin, second_admin, name="K-1/2026", amount=1200, units=[("bp3mi-jateng", 600)]
    )
    for year, days in {2024: 2, 2025: 4, 2026: 5}.items():
        for day in range(1, days + 1):
            make_placement(by=officer, completed_on=datetime.date(year, 3, day))
        if year > 2024:
            make_placement(by=officer, completed_on=datetime.date(year, 1, 5))
        if year < 2026:
            make_placement(by=officer, completed_on=datetime.date(year, 3, 28))
            make_placement(by=officer, completed_on=datetime.date(year, 11, 3))
    tally.fold()


def counted(client, url: str) -> int:
    """How many placements the list at an address says it has."""
    heading = client.get(html.unescape(url)).content.decode().split("<h1>")[1]
    return int(re.search(r">?([\d.]+) penempatan", heading).group(1).replace(".", ""))


def lists(page: str) -> list[tuple[str, int]]:
    return [(url, int(shown.replace(".", ""))) for url, shown in re.findall(LISTS, page)]


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize("path", [
    "/target/?year=2026", "/target/?year=2026&through=2026-03-03",
    "/target/?year=2026&programme=regular", "/target/?year=2026&level=served&code=bp3mi-jateng",
    "/keterlambatan/?year=2026", "/nasional/?year=2026&through=2026-03-03",
    "/balai/bp3mi-jateng/?year=2026&through=2026-03-03", "/provinsi/33/?year=2026",
])  # fmt: skip
def test_every_count_that_is_a_link_opens_exactly_so_many(client, directorate, path):
    client.force_login(directorate)
    found = lists(client.get(path).content.decode())
    assert len(found) > 2, path
    for url, shown in found:
        assert counted(client, url) == shown, (path, url)


@pytest.mark.usefixtures("years")
def test_the_page_of_late_entries_opens_what_was_completed_and_not_the_late_alone(
    client, directorate
):
    client.force_login(directorate)
    page = client.get(f"/keterlambatan/?year={timezone.localdate().year}").content.decode()
    assert len([url for url, _n in lists(page) if "late=1" not in url]) >= 5


@pytest.mark.usefixtures("years")
def test_realised_and_target_of_a_version_open_their_placements_and_their_months(
    client, directorate
):
    client.force_login(directorate)
    page = client.get("/target/?year=2026").content.decode()
    row = page.split("<tbody>")[1].split("</tr>")[0]
    (url, shown) = lists(row)[0]
    assert counted(client, url) == shown == 6
    plan = re.search(r'href="(/target/\?[^"]+)#rencana">1\.200<', row).group(1)
    assert 'id="rencana"' in client.get(html.unescape(plan)).content.decode()


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize(
    ("path", "amount"),
    [("/nasional/", 1200), ("/balai/bp3mi-jateng/", 600), ("/balai/bp3mi-jateng/perjanjian/", 600)],
)
def test_what_a_target_says_opens_the_months_it_is_made_of(client, directorate, path, amount):
    client.force_login(directorate)
    page = client.get(path, {"year": "2026", "through": "2026-03-10"}).content.decode()
    links = re.findall(r'href="(/target/\?[^"]+)#rencana">' + SHOWN, page)
    url = next(url for url, shown in links if int(shown.replace(".", "")) == amount)
    answer = client.get(html.unescape(url))
    plan = answer.context["plan"]
    assert sum(plan.summary.plan) == amount
    assert plan.outlook.expected_count == sum(plan.summary.plan[:2]) + round(
        plan.summary.plan[2] * 7 / 21
    ), "January and February whole, of March 7 of 21 working days"
    if "perjanjian" not in path:
        assert plan.outlook.expected_count in [int(n.replace(".", "")) for _url, n in links]


@pytest.mark.usefixtures("years")
def test_a_list_of_units_opens_the_months_of_each_target_and_expectation(client, directorate):
    client.force_login(directorate)
    asked = {"year": "2026", "through": "2026-03-10", "column": ["target", "expected"]}
    page = client.get("/balai/", asked).content.decode()
    links = re.findall(r'href="(/target/\?[^"]+)#rencana">' + SHOWN, page)
    assert len(links) == 2
    for url, _shown in links:
        assert "level=served&amp;code=bp3mi-jateng" in url


@pytest.mark.usefixtures("years")
def test_a_projection_shows_the_years_it_is_divided_by(client, directorate):
    client.force_login(directorate)
    answer = client.get("/nasional/", {"year": "2026", "through": "2026-03-31"})
    page, past = answer.content.decode(), answer.context["past"]
    assert '<a href="#proyeksi">' in page
    assert [(each.year, each.then, each.whole) for each in past.years] == [
        (2024, 3, 4),
        (2025, 6, 7),
    ]
    assert [str(each.share) for each in past.years] == ["75.0", "85.7"]
    section = page.split('id="proyeksi"')[1].split("</section>")[0]
    assert [n for _url, n in lists(section)] == [4, 7, 6]
    assert "≈" not in section
    runs = client.get("/nasional/", {"year": "2026", "through": "2026-03-10"}).content.decode()
    assert "≈" in runs.split('id="proyeksi"')[1].split("</section>")[0], "by working days, no count"
    over = client.get("/nasional/", {"year": "2025"})
    assert over.context["past"] is None


@pytest.mark.usefixtures("years")
def test_the_running_month_stands_beside_the_same_days_of_last_year_and_the_whole_month(
    client, directorate
):
    client.force_login(directorate)
    page = client.get("/nasional/?year=2026&through=2026-03-03").content.decode()
    row = re.search(r"<tr><th scope=\"row\">Mar .*?</tr>", page).group(0)
    counts = [n for _url, n in lists(row)]
    assert counts == [3, 5, 3, 4], "this March, last March whole, its same days, the year so far"
    assert "sampai 3 Mar 2025" in row


@pytest.mark.usefixtures("years")
def test_who_may_open_no_placement_gets_the_figures_without_links(client, target_admin):
    client.force_login(target_admin)
    for path in ("/target/?year=2026", "/keterlambatan/?year=2026", "/nasional/?year=2026"):
        assert lists(client.get(path).content.decode()) == [], path


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize("path", [
    "/nasional/?year=2026&batch={batch}", "/balai/bp3mi-jateng/?year=2026&batch={batch}",
    "/provinsi/33/?year=2026&batch={batch}", "/kabupaten/3301/?year=2026&batch={batch}",
])  # fmt: skip
def test_every_part_of_a_state_of_the_past_opens_what_was_in_it_then(
    client, directorate, officer, path
):
    batch = TallyBatch.objects.latest("number").number
    void_placement(placement=Placement.objects.last(), by=officer, reason="Ganda")
    moved = Placement.objects.filter(status="completed", completed_on__year=2026).first()
    correct_placement(
        placement=moved, by=officer, reason="Keliru",
        changes={"destination": Country.objects.get(pk="KR")},
    )  # fmt: skip
    tally.fold()
    client.force_login(directorate)
    page = client.get(path.format(batch=batch)).content.decode()
    found = lists(page)
    for url, shown in found:
        assert counted(client, url) == shown, (path, url)
    told = " ".join(url for url, _shown in found)
    for name in ("destination", "job_title", "scheme", "sex", "employer_kind", "sector"):
        assert f"{name}=" in told, (path, name)

"""Economic sectors: sums over the job titles, by the grouping of today, down to the placements."""

from __future__ import annotations

import csv
import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from placement.models import JobTitle, Placement, Sector
from placement.reference import UNGROUPED
from quotas import tally
from quotas.models import TallyBatch
from quotas.moments import moment_of_batch
from quotas.reading import OFFICE, REGENCY, Place
from quotas.sectors import grouped, sector_of_jobs
from quotas.state import state_tag
from quotas.summary import summarise
from tests.factories import make_placement

DAY = datetime.date(2026, 3, 2)
PAGES = ("/nasional/", "/provinsi/33/", "/balai/bp3mi-jateng/", "/kantor/bp3mi-jateng/",
         "/kabupaten/3301/")  # fmt: skip
PLACES = (
    Place(), Place("origin", "33"), Place("served", "bp3mi-jateng"),
    Place(OFFICE, "bp3mi-jateng"), Place(REGENCY, "3301"),
)  # fmt: skip
JOBS = st.sampled_from(["a", "b", "c", "d"])


@given(
    jobs=st.dictionaries(JOBS, st.integers(0, 10**6)),
    sectors=st.dictionaries(JOBS, st.sampled_from(["x", "y"])),
)
def test_sectors_and_what_is_not_grouped_are_the_whole(jobs, sectors):
    found = grouped(jobs, sectors)
    assert sum(found.values()) == sum(jobs.values())
    assert found.get(UNGROUPED, 0) == sum(n for job, n in jobs.items() if job not in sectors)


@pytest.fixture
def some(officer):
    for job in ("house-maid", "domestic-worker", "caregiver", "plantation-worker"):
        make_placement(by=officer, job_title=job, completed_on=DAY)
    tally.fold()
    make_placement(by=officer, job_title="house-maid", completed_on=DAY)


def sectors_of(user, place: Place | None = None, **asked) -> dict[str, int]:
    summary = summarise(user=user, place=place or Place(), year=2026, **asked)
    assert summary.problems == []
    return {part.code: part.n for part in summary.parts["sector"]}


@pytest.mark.django_db
def test_only_jobs_that_are_clear_from_their_word_have_a_sector():
    assert sector_of_jobs() == {
        "house-maid": "domestic", "domestic-worker": "domestic", "caregiver": "health",
    }  # fmt: skip
    published = {"Domestik", "Kesehatan", "Manufaktur"}
    assert set(Sector.objects.values_list("label", flat=True)) == published


@pytest.mark.django_db
def test_every_place_counts_the_same_sectors(directorate, some):
    for place in PLACES:
        found = sectors_of(directorate, place)
        assert found == {"domestic": 3, "health": 1, UNGROUPED: 1}, place
        assert list(found)[-1] == UNGROUPED


@pytest.mark.django_db
def test_a_regrouping_moves_the_past_too_and_leaves_the_whole(directorate, some):
    batch = TallyBatch.objects.latest("number")
    tag = state_tag()
    JobTitle.objects.filter(pk="plantation-worker").update(sector="manufacturing")
    assert state_tag() != tag
    assert sectors_of(directorate) == {"domestic": 3, "health": 1, "manufacturing": 1}
    then = moment_of_batch(batch.number)
    assert sectors_of(directorate, as_of=then) == {"domestic": 2, "health": 1, "manufacturing": 1}
    JobTitle.objects.filter(pk="caregiver").update(sector=None)
    expected = {"domestic": 2, "manufacturing": 1, UNGROUPED: 1}
    assert sectors_of(directorate, as_of=then) == expected


@pytest.mark.django_db
def test_each_count_opens_exactly_its_placements(client, directorate, some):
    client.force_login(directorate)
    for page in PAGES:
        dimensions = client.get(page, {"year": "2026"}).context["dimensions"]
        (sectors,) = [each for each in dimensions if each.key == "sector"]
        assert [each.name for each in sectors.shown] == [
            "Domestik", "Kesehatan", "Belum dikelompokkan",
        ]  # fmt: skip
        assert sum(each.n for each in sectors.shown) == sectors.whole == 5
        for each in sectors.shown:
            assert client.get(each.behind).context["total"] == each.n, (page, each.name)


@pytest.mark.django_db
def test_the_card_says_by_which_grouping(client, directorate, some):
    client.force_login(directorate)
    page = client.get("/nasional/", {"year": "2026"}).content.decode()
    assert "Sektor ekonomi" in page
    assert "menurut pengelompokan jabatan hari ini" in page


@pytest.mark.django_db
def test_files_and_the_api_say_what_the_page_says(client, directorate, some):
    client.force_login(directorate)
    asked = {"year": "2026", "dimension": "sector", "limit": "1"}
    rows, url = {}, "/api/v1/breakdown"
    while url:
        answer = client.get(url, asked).json()
        rows |= {row["code"]: (row["realised"], row["share"]) for row in answer["rows"]}
        url, asked = answer["next"], {}
    assert rows == {"domestic": (3, "60.0"), "health": (1, "20.0"), UNGROUPED: (1, "20.0")}
    text = client.get("/unduh/nasional.csv", {"year": "2026"}).content.decode()
    lines = [
        line
        for line in csv.reader(text.splitlines(), delimiter=";")
        if line and line[0] == "sector"
    ]
    assert [(line[1], line[5]) for line in lines] == [
        ("domestic", "3"), ("health", "1"), (UNGROUPED, "1"),
    ]  # fmt: skip
    drawing = client.get("/grafik/bagian.svg", {"year": "2026", "dimension": "sector"})
    assert "Domestik" in b"".join(drawing).decode()


@pytest.mark.django_db
def test_no_sector_takes_the_name_of_what_is_not_grouped():
    with pytest.raises(ValidationError) as refused:
        Sector(code=UNGROUPED, label="Lain").full_clean()
    assert "belum dikelompokkan" in str(refused.value)


@pytest.mark.django_db
def test_the_admin_regroups_and_tells_who_did(client, target_admin):
    target_admin.is_staff = True
    target_admin.save()
    client.force_login(target_admin)
    address = "/admin/placement/jobtitle/worker/"
    sent = {"label": "Worker", "position": "40", "sector": "manufacturing"}
    assert client.post(f"{address}change/", sent).status_code == 302
    assert sector_of_jobs()["worker"] == "manufacturing"
    page = client.get(f"{address}history/").content.decode()
    assert "Manufaktur" in page
    assert str(target_admin) in page
    # What an administrator chose is not taken back by the next load.
    call_command("load_reference", verbosity=0)
    assert sector_of_jobs()["worker"] == "manufacturing"


@pytest.mark.django_db
def test_a_column_that_is_new_in_the_file_is_loaded_into_rows_of_before():
    job = JobTitle.objects.get(pk="caregiver")
    job.sector, job.loaded = None, {
        name: value for name, value in job.loaded.items() if name != "sector_id"
    }  # fmt: skip
    job.save()
    call_command("load_reference", verbosity=0)
    assert sector_of_jobs()["caregiver"] == "health"


@pytest.mark.django_db
def test_the_list_shows_what_is_not_grouped(client, directorate, some):
    client.force_login(directorate)
    rows = client.get("/penempatan/", {"sector": UNGROUPED}).context["rows"]
    assert {each.job_title_id for each in rows} == {"plantation-worker"}
    assert Placement.objects.count() == 5

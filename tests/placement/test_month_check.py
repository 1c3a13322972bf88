"""The page of one month: what the head looks at before closing it."""

from __future__ import annotations

import datetime

import pytest

from placement import recording
from placement.checking import Comparison, check_month
from placement.models import Placement
from regions.models import Office
from tests.factories import make_nik, make_placement

pytestmark = pytest.mark.django_db
MARCH = datetime.date(2026, 3, 1)
PAGE = "/penempatan/tutup-bulan/bp3mi-jateng/2026-03/"


@pytest.fixture
def unit():
    return Office.objects.get(pk="bp3mi-jateng")


def test_the_counts_are_those_of_the_lists_they_link_to(client, officer, head, unit):
    make_placement(by=officer)
    void = make_placement(by=officer)
    recording.void_placement(placement=void, by=officer, reason="batal")
    draft = make_placement(by=officer)
    Placement.objects.filter(pk=draft.pk).update(status="draft")
    make_placement(by=officer, completed_on=datetime.date(2026, 4, 1))
    found = check_month(unit=unit, month=MARCH, user=head)
    assert (found.counted, found.void, found.drafts, found.late) == (1, 1, 1, 1)
    client.force_login(head)
    page = client.get(PAGE).content.decode()
    span = "completed_from=2026-03-01&amp;completed_to=2026-03-31"
    for kind in ("status=draft", "status=void", "status=completed", "status=completed&amp;late=1"):
        link = f"/penempatan/?unit=bp3mi-jateng&amp;{kind}&amp;{span}"
        assert f'href="{link}">1<' in page, kind
        assert client.get(link.replace("&amp;", "&")).content.decode().count("/koreksi/") == 0
        assert len(client.get(link.replace("&amp;", "&")).context["rows"]) == 1, kind


@pytest.mark.parametrize(("days", "is_near"), [(90, True), (91, False)])
def test_the_same_worker_within_90_days_is_near_and_after_that_is_not(
    officer, head, unit, days, is_near
):
    nik = make_nik()
    day = datetime.date(2026, 3, 2)
    make_placement(by=officer, nik=nik, completed_on=day - datetime.timedelta(days))
    make_placement(by=officer, nik=nik, completed_on=day)
    found = check_month(unit=unit, month=MARCH, user=head)
    assert found.near_count == len(found.near) == int(is_near)


def test_a_pair_of_one_month_is_told_once_and_a_void_one_not_at_all(officer, head, unit):
    first = make_placement(by=officer, name="Ani")
    second = make_placement(by=officer, name="ANI")
    make_placement(by=officer, name="Ani", destination="HK")
    (pair,) = check_month(unit=unit, month=MARCH, user=head).near
    assert (pair.placement, pair.other, pair.is_same_worker) == (second, first, False)
    recording.void_placement(placement=first, by=officer, reason="ganda")
    assert check_month(unit=unit, month=MARCH, user=head).near_count == 0


def test_workers_are_masked_and_another_balai_tells_office_and_day_only(
    client, officer, stranger, head
):
    nik = make_nik()
    other = make_placement(
        by=stranger, office="bp3mi-ntb", nik=nik, name="Siti Rahasia",
        completed_on=datetime.date(2026, 2, 2),
    )  # fmt: skip
    mine = make_placement(by=officer, nik=nik, name="Siti Rahasia")
    client.force_login(head)
    page = client.get(PAGE).content.decode()
    assert mine.reference in page
    assert "BP3MI Nusa Tenggara Barat" in page
    assert other.reference not in page
    assert "Rahasia" not in page


def test_the_month_is_beside_the_same_month_of_all_years_known(officer, head, unit):
    for year in (2023, 2025):
        make_placement(by=officer, completed_on=datetime.date(year, 3, 31))
    make_placement(by=officer, completed_on=datetime.date(2024, 5, 5))
    make_placement(by=officer)
    found = check_month(unit=unit, month=MARCH, user=head)
    assert found.whole.past == [(2023, 1), (2024, 0), (2025, 1)]
    assert found.whole.count == 1


def test_a_balai_without_a_past_has_no_outlier(officer, head, unit):
    make_placement(by=officer)
    found = check_month(unit=unit, month=MARCH, user=head)
    assert found.whole.past == []
    assert found.outliers == []


@pytest.mark.parametrize(
    ("count", "past", "is_outlier"),
    [
        (50, [90, 100, 400], False),
        (49, [90, 100, 400], True),
        (200, [90, 100, 400], False),
        (201, [90, 100, 400], True),
        (9, [0, 0], False),
        (10, [0, 0], True),
        (1, [10], False),
        (1, [11], True),
        (5, [], False),
    ],
)
def test_an_outlier_is_under_half_or_over_twice_the_median_and_ten_away(count, past, is_outlier):
    years = [(2020 + n, each) for n, each in enumerate(past)]
    assert Comparison("", "", "x", count, years).is_outlier == is_outlier


def test_a_destination_that_appears_from_nothing_is_an_outlier_with_its_list(client, officer, head):
    make_placement(by=officer, completed_on=datetime.date(2025, 3, 3))
    for _each in range(11):
        make_placement(by=officer, destination="HK")
    client.force_login(head)
    page = client.get(PAGE).content.decode()
    assert "&amp;destination=HK" in page
    assert "median" in page


def test_an_officer_sees_the_records_of_the_own_office_only(officer, head, unit):
    post = Office.objects.create(code="pos-uji", kind="p4mi", name="Pos uji", parent=unit)
    make_placement(by=head, office=post)
    assert check_month(unit=unit, month=MARCH, user=officer).counted == 0
    assert check_month(unit=unit, month=MARCH, user=head).counted == 1


def test_the_page_takes_as_many_statements_for_many_as_for_few(
    client, officer, head, django_assert_max_num_queries
):
    client.force_login(head)
    for wanted in (2, 12):
        nik = make_nik()
        for day in range(1, wanted):
            make_placement(by=officer, nik=nik, completed_on=datetime.date(2026, 3, day))
        with django_assert_max_num_queries(20):
            assert client.get(PAGE).status_code == 200

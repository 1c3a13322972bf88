"""How late placements are recorded, read from the placements of a unit and a span."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placement.models import Placement
from placement.recording import void_placement
from quotas import lags, tally
from quotas.lateness import lateness, outstanding
from quotas.reading import Span, year_span
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
SPAN = year_span(2026)
TODAY = datetime.date(2026, 11, 25)


def recorded(officer, *, completed: datetime.date, at: str, **changes) -> Placement:
    """A placement that was recorded at ``at``; only the clock of the entry is set back."""
    made = make_placement(by=officer, completed_on=completed, **changes)
    Placement.objects.filter(pk=made.pk).update(recorded_at=datetime.datetime.fromisoformat(at))
    return made


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    each=st.lists(
        st.tuples(st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 4, 30)),
                  st.integers(0, 60)), max_size=10,
    )
)  # fmt: skip
def test_every_count_is_that_of_a_plain_loop_and_late_is_the_rule_of_the_list(officer, each):
    Placement.objects.all().delete()
    for completed, lag in each:
        noon = f"{completed + datetime.timedelta(lag)}T05:00:00+00:00"
        recorded(officer, completed=completed, at=noon)
    found = lateness(span=SPAN)
    wanted = sorted(lag for _day, lag in each)
    assert sorted(lag for lag, n in found.all.counts.items() for _ in range(n)) == wanted
    assert found.all.completed == len(each)
    assert found.all.late == Placement.objects.counted().recorded_late().count()
    for parts in (found.units, found.offices, found.months):
        assert sum(part.completed for part in parts.values()) == len(each)
        assert sum(part.late for part in parts.values()) == found.all.late


def test_the_day_of_recording_is_the_day_at_the_office(officer, stranger):
    # 16.30 UTC is 23.30 in Semarang and 00.30 of the next day in Mataram.
    day = datetime.date(2026, 3, 2)
    recorded(officer, completed=day, at="2026-03-02T16:30:00+00:00")
    recorded(
        stranger, completed=day, at="2026-03-02T16:30:00+00:00", office="bp3mi-ntb", origin="5201"
    )
    found = lateness(span=SPAN)
    assert found.units["bp3mi-jateng"].counts == {0: 1}
    assert found.units["bp3mi-ntb"].counts == {1: 1}


def test_void_placements_and_other_units_are_left_out(officer, stranger):
    kept = recorded(officer, completed=datetime.date(2026, 3, 2), at="2026-03-20T05:00:00+00:00")
    gone = recorded(officer, completed=datetime.date(2026, 3, 3), at="2026-03-20T05:00:00+00:00")
    void_placement(placement=gone, by=officer, reason="batal")
    make_placement(by=stranger, office="bp3mi-ntb", origin="5201")
    found = lateness(span=SPAN, units=["bp3mi-jateng"])
    assert list(found.units) == ["bp3mi-jateng"]
    assert found.all.counts == {(datetime.date(2026, 3, 20) - kept.completed_on).days: 1}
    assert lateness(span=Span(SPAN.first, datetime.date(2026, 3, 1))).all.median is None


def test_one_statement_reads_the_monitor_and_two_the_estimate(officer, django_assert_num_queries):
    make_placement(by=officer)
    with django_assert_num_queries(1):
        lateness(span=SPAN)
    outstanding(year=2026, realised={"": 1}, today=TODAY)
    with django_assert_num_queries(2):
        outstanding(year=2026, realised={"": 1, "bp3mi-jateng": 1}, today=TODAY)


@pytest.mark.parametrize("programme", ["", "regular"])
def test_a_year_can_be_read_from_the_index_alone(officer, programme):
    """The index holds every column that is asked, and its condition is the counting rule.

    What the planner does with it hangs on the size of the table: docs/performance.md.
    """
    with CaptureQueriesContext(connection) as asked:
        lateness(span=SPAN, programme=programme)
    columns = set(re.findall(r"\bp\.(\w+)", asked[0]["sql"]))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(a.attname::text), pg_get_expr(i.indpred, i.indrelid)"
            " FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid"
            " WHERE i.indexrelid = 'entry_of_days'::regclass GROUP BY i.indpred, i.indrelid"
        )
        held, condition = cursor.fetchone()
    # The condition of the index need not be held: a row that is in it fulfils it.
    assert columns - set(re.findall(r"\w+", condition)) <= set(held)
    assert {"completed_on", "recorded_at", "office_id", "unit_id"} <= columns


def test_what_is_usually_still_missing_is_added_to_the_projection(officer):
    yesterday = TODAY - datetime.timedelta(1)
    point = lags.look_back(yesterday)[1]
    # At that point three of four were recorded in time; now six are.
    for day in range(3):
        completed = point - datetime.timedelta(day + 2)
        recorded(officer, completed=completed, at=f"{completed}T05:00:00+00:00")
    late = point - datetime.timedelta(10)
    recorded(officer, completed=late, at=f"{point + datetime.timedelta(5)}T05:00:00+00:00")
    for day in range(6):
        completed = yesterday - datetime.timedelta(day)
        recorded(officer, completed=completed, at=f"{completed}T05:00:00+00:00")
    make_placement(by=officer, completed_on=datetime.date(2025, 2, 3))
    make_placement(by=officer, completed_on=datetime.date(2025, 12, 3))
    tally.fold()
    found = outstanding(year=2026, realised={"": 10, "bp3mi-ntb": 0}, today=TODAY)
    nation = found[""]
    assert (nation.now.known, nation.now.arrived) == (6, 0)
    assert nation.found.points >= 1
    assert nation.found.estimate > 0
    ratio = (10 + nation.found.estimate) / 10
    assert nation.with_it.estimate == nation.without.estimate * ratio
    nothing = found["bp3mi-ntb"]
    assert nothing.found is None
    assert nothing.estimate is nothing.with_it is nothing.projected is None


def test_what_arrived_today_is_no_longer_missing(officer):
    yesterday = TODAY - datetime.timedelta(1)
    point = lags.look_back(yesterday)[0]
    for day, at in ((point, point), (point, TODAY), (yesterday, yesterday)):
        recorded(officer, completed=day, at=f"{at}T05:00:00+00:00")
    found = outstanding(year=2026, realised={"": 3}, today=TODAY)[""]
    assert found.found.estimate == 1
    recorded(officer, completed=yesterday, at=f"{TODAY}T05:00:00+00:00")
    found = outstanding(year=2026, realised={"": 4}, today=TODAY)[""]
    assert (found.now.arrived, found.found.estimate) == (1, 0)

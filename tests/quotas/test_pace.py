"""Pace: what is expected by today and what is needed from tomorrow."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from quotas import pace, splitting

TODAY = datetime.date(2026, 11, 24)


def test_the_days_left_are_working_days_after_today():
    # 25-30 November has four; December 2026 has 21 without Christmas and the cuti bersama.
    left = pace.working_days_left(2026, TODAY)
    assert left == pace.working_days(datetime.date(2026, 11, 25), datetime.date(2026, 12, 31))
    assert pace.working_days_left(2026, datetime.date(2026, 12, 31)) == 0
    assert pace.working_days_left(2025, TODAY) == 0


def test_the_pace_needed_is_rounded_up_and_unknown_stays_unknown():
    left = pace.working_days_left(2026, TODAY)
    need = {"year": 2026, "today": TODAY}
    assert pace.required_per_working_day(target=left + 1, realised=0, **need) == 2
    assert pace.required_per_working_day(target=10, realised=12, **need) == 0
    assert pace.required_per_working_day(target=None, realised=12, **need) is None
    assert pace.required_per_working_day(target=9, realised=1, year=2025, today=TODAY) is None


def test_expected_is_nothing_before_the_year_and_the_whole_after_it():
    plan = splitting.spread(1200, [1] * 12)
    assert pace.expected_to_date(plan=plan, year=2026, day=datetime.date(2025, 12, 31)) == 0
    assert pace.expected_to_date(plan=plan, year=2026, day=datetime.date(2027, 1, 1)) == 1200
    assert pace.expected_to_date(plan=plan, year=2026, day=datetime.date(2026, 6, 30)) == 600


@given(st.integers(1, 10**6), st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 30)))
def test_expected_never_falls_and_reaches_the_plan_at_the_end_of_each_month(total, day):
    plan = splitting.by_working_days(total, 2026)
    now = pace.expected_to_date(plan=plan, year=2026, day=day)
    tomorrow = pace.expected_to_date(plan=plan, year=2026, day=day + datetime.timedelta(1))
    assert now <= tomorrow <= total

"""Pace: what is expected by a day, what is needed after it, and how the year may end."""

import datetime
import inspect
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quotas import pace, splitting
from regions.calendar import is_working_day, working_days

TODAY = date(2026, 11, 24)
FIGURES = Path(__file__).parents[2] / "docs" / "figures.md"
FUNCTIONS = [
    name
    for name, function in inspect.getmembers(pace, inspect.isfunction)
    if function.__module__ == pace.__name__ and not name.startswith("_")
]

years = st.integers(2020, 2032)
counts = st.integers(0, 10**6)
months = st.lists(st.integers(1, 50_000), min_size=12, max_size=12)


def days_of(year):
    return st.dates(date(year, 1, 1), date(year, 12, 31))


def worked_examples():
    """The named values and the (call, result) rows of the tables under Pace."""
    names, rows = {}, []
    for line in FIGURES.read_text().split("## Pace")[1].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        code = [re.fullmatch(r"`(.+)`", cell) for cell in cells]
        if len(cells) == 2 and all(code):
            names[code[0][1]] = code[1][1]
        elif len(cells) == 3 and all(code[1:]):
            rows.append((code[1][1], code[2][1]))
    return names, rows


NAMES, EXAMPLES = worked_examples()


@pytest.mark.parametrize(("call", "result"), EXAMPLES)
def test_a_worked_example_of_the_documentation_gives_the_printed_result(call, result):
    known = vars(pace) | {
        "plan_of": splitting.plan_of,
        "date": date,
        "Decimal": Decimal,
        "Fraction": Fraction,
    }
    for name, value in NAMES.items():
        known[name] = eval(value, known)
    assert eval(call, known) == eval(result, known)


def test_every_function_of_pace_has_a_worked_example():
    calls = " ".join([*NAMES.values(), *(call for call, _ in EXAMPLES)])
    assert [name for name in FUNCTIONS if f"{name}(" not in calls] == []


# The plan


@given(counts, years)
def test_the_months_of_a_plan_sum_to_the_target(target, year):
    assert sum(splitting.plan_of(amount=target, months=None, year=year)) == target


def test_a_plan_is_the_targets_own_split():
    split = [0] * 11 + [12]
    assert splitting.plan_of(amount=12, months=split, year=2026) == split


# Expected to date


def test_expected_is_nothing_before_the_year_and_the_whole_after_it():
    plan = splitting.spread(1200, [1] * 12)
    assert pace.expected_to_date(plan=plan, year=2026, day=date(2025, 12, 31)) == 0
    assert pace.expected_to_date(plan=plan, year=2026, day=date(2027, 1, 1)) == 1200
    assert pace.expected_to_date(plan=plan, year=2026, day=date(2026, 6, 30)) == 600


def test_without_a_target_nothing_is_expected_and_nobody_is_ahead():
    expected = pace.expected_to_date(plan=None, year=2026, day=TODAY)
    assert expected is None
    assert pace.ahead(5, expected) is None


@given(st.data(), years, months)
def test_expected_never_falls_and_is_the_target_on_31_december(data, year, plan):
    day = data.draw(days_of(year))
    tomorrow = day + datetime.timedelta(1)
    now = pace.expected_to_date(plan=plan, year=year, day=day)
    assert 0 <= now <= pace.expected_to_date(plan=plan, year=year, day=tomorrow) <= sum(plan)
    assert pace.expected_to_date(plan=plan, year=year, day=date(year, 12, 31)) == sum(plan)
    if tomorrow.day == 1:
        assert now == sum(plan[: day.month])


@given(st.data(), years, months)
def test_a_day_off_expects_nothing(data, year, plan):
    day = data.draw(days_of(year).filter(lambda day: day.day > 1 and not is_working_day(day)))
    before = pace.expected_to_date(plan=plan, year=year, day=day - datetime.timedelta(1))
    assert pace.expected_to_date(plan=plan, year=year, day=day) == before


def test_a_leap_february_ends_on_its_29th():
    plan = [0, 210] + [0] * 10
    # February 2028: 20 working days (a holiday on the 25th); the 29th, a Tuesday, is the last.
    assert working_days(date(2028, 2, 1), date(2028, 2, 29)) == 20
    before = pace.expected_to_date(plan=plan, year=2028, day=date(2028, 2, 28))
    assert before == Fraction(210 * 19, 20)
    assert pace.expected_to_date(plan=plan, year=2028, day=date(2028, 2, 29)) == 210


def test_a_year_that_ends_on_a_weekend_is_whole_on_its_last_working_day():
    plan = [100] * 12
    assert pace.expected_to_date(plan=plan, year=2022, day=date(2022, 12, 29)) < 1200
    assert pace.expected_to_date(plan=plan, year=2022, day=date(2022, 12, 30)) == 1200  # Friday


def test_a_month_without_working_days_goes_by_its_days():
    def never(day):
        return False

    assert pace.part_of_month(date(2028, 2, 1), working=never) == Fraction(1, 29)
    assert pace.part_of_month(date(2028, 2, 29), working=never) == 1


# What is needed


def test_the_days_left_are_working_days_after_today():
    # 25-30 November has four; December 2026 has 22 without Christmas.
    assert pace.working_days_left(2026, TODAY) == 4 + 22
    assert pace.working_days_left(2026, date(2026, 12, 31)) == 0
    assert pace.working_days_left(2025, TODAY) == 0
    assert pace.working_days_left(2027, TODAY) == working_days(date(2027, 1, 1), date(2027, 12, 31))


def test_the_pace_needed_is_rounded_up_and_unknown_stays_unknown():
    left = pace.working_days_left(2026, TODAY)
    need = {"year": 2026, "today": TODAY}
    assert pace.required_per_working_day(target=left + 1, realised=0, **need) == 2
    assert pace.required_per_working_day(target=10, realised=12, **need) == 0
    assert pace.required_per_working_day(target=None, realised=12, **need) is None
    assert pace.required_per_working_day(target=9, realised=1, year=2025, today=TODAY) is None


@given(st.data(), years, counts, counts)
def test_what_is_needed_covers_what_is_short_and_not_a_day_more(data, year, target, realised):
    need = {"target": target, "realised": realised, "year": year, "today": data.draw(days_of(year))}
    short, left = max(target - realised, 0), pace.working_days_left(year, need["today"])
    assume(left)
    daily = pace.required_per_working_day(**need)
    assert short <= daily * left < short + left
    by_month = pace.required_per_month(**need)
    assert sum(by_month.values()) == short
    assert set(by_month) <= set(range(need["today"].month, 13))


def test_the_months_left_begin_with_the_rest_of_the_running_one():
    need = {"target": 2600, "realised": 0, "year": 2026}
    assert pace.required_per_month(**need, today=TODAY) == {11: 400, 12: 2200}
    # The last working day of October 2026 is Friday the 30th: nothing of October is left.
    assert list(pace.required_per_month(**need, today=date(2026, 10, 30))) == [11, 12]
    assert list(pace.required_per_month(**need, today=date(2025, 6, 1))) == list(range(1, 13))


def test_no_month_is_needed_once_reached_and_none_is_known_when_no_day_is_left():
    last, next_year = date(2026, 12, 31), date(2027, 3, 1)
    assert pace.required_per_month(target=5, realised=9, year=2026, today=TODAY) == {11: 0, 12: 0}
    assert pace.required_per_month(target=5, realised=5, year=2026, today=last) == {}
    assert pace.required_per_month(target=5, realised=4, year=2026, today=last) is None
    assert pace.required_per_month(target=5, realised=4, year=2026, today=next_year) is None
    assert pace.required_per_month(target=None, realised=4, year=2026, today=TODAY) is None


# When the target is reached


@given(st.data(), years, st.integers(1, 10**5), st.integers(1, 10**5))
def test_the_day_it_is_reached_is_the_first_working_day_with_enough(data, year, target, realised):
    through = data.draw(days_of(year))
    assume(realised < target)
    daily = pace.daily_pace(realised=realised, year=year, through=through)
    assume(daily)
    day = pace.reached_on(target=target, realised=realised, year=year, through=through, daily=daily)
    if day is None:
        assert realised + daily * pace.working_days_left(year, through) < target
        return
    assert is_working_day(day)
    assert day.year == year
    done = working_days(through + datetime.timedelta(1), day)
    assert realised + daily * (done - 1) < target <= realised + daily * done


def test_no_day_is_named_without_a_target_a_pace_or_a_year_that_runs():
    known = {
        "target": 10, "realised": 1, "year": 2026, "through": TODAY, "daily": Fraction(1),
    }  # fmt: skip
    assert pace.reached_on(**known) == date(2026, 12, 7)
    for change in (
        {"target": None},
        {"daily": None},
        {"daily": Fraction(0)},
        {"realised": 10},
        {"through": date(2027, 1, 4)},
        {"through": date(2026, 12, 31)},
    ):
        assert pace.reached_on(**known | change) is None
    # A pace taken from elsewhere may start the year: counting begins on its first working day.
    assert pace.reached_on(**known | {"realised": 9, "through": date(2025, 11, 3)}) == date(
        2026, 1, 2
    )


def test_the_pace_of_the_year_is_unknown_until_a_working_day_is_over():
    def over(through):
        return pace.daily_pace(realised=44, year=2026, through=through)

    assert over(date(2025, 12, 31)) is None
    assert over(date(2026, 1, 1)) is None
    assert over(date(2026, 1, 2)) == 44
    whole = working_days(date(2026, 1, 1), date(2026, 12, 31))
    assert over(date(2026, 12, 31)) == over(date(2027, 5, 1)) == Fraction(44, whole)


def test_the_day_a_target_was_passed_is_the_first_with_enough():
    history = [(date(2026, 3, 2), 4), (date(2026, 3, 3), 9), (date(2026, 3, 7), 9)]
    assert pace.reached_when(history, 5) == date(2026, 3, 3)
    assert pace.reached_when(history, 9) == date(2026, 3, 3)
    assert pace.reached_when(history, 10) is None
    assert pace.reached_when(history, None) is None
    assert pace.reached_when([], 5) is None


# Projection and its record

PAST = {2023: [100] * 12, 2024: [50] * 6 + [150] * 6, 2025: [120] * 6 + [80] * 6}
pasts = st.dictionaries(st.integers(2015, 2025), months, min_size=1, max_size=5)


def project(realised=600, through=date(2026, 6, 30), past=PAST, year=2026):
    return pace.projection(realised=realised, year=year, through=through, past=past)


@given(pasts, days_of(2026), st.integers(1, 10**6))
def test_the_estimate_lies_inside_its_band(past, through, realised):
    said = project(realised, through, past)
    if through == date(2026, 1, 1):
        assert said is None
        return
    assert said.years == tuple(sorted(past))
    assert said.estimate >= realised
    if len(past) == 1:
        assert said.low is said.high is None
    else:
        assert realised <= said.low <= said.estimate <= said.high


@given(pasts, days_of(2026), st.integers(2, 1000))
def test_past_years_count_by_their_shape_and_not_their_size(past, through, factor):
    larger = {year: [factor * count for count in months] for year, months in past.items()}
    assert project(through=through, past=larger) == project(through=through, past=past)


@given(months, days_of(2026), st.integers(2, 1000))
def test_a_year_that_runs_as_the_past_one_did_is_projected_exactly(year, through, factor):
    done = factor * pace.expected_to_date(plan=year, year=2026, day=through)
    assume(done)
    assert project(done, through, {2025: year}).estimate == factor * sum(year)


@given(pasts, st.integers(1, 10**6))
def test_on_31_december_and_after_it_the_estimate_is_what_was_realised(past, realised):
    for through in (date(2026, 12, 31), date(2027, 4, 1)):
        assert project(realised, through, past).estimate == realised


def test_each_past_year_weighs_the_same():
    # Shares through June: 1/2, 1/4, 3/5; the mean is 9/20.
    said = project(900)
    assert said == pace.Projection(
        low=Fraction(1500), estimate=Fraction(2000), high=Fraction(3600), years=(2023, 2024, 2025)
    )


def test_what_cannot_be_projected_is_unknown():
    assert project(0) is None
    assert project(past={}) is None
    assert project(through=date(2025, 12, 31)) is None
    assert project(1, date(2026, 1, 1)) is None
    # Friday 1 January 2027 and its weekend: no working day is over before Monday the 4th.
    assert project(1, date(2027, 1, 3), year=2027) is None
    assert project(1, date(2027, 1, 4), year=2027) is not None


def test_only_complete_earlier_years_are_used():
    odd = {2020: [10] * 11, 2021: [None] * 6 + [10] * 6, 2022: [0] * 12, 2026: [9] * 12}
    assert project(past=odd) is None
    assert project(past=PAST | odd) == project()


def test_a_past_year_with_nothing_by_this_day_leaves_the_end_open():
    assert project(past=PAST | {2022: [0] * 6 + [10] * 6}) is None
    july = project(through=date(2026, 7, 31), past=PAST | {2022: [0] * 6 + [10] * 6})
    assert july.years == (2022, 2023, 2024, 2025)


@given(st.integers(1, 10**5))
def test_on_29_february_the_whole_of_february_is_over_in_every_past_year(realised):
    said = project(realised, date(2028, 2, 29), {2027: [10, 30] + [20] * 10}, year=2028)
    assert said.estimate == realised * 6


def test_the_record_is_what_the_method_said_of_last_year():
    # Shares of 2023 and 2024 through June: 1/2 and 1/4; 2025 had 720 of its 1200.
    found = pace.record(year=2026, through=date(2026, 6, 30), past=PAST)
    assert (found.year, found.day, found.actual) == (2025, date(2025, 6, 30), 1200)
    assert found.said == project(720, date(2025, 6, 30), PAST, year=2025)
    assert found.said.years == (2023, 2024)
    assert found.said.estimate == 1920
    assert found.off == 60
    assert found.inside is False


def test_the_record_is_negative_when_the_method_said_too_little():
    past = {2024: PAST[2025], 2025: PAST[2024]}
    found = pace.record(year=2026, through=date(2026, 6, 30), past=past)
    assert (found.said.estimate, found.actual, found.off) == (500, 1200, Fraction(-175, 3))
    assert found.inside is None


def test_the_record_takes_what_last_year_really_had_at_the_date():
    given_count = pace.record(year=2026, through=date(2026, 6, 30), past=PAST, realised=450)
    assert given_count.said.estimate == 1200
    assert given_count.off == 0
    assert given_count.inside is True


@pytest.mark.parametrize(
    ("year", "through", "day"),
    [
        (2028, date(2028, 2, 29), date(2027, 2, 28)),
        (2025, date(2025, 2, 28), date(2024, 2, 28)),
        (2026, date(2026, 12, 31), date(2025, 12, 31)),
        (2026, date(2027, 8, 9), date(2025, 12, 31)),
    ],
)
def test_the_record_is_of_the_same_date_a_year_earlier(year, through, day):
    past = {year - 1: [10] * 12, year - 2: [20] * 12}
    assert pace.record(year=year, through=through, past=past).day == day


@given(pasts)
def test_at_the_end_of_a_year_the_method_was_not_off(past):
    found = pace.record(year=2026, through=date(2026, 12, 31), past=past)
    if 2025 in past and len(past) > 1:
        assert (found.off, found.said.estimate) == (0, found.actual)
    else:
        assert found is None


def test_there_is_no_record_without_last_year_and_one_before_it():
    june = {"year": 2026, "through": date(2026, 6, 30)}
    assert pace.record(**june, past={}) is None
    assert pace.record(**june, past={2025: PAST[2025]}) is None
    assert pace.record(**june, past={2023: PAST[2023], 2024: PAST[2024]}) is None
    assert pace.record(**june, past=PAST | {2025: [None] * 12}) is None
    assert pace.record(**june, past=PAST, realised=0) is None
    assert pace.record(year=2026, through=date(2026, 1, 1), past=PAST) is None
    assert pace.record(year=2026, through=date(2025, 6, 30), past=PAST) is None


# Rounding


def test_halves_round_away_from_zero_as_in_every_percentage_shown():
    half = Fraction(1, 2)
    assert [pace.rounded(n + half) for n in (0, 1, 2)] == [1, 2, 3]
    assert [pace.rounded(-n - half) for n in (0, 1, 2)] == [-1, -2, -3]
    assert str(pace.rounded(Fraction(1, 20), 1)) == "0.1"
    assert str(pace.rounded(Fraction(-1, 30), 1)) == "0.0"
    assert str(pace.rounded(1200, 1)) == "1200.0"
    assert str(pace.rounded(Fraction(2, 3))) == "1"
    assert pace.rounded(None, 1) is None

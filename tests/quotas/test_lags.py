"""Lags as pure arithmetic: percentiles, shares, bins, and the estimate of what is not recorded."""

from __future__ import annotations

import datetime
import itertools
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from quotas import lags
from quotas.lags import Point

COUNTS = st.dictionaries(st.integers(0, 400), st.integers(1, 50), max_size=20)
DAY = datetime.date(2026, 11, 24)


def point(known: int, arrived: int) -> Point:
    return Point(DAY, known, arrived)


POINTS = st.builds(point, st.integers(0, 500), st.integers(0, 100))


@given(counts=COUNTS, percent=st.integers(1, 100))
def test_a_percentile_is_what_the_sorted_list_of_all_lags_says(counts, percent):
    everything = sorted(lag for lag, n in counts.items() for _ in range(n))
    found = lags.percentile(counts, percent)
    if not everything:
        assert found is None
    else:
        assert found == everything[-(-len(everything) * percent // 100) - 1]


@given(counts=COUNTS)
def test_the_bins_are_the_whole_and_follow_one_another(counts):
    found = lags.bins(counts)
    assert sum(n for _first, _last, n in found) == sum(counts.values())
    for (_first, last, _n), (first, _last, _m) in itertools.pairwise(found):
        assert first == last + 1
    assert found[-1][1] is None


@given(counts=COUNTS)
def test_more_days_never_hold_fewer_placements(counts):
    shares = [lags.share_within(counts, days) for days in lags.WITHIN]
    assert (None in shares) == (not counts)
    if counts:
        assert shares == sorted(shares)


@given(now=POINTS, past=st.lists(POINTS, max_size=12))
def test_the_estimate_lies_in_its_band_and_is_never_negative(now, past):
    found = lags.unrecorded(now=now, past=past)
    usable = [each for each in past if each.known]
    assert (found is None) == (not usable or not now.known)
    if found is None:
        return
    assert found.points == len(usable)
    assert found.estimate >= 0
    if found.points > 1:
        assert found.low <= found.estimate <= found.high
    else:
        assert found.low is found.high is None


@given(known=st.integers(1, 500), arrived=st.integers(0, 500), times=st.integers(1, 5))
def test_a_window_like_those_of_the_past_misses_exactly_what_arrived_then(known, arrived, times):
    past = [point(known, arrived)] * 3
    assert lags.unrecorded(now=point(known * times, 0), past=past).estimate == arrived * times
    assert lags.unrecorded(now=point(known * times, arrived * times), past=past).estimate == 0


def test_a_point_loaded_later_all_at_once_says_nothing_of_how_people_enter():
    past = [point(90, 10), point(0, 5000)]
    found = lags.unrecorded(now=point(90, 0), past=past)
    assert (found.estimate, found.points) == (10, 1)
    assert lags.unrecorded(now=point(90, 0), past=[point(0, 5000)]) is None


def test_nothing_recorded_says_nothing_about_what_is_not():
    assert lags.unrecorded(now=point(0, 0), past=[point(90, 10)]) is None


def test_the_points_looked_back_at_are_the_same_day_of_the_week_and_have_ripened():
    days = lags.look_back(DAY)
    assert len(days) == lags.POINTS
    assert {day.weekday() for day in days} == {DAY.weekday()}
    assert all((DAY - day).days > lags.WINDOW for day in days)


def test_the_worked_example_of_the_documents():
    # docs/figures.md, "Terlambat dicatat".
    past = [point(4900, 100), point(5820, 180), point(3880, 120)]
    found = lags.unrecorded(now=point(5110, 20), past=past)
    assert found.share == Fraction(14600, 15000)
    assert found.estimate == 5110 * Fraction(15000, 14600) - 5130 == 120
    assert found.low == 5110 * Fraction(5000, 4900) - 5130
    assert found.high == 5110 * Fraction(6000, 5820) - 5130
    assert lags.percentile({0: 6, 1: 2, 5: 1, 40: 1}, 50) == 0
    assert lags.percentile({0: 6, 1: 2, 5: 1, 40: 1}, 90) == 5

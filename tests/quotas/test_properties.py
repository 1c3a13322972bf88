"""Whatever is recorded, moved or voided: parts sum to the whole, months to the year."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placement.models import Placement
from placement.recording import correct_placement, void_placement
from quotas import figures, ratio, tally
from quotas.reading import Place, read, year_span
from regions.models import Regency
from tests.factories import make_placement

DAYS = st.dates(datetime.date(2025, 12, 1), datetime.date(2026, 3, 31))
ORIGINS = st.sampled_from(["3301", "3201", "5201", "9202"])
STEPS = st.lists(
    st.tuples(st.sampled_from(["record", "move", "void", "fold"]), DAYS, ORIGINS), max_size=14
)


@pytest.mark.django_db
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_parts_sum_to_the_whole_after_any_steps(officer, directorate, steps):
    made = []
    for step, day, origin in steps:
        if step == "record":
            made.append(make_placement(by=officer, completed_on=day, origin=origin))
        elif step == "fold":
            tally.fold()
        elif made and step == "move" and not made[-1].is_void:
            made[-1] = correct_placement(
                placement=made[-1],
                by=officer,
                reason="pindah",
                changes={"completed_on": day, "origin": Regency.objects.get(pk=origin)},
            )
        elif made and step == "void":
            made[-1] = void_placement(placement=made[-1], by=officer, reason="batal")
    for year in (2025, 2026):
        rows = figures.attainment_figures(user=directorate, year=year)
        counted = Placement.objects.counted().filter(completed_on__year=year).count()
        for measure in ("national", "served", "origin"):
            assert sum(row.realised for row in rows if row.measure == measure) == counted
        counts = read(place=Place(), span=year_span(year)).now
        assert sum(counts.months.values()) == counted
        for dimension in ("sex", "destination", "regency", "office", "job_title"):
            assert sum(counts.of(dimension).values()) == counted
    assert tally.reconcile().mismatches == 0


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_percent_is_exact_and_reached_only_at_the_target(realised, target):
    percent = ratio.percent(realised, target)
    assert (percent >= 100) == (realised >= target)
    assert abs(ratio.rounded(percent) - percent) <= Decimal("0.05")


def test_no_target_is_no_percentage():
    assert ratio.percent(5, None) is None
    assert ratio.rounded(None) is None


def test_a_half_rounds_up():
    assert str(ratio.rounded(ratio.percent(2205, 2000))) == "110.3"

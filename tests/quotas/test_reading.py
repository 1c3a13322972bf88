"""Three roads to a count, and all of them agree: now, through a day, as it stood."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placement.models import Placement
from placement.recording import correct_placement, restore_placement, void_placement
from quotas import figures, guard, moments, tally
from quotas.changes import changes_between, placements_as_of
from quotas.models import TallyBatch
from quotas.reading import Place, Span, read, year_span
from quotas.summary import summarise
from regions.models import Regency
from tests.factories import make_placement

YEAR = 2026
DAYS = st.dates(datetime.date(2025, 12, 20), datetime.date(2026, 3, 31))
ORIGINS = st.sampled_from(["3301", "3201", "5201"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["record", "move", "void", "restore", "fold", "note"]), DAYS, ORIGINS
    ),
    max_size=16,
)
PLACES = [
    Place(), Place("served", "bp3mi-jateng"), Place("origin", "33"), Place("origin", "52"),
    Place("office", "bp3mi-jateng"), Place("regency", "3301"),
]  # fmt: skip


def counted(place: Place, span: Span) -> set[int]:
    """The plain count: ids of the placements of a place in a span, by the ORM."""
    found = Placement.objects.counted().filter(
        completed_on__gte=span.first, completed_on__lte=span.last
    )
    column = {
        "served": "unit",
        "origin": "origin_province",
        "office": "office",
        "regency": "origin",
    }
    if place.code:
        found = found.filter(**{column[place.level]: place.code})
    return set(found.values_list("pk", flat=True))


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS, through=DAYS)
def test_every_road_counts_what_a_plain_count_at_that_moment_says(officer, steps, through):
    made: list[Placement] = []
    noted: dict[int, dict] = {}
    spans = [year_span(YEAR), Span(datetime.date(2025, 12, 24), datetime.date(2026, 2, 10))]
    if through.year == YEAR:
        spans.append(year_span(YEAR, through))
    for step, day, origin in [*steps, ("note", None, None)]:
        if step == "record":
            made.append(make_placement(by=officer, completed_on=day, origin=origin))
        elif step == "move" and made and not made[0].is_void:
            made[0] = correct_placement(
                placement=made[0], by=officer, reason="pindah",
                changes={"completed_on": day, "origin": Regency.objects.get(pk=origin)},
            )  # fmt: skip
        elif step == "void" and made:
            made[-1] = void_placement(placement=made[-1], by=officer, reason="batal")
        elif step == "restore" and made:
            made[-1] = restore_placement(placement=made[-1], by=officer, reason="pulih")
        elif step == "fold":
            tally.fold()
        elif step == "note":
            tally.fold()
            batch = TallyBatch.objects.order_by("-number").values_list("number", flat=True).first()
            if batch:
                noted[batch] = {(p, s): counted(p, s) for p in PLACES for s in spans}
        for place in PLACES:
            for span in spans:
                now = read(place=place, span=span).now
                wanted = counted(place, span)
                assert now.total == len(wanted)
                assert guard.disagreements(place=place, realised=len(wanted), counts=now) == []
    for batch, known in noted.items():
        for (place, span), ids in known.items():
            then = read(place=place, span=span, as_of=batch).now
            assert then.total == len(ids)
            assert guard.disagreements(place=place, realised=len(ids), counts=then) == []
            behind = placements_as_of(place=place, span=span, as_of=batch, most=99)
            assert {pk for pk, _reference, _cell in behind} == ids
            changes = changes_between(
                place=place, span=span, since=batch, last_day=datetime.date(2026, 2, 1)
            )
            assert len(ids) + sum(changes.net.values()) == len(counted(place, span))
            assert changes.total == len(changes.records)


@pytest.mark.django_db
def test_changes_are_told_apart(officer):
    day = datetime.date(2026, 3, 2)
    moved, voided, fixed, restored = (
        make_placement(by=officer, completed_on=day) for _each in range(4)
    )
    tally.fold()
    void_placement(placement=restored, by=officer, reason="keliru")
    tally.fold()
    since = TallyBatch.objects.latest("number").number
    correct_placement(
        placement=moved, by=officer, reason="x", changes={"completed_on": datetime.date(2025, 5, 5)}
    )
    void_placement(placement=voided, by=officer, reason="x")
    correct_placement(placement=fixed, by=officer, reason="x", changes={"sex": "M"})
    restore_placement(placement=restored, by=officer, reason="x")
    make_placement(by=officer, completed_on=day)
    make_placement(by=officer, completed_on=datetime.date(2026, 5, 5))
    for folded in (False, True):
        if folded:
            tally.fold()
        changes = changes_between(
            place=Place(), span=year_span(YEAR), since=since, last_day=datetime.date(2026, 3, 31)
        )
        assert changes.counts == {
            "recorded_later": 1, "new": 1, "restored": 1, "moved_out": 1, "voided": 1,
            "corrected": 1,
        }  # fmt: skip
        assert sum(changes.net.values()) == 1
        (fix,) = [each for each in changes.records if each.kind == "corrected"]
        assert fix.fields == [("sex", "F", "M")]
        assert fix.reference == fixed.reference


@pytest.mark.django_db
def test_a_day_means_the_last_batch_before_it_ended_in_jakarta(officer):
    make_placement(by=officer)
    tally.fold()
    batch = TallyBatch.objects.latest("number")
    for at, day in (
        (datetime.datetime(2026, 3, 4, 16, 59, 59, tzinfo=datetime.UTC), 4),
        (datetime.datetime(2026, 3, 4, 17, 0, tzinfo=datetime.UTC), 5),
    ):
        TallyBatch.objects.filter(pk=batch.pk).update(folded_at=at)
        assert moments.moment_of_day(datetime.date(2026, 3, day - 1)) is None
        assert moments.moment_of_day(datetime.date(2026, 3, day)).batch == batch.number


@pytest.mark.django_db
def test_an_officer_reads_posts_and_kabupaten_of_the_own_balai_only(officer, directorate):
    make_placement(by=officer)
    tally.fold()
    for place, seen in (
        (Place("office", "bp3mi-jateng"), True), (Place("office", "bp3mi-ntb"), False),
        (Place("regency", "3301"), True), (Place("regency", "5201"), False),
        (Place("regency", "9999"), False),
    ):  # fmt: skip
        summary = summarise(user=officer, place=place, year=YEAR)
        assert (summary is not None) == seen, place
    found = summarise(user=directorate, place=Place("regency", "3301"), year=YEAR)
    assert (found.figure.realised, found.figure.target) == (1, None)
    assert found.problems == []


@pytest.mark.parametrize(
    ("last", "before"),
    [
        (datetime.date(2025, 2, 28), datetime.date(2024, 2, 29)),
        (datetime.date(2024, 2, 28), datetime.date(2023, 2, 28)),
        (datetime.date(2024, 2, 29), datetime.date(2023, 2, 28)),
        (datetime.date(2025, 12, 15), datetime.date(2024, 12, 15)),
        (datetime.date(2025, 4, 30), datetime.date(2024, 4, 30)),
    ],
)
def test_the_same_days_of_the_year_before_end_with_their_month(last, before):
    assert year_span(last.year, last).year_before().last == before


@pytest.mark.django_db
def test_attainment_as_it_stood_is_measured_against_what_was_known_then(officer, directorate):
    placement = make_placement(by=officer, completed_on=datetime.date(2025, 3, 2))
    tally.fold()
    then = moments.moment_of_batch(TallyBatch.objects.latest("number").number)
    void_placement(placement=placement, by=officer, reason="x")
    tally.fold()
    ask = {"user": directorate, "year": 2025, "measure": "national"}
    (was,) = figures.attainment_figures(**ask, as_of=then)
    (now,) = figures.attainment_figures(**ask)
    assert (was.realised, was.target, was.batch) == (1, 259_144, then.batch)
    assert now.realised == 0

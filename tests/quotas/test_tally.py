"""The tally follows the placements, exactly, whatever happens to them."""

import datetime
import io
import json

import pytest
from django.core.management import call_command
from django.db import connection

from placement.models import Placement
from placement.recording import correct_placement, restore_placement, void_placement
from quotas import tally
from quotas.checks import check_tally_triggers
from quotas.figures import attainment_figures, freshness
from quotas.models import TallyBatch, TallyInbox, TallyLedger, TallyMonth
from regions.models import Office, Regency
from tests.factories import make_placement

pytestmark = pytest.mark.django_db


def realised(user, *, measure="national", code="", year=2026, **more) -> int:
    figures = attainment_figures(user=user, year=year, measure=measure, code=code, **more)
    return figures[0].realised


def assert_tally_matches():
    result = tally.reconcile()
    assert result.mismatches == 0, result.examples


def test_a_recorded_placement_counts_at_once_before_any_fold(officer, directorate):
    make_placement(by=officer)
    assert realised(directorate) == 1
    assert realised(directorate, measure="served", code="bp3mi-jateng") == 1
    assert realised(directorate, measure="origin", code="33") == 1
    assert_tally_matches()


def test_a_fold_moves_the_inbox_into_the_tally_and_changes_no_figure(officer, directorate):
    make_placement(by=officer)
    folded = tally.fold()
    assert (folded.entries, folded.net, folded.years) == (1, 1, (2026,))
    assert not TallyInbox.objects.exists()
    assert realised(directorate) == 1
    assert_tally_matches()


def test_folding_twice_finds_nothing(officer):
    make_placement(by=officer)
    tally.fold()
    assert tally.fold() is None
    assert TallyBatch.objects.count() == 1


def test_a_void_takes_the_placement_out_and_a_restore_brings_it_back(officer, directorate):
    placement = make_placement(by=officer)
    tally.fold()
    void_placement(placement=placement, by=officer, reason="Salah orang")
    assert realised(directorate) == 0
    tally.fold()
    assert realised(directorate) == 0
    restore_placement(placement=placement, by=officer, reason="Ternyata benar")
    assert realised(directorate) == 1
    tally.fold()
    assert_tally_matches()


def test_a_move_to_another_province_and_year_leaves_the_old_cell_and_enters_the_new(
    officer, directorate
):
    placement = make_placement(by=officer, completed_on=datetime.date(2026, 1, 1))
    tally.fold()
    correct_placement(
        placement=placement,
        by=officer,
        reason="Salah tanggal dan asal",
        changes={
            "completed_on": datetime.date(2025, 12, 31),
            "origin": Regency.objects.get(pk="3201"),
        },
    )
    folded = tally.fold()
    assert folded.years == (2025, 2026)
    assert realised(directorate, year=2025, measure="origin", code="32") == 1
    assert realised(directorate, year=2026, measure="origin", code="33") == 0
    assert_tally_matches()


def test_an_edited_remark_emits_nothing(officer):
    placement = make_placement(by=officer)
    tally.fold()
    correct_placement(placement=placement, by=officer, changes={"remark": "berkas lengkap"})
    assert not TallyInbox.objects.exists()


def test_a_draft_does_not_count(officer, directorate):
    placement = make_placement(by=officer)
    Placement.objects.filter(pk=placement.pk).update(status="draft")
    assert realised(directorate) == 0
    assert_tally_matches()


def test_the_sql_rule_and_counted_agree_for_every_status(officer):
    for status in Placement.Status.values:
        placement = make_placement(by=officer)
        Placement.objects.filter(pk=placement.pk).update(status=status, void_reason="uji")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM placement_placement WHERE placement_counts(status)")
        by_rule = {row[0] for row in cursor.fetchall()}
    assert by_rule == set(Placement.objects.counted().values_list("pk", flat=True))


def test_a_deleted_row_leaves_the_count(officer, directorate):
    placement = make_placement(by=officer)
    tally.fold()
    Placement.objects.filter(pk=placement.pk).delete()
    assert realised(directorate) == 0
    tally.fold()
    assert_tally_matches()


def test_bulk_sql_is_counted_like_a_form(officer, directorate):
    for _each in range(3):
        make_placement(by=officer)
    tally.fold()
    Placement.objects.update(unit=Office.objects.get(pk="bp3mi-ntb"))
    assert realised(directorate, measure="served", code="bp3mi-ntb") == 3
    tally.fold()
    assert_tally_matches()


def test_provinces_and_balai_with_nothing_are_shown_with_zero(directorate):
    origin = attainment_figures(user=directorate, year=2025, measure="origin")
    served = attainment_figures(user=directorate, year=2025, measure="served")
    assert len(origin) == 38
    assert sum(not figure.is_outside_balai for figure in served) == 23
    assert {figure.realised for figure in origin + served} == {0}


def test_served_and_origin_each_sum_to_the_nation(officer, directorate, stranger):
    make_placement(by=officer, origin="3201")
    make_placement(by=officer, origin="9202")
    make_placement(by=stranger, office="bp3mi-ntb", origin="5201")
    for folded in (False, True):
        if folded:
            tally.fold()
        rows = attainment_figures(user=directorate, year=2026)
        sums = {
            measure: sum(row.realised for row in rows if row.measure == measure)
            for measure in ("national", "served", "origin")
        }
        assert sums == {"national": 3, "served": 3, "origin": 3}


def test_through_a_day_counts_up_to_that_day_and_not_the_next(officer, directorate):
    for day in (1, 15, 16):
        make_placement(by=officer, completed_on=datetime.date(2026, 3, day))
    make_placement(by=officer, completed_on=datetime.date(2026, 2, 28))
    for expected, day in ((1, (2, 28)), (2, (3, 1)), (3, (3, 15)), (4, (3, 31)), (4, (12, 31))):
        through = datetime.date(2026, *day)
        assert realised(directorate, through=through) == expected, day
    tally.fold()
    assert realised(directorate, through=datetime.date(2026, 3, 15)) == 3


def test_the_ledger_tells_what_counted_as_of_each_batch(officer):
    placement = make_placement(by=officer)
    first = tally.fold().batch
    void_placement(placement=placement, by=officer, reason="Salah")
    second = tally.fold().batch

    def as_of(batch):
        return sum(TallyLedger.objects.filter(batch__lte=batch).values_list("n", flat=True))

    assert (as_of(first), as_of(second)) == (1, 0)


def test_reconcile_finds_a_tampered_roll_up_and_says_so(officer, capsys):
    make_placement(by=officer)
    tally.fold()
    TallyMonth.objects.update(n=5)
    out = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("reconcile", year=2026, stdout=out)
    assert stopped.value.code == 1
    said = json.loads(out.getvalue())
    assert said["mismatches"] > 0
    assert said["examples"]


def test_a_disabled_trigger_is_an_error_of_the_system_check():
    assert check_tally_triggers(databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE placement_placement DISABLE TRIGGER tally_on_insert")
    (problem,) = check_tally_triggers(databases=["default"])
    assert "tally_on_insert" in problem.msg


@pytest.mark.django_db
def test_the_check_told_beside_a_year_is_one_that_looked_at_it(officer):
    make_placement(by=officer)
    tally.fold()
    whole = tally.reconcile()
    this_year = tally.reconcile(year=2026)
    assert freshness(2025).checked_at == whole.ran_at
    assert freshness(2026).checked_at == this_year.ran_at
    assert freshness().checked_at == this_year.ran_at

"""The sample data: published tables exact, and the ledger agrees with what was loaded."""

from __future__ import annotations

import datetime
import random
from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import timezone

from placement.models import Placement
from quotas import published, tally
from quotas.demo import year2025
from quotas.models import StageReport, TallyBatch, TargetSet
from quotas.rollups import TallyLedger
from regions.models import DataNotice


@pytest.mark.django_db
def test_the_rows_of_2025_add_up_to_the_published_tables():
    rows = year2025.build(random.Random(1))
    assert len(rows) == 296_948
    assert Counter(row.sex for row in rows)["F"] == 187_468
    assert Counter(row.province for row in rows)["35"] == 69_925
    kepri = [row for row in rows if row.unit == "bp3mi-kepri"]
    assert len(kepri) == 2_306
    assert sum(row.province == "21" for row in kepri) == 1_414
    assert sum((row.day.month, row.day.day) <= (11, 1) for row in rows) == 236_364
    assert sum((row.day.month, row.day.day) <= (12, 15) for row in rows) == 286_422


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("connections")
def test_sample_data_leave_a_history_a_notice_a_target_and_an_exact_tally(monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "sandi-Uji-1")
    call_command("demo_accounts", verbosity=0)
    call_command("demo_data", scale=0.004, until=datetime.date(2026, 5, 15), verbosity=0)
    assert Placement.objects.filter(status="void").exists()
    assert TallyBatch.objects.count() > 15
    assert tally.reconcile().mismatches == 0
    folded = TallyBatch.objects.values_list("folded_at", flat=True)
    # The days that totals were published for, and the last weeks, can be asked as they stood.
    evenings = {timezone.localdate(each) for each in folded}
    assert {datetime.date(2026, 5, day) for day in (4, 5, 6, 7, 8, 15)} <= evenings
    day = datetime.date(2025, 12, 15)
    typed = set(Placement.objects.filter(recorded_at__date__lte=day).values_list("pk", flat=True))
    state = TallyBatch.objects.filter(folded_at__date__lte=day).latest("number")
    told = TallyLedger.objects.filter(batch__lte=state.number)
    assert set(told.values_list("placement", flat=True)) == typed
    assert not Placement.objects.filter(recorded_at__date__gt=datetime.date(2026, 5, 15)).exists()
    assert DataNotice.objects.get(shown=True).text.startswith("DATA CONTOH")
    assert TargetSet.objects.in_year(2026).enacted().get().is_sample
    assert StageReport.objects.exists() or not Placement.objects.filter(programme="smk-go-global")
    assert not StageReport.objects.exclude(source__startswith="CONTOH").exists()
    event = Placement.pgh_event_model.objects.order_by("pgh_id").first()
    assert event.pgh_context.metadata["verb"] == "record"
    # A second run finds placements and leaves them alone.
    call_command("demo_data", if_empty=True, verbosity=0)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("2025-01..2025-11-01", "2025-01-01", "2025-11-01"),
    ],
)
def test_a_printed_period_has_a_first_and_a_last_day(text, first, last):
    assert tuple(map(str, published.period_of(text))) == (first, last)

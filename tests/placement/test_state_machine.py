"""Any order of record, correct, void, restore, undo, bulk correction, import, close and reopen
agrees with a plain model: counts, locks, histories and restatements."""

from __future__ import annotations

import csv
import datetime
import io
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from placement import importing, recording, restating, sheets
from placement.closing import MonthClosing, close_month, reopen_month
from placement.models import Placement
from quotas import tally
from quotas.reading import Place, read, year_span
from regions.models import Country, Office
from tests.factories import make_facts, make_nik

MONTHS = st.sampled_from([1, 2, 3])


@pytest.mark.django_db
def test_any_order_of_steps_agrees_with_a_plain_model(officer, head, directorate):
    unit = Office.objects.get(pk="bp3mi-jateng")

    class BalaiMachine(RuleBasedStateMachine):
        """The model: month and state of each placement, and the closed months."""

        def __init__(self):
            super().__init__()
            self.savepoint = transaction.savepoint()
            self.placements: dict[int, dict] = {}
            self.closed: set[int] = set()
            self.restated = dict.fromkeys((1, 2, 3), 0)

        def teardown(self):
            transaction.savepoint_rollback(self.savepoint)

        def attempt(self, allowed: bool, step):
            """Do ``step``; it must be refused exactly when the model says so."""
            if allowed:
                return step()
            with pytest.raises(ValidationError), transaction.atomic():
                step()
            return None

        def happened(self, pk: int, *months: int) -> None:
            """One more event of a placement; a restatement of every month of it that is closed."""
            self.placements[pk]["events"] += 1
            for month in {*months} & self.closed:
                self.restated[month] += 1

        @rule(month=MONTHS, by_head=st.booleans())
        def record(self, month, by_head):
            reason = "menyusul"
            done = self.attempt(
                by_head or month not in self.closed,
                lambda: recording.record_placement(
                    by=head if by_head else officer, request_key=uuid.uuid4(), confirmed=True,
                    kept_because=reason,
                    **make_facts(completed_on=datetime.date(2026, month, 2)),
                ),
            )  # fmt: skip
            if done:
                self.placements[done.pk] = {
                    "month": month, "void": False, "events": 0, "to": "TW",
                    "by": "head" if by_head else "officer",
                }  # fmt: skip
                self.happened(done.pk, month)

        @rule(month=MONTHS, pick=st.integers(0, 99), by_head=st.booleans())
        def move(self, month, pick, by_head):
            pk = self.one(pick)
            if pk is None or self.placements[pk]["void"]:
                return
            old = self.placements[pk]["month"]
            allowed = by_head or old == month or not {old, month} & self.closed
            placement = Placement.objects.get(pk=pk)
            done = self.attempt(
                allowed,
                lambda: recording.correct_placement(
                    placement=placement, by=head if by_head else officer, reason="pindah",
                    changes={"completed_on": datetime.date(2026, month, 2)},
                ),
            )  # fmt: skip
            if done and old != month:
                self.placements[pk]["month"] = month
                self.happened(pk, old, month)

        @rule(pick=st.integers(0, 99), by_head=st.booleans())
        def undo(self, pick, by_head):
            pk = self.one(pick)
            if pk is None:
                return
            known = self.placements[pk]
            placement = Placement.objects.get(pk=pk)
            if known["by"] != ("head" if by_head else "officer"):
                with pytest.raises(PermissionDenied):
                    recording.undo_placement(placement=placement, by=head if by_head else officer)
                return
            done = self.attempt(
                by_head or known["void"] or known["month"] not in self.closed,
                lambda: recording.undo_placement(
                    placement=placement, by=head if by_head else officer
                ),
            )
            if done and not known["void"]:
                known["void"] = True
                self.happened(pk, known["month"])

        @rule(
            picks=st.sets(st.integers(0, 99), min_size=1, max_size=4),
            to=st.sampled_from(["TW", "HK"]), by_head=st.booleans(), is_kept=st.booleans(),
        )  # fmt: skip
        def correct_many(self, picks, to, by_head, is_kept):
            """All or none; a preview keeps nothing and says the same problems."""
            pks = {self.one(pick) for pick in picks} - {None}
            placements = list(Placement.objects.filter(pk__in=pks).select_related("destination"))
            wrong = {
                pk for pk in pks
                if self.placements[pk]["void"]
                or (
                    self.placements[pk]["to"] != to
                    and not by_head
                    and self.placements[pk]["month"] in self.closed
                )
            }  # fmt: skip
            changes = recording.correct_many(
                by=head if by_head else officer, placements=placements, field="destination",
                value=Country.objects.get(pk=to), reason="salah tujuan",
                seen={each.reference: each.destination_id for each in placements}
                if is_kept else None,
            )  # fmt: skip
            assert {change.placement.pk for change in changes if change.problem} == wrong
            if wrong or not is_kept:
                return
            for pk in pks:
                if self.placements[pk]["to"] != to:
                    self.placements[pk]["to"] = to
                    self.happened(pk, self.placements[pk]["month"])

        @rule(pick=st.integers(0, 99), by_head=st.booleans())
        def void_or_restore(self, pick, by_head):
            pk = self.one(pick)
            if pk is None:
                return
            known = self.placements[pk]
            verb = recording.restore_placement if known["void"] else recording.void_placement
            placement = Placement.objects.get(pk=pk)
            done = self.attempt(
                by_head or known["month"] not in self.closed,
                lambda: verb(placement=placement, by=head if by_head else officer, reason="sebab"),
            )
            if done:
                known["void"] = not known["void"]
                self.happened(pk, known["month"])

        @rule(months=st.lists(MONTHS, min_size=1, max_size=3))
        def import_file(self, months):
            out = io.StringIO()
            writer = csv.writer(out)
            writer.writerow([heading for _field, heading, _other in sheets.COLUMNS])
            for month in months:
                nik = make_nik()
                writer.writerow(
                    [nik, f"Siti {nik[-4:]}", "P", "04/05/1996", "3301", "", f"02/{month:02d}/2026",
                     "GTOG", "", "TW", "caregiver", "individual", "", "", "", ""]
                )  # fmt: skip
            before = set(Placement.objects.values_list("pk", flat=True))
            job = importing.send_file(by=officer, name="a.csv", content=out.getvalue().encode())
            importing.run_next()
            job.refresh_from_db()
            importing.save_checked(job=job, by=officer)
            importing.run_next()
            for placement in Placement.objects.exclude(pk__in=before):
                month = placement.completed_on.month
                assert month not in self.closed
                self.placements[placement.pk] = {
                    "month": month, "void": False, "events": 1, "to": "TW", "by": "officer",
                }  # fmt: skip
            job.refresh_from_db()
            assert job.saved == sum(month not in self.closed for month in months)

        @rule(month=MONTHS)
        def close(self, month):
            close_month(unit=unit, month=datetime.date(2026, month, 1), by=head)
            self.closed.add(month)

        @rule(month=MONTHS)
        def reopen(self, month):
            closing = MonthClosing.objects.filter(month=datetime.date(2026, month, 1)).first()
            if closing is not None:
                reopen_month(closing=closing, by=directorate, reason="x", until=unit.today())
                self.closed.discard(month)

        @rule()
        def fold(self):
            tally.fold()

        @invariant()
        def figures_histories_and_restatements_agree(self):
            firsts = [datetime.date(2026, month, 1) for month in (1, 2, 3)]
            found = restating.restatement_counts(unit=unit, months=firsts)
            assert [found.get(first, 0) for first in firsts] == list(self.restated.values())
            in_force = MonthClosing.objects.in_force().values_list("month__month", flat=True)
            assert set(in_force) == self.closed
            counted = [each["month"] for each in self.placements.values() if not each["void"]]
            months = read(place=Place(), span=year_span(2026)).now.months
            assert [months.get(first, 0) for first in firsts] == [
                counted.count(first.month) for first in firsts
            ]
            assert sum(months.values()) == len(counted)
            for pk, known in self.placements.items():
                assert (
                    Placement.pgh_event_model.objects.filter(pgh_obj=pk).count() == known["events"]
                )

        def one(self, pick: int) -> int | None:
            keys = sorted(self.placements)
            return keys[pick % len(keys)] if keys else None

    run_state_machine_as_test(
        BalaiMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert tally.reconcile().mismatches == 0

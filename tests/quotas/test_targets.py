"""Targets change through verbs: with a reason, by the right person, never overwritten."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from placement.models import Programme
from quotas import tally, targets
from quotas.figures import attainment_figures
from quotas.models import TargetSet
from quotas.promises import Measure
from quotas.targets import Amount
from regions.models import Office
from tests.factories import make_placement

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(target_admin):
    made = targets.create_set(
        by=target_admin,
        reason="awal",
        year=2026,
        name="Target 2026",
        source="Keputusan 1",
        decree_number="K-1",
        decree_date=datetime.date(2026, 1, 2),
    )
    targets.set_amounts(
        target_set=made,
        by=target_admin,
        reason="awal",
        amounts=[
            Amount(Measure.NATIONAL, 10),
            Amount(Measure.SERVED, 4, unit=Office.objects.get(pk="bp3mi-jateng")),
        ],
    )
    return made


def enact(draft, first, second) -> TargetSet:
    targets.propose_set(target_set=draft, by=first, reason="usul")
    return targets.enact_set(target_set=draft, by=second, reason="tetap")


def test_enacting_recomputes_attainment_at_once(
    draft, target_admin, second_admin, officer, directorate
):
    make_placement(by=officer)
    enact(draft, target_admin, second_admin)
    rows = {(row.measure, row.code): row for row in attainment_figures(user=directorate, year=2026)}
    assert str(rows["national", ""].rounded) == "10.0"
    assert str(rows["served", "bp3mi-jateng"].rounded) == "25.0"
    assert rows["served", "bp3mi-ntb"].target is None
    assert rows["served", "bp3mi-ntb"].percent is None


def test_who_proposed_cannot_enact(draft, target_admin):
    targets.propose_set(target_set=draft, by=target_admin, reason="usul")
    with pytest.raises(PermissionDenied, match="Yang mengusulkan tidak dapat menetapkan"):
        targets.enact_set(target_set=draft, by=target_admin, reason="tetap")


def test_an_enacted_set_cannot_be_edited(draft, target_admin, second_admin):
    enact(draft, target_admin, second_admin)
    with pytest.raises(ValidationError, match="tidak dapat diubah"):
        targets.set_amounts(
            target_set=draft,
            by=target_admin,
            reason="ubah",
            amounts=[Amount(Measure.NATIONAL, 1)],
        )


def test_enacting_supersedes_the_earlier_set_and_keeps_its_amounts(
    draft, target_admin, second_admin
):
    enact(draft, target_admin, second_admin)
    newer = targets.create_set(
        by=target_admin,
        reason="revisi",
        year=2026,
        name="Revisi",
        source="Keputusan 2",
        decree_number="K-2",
        decree_date=datetime.date(2026, 6, 1),
    )
    targets.set_amounts(
        target_set=newer, by=target_admin, reason="r", amounts=[Amount(Measure.NATIONAL, 20)]
    )
    enact(newer, target_admin, second_admin)
    draft.refresh_from_db()
    assert draft.status == TargetSet.Status.SUPERSEDED
    assert draft.targets.get(measure="national").amount == 10


def test_a_change_needs_a_reason_and_the_right_person(draft, target_admin, officer):
    with pytest.raises(ValidationError, match="Tulis alasan"):
        targets.propose_set(target_set=draft, by=target_admin, reason=" ")
    with pytest.raises(PermissionDenied):
        targets.propose_set(target_set=draft, by=officer, reason="usul")


def test_one_wrong_amount_refuses_all(draft, target_admin):
    with pytest.raises(ValidationError):
        targets.set_amounts(
            target_set=draft,
            by=target_admin,
            reason="salah",
            amounts=[Amount(Measure.NATIONAL, 99), Amount(Measure.SERVED, 5)],
        )
    assert draft.targets.get(measure="national").amount == 10


def test_a_target_of_zero_is_refused_in_a_sentence(draft, target_admin):
    with pytest.raises(ValidationError, match=r"Target paling sedikit 1|lebih besar"):
        targets.set_amounts(
            target_set=draft, by=target_admin, reason="nol", amounts=[Amount(Measure.NATIONAL, 0)]
        )


def test_the_published_sets_stand_side_by_side_and_259144_is_enacted():
    sets = TargetSet.objects.in_year(2025)
    amounts = {
        target.amount
        for each in sets
        for target in each.targets.filter(measure="national", programme=None)
    }
    assert {425_000, 420_000, 300_000, 259_144} <= amounts
    assert sets.enacted().get().targets.get(measure="national").amount == 259_144
    assert all(each.source for each in sets)


URL = "/admin/quotas/targetset/"


def admin_form(**more) -> dict[str, str]:
    return {
        "year": "2027",
        "name": "Target 2027",
        "source": "Keputusan",
        "reason": "awal",
        "decree_number": "K-3",
        "decree_date": "2027-01-02",
    } | more


@pytest.fixture
def staff(target_admin, second_admin):
    for user in (target_admin, second_admin):
        user.is_staff = True
        user.save()
    return target_admin, second_admin


def test_the_admin_drafts_proposes_and_another_enacts(client, staff):
    first, second = staff
    client.force_login(first)
    assert client.get(f"{URL}add/").status_code == 200
    answer = client.post(f"{URL}add/", admin_form())
    assert answer.status_code == 302
    made = TargetSet.objects.get(name="Target 2027")
    assert answer["Location"] == f"{URL}{made.pk}/tabel/"
    client.post(answer["Location"], {"national::": "12", "reason": "isi", "seen": "0"})
    assert made.targets.get().amount == 12
    client.post(f"{URL}{made.pk}/langkah/propose/", {"reason": "usul"})
    client.post(f"{URL}{made.pk}/langkah/enact/", {"reason": "tetap"})
    made.refresh_from_db()
    assert made.status == TargetSet.Status.PROPOSED
    client.force_login(second)
    client.post(f"{URL}{made.pk}/langkah/enact/", {"reason": "tetap"})
    made.refresh_from_db()
    assert made.status == TargetSet.Status.ENACTED
    history = client.get(f"{URL}{made.pk}/history/").content.decode()
    assert "usul" in history
    assert str(first) in history
    assert client.get(f"{URL}{made.pk}/change/").status_code == 200


def test_the_admin_says_wrong_input_at_its_field_and_keeps_what_was_typed(client, staff):
    client.force_login(staff[0])
    answer = client.post(f"{URL}add/", admin_form(reason="", decree_date="kemarin"))
    page = answer.content.decode()
    assert "Tulis alasan perubahan" in page
    assert "kemarin" in page
    assert "Target 2027" in page
    assert not TargetSet.objects.filter(year=2027).exists()


def test_the_admin_is_closed_to_officers(client, officer):
    client.force_login(officer)
    assert client.get(URL).status_code in {302, 403}


def test_a_set_for_some_programmes_is_measured_against_theirs_and_never_against_all(
    officer, target_admin, second_admin, directorate, client
):
    """ "Vokasi 40.000" beside 226,000 placements of every programme is not 565 %."""
    smk = Programme.objects.get(pk="smk-go-global")
    for programme in ("regular", "regular", "regular", "smk-go-global"):
        make_placement(by=officer, programme=programme)
    tally.fold()
    partial = targets.create_set(
        by=target_admin, reason="awal", year=2026, name="Vokasi", is_partial=True,
        source="Dasbor", decree_number="V-1", decree_date=datetime.date(2026, 1, 2),
    )  # fmt: skip
    amounts = [Amount(Measure.NATIONAL, 4)]
    targets.set_amounts(target_set=partial, by=target_admin, reason="awal", amounts=amounts)
    with pytest.raises(ValidationError, match="sebut program pada setiap baris"):
        targets.propose_set(target_set=partial, by=target_admin, reason="usul")
    amounts = [Amount(Measure.NATIONAL, None), Amount(Measure.NATIONAL, 4, programme=smk)]
    targets.set_amounts(target_set=partial, by=target_admin, reason="awal", amounts=amounts)
    targets.propose_set(target_set=partial, by=target_admin, reason="usul")

    def nation(programme: str):
        return attainment_figures(
            user=directorate, year=2026, measure=Measure.NATIONAL, target_set=partial.pk,
            programme=programme,
        )[0]  # fmt: skip

    assert (nation("").realised, nation("").target, nation("").percent) == (4, None, None)
    assert (nation("smk-go-global").realised, nation("smk-go-global").target) == (1, 4)
    client.force_login(directorate)
    page = client.get("/target/?year=2026").content.decode()
    assert "25,0" in page[page.index("Vokasi") :]
    asked = client.get(f"/nasional/?year=2026&target_set={partial.pk}").content.decode()
    assert "hanya untuk sebagian program: pilih programnya" in asked
    rows = client.get("/api/v1/targets?year=2026").json()["rows"]
    (told,) = [row for row in rows if row["name"] == "Vokasi"]
    assert (told["is_partial"], told["national_amount"]) == (True, 4)
    with pytest.raises(ValidationError, match="sebagian program tidak dapat ditetapkan"):
        targets.enact_set(target_set=partial, by=second_admin, reason="tetap")

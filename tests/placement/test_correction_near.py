"""A correction is asked what an entry is asked: near duplicates that were not there before."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError

from placement.judging import Unconfirmed
from placement.models import Placement
from placement.recording import correct_many, correct_placement
from regions.models import Country, Regency
from tests.factories import make_nik, make_placement

pytestmark = pytest.mark.django_db


def day(number: int) -> datetime.date:
    return datetime.date(2026, 3, number)


def test_a_correction_to_a_worker_recorded_near_is_asked_about_and_kept_for_a_reason(officer):
    nik = make_nik()
    make_placement(by=officer, nik=nik, name="Rina Contoh", completed_on=day(2))
    wrong = make_placement(by=officer, name="Rina Contoh", completed_on=day(9), destination="HK")
    change = {"placement": wrong, "by": officer, "changes": {"nik": nik}}
    with pytest.raises(Unconfirmed) as asked:
        correct_placement(**change)
    assert "Mungkin sudah dicatat" in asked.value.warnings[0]
    assert asked.value.needs_reason
    with pytest.raises(Unconfirmed):
        correct_placement(**change, confirmed=True)
    kept = correct_placement(**change, confirmed=True, reason="Kontrak baru")
    assert kept.worker.placements.count() == 2


def test_what_was_near_before_is_not_asked_about_again(officer):
    nik = make_nik()
    make_placement(by=officer, nik=nik, completed_on=day(2))
    second = make_placement(by=officer, nik=nik, completed_on=day(9))
    moved = correct_placement(
        placement=second, by=officer, reason="Salah tanggal",
        changes={"completed_on": day(10), "name": second.worker.name},
    )  # fmt: skip
    assert moved.completed_on == day(10)


def test_a_name_corrected_to_that_of_another_of_the_same_birth_date_is_asked_about(officer):
    make_placement(by=officer, name="Rina Contoh")
    other = make_placement(by=officer, name="Rina Conto")
    with pytest.raises(Unconfirmed) as asked:
        correct_placement(placement=other, by=officer, changes={"name": "rina contoh"})
    assert asked.value.needs_reason


def test_a_correction_to_the_same_worker_and_day_is_refused_with_a_link(officer):
    nik = make_nik()
    first = make_placement(by=officer, nik=nik, completed_on=day(2))
    second = make_placement(by=officer, nik=nik, completed_on=day(9))
    with pytest.raises(ValidationError) as refused:
        correct_placement(
            placement=second, by=officer, reason="Salah tanggal", confirmed=True,
            changes={"completed_on": day(2)},
        )  # fmt: skip
    assert first.get_absolute_url() in refused.value.messages[0]


def test_a_bulk_correction_has_its_reason(officer):
    make_placement(by=officer, name="Rina Contoh", destination="HK")
    pair = [make_placement(by=officer, name=name) for name in ("Rina Contoh", "Siti Contoh")]
    changes = correct_many(
        by=officer, placements=pair, field="destination", value=Country.objects.get(pk="HK"),
        reason="Salah tujuan", seen={each.reference: "TW" for each in pair},
    )  # fmt: skip
    assert [change.problem for change in changes] == ["", ""]
    assert Placement.objects.filter(destination="HK").count() == 3


def test_a_correction_is_judged_while_it_is_typed_and_nothing_is_kept(client, officer):
    nik = make_nik()
    make_placement(by=officer, nik=nik, completed_on=day(2))
    placement = make_placement(by=officer, name="Rina Contoh", completed_on=day(9))
    client.force_login(officer)
    page = f"{placement.get_absolute_url()}koreksi/"
    typed = {
        name: str(value if value is not None else "")
        for name, value in client.get(page).context["form"].initial.items()
    }
    events = placement.events.count()

    def said(visited: tuple[str, ...], **changes) -> dict:
        sent = typed | changes | {"visited": visited}
        return client.post(f"{placement.get_absolute_url()}periksa/", sent).json()

    assert said(("nik",)) == {"errors": {}, "warnings": [], "asks_reason": False}
    told = said(("nik",), nik=nik, reason="NIK salah")
    assert "Mungkin sudah dicatat" in told["warnings"][0]
    assert said(("completed_on",), completed_on="01/01/2999")["errors"].keys() == {"completed_on"}
    assert said((), completed_on="x")["errors"] == {}
    assert said(("reason",), destination="HK")["errors"].keys() == {"reason"}
    assert placement.events.count() == events
    placement.refresh_from_db()
    assert placement.worker.name == "Rina Contoh"


def test_of_many_namesakes_no_other_is_asked_about_when_something_else_is_corrected(officer):
    for _each in range(8):
        make_placement(by=officer, name="Rina Contoh")
    placement = make_placement(by=officer, name="Rina Contoh")
    Placement.objects.filter(worker__name="Rina Contoh").update(remark="berpindah tempat di tabel")
    for changes in ({"origin": Regency.objects.get(pk="3302")}, {"completed_on": day(20)}):
        correct_placement(placement=placement, by=officer, reason="Salah", changes=changes)

"""Page, API and plain count say the same about random histories, now and as they stood."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core.cache import caches
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placement.closing import close_month
from placement.models import Placement
from placement.recording import correct_placement, restore_placement, void_placement
from quotas import tally
from quotas.models import TallyBatch
from regions.models import Office, Regency
from tests.factories import make_placement

YEAR = 2026
DAYS = st.dates(datetime.date(2025, 12, 25), datetime.date(2026, 3, 20))
ORIGINS = st.sampled_from(["3301", "3302", "3201"])
KINDS = st.sampled_from(["record", "record", "move", "void", "restore", "close", "fold"])
STEPS = st.lists(st.tuples(KINDS, DAYS, ORIGINS), max_size=12)
PLACES = (
    ("/nasional/", "national", "", {}),
    ("/provinsi/33/", "province", "33", {"origin_province": "33"}),
    ("/balai/bp3mi-jateng/", "balai", "bp3mi-jateng", {"unit": "bp3mi-jateng"}),
    ("/kantor/bp3mi-jateng/", "office", "bp3mi-jateng", {"office": "bp3mi-jateng"}),
    ("/kabupaten/3301/", "regency", "3301", {"origin": "3301"}),
)  # fmt: skip


def counts() -> dict[str, int]:
    year = Placement.objects.counted().filter(completed_on__year=YEAR)
    return {path: year.filter(**where).count() for path, _level, _code, where in PLACES}


def check(client: Client, wanted: dict[str, int], state: dict) -> None:
    for path, level, code, _where in PLACES:
        answer = client.get(path, {"year": YEAR} | state)
        page = answer.content.decode()
        shown = int(re.search(r'data-figure="(\d+)"', page).group(1))
        assert shown == wanted[path], (path, state)
        assert answer.context["problems"] == []
        asked = {"year": YEAR, "level": level} | ({"code": code} if code else {}) | state
        months = client.get("/api/v1/months", asked).json()
        assert months["unit"]["realised"] == wanted[path], (level, state)
        assert sum(row["realised"] for row in months["rows"]) == wanted[path]
        for dimension in ("sex", "regency", "unit", "programme", "sector"):
            parts = client.get("/api/v1/breakdown", asked | {"dimension": dimension}).json()
            assert sum(row["realised"] for row in parts["rows"]) == wanted[path]


@pytest.mark.django_db
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_page_and_api_say_what_a_plain_count_of_the_same_moment_says(
    officer, head, directorate, settings, steps
):
    settings.API_CALLS_A_MINUTE = 10**6
    unit = Office.objects.get(pk="bp3mi-jateng")
    client = Client()
    client.force_login(directorate)
    made: list[Placement] = []
    known: dict[int, dict[str, int]] = {}
    for step, day, origin in [*steps, ("fold", None, None)]:
        if step == "record":
            made.append(
                make_placement(by=head, completed_on=day, origin=origin, kept_because="menyusul")
            )
        elif step == "move" and made and not made[0].is_void:
            made[0] = correct_placement(
                placement=made[0], by=head, reason="pindah",
                changes={"completed_on": day, "origin": Regency.objects.get(pk=origin)},
            )  # fmt: skip
        elif step == "void" and made:
            made[-1] = void_placement(placement=made[-1], by=head, reason="batal")
        elif step == "restore" and made:
            made[-1] = restore_placement(placement=made[-1], by=head, reason="pulih")
        elif step == "close":
            close_month(unit=unit, month=day, by=head)
        else:
            tally.fold()
            batch = TallyBatch.objects.order_by("-number").first()
            if batch:
                known[batch.number] = counts()
    caches["process"].clear()
    check(client, counts(), {})
    for batch, wanted in list(known.items())[-2:]:
        check(client, wanted, {"batch": batch})


@pytest.mark.django_db
def test_the_api_tells_what_changed_since_a_state(client, directorate, officer):
    first = make_placement(by=officer)
    second = make_placement(by=officer)
    tally.fold()
    batch = TallyBatch.objects.latest("number").number
    void_placement(placement=first, by=officer, reason="ganda")
    correct_placement(placement=second, by=officer, reason="x", changes={"sex": "M"})
    client.force_login(directorate)
    told = client.get("/api/v1/changes", {"year": YEAR, "batch": batch}).json()
    assert (told["before"]["realised"], told["now"]["realised"]) == (2, 1)
    assert told["counts"] == {"voided": 1, "corrected": 1}
    assert sum(told["effects"].values()) == -1
    changed = {row["placement"]: row["changed"] for row in told["rows"]}
    assert changed[second.reference] == {"sex": ["F", "M"]}
    assert client.get("/api/v1/changes", {"year": YEAR}).status_code == 422
    assert client.get("/api/v1/outlook", {"year": YEAR, "batch": 10**9}).status_code == 422
    view = client.get("/api/v1/outlook", {"year": YEAR}).json()
    assert view["unit"]["target"] is None
    assert view["expected"] is None

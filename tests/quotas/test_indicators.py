"""Other indicators of an agreement: typed, apart from placements, seen by their own balai."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from quotas import indicators, tally
from quotas.models import Indicator, IndicatorTarget
from regions.models import Office

pytestmark = pytest.mark.django_db
URL = "/balai/bp3mi-jateng/perjanjian/?year=2025"


@pytest.fixture
def promised(target_admin):
    return indicators.set_indicator_target(
        by=target_admin,
        reason="perjanjian",
        indicator=Indicator.objects.first(),
        office=Office.objects.get(pk="bp3mi-jateng"),
        year=2025,
        amount=Decimal(80),
    )


def test_the_published_agreement_of_sulteng_is_there_and_apart_from_placements(client, directorate):
    client.force_login(directorate)
    page = client.get("/balai/bp3mi-sulteng/perjanjian/?year=2025").content.decode()
    assert "153,3 %" in page
    assert "bukan penempatan" in page
    assert tally.reconcile().placements == 0


def test_a_head_reports_a_quarter_through_the_page(client, head, promised):
    client.force_login(head)
    sent = {"target": promised.pk, "quarter": "2", "value": "20,5", "reason": "laporan"}
    assert client.post(URL, sent).status_code == 302
    promised.refresh_from_db()
    assert promised.quarter_2 == Decimal("20.50")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [("value", "banyak", "Tulis sebagai angka"), ("value", "-1", "tidak boleh negatif"),
     ("reason", "", "Tulis dari mana"), ("target", "999999", "Pilih salah satu")],
)  # fmt: skip
def test_a_wrong_report_comes_back_with_a_sentence(client, head, promised, field, typed, sentence):
    client.force_login(head)
    sent = {"target": promised.pk, "quarter": "2", "value": "20", "reason": "laporan"}
    answer = client.post(URL, sent | {field: typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_only_the_own_head_or_an_administrator_reports(promised, officer, stranger):
    for user in (officer, stranger):
        with pytest.raises(PermissionDenied):
            indicators.report_quarter(
                target=promised, by=user, reason="x", quarter=1, value=Decimal(1)
            )


def test_an_officer_of_another_balai_does_not_see_the_agreement(client, stranger, promised):
    client.force_login(stranger)
    assert client.get(URL).status_code == 404


def test_a_target_of_zero_is_refused(target_admin, promised):
    with pytest.raises(ValidationError):
        indicators.set_indicator_target(
            by=target_admin, reason="x", indicator=promised.indicator, office=promised.office,
            year=2025, amount=Decimal(0),
        )  # fmt: skip


def test_nothing_reported_is_no_percentage(promised):
    assert promised.realised is None
    assert promised.rounded is None
    assert promised.events.count() == 1


def test_a_share_is_read_at_the_last_quarter_and_a_sum_is_added():
    share = Indicator(kind=Indicator.Kind.LAST)
    added = Indicator(kind=Indicator.Kind.SUM)
    for indicator, expected in ((share, 90), (added, 170)):
        target = IndicatorTarget(
            indicator=indicator, amount=Decimal(100), quarter_1=Decimal(80), quarter_3=Decimal(90)
        )
        assert target.realised == expected

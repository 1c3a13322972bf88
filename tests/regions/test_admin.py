"""Every admin page opens for an administrator, and a code is chosen once."""

import pytest
from django.contrib import admin
from django.urls import reverse

pytestmark = pytest.mark.django_db
OURS = {"regions", "placement", "quotas"}


@pytest.fixture
def administrator(client, target_admin):
    target_admin.is_staff = True
    target_admin.save()
    client.force_login(target_admin)
    return client


def test_every_list_and_every_first_row_opens(administrator):
    for model in admin.site._registry:
        if model._meta.app_label not in OURS:
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert administrator.get(reverse(f"{name}_changelist")).status_code == 200, name
        first = model.objects.first()
        if first is not None:
            address = reverse(f"{name}_change", args=[first.pk])
            assert administrator.get(address).status_code == 200, name


def test_a_code_is_fixed_once_and_a_plain_number_is_not_shown(administrator):
    office = administrator.get("/admin/regions/office/bp3mi-jateng/change/").content.decode()
    assert 'name="code"' not in office
    assert 'name="seat"' in office
    area = administrator.get(reverse("admin:regions_servicearea_add")).content.decode()
    assert 'name="valid_from"' in area

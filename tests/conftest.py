"""Fixtures: a database with the real reference data, and people of every group."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.management import call_command
from django.utils import translation

from accounts import roles
from tests.factories import make_user


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The reference data of data/ are in every test's database, as in production."""
    with django_db_blocker.unblock():
        call_command("load_reference", verbosity=0)


@pytest.fixture(autouse=True)
def _fresh_frame():
    """Notice and bands of the frame are cached in the process; each test begins without them."""
    caches["process"].clear()


@pytest.fixture(autouse=True)
def _indonesian():
    """A request in English leaves its language in the thread: each test begins in Indonesian."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _reference_after_flush(request):
    """A test that really commits leaves empty tables behind: bring the reference data back."""
    mark = request.node.get_closest_marker("django_db")
    commits = mark is not None and mark.kwargs.get("transaction", False)
    if not commits and {"transactional_db", "live_server"}.isdisjoint(request.fixturenames):
        return
    request.getfixturevalue("transactional_db")
    if not Group.objects.exists():
        Group.objects.bulk_create(Group(name=name) for name in roles.ALL)
        call_command("load_reference", verbosity=0)


@pytest.fixture
def officer(db):
    return make_user("petugas", roles.OFFICER, office="bp3mi-jateng")


@pytest.fixture
def head(db):
    return make_user("kepala", roles.HEAD, office="bp3mi-jateng")


@pytest.fixture
def stranger(db):
    """An officer of another balai."""
    return make_user("petugas.ntb", roles.OFFICER, office="bp3mi-ntb")


@pytest.fixture
def directorate(db):
    return make_user("direktorat", roles.DIRECTORATE)


@pytest.fixture
def target_admin(db):
    return make_user("admin", roles.TARGET_ADMIN)


@pytest.fixture
def second_admin(db):
    return make_user("admin2", roles.TARGET_ADMIN)


@pytest.fixture
def auditor(db):
    return make_user("auditor", roles.AUDITOR)

"""Make things through the real verbs; name only what the test is about."""

from __future__ import annotations

import datetime
import itertools
import uuid

from django.contrib.auth.models import Group

from accounts.models import User
from placement.models import Placement
from placement.recording import record_placement
from placement.reference import EmployerKind, JobTitle, Programme, Scheme
from regions.models import Country, Office, Regency

_serial = itertools.count(1)
PASSWORD = "sandi-Uji-1"


def make_user(username: str, role: str, office: str | None = None) -> User:
    user = User.objects.create_user(username, password=PASSWORD, office_id=office)
    user.groups.add(Group.objects.get(name=role))
    return User.objects.select_related("office").get(pk=user.pk)


def make_nik(*, province: str = "33", day: str = "44", month: str = "05", year: str = "96") -> str:
    """A NIK nobody has had in this test run: by default of a woman born on 4 May 1996."""
    return f"{province}0101{day}{month}{year}{next(_serial) % 9999 + 1:04d}"


def make_facts(**changes) -> dict:
    """Valid arguments of record_placement; codes stand for reference rows."""
    facts = {
        "nik": make_nik(),
        "name": "Siti Contoh",
        "birth_date": datetime.date(1996, 5, 4),
        "sex": "F",
        "office": "bp3mi-jateng",
        "origin": "3301",
        "completed_on": datetime.date(2026, 3, 2),
        "destination": "TW",
        "scheme": "GTOG",
        "programme": "regular",
        "employer_kind": "individual",
        "job_title": "caregiver",
        "agency": None,
        "ekpmi_number": "",
        "remark": "",
    } | changes
    models = {
        "office": Office, "origin": Regency, "destination": Country, "scheme": Scheme,
        "programme": Programme, "employer_kind": EmployerKind, "job_title": JobTitle,
    }  # fmt: skip
    for name, model in models.items():
        if isinstance(facts[name], str):
            facts[name] = model.objects.get(pk=facts[name])
    return facts


def make_placement(*, by: User, request_key: uuid.UUID | None = None, **changes) -> Placement:
    key = request_key or uuid.uuid4()
    sure = {"confirmed": True, "kept_because": changes.pop("kept_because", "Sudah diperiksa")}
    return record_placement(by=by, request_key=key, **sure, **make_facts(**changes))


def form_data(**changes) -> dict[str, str]:
    """What a browser sends for the officer's form."""
    return {
        "request_key": str(uuid.uuid4()),
        "nik": make_nik(),
        "name": "Siti Contoh",
        "sex": "F",
        "birth_date": "04/05/1996",
        "origin": "3301",
        "office": "bp3mi-jateng",
        "completed_on": "02/03/2026",
        "scheme": "GTOG",
        "programme": "regular",
        "destination": "TW",
        "job_title": "caregiver",
        "employer_kind": "individual",
        "agency": "",
        "ekpmi_number": "",
        "remark": "",
    } | changes

"""Workers die, fail and race: a job ends, its counts are right, nothing is doubled or stuck."""

from __future__ import annotations

import datetime
import os
import tempfile
import time

import pytest
from django.db import transaction
from django.utils import timezone

from placement import bulk, importing, sifting
from placement.models import ImportJob, Placement
from tests.concurrency import named, pool
from tests.placement.test_import import URL, checked, csv_of, row

LONG_AGO = datetime.timedelta(minutes=5)


class Broken(Exception):
    """Something nobody foresaw."""


def failing(*_args, **_kwargs):
    raise Broken


def left_behind(job: ImportJob) -> None:
    """As if its worker had been killed minutes ago."""
    ImportJob.objects.filter(pk=job.pk).update(moved_at=timezone.now() - LONG_AGO)


@pytest.mark.django_db
def test_what_fails_again_and_again_is_given_up_with_a_sentence(officer, monkeypatch, caplog):
    job = importing.send_file(by=officer, name="a.csv", content=csv_of([row()]))
    monkeypatch.setattr(sifting, "examine", failing)
    for _attempt in range(importing.ATTEMPTS):
        assert importing.run_next()
    assert not importing.run_next()
    job.refresh_from_db()
    assert (job.status, bytes(job.content)) == ("refused", b"")
    assert "gagal diproses tiga kali" in job.message
    assert caplog.text.count("Broken") >= importing.ATTEMPTS


@pytest.mark.django_db
def test_what_fails_once_is_done_at_the_next_attempt(officer, monkeypatch):
    job = importing.send_file(by=officer, name="a.csv", content=csv_of([row()]))
    with monkeypatch.context() as patch:
        patch.setattr(sifting, "examine", failing)
        importing.run_next()
    assert importing.run_next()
    job.refresh_from_db()
    assert (job.status, job.good) == ("checked", 1)


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_given_up(officer):
    job = importing.send_file(by=officer, name="a.csv", content=csv_of([row()]))
    for _attempt in range(importing.ATTEMPTS):
        assert importing._take() is not None
        left_behind(job)
    assert not importing.run_next()
    job.refresh_from_db()
    assert job.status == "refused"


@pytest.mark.django_db
def test_a_save_broken_in_the_middle_goes_on_with_the_right_counts(officer, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 2)
    job = checked(officer, csv_of([row() for _each in range(5)]))
    importing.save_checked(job=job, by=officer)
    record, calls = bulk.record_many, []

    def once_then_die(**arguments):
        calls.append(1)
        if len(calls) == 2:
            record(**arguments)
            raise Broken  # After its rows were written: they must go back with the count.
        return record(**arguments)

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "record_many", once_then_die)
        importing.run_next()
    job.refresh_from_db()
    assert (job.status, job.saved, job.seen) == ("queued", 2, 2)
    assert Placement.objects.count() == 2
    importing.run_next()
    job.refresh_from_db()
    assert (job.status, job.saved, job.seen, job.percent) == ("done", 5, 5, 100)
    assert Placement.objects.count() == 5


@pytest.mark.django_db
@pytest.mark.parametrize("is_taken_over", [False, True])
def test_a_job_cancelled_or_taken_over_saves_not_one_row_more(officer, monkeypatch, is_taken_over):
    monkeypatch.setattr(importing, "CHUNK", 2)
    job = checked(officer, csv_of([row() for _each in range(6)]))
    importing.save_checked(job=job, by=officer)
    record = bulk.record_many

    def then_lose_it(**arguments):
        new = record(**arguments)
        if is_taken_over:
            left_behind(job)
            importing._take()
        else:
            importing.cancel(job=job, by=officer)
        return new

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "record_many", then_lose_it)
        importing.run_next()
    job.refresh_from_db()
    assert job.status == ("saving" if is_taken_over else "cancelled")
    assert Placement.objects.count() == 2


@pytest.mark.django_db
def test_the_page_tells_how_far_a_file_is(client, officer):
    job = importing.send_file(by=officer, name="a.csv", content=csv_of([row()]))
    ImportJob.objects.filter(pk=job.pk).update(status="saving", total=2000, seen=500, good=2000)
    client.force_login(officer)
    page = client.get(URL).content.decode()
    assert 'role="progressbar"' in page
    assert 'aria-valuenow="25"' in page
    assert "500 dari 2.000 baris" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("connections")
def test_two_workers_never_take_the_same_job(officer):
    for _each in range(8):
        importing.send_file(by=officer, name="a.csv", content=csv_of([row()]))
    with pool() as workers:
        taken = [
            each.result().pk
            for each in [workers.submit(named("worker", importing._take)) for _n in range(8)]
        ]
    assert len(set(taken)) == 8

    # The control: who does not lock and skip gets the job that another one already holds.
    ImportJob.objects.update(status="waiting")
    first = ImportJob.objects.filter(status="waiting").order_by("pk")
    with transaction.atomic(), pool() as workers:
        held = first.select_for_update().first()
        seen = workers.submit(named("careless", lambda: first.first().pk)).result()
        careful = workers.submit(named("careful", lambda: importing._take().pk)).result()
    assert seen == held.pk
    assert careful != held.pk


@pytest.mark.django_db
def test_what_a_killed_worker_left_of_a_report_is_erased_and_what_is_being_written_is_not(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, fresh, other = (
        tmp_path / "capaian-impor-a", tmp_path / "capaian-impor-b", tmp_path / "lain",
    )  # fmt: skip
    for folder in (old, fresh, other):
        folder.mkdir()
        (folder / "sheet.xml").write_text("3301014405960007")
    hour_ago = time.time() - 3600
    for folder in (old, other):
        os.utime(folder, (hour_ago, hour_ago))
    importing.erase_old()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["capaian-impor-b", "lain"]


@pytest.mark.django_db
def test_a_report_leaves_nothing_on_the_disk(monkeypatch, tmp_path, officer):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    job = checked(officer, csv_of([row(nik="123")]))
    assert job.wrong == 1
    assert job.report
    assert list(tmp_path.iterdir()) == []

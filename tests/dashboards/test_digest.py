"""The weekly letter: what it says, to whom, in which language, and never twice."""

from __future__ import annotations

import datetime
import re
import threading
from fractions import Fraction

import pytest
from celery import current_app
from django.conf import settings as all_settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts import roles
from accounts.letters import DigestSent, choose_letter, digest_recipients
from accounts.models import User
from dashboards import digest
from placement.recording import void_placement
from quotas import pace, plans, tally, targets
from quotas.digest import digest_of, week_before
from quotas.models import TallyBatch
from quotas.promises import Measure
from quotas.targets import Amount
from regions.models import Office
from tests.concurrency import backend_waits_for_a_lock, named, pool, wait_until
from tests.factories import make_placement, make_user

SUNDAY = datetime.date(2026, 3, 15)
BEFORE = datetime.date(2026, 3, 8)


def fold_on(day: datetime.date) -> int:
    """Fold what waits; the batch is of noon of ``day``."""
    tally.fold()
    batch = TallyBatch.objects.latest("number")
    at = datetime.datetime(day.year, day.month, day.day, 5, tzinfo=datetime.UTC)
    TallyBatch.objects.filter(pk=batch.pk).update(folded_at=at)
    return batch.number


def address(user: User) -> User:
    User.objects.filter(pk=user.pk).update(email=f"{user.username}@contoh.test")
    return User.objects.select_related("office").get(pk=user.pk)


def enact(first: User, second: User, amount: int, name: str) -> None:
    made = targets.create_set(
        by=first, reason="awal", year=2026, name=name, source="Keputusan", decree_number=name,
        decree_date=datetime.date(2026, 1, 2),
    )  # fmt: skip
    amounts = [
        Amount(Measure.NATIONAL, amount * 2),
        *(
            Amount(Measure.SERVED, amount, unit=Office.objects.get(pk=code))
            for code in ("bp3mi-jateng", "bp3mi-ntb")
        ),
    ]
    targets.set_amounts(target_set=made, by=first, reason="awal", amounts=amounts)
    targets.propose_set(target_set=made, by=first, reason="usul")
    targets.enact_set(target_set=made, by=second, reason="tetap")


@pytest.fixture
def week(officer, stranger, head, directorate, target_admin, second_admin):
    """A week in which Jawa Tengah completed two, recorded two late ones and voided one; NTB none.
    Each has a target of 1,200."""
    enact(target_admin, second_admin, 1200, "Target A")
    made = make_placement(by=officer, completed_on=datetime.date(2026, 3, 2))
    make_placement(
        by=stranger, office="bp3mi-ntb", origin="5201", completed_on=datetime.date(2026, 3, 3)
    )
    fold_on(BEFORE)
    for day in (10, 12, 4, 5):
        make_placement(by=officer, completed_on=datetime.date(2026, 3, day))
    void_placement(placement=made, by=officer, reason="batal")
    fold_on(SUNDAY)
    return address(head), address(directorate)


@pytest.mark.django_db
def test_the_sums_of_a_letter_are_those_of_the_two_states(week):
    head, directorate = week
    found = digest_of(user=directorate, week=SUNDAY)
    assert (found.first.figure.realised, found.first.done) == (5, 3)
    (jateng, ntb) = (
        next(s for s in found.others[Measure.SERVED] if s.figure.code == code)
        for code in ("bp3mi-jateng", "bp3mi-ntb")
    )
    assert (jateng.figure.realised, jateng.done, ntb.figure.realised, ntb.done) == (4, 3, 1, 0)
    assert sum(s.done for s in found.others[Measure.SERVED]) == found.first.done
    plan = plans.plan_of_unit(
        target_set=jateng.figure.target_set, measure="served", code="bp3mi-jateng", programme="",
        year=2026,
    )  # fmt: skip
    through = [pace.expected_to_date(plan=plan, year=2026, day=d) for d in (BEFORE, SUNDAY)]
    assert jateng.due == through[1] - through[0] > 0
    assert jateng.gap == 3 - jateng.due
    assert isinstance(jateng.gap, Fraction)
    worst = found.behind[Measure.SERVED]
    assert [each.standing.figure.code for each in worst] == ["bp3mi-ntb", "bp3mi-jateng"]
    assert found.behind_in_all[Measure.SERVED] == 2
    assert worst[1].changes == {"recorded_later": 2, "new": 2, "voided": 1}
    assert worst[0].changes == {}
    own = digest_of(user=head, week=SUNDAY)
    assert own.first.figure.code == "bp3mi-jateng"
    assert (own.first.done, own.own.changes) == (3, {"recorded_later": 2, "new": 2, "voided": 1})


@pytest.mark.django_db
def test_what_happens_later_changes_no_letter_of_an_earlier_week(week, officer):
    _head, directorate = week
    said = digest.letter_for(user=directorate, week=SUNDAY).body
    make_placement(by=officer, completed_on=datetime.date(2026, 3, 11))
    fold_on(datetime.date(2026, 3, 18))
    make_placement(by=officer, completed_on=datetime.date(2026, 3, 13))
    assert digest.letter_for(user=directorate, week=SUNDAY).body == said


@pytest.mark.django_db
def test_a_head_is_told_of_the_own_balai_and_its_provinces_only(week):
    head, directorate = week
    letter = digest.letter_for(user=head, week=SUNDAY)
    html = letter.alternatives[0][0]
    assert "BP3MI Jawa Tengah" in letter.subject
    assert "Nusa Tenggara Barat" not in letter.body + html
    assert "Indonesia" not in letter.body
    assert "Nusa Tenggara Barat" in digest.letter_for(user=directorate, week=SUNDAY).body
    assert letter.to == ["kepala@contoh.test"]
    told = digest.letter_for(user=directorate, week=SUNDAY).body
    assert "dilayani: 2 dari 2 yang punya rencana" in told


@pytest.mark.django_db
def test_a_letter_is_dated_has_its_reasons_and_names_no_worker(week, client):
    head, _directorate = week
    letter = digest.letter_for(user=head, week=SUNDAY)
    html = letter.alternatives[0][0]
    assert "Keadaan per Minggu, 15 Maret 2026 (batch" in letter.body
    for words in ("dicatat kemudian +2", "dibatalkan −1", "2 selesai pada minggu ini, rencana"):
        assert words in letter.body, words
        assert words in html, words
    for text in (letter.body, html):
        assert "Siti" not in text
        assert "PMI-" not in text
        assert not re.search(r"<img|src=|<link|style=|<script", text)
    client.force_login(head)
    links = re.findall(rf"{re.escape(all_settings.SITE_URL)}(\S+)", letter.body)
    assert len(links) >= 3
    assert {client.get(link).status_code for link in links} == {200}


@pytest.mark.django_db
def test_a_target_revised_in_the_week_is_a_reason(week, target_admin, second_admin):
    head, _directorate = week
    before = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    within = datetime.datetime(2026, 3, 11, tzinfo=datetime.UTC)
    enact(target_admin, second_admin, 2400, "Target B")
    _date_events("Target A", before, within)
    _date_events("Target B", within, within)
    found = digest_of(user=head, week=SUNDAY).first
    assert (found.target_before, found.figure.target) == (1200, 2400)
    assert (
        "target setahun diubah dari 1.200 menjadi 2.400"
        in digest.letter_for(user=head, week=SUNDAY).body
    )


def _date_events(name: str, first: datetime.datetime, last: datetime.datetime) -> None:
    """Date the history of a set: its superseding at ``last``, all before it at ``first``. History
    is append-only for the program; a test may move the clock."""
    events = targets.TargetSet.pgh_event_model.objects.filter(name=name).order_by("pgh_id")
    for event in events:
        at = last if event.status == targets.TargetSet.Status.SUPERSEDED else first
        type(event).objects.filter(pk=event.pk).update(pgh_created_at=at)


@pytest.mark.django_db
def test_without_a_state_a_week_before_the_letter_says_so(officer, directorate):
    make_placement(by=officer, completed_on=datetime.date(2026, 3, 10))
    fold_on(SUNDAY)
    user = address(directorate)
    found = digest_of(user=user, week=SUNDAY)
    assert found.first.done is found.own is None
    assert "Belum ada keadaan seminggu sebelumnya" in digest.letter_for(user=user, week=SUNDAY).body
    assert digest_of(user=user, week=BEFORE) is None


@pytest.mark.django_db
def test_without_a_plan_nobody_is_said_to_be_level_with_it(officer, directorate):
    make_placement(by=officer, completed_on=datetime.date(2026, 3, 2))
    fold_on(BEFORE)
    make_placement(by=officer, completed_on=datetime.date(2026, 3, 10))
    fold_on(SUNDAY)
    body = digest.letter_for(user=address(directorate), week=SUNDAY).body
    assert "belum ada target, jadi tertinggal atau tidak belum diketahui" in body
    assert "0 dari" not in body


@pytest.mark.django_db
def test_nothing_is_sent_until_the_server_is_told_to(week, settings):
    assert settings.DIGEST is False
    digest.send_letters(week=SUNDAY)
    assert mail.outbox == []
    with pytest.raises(CommandError, match="DIGEST"):
        call_command("send_digest", week=SUNDAY)
    assert not DigestSent.objects.exists()


@pytest.mark.django_db
def test_each_gets_one_letter_a_week_in_the_own_language(week, settings):
    settings.DIGEST = True
    _head, directorate = week
    choose_letter(user=directorate, wanted=True, language="en")
    first = digest.send_letters(week=SUNDAY)
    again = digest.send_letters(week=SUNDAY)
    assert (first.sent, first.already, again.sent, again.already) == (2, 0, 0, 2)
    languages = {each.to[0]: each.extra_headers["Content-Language"] for each in mail.outbox}
    assert languages == {"kepala@contoh.test": "id", "direktorat@contoh.test": "en"}
    english = next(each for each in mail.outbox if each.to == ["direktorat@contoh.test"])
    assert '<html lang="en">' in english.alternatives[0][0]


@pytest.mark.django_db
def test_who_declined_left_has_no_address_or_another_place_gets_none(
    officer, head, directorate, auditor, target_admin
):
    people = [address(each) for each in (officer, head, directorate, auditor, target_admin)]
    away = address(make_user("kepala.ntb", roles.HEAD, office="bp3mi-ntb"))
    make_user("kepala.tanpa", roles.HEAD, office="bp3mi-ntb")
    assert set(digest_recipients()) == {people[1], people[2], away}
    choose_letter(user=people[1], wanted=False, language="id")
    User.objects.filter(pk=away.pk).update(is_active=False)
    assert list(digest_recipients()) == [people[2]]
    with pytest.raises(ValidationError):
        choose_letter(user=people[1], wanted=True, language="xx")


@pytest.mark.django_db
def test_the_choice_is_made_on_the_own_page(client, head):
    client.force_login(head)
    page = client.get("/akun/surel/").content.decode()
    assert "belum punya alamat surel" in page
    client.post("/akun/surel/", {"language": "en"})
    head.refresh_from_db()
    assert (head.digest, head.language) == (False, "en")
    answer = client.post("/akun/surel/", {"wanted": "on", "language": "xx"})
    assert answer.status_code == 422
    assert "Pilih bahasa dari daftar." in answer.content.decode()


@pytest.mark.django_db
def test_a_dry_run_prints_and_sends_nothing(week, capsys):
    call_command("send_digest", week=SUNDAY, dry_run=True)
    assert "BP3MI Jawa Tengah" in capsys.readouterr().out
    assert mail.outbox == []
    assert not DigestSent.objects.exists()
    with pytest.raises(CommandError, match="not a Sunday"):
        call_command("send_digest", week=datetime.date(2026, 3, 14), dry_run=True)


@pytest.mark.django_db
def test_the_database_keeps_one_row_a_week_and_sundays(head):
    at = datetime.datetime(2026, 3, 16, tzinfo=datetime.UTC)
    row = DigestSent(week=BEFORE + datetime.timedelta(1), user=head, sent_at=at)
    with pytest.raises(ValidationError, match="hari Minggunya"):
        row.full_clean()
    with pytest.raises(IntegrityError, match="digest_week_ends"), transaction.atomic():
        row.save()
    DigestSent.objects.create(week=SUNDAY, user=head, sent_at=at)
    with pytest.raises(IntegrityError, match="once_a_week"), transaction.atomic():
        DigestSent.objects.create(week=SUNDAY, user=head, sent_at=at)


def test_a_week_is_named_by_the_sunday_before():
    for day in range(9, 16):
        assert week_before(datetime.date(2026, 3, day)) == BEFORE
    assert week_before(datetime.date(2026, 3, 16)) == SUNDAY


def test_every_scheduled_task_exists_and_expires():
    current_app.loader.import_default_modules()
    for name, entry in all_settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in current_app.tasks, name
        assert entry["options"]["expires"] > 0, name


class Refusing(EmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, messages):
        raise OSError("connection refused")


class Slow(EmailBackend):
    """A mail server that takes the first letter only when ``go`` is set."""

    go = threading.Event()

    def send_messages(self, messages):
        self.go.wait(20)
        return super().send_messages(messages)


@pytest.mark.django_db
def test_a_letter_the_server_refused_is_not_marked_and_goes_next_time(week, settings):
    settings.DIGEST = True
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Refusing"
    assert sorted(digest.send_letters(week=SUNDAY).failed) == ["direktorat", "kepala"]
    assert not DigestSent.objects.exists()
    settings.EMAIL_BACKEND = usual
    assert digest.send_letters(week=SUNDAY).sent == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("connections")
@pytest.mark.parametrize("guarded", [True, False])
def test_two_workers_at_once_send_one_letter_and_without_the_rule_two(
    officer, directorate, settings, guarded
):
    settings.DIGEST, settings.EMAIL_BACKEND = True, f"{__name__}.Slow"
    Slow.go.clear()
    user = address(directorate)
    make_placement(by=officer, completed_on=datetime.date(2026, 3, 10))
    fold_on(SUNDAY)
    rule = next(
        each for each in DigestSent._meta.constraints
        if each.name == "digest_goes_to_a_person_once_a_week"
    )  # fmt: skip
    if not guarded:
        with connection.schema_editor() as editor:
            editor.remove_constraint(DigestSent, rule)
    try:
        with pool() as threads:
            work = [
                threads.submit(
                    named(f"letter-{n}", lambda: digest.send_letter(user=user, week=SUNDAY))
                )
                for n in range(2)
            ]
            names = ("letter-0", "letter-1")
            wait_until(
                lambda: (
                    any(backend_waits_for_a_lock(name) for name in names)
                    if guarded
                    else _in_transaction(names) == 2
                )
            )
            Slow.go.set()
            results = [each.result(20) for each in work]
        assert len(mail.outbox) == (1 if guarded else 2)
        assert sorted(results) == ([False, True] if guarded else [True, True])
    finally:
        Slow.go.set()
        if not guarded:
            DigestSent.objects.all().delete()
            with connection.schema_editor() as editor:
                editor.add_constraint(DigestSent, rule)


def _in_transaction(names: tuple[str, ...]) -> int:
    """How many of the connections have written their row and wait with it open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = ANY(%s) "
            "AND backend_xid IS NOT NULL AND state = 'idle in transaction'",
            [list(names)],
        )
        return cursor.fetchone()[0]

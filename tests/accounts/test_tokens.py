"""Tokens: shown once, kept as a digest, with the rights of their owner, and ended at any time."""

import datetime
import hashlib

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ApiToken
from accounts.tokens import MOST_LIVE, create_token, open_token, revoke_token
from tests.concurrency import named, pool

pytestmark = pytest.mark.django_db
URL = "/akun/token/"


def soon(days: int = 30) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days)


def make_token(user, name: str = "layar", days: int = 30) -> tuple[ApiToken, str]:
    return create_token(by=user, name=name, expires_on=soon(days))


def test_the_secret_is_kept_as_its_digest_only(officer):
    token, secret = make_token(officer)
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert len(secret) >= 43
    row = ApiToken.objects.filter(pk=token.pk).values_list()[0]
    assert secret not in map(str, row)
    assert secret.startswith(token.prefix)
    events = ApiToken.pgh_event_models["insert"].objects.values_list()
    assert token.digest not in str(list(events))


def test_the_page_shows_a_new_secret_once_and_never_again(client, officer):
    client.force_login(officer)
    answer = client.post(URL, {"name": "layar", "expires_on": soon().isoformat()})
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert open_token(secret).owner == officer
    page = client.get(URL).content.decode()
    assert "layar" in page
    assert secret not in page


def test_a_wrong_form_says_so_and_keeps_what_was_typed(client, officer):
    client.force_login(officer)
    for data, sentence in (
        ({"name": "", "expires_on": soon().isoformat()}, "Beri nama"),
        ({"name": "layar", "expires_on": "kemarin"}, "Tulis tanggalnya"),
        ({"name": "layar", "expires_on": soon(-1).isoformat()}, "sudah lewat"),
        ({"name": "layar", "expires_on": soon(400).isoformat()}, "paling lama setahun"),
    ):
        answer = client.post(URL, data)
        page = answer.content.decode()
        assert answer.status_code == 422, data
        assert sentence in page, data
        assert f'value="{data["name"]}"' in page or not data["name"]
    assert not ApiToken.objects.exists()


def test_tokens_are_seen_and_revoked_by_their_owner_alone(client, officer, head):
    token, _secret = make_token(officer)
    client.force_login(head)
    assert token.prefix not in client.get(URL).content.decode()
    assert client.post(f"{URL}{token.pk}/cabut/").status_code == 404
    with pytest.raises(PermissionDenied):
        revoke_token(token=token, by=head)
    client.force_login(officer)
    assert client.post(f"{URL}{token.pk}/cabut/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    again = revoke_token(token=token, by=officer)
    assert again.revoked_at == token.revoked_at


def test_a_name_in_use_is_refused_until_its_token_is_revoked(officer):
    token, _secret = make_token(officer)
    with pytest.raises(ValidationError, match="nama itu"):
        make_token(officer)
    revoke_token(token=token, by=officer)
    make_token(officer)


def test_the_database_itself_refuses_a_token_of_two_years(officer):
    token, _secret = make_token(officer)
    with pytest.raises(IntegrityError, match="token_lives_at_most_a_year"), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(expires_on=soon(800))


def test_a_superuser_has_no_token_and_one_made_before_opens_nothing(officer, client):
    root = get_user_model().objects.create_superuser("root", password="x")
    with pytest.raises(ValidationError, match="superuser"):
        make_token(root)
    _token, secret = make_token(officer)
    officer.is_superuser = True
    officer.save()
    answer = client.get("/api/v1/freshness", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert "superuser" in answer.json()["detail"]


def test_history_says_who_revoked_and_using_a_token_leaves_no_event(officer):
    token, secret = make_token(officer)
    open_token(secret)
    events = ApiToken.pgh_event_models["update"].objects.filter(pgh_obj=token.pk)
    assert [each.pgh_label for each in events] == ["insert"]
    revoke_token(token=token, by=officer)
    last = events.order_by("-pgh_id").first()
    assert last.revoked_at is not None
    assert last.pgh_context.metadata["user"] == officer.pk


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(officer, django_assert_num_queries):
    token, secret = make_token(officer)
    with django_assert_num_queries(3):
        open_token(secret)
    token.refresh_from_db()
    assert token.last_used_at is not None
    with django_assert_num_queries(2):
        open_token(secret)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("connections")
def test_two_requests_at_once_do_not_pass_the_most_live_tokens(officer):
    for number in range(MOST_LIVE - 1):
        make_token(officer, f"nomor {number}")

    def one_more(name):
        try:
            make_token(officer, name)
        except ValidationError:
            return False
        return True

    with pool() as side_by_side:
        made = [
            side_by_side.submit(named(f"token-{n}", lambda n=n: one_more(f"lagi {n}")))
            for n in range(6)
        ]
    assert sum(each.result() for each in made) == 1

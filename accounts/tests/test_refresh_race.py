"""Ten clients exchange one refresh token at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts import actions
from accounts.models import SignIn
from accounts.origin import NOWHERE
from accounts.tests.factories import make_user

CLIENTS = 10
ROUNDS = 20


def exchange(token, start):
    start.wait()
    try:
        return actions.refresh(token=token, origin=NOWHERE, now=timezone.now()).refresh
    except actions.RefusedToken:
        return None
    finally:
        connections.close_all()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_wins_and_reuse_ends_the_family():
    if connection.vendor != "postgresql":
        pytest.skip("One writer at a time is what SQLite does anyway; its test database lives in one connection.")
    user = make_user()
    for _round in range(ROUNDS):
        pair = actions.sign_in(user=user, origin=NOWHERE, now=timezone.now())
        start = Barrier(CLIENTS)
        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = list(pool.map(exchange, [pair.refresh] * CLIENTS, [start] * CLIENTS))
        assert sum(answer is not None for answer in answers) == 1
        assert SignIn.objects.get(pk=pair.sign_in.pk).revoked_at is not None

"""Unlinking where the bank knows nothing any more or is away."""

import pytest
from django.utils import timezone

from banking.actions import connections as asking
from banking.models import Connection
from banking.providers import registry
from banking.providers.base import BankError
from banking.tests.bank import now_of


def test_unlinking_what_the_bank_no_longer_knows_is_done(connection, bank, cast):
    bank.api("/item/remove", {"access_token": connection.secret.reveal()})
    asking.unlink(
        book=cast.book,
        connection=connection,
        by=cast.alice.user,
        vendor=registry.vendor("plaid"),
        keep=True,
        now=timezone.now(),
    )
    assert now_of(connection).status == Connection.Status.UNLINKED


def test_unlinking_while_the_bank_is_away_changes_nothing(connection, bank, cast):
    bank.fault("error", endpoint="/item/remove", code="INTERNAL_SERVER_ERROR")
    with pytest.raises(BankError):
        asking.unlink(
            book=cast.book,
            connection=connection,
            by=cast.alice.user,
            vendor=registry.vendor("plaid"),
            keep=False,
            now=timezone.now(),
        )
    assert now_of(connection).secret is not None

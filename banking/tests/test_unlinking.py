"""Unlinking where the bank knows nothing any more or is away."""

import pytest

from banking.models import Connection
from banking.providers.base import BankError
from banking.tests.bank import now_of, unlink


def test_unlinking_what_the_bank_no_longer_knows_is_done(connection, bank, cast):
    bank.api("/item/remove", {"access_token": connection.secret.reveal()})
    unlink(connection, cast.alice.user)
    assert now_of(connection).status == Connection.Status.UNLINKED


def test_unlinking_while_the_bank_is_away_changes_nothing(connection, bank, cast):
    bank.fault("error", endpoint="/item/remove", code="INTERNAL_SERVER_ERROR")
    with pytest.raises(BankError):
        unlink(connection, cast.alice.user, keep=False)
    assert now_of(connection).secret is not None

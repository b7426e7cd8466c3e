"""Whatever happens at the bank and on the way, the ledger ends up equal to the bank's and keeps every edit."""

import os
import random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from accounts.books import entered
from accounts.tests.factories import make_book
from banking.tests.bank import linked
from banking.tests.lives import CUSTOM, STEPS, Life, quick
from sandboxbank.control import Control

LIVES = int(os.environ.get("SYNC_LIVES", "300"))
SHARDS = 6  # so that a parallel run shares them out


@pytest.fixture
def bank(sandbox_bank):
    quick()
    return Control(sandbox_bank.url)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_ledger_equals_the_bank_after_any_life(cast, bank, shard):
    @seed(shard)
    @settings(
        max_examples=max(LIVES // SHARDS, 1),
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=14), dice=st.integers(0, 2**32))
    def live(steps, dice):
        bank.clear_faults()
        book = make_book(cast.alice.user, name="life")
        connection = linked(book, cast.alice.user, "user_custom", password=CUSTOM)
        with entered(book):
            life = Life(bank, book, connection, random.Random(dice))
            for step in steps:
                life.happen(step)
            life.settle()
            life.verify()

    live()

"""Whatever happens at the bank and on the way, the ledger ends up equal to the bank's and keeps every edit."""

import os
import random

import pytest
from django.db import connection as database
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from accounts.books import entered
from accounts.tests.factories import make_book, make_cast
from banking.tests.at_the_bank import CUSTOM
from banking.tests.bank import linked, quick, read
from banking.tests.dying import load_the_model
from banking.tests.lives import STEPS, Life
from financeapp.tests.serving import served
from sandboxbank.control import Control

LIVES = int(os.environ.get("SYNC_LIVES", "300" if database.vendor == "postgresql" else "30"))
SHARDS = 6  # so that a parallel run shares them out
SEED = os.environ.get("SYNC_SEED", "0")  # a number for other lives, or "random"
FIRST = random.randrange(10**6) if SEED == "random" else int(SEED)


@pytest.fixture
def bank(sandbox_bank):
    load_the_model()
    quick()
    return Control(sandbox_bank.url)


@pytest.fixture
def hook(transactional_db):
    """Where the bank sends webhooks to: the application itself."""
    with served() as address:
        yield f"{address}/api/webhook/plaid"


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_ledger_equals_the_bank_after_any_life(bank, hook, shard):
    alice = make_cast().alice
    print(f"SYNC_SEED={FIRST}")

    @seed(SHARDS * FIRST + shard)
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
        book = make_book(alice.user, name="life")
        connection = linked(book, alice.user, "user_custom", password=CUSTOM, webhook=hook)
        life = Life(bank, connection, random.Random(dice), quiet=False, book=book)
        for step in steps:
            life.happen(step)
        life.settle()
        with entered(book):
            life.verify()
            assert second_run_writes_nothing(life)

    live()
    assert any(sent["answer"] == "200" for sent in bank.webhooks()), "no webhook was believed"


def second_run_writes_nothing(life):
    rows = life.stored().order_by("pk")
    before = list(rows.values())
    read(life.connection)
    return list(rows.values()) == before

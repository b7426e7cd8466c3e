"""Whatever a bank tells, a person does and a worker dies at: the ledger adds up and keeps what was said."""

import os
import random

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.tests.factories import make_user
from banking.tests.bank import quick
from banking.tests.dying import load_the_model
from banking.tests.ledger_machine import LedgerMachine
from sandboxbank.control import Control

RUNS = int(os.environ.get("LEDGER_RUNS", "24"))
SHARDS = 6  # so that a parallel run shares them out
STEPS = int(os.environ.get("LEDGER_STEPS", "22"))
SEED = os.environ.get("LEDGER_SEED", "0")  # a number for other runs, or "random"
PHASES = [Phase.generate, Phase.shrink][: 1 + int(os.environ.get("LEDGER_SHRINK", "1"))]  # that takes minutes
FIRST = random.randrange(10**6) if SEED == "random" else int(SEED)


@pytest.fixture
def bank(sandbox_bank, transactional_db):
    load_the_model()
    quick()
    return Control(sandbox_bank.url)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_ledger_adds_up_and_keeps_its_word(bank, shard):
    owner = make_user()
    print(f"LEDGER_SEED={FIRST}")

    @seed(SHARDS * FIRST + shard)
    class Machine(LedgerMachine):
        def __init__(self):
            super().__init__(bank, owner)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=max(RUNS // SHARDS, 1),
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=PHASES,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )

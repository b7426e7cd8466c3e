"""A crash drill: workers, PostgreSQL and Redis are killed again and again while the bank, webhooks and a user go on.

    python -m banking.tests.drill --kills 200 --seed 3
    python -m banking.tests.drill --kills 40 --victims worker,postgres,redis

Afterwards everything comes to rest, and the ledger must equal the bank's with every edit in it. Prints a report as
JSON; ends with an error when something does not hold. Without `--here` it starts a database and a broker of its own;
DATABASE_URL then names the database whose tables it copies, which is quicker than migrating.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from banking.tests import services


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    victims = given.victims.split(",")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that whatever was started ends with it
    with ExitStack() as stack, services.own_bank(given.seed) as bank:
        servers = {} if given.here else stack.enter_context(_own_servers(victims))
        os.environ["PLAID_HOST"] = bank
        os.environ["SERVERS_ARE_KILLED"] = "1"
        os.environ["DJANGO_SETTINGS_MODULE"] = "financeapp.settings_test"
        import django  # now that the environment is complete

        django.setup()
        from banking.tests.drilling import Drill

        if given.naive:
            _be_naive()
        print(json.dumps(Drill(bank, given.seed, servers).run(given.kills, victims)))
    return 0


def _be_naive() -> None:
    import pytest

    from banking.tests.naive import save_the_cursor_first

    save_the_cursor_first(pytest.MonkeyPatch(), pause=0.2)


@contextmanager
def _own_servers(victims: list[str]) -> Iterator[dict[str, services.Server]]:
    """Those that may be killed; the tables are there."""
    tables = os.environ.pop("DATABASE_URL", "")
    with ExitStack() as stack:
        postgres = stack.enter_context(services.own_postgres(tables))
        servers: dict[str, services.Server] = {"postgres": postgres}
        os.environ["DATABASE_URL"] = postgres.url
        os.environ.pop("REDIS_URL", None)
        if "redis" in victims:
            redis = servers["redis"] = stack.enter_context(services.own_redis())
            os.environ["REDIS_URL"] = redis.url
        yield servers


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m banking.tests.drill", description="Kill and look what is lost.")
    parser.add_argument("--kills", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--victims", default="worker", help="worker, postgres, redis: what is killed in turn")
    parser.add_argument("--here", action="store_true", help="use DATABASE_URL itself, which is migrated and empty")
    parser.add_argument("--naive", action="store_true", help="save the cursor before the rows: this must end badly")
    return parser


if __name__ == "__main__":
    sys.exit(main())

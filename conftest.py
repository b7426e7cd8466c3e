"""What any test may ask for: people, a sandbox bank, waiting tasks, a served application and a real browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from financeapp.collecting import collect_rarely
from financeapp.tests.promised import chromium

CHROMIUM = chromium()
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first, so that none is left over at the end, and browser tests last.

    The browser's driver leaves a loop running in the thread of the tests: from then on Django gives that thread another
    database connection, and the process is not to be forked.
    """
    items.sort(key=lambda item: (_needs_browser(item), item.get_closest_marker("slow") is None))


def pytest_collection_finish() -> None:
    """What was imported and collected stays: no use in looking through it again and again."""
    collect_rarely()


_skipped: set[str] = set()
_ran: set[str] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped and what was not."""
    if report.skipped:
        _skipped.add(report.nodeid)
    elif report.when == "call":
        _ran.add(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that the documents name must not be skipped where it could run."""
    if hasattr(session.config, "workerinput"):
        return
    from financeapp.tests.promised import skipped_without_reason

    if found := skipped_without_reason(skipped=_skipped, ran=_ran):
        print("\nNamed in docs/security-tests.md and skipped without need:", *found, sep="\n  ")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _needs_browser(item: pytest.Item) -> bool:
    return bool({"page", "browser", "playwright"} & set(getattr(item, "fixturenames", ())))


@pytest.fixture(autouse=True)
def _clean_slate() -> None:
    """No counts, cached answers or waiting tasks of the test before."""
    from django.core.cache import cache

    from banking.queries import predicting, vocabulary
    from financeapp.tests.queue import empty_queue

    cache.clear()
    predicting._kept.cache_clear()
    vocabulary._kept.cache_clear()
    empty_queue()


@pytest.fixture
def cast(db: None) -> Any:
    """Alice owns a book, bob may edit it, carol may only look, stranger has none of it."""
    from accounts.tests.factories import make_cast

    return make_cast()


@pytest.fixture
def api() -> Callable[..., Any]:
    """`api(person)` is a client of the API signed in as that person with a token; `api()` one of nobody."""
    from django.utils import timezone
    from rest_framework.test import APIClient

    from accounts import actions
    from accounts.origin import NOWHERE

    def client(person: Any = None) -> APIClient:
        made = APIClient(raise_request_exception=False)
        if person is not None:
            pair = actions.sign_in(user=person.user, origin=NOWHERE, now=timezone.now())
            made.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}", HTTP_X_BOOK=str(person.book.pk))
        return made

    return client


@pytest.fixture
def run_tasks(db: None) -> Callable[..., list[str]]:
    """Call it to commit what the test did and run what waits for the workers."""
    from financeapp.tests.queue import run_tasks

    return run_tasks


@pytest.fixture(scope="session")
def bank_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One sandbox bank for all tests of the process."""
    from sandboxbank.server import make_server

    server = make_server(initial_seconds=0, historical_seconds=0)
    server.run_in_thread()
    yield server
    server.stop()


@pytest.fixture
def sandbox_bank(bank_server: Any, settings: Any) -> Iterator[Any]:
    """The sandbox bank, with the application talking to it; `url` is its address."""
    from django.apps import apps

    before = settings.PLAID_HOST
    settings.PLAID_HOST = bank_server.url
    apps.get_app_config("banking").ready()
    yield bank_server
    settings.PLAID_HOST = before
    apps.get_app_config("banking").ready()


@pytest.fixture
def transactional_db(transactional_db: None) -> Iterator[None]:
    """The tables are emptied after the test: whatever it left open must not hold them."""
    yield
    _end_other_connections()


@pytest.fixture
def server(transactional_db: None, settings: Any) -> Iterator[str]:
    """The address of the running application, with a worker; mail is in `django.core.mail.outbox`."""
    from financeapp.tests.serving import served
    from financeapp.worker import working

    with working(clock=False), served() as address:
        settings.SITE_URL = settings.FRONTEND_URL = address
        settings.CSRF_TRUSTED_ORIGINS = [address]
        settings.PLAID_WEBHOOK_URL = f"{address}/api/webhook/plaid"
        yield address


def _end_other_connections() -> None:
    """A request that the stopping server broke off would hold its locks against the next test's clean-up."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'"
            )


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the browser; without one the tests that need it are skipped."""
    if not CHROMIUM:
        pytest.skip("There is no Chromium on this machine; name one in CHROMIUM.")
    return {"executable_path": CHROMIUM, "headless": True, "args": CHROMIUM_FLAGS}


@pytest.fixture
def page(page: Any) -> Iterator[Any]:
    """A page in Chromium. The test fails when anything broke the Content-Security-Policy or raised in a script."""
    problems: list[str] = []
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if _is_problem(message) else None)
    yield page
    assert not problems, problems


def _is_problem(message: Any) -> bool:
    expected = message.text.startswith("Failed to load resource: the server responded with a status of 4")
    return message.type == "error" and not expected

"""API, pages and reports, against a bare view of the same server and against hand-written SQL."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

import httpx
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.books import entered
from accounts.middleware import SESSION_KEY
from accounts.models import Book, User
from banking import queries
from financeapp.bench import load, statements
from financeapp.bench.serving import Server
from financeapp.bench.statements import TODAY, TWELVE_MONTHS, Statement
from financeapp.bench.timing import Line, compared, median_ms
from reports import queries as reports

LIST = "/api/transactions?limit=50"
FILTERED = f"{LIST}&direction=out&amount_min=100&start=2026-01-01"
SEARCH = f"{LIST}&q=shop+77"
SEARCHES = {
    "word": "shop 77",
    "typo": "shpo 77",
    "amount": ">150",
    "meaning": "coffee places",
    "wording": "store 96",
    "nothing": "zzzzzz",
}
"""What is typed into the search: the last two are only in the rows' own wordings, or nowhere."""
BOARD = "/api/dashboard/summary"
SAME = {LIST: "/list", FILTERED: "/filtered", BOARD: "/dashboard"}
"""Where the server that does nothing but SQL answers the same."""
CROWDS = {"list": ([LIST], "≥ 0.5"), "mix": ([LIST, LIST, FILTERED, BOARD], "≥ 0.6")}
PAGES = 100
FIRST_PAGE, YEAR, DASHBOARD = "API first page / SQL", "12 months by category / SQL", "dashboard / SQL"
FLAT = {FIRST_PAGE: "≤ 1.2", YEAR: "≤ 1.5", DASHBOARD: "≤ 1.5"}
"""The work whose time is not to grow with the book, and by how much it may."""


def served(client: httpx.Client, book: Book) -> Iterator[Line]:
    """The API over HTTP, beside the bare view and beside the SQL alone."""

    def get(path: str) -> float:
        return median_ms(lambda: client.get(path, headers=_in(book)).raise_for_status())

    bare, first, filtered = get("/bench/bare"), get(LIST), get(FILTERED)
    yield compared("API first page / bare view", first, bare, "≤ 2.5 ×")
    yield compared(FIRST_PAGE, first, _sql_ms(book, statements.first_page), "")
    yield compared("API filtered list / bare view", filtered, bare, "≤ 3 × (1M: 4 ×)")
    yield compared("API filtered list / SQL", filtered, _sql_ms(book, statements.filtered_page), "")
    yield compared("API list by words / bare view", get(SEARCH), bare, "≤ 10 ms (10k), 50 ms (100k), 150 ms (1M)")
    for kind, text in SEARCHES.items():
        took = get(f"/api/transactions/search?{urlencode({'q': text})}")
        yield compared(f"API search, {kind} / bare view", took, bare, "≤ 10 ms (10k), 50 ms (100k), 150 ms (1M)")
    board = get(BOARD)
    yield compared("API dashboard / bare view", board, bare, "")
    yield compared("API dashboard / SQL", board, _sql_ms(book, statements.board), "")


def asked(book: Book) -> Iterator[Line]:
    """Queries beside the same question in hand-written SQL over the rows themselves."""
    goal = "≤ 4 × (10k), 0.6 × (100k), 0.1 × (1M)"
    start, end = TWELVE_MONTHS
    year = _inside_ms(book, lambda: queries.month_amounts(book=book, start=start, end=end))
    yield compared(YEAR, year, _sql_ms(book, statements.year), goal)
    board = _inside_ms(book, lambda: reports.dashboard(book=book, today=TODAY))
    yield compared(DASHBOARD, board, _sql_ms(book, statements.board), goal)
    first = date(2023, 11, 1)
    days = _inside_ms(book, lambda: list(queries.daily_balances(book=book, start=first, end=TODAY)))
    raw_days = _sql_ms(book, statements.daily_balances)
    yield compared("daily balances, 3 years / SQL", days, raw_days, "≤ 2 × (10k), 0.5 × (100k), 0.1 × (1M)")


def exported(client: httpx.Client, book: Book) -> Line:
    """Everything as CSV over HTTP, beside a COPY of the same columns."""

    def download() -> None:
        with client.stream("GET", "/api/transactions/export", headers=_in(book)) as answer:
            answer.raise_for_status()
            for _piece in answer.iter_raw():
                pass

    def copied() -> None:
        with entered(book), connection.cursor() as cursor, cursor.copy(statements.COPY, [book.pk]) as lines:
            for _piece in lines:
                pass

    return compared("CSV of everything / COPY", median_ms(download, 3), median_ms(copied, 3), "≤ 1.5 × (10k), 1.3 ×")


def crowded(web: Server, limit: Server, signed_in: Mapping[str, str], book: Book) -> Iterator[Line]:
    """Many clients at once, beside as many at the server that does nothing but SQL."""
    headers = {**signed_in, **_in(book)}
    for name, (asked, goal) in CROWDS.items():
        least = load.per_second(limit.address, [f"{SAME[path]}?book={book.pk}" for path in asked], {})
        ours = load.per_second(web.address, asked, headers)
        yield Line(
            f"{load.CLIENTS} clients, {name} / SQL server",
            f"{ours:8.1f} /s  raw {least:8.1f}  " + (f"= {ours / least:6.2f}" if least else "(none finished)"),
            goal,
        )


def page(web: Server, user: User, book: Book) -> Line:
    """The list as a page: what it takes of the processor."""
    with httpx.Client(base_url=web.address, cookies=_session(user, book), timeout=60) as client:
        for _ in range(5):
            client.get("/transactions").raise_for_status()
        before = web.cpu_ms()
        for _ in range(PAGES):
            client.get("/transactions").raise_for_status()
        return Line("HTML list page, CPU", f"{(web.cpu_ms() - before) / PAGES:8.2f} ms", "≤ 3 ms")


def used(web: Server) -> Iterator[Line]:
    yield Line("web worker after all this", f"{web.memory_mb():8.0f} MB", "≤ 160 MB")
    yield Line("start to first answer", f"{web.seconds:8.2f} s", "≤ 3 s")


def _in(book: Book) -> dict[str, str]:
    return {"X-Book": str(book.pk)}


def _session(user: User, book: Book) -> dict[str, str]:
    """The cookie of a browser that is signed in and in the book."""
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session[SESSION_KEY] = book.pk
    session.save()
    return {settings.SESSION_COOKIE_NAME: browser.cookies[settings.SESSION_COOKIE_NAME].value}


def _inside_ms(book: Book, work: Callable[[], object]) -> float:
    with entered(book):
        return median_ms(work, 10)


def _sql_ms(book: Book, asking: Callable[[int], Sequence[Statement]]) -> float:
    def run() -> None:
        with connection.cursor() as cursor:
            for sql, values in asking(book.pk):
                cursor.execute(sql, values)
                cursor.fetchall()

    return _inside_ms(book, run)

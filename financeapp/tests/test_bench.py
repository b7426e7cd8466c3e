"""What the benchmark compares with asks the same question, and it measures what it says."""

import os
import threading
import time
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection

from accounts.books import entered
from banking import queries
from banking.models import Merchant, Transaction
from banking.queries import Filters
from banking.tests.factories import make_account, make_transaction
from budgeting import queries as budgeting
from budgeting.periods import MONTHLY
from financeapp.bench import books, editing, load, planning, ruling, statements
from financeapp.bench.serving import Server
from financeapp.bench.timing import flat

on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="the benchmark's SQL is PostgreSQL's")


@pytest.fixture
def book(cast):
    with entered(cast.book):
        account = make_account(cast.book)
        for month, amount in [(1, "-150"), (6, "-100"), (11, "-99.99"), (11, "2000")]:
            category = "COFFEE" if amount.startswith("-") else "SALARY"
            make_transaction(cast.book, account=account, day=date(2026, month, 5), amount=amount, category=category)
        make_transaction(cast.book, account=account, day=date(2025, 12, 31), amount="-500", pending=True)
        yield cast.book


def answered(asked):
    with connection.cursor() as cursor:
        for sql, values in asked:
            cursor.execute(sql, values)
            yield cursor.fetchall()


@on_postgres
def test_lists_hold_the_same_rows(book):
    [first] = answered(statements.first_page(book.pk))
    assert [row[0] for row in first] == [row.pk for row in queries.transactions(book=book)]
    filters = Filters(start=date(2026, 1, 1), direction="out", amount_min=Decimal(100))
    [found] = answered(statements.filtered_page(book.pk))
    assert [row[0] for row in found] == [row.pk for row in queries.transactions(book=book, filters=filters)]
    assert len(found) == 2


@on_postgres
def test_months_hold_the_same_sums(book):
    [year] = answered(statements.year(book.pk))
    start, end = statements.TWELVE_MONTHS
    expected = queries.month_amounts(book=book, start=start, end=end)
    assert {(month, key, net / Decimal(10_000)) for month, key, _currency, net, _count in year} == {
        (each.month, each.category_id, each.net) for each in expected
    }


@on_postgres
def test_the_dashboard_reads_six_months(book):
    [months, movements, _by_kind, latest] = answered(statements.board(book.pk))
    assert {row[0].month for row in months} == {6, 11}
    assert (len(movements), len(latest)) == (3, 5)


@on_postgres
def test_budgets_add_up_the_same_sums(book, cast):
    board, assign = planning.planned(cast.alice.user, book)
    assert (board.milliseconds > 0, assign.milliseconds > 0) == (True, True)
    found = budgeting.board(book=book, cycle=MONTHLY, day=statements.TODAY, today=statements.TODAY).statuses
    assert len(found) == planning.BUDGETS
    [months, _rests] = answered(statements.budgets(book.pk, [each.category.pk for each in found]))
    spent = {key: -net / Decimal(10_000) for month, key, _currency, net in months if month == date(2026, 11, 1)}
    assert spent == {each.category.pk: each.spent.amount for each in found if each.spent.amount}


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_a_book_stands_among_neighbours(cast, monkeypatch):
    monkeypatch.setattr(books, "MERCHANTS", 10)
    book = books.filled(cast.alice.user, 40)
    with entered(book):
        assert (Transaction.objects.filter(book=book).count(), Merchant.objects.filter(book=book).count()) == (40, 10)
    others = [each for each in cast.alice.user.memberships.values_list("book__name", flat=True) if "of 40" in each]
    assert len(others) == books.NEIGHBOURS


@on_postgres
def test_many_rows_are_changed_and_taken_back(book, cast):
    edit, undo = editing.edited(cast.alice.user, book)
    assert ("4 rows" in edit.work, undo.milliseconds > 0) == (True, True)
    notes = sorted(Transaction.objects.filter(book=book).values_list("note", flat=True))
    assert [note.split(" ")[0] for note in notes] == ["", "raw", "raw", "raw", "raw"]


def test_rules_are_run_on_a_filled_book(book, cast):
    with entered(book):
        make_transaction(book, description="PURCHASE SHOP 20 STORE", category="COFFEE")
    lines = [line.work.strip() for line in ruling.ran(cast.alice.user, book, 6)]
    assert lines[3:] == ["a run that changes 1", "the same again, which changes 0"]


def test_growth_is_told_from_the_smallest_to_the_largest():
    took = {"list / SQL": {10: 2.0, 100: 2.5, 1_000: 3.0}}
    [line] = flat(took, {"list / SQL": "≤ 1.2"})
    assert (line.work, line.figure.split(), line.goal) == ("list, 1,000 / 10", ["1.50", "×"], "≤ 1.2")
    assert list(flat({"list / SQL": {10: 2.0}}, {"list / SQL": ""})) == []


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status = 200

    def do_GET(self):
        self.send_response(self.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args):
        pass


@pytest.fixture
def quick_server(monkeypatch):
    monkeypatch.setattr(load, "WARM_UP", 0.05)
    monkeypatch.setattr(load, "LASTS", 0.2)
    monkeypatch.setattr(load, "CLIENTS", 4)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_answers_per_second_are_counted(quick_server):
    assert load.per_second(quick_server, ["/a", "/b"], {"X-Book": "1"}) > 10


def test_an_error_is_no_answer(quick_server, monkeypatch):
    monkeypatch.setattr(Answer, "status", 503)
    with pytest.raises(RuntimeError, match="503"):
        load.per_second(quick_server, ["/"], {})


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="only Linux tells what a process uses")
def test_what_a_process_uses_is_told():
    here = Server("", os.getpid(), 0)
    before, begun = here.cpu_ms(), time.process_time()
    while time.process_time() - begun < 0.2:
        pass
    assert 100 < here.cpu_ms() - before < 2_000
    assert here.memory_mb() > 20

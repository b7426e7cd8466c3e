"""Whatever people do in a book, in whatever order, the stored totals are those of a rebuild after every step."""

import os
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.books import entered
from accounts.tests.factories import NOW, make_book, make_cast
from banking import actions, queries
from banking.actions import Entry, NewAccount, NewRule, Part, Refused, connections
from banking.models import Account, Connection, DayTotal, RefundLink, Rule, Transaction
from banking.providers import registry
from banking.queries.ledger import broken
from banking.tests.factories import category_of, make_account, make_connection, make_transaction

BOOKS = int(os.environ.get("TOTALS_BOOKS", "12"))
STEPS = int(os.environ.get("TOTALS_STEPS", "25"))

WORDS = ["STARBUCKS 1042", "QWZX 17", "LANDLORD", "PAYROLL"]
days = st.sampled_from([date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2025, 12, 31), date(2026, 3, 10)])
amounts = st.integers(-900, 900).filter(bool).map(Decimal)
codes = st.sampled_from(["COFFEE", "RENT", "SALARY", "TRANSFER", "UNCATEGORISED"])
words = st.sampled_from(WORDS)
picks = st.integers(0, 40)


class Ledger(RuleBasedStateMachine):
    """One book with two accounts by hand, in two currencies, and one of a bank."""

    def __init__(self, user):
        super().__init__()
        self.user = user
        self.open = ExitStack()
        self.open.enter_context(rolled_back())
        self.book = make_book(user, name="ledger")
        self.open.enter_context(entered(self.book))
        self.by = {"book": self.book, "by": user, "now": NOW}

    def teardown(self):
        self.open.close()

    @initialize(moved=st.lists(st.tuples(days, amounts, words, st.booleans()), min_size=3, max_size=6))
    def opens(self, moved):
        for currency in ("USD", "JPY"):
            new = NewAccount(currency, "depository", currency, Decimal(100))
            actions.open_account(new=new, **self.by)
        self.linked = make_account(self.book, name="Bank", connection=make_connection(self.book))
        Connection.objects.filter(pk=self.linked.connection_id).update(secret=None)  # so that no bank is asked
        for day, amount, text, pending in moved:
            make_transaction(self.book, account=self.linked, day=day, amount=amount, description=text, pending=pending)
        booked = sum((amount for _, amount, _, pending in moved if not pending), Decimal(0))
        Account.objects.filter(pk=self.linked.pk).update(reported=booked, opening_settled=True)

    @rule(pick=picks, day=days, amount=amounts, text=words, code=st.none() | codes, excluded=st.booleans())
    def records(self, pick, day, amount, text, code, excluded):
        account = self._one(Account.objects.filter(book=self.book, connection=None), pick)
        category = category_of(self.book, code) if code else None
        entry = Entry(day=day, amount=amount, description=text, category=category, excluded=excluded, tags=["t"])
        self._allowed(actions.record, account=account, entry=entry)

    @precondition(lambda self: self._rows().exists())
    @rule(pick=picks, code=codes)
    def files(self, pick, code):
        self._amend(pick, category=category_of(self.book, code))

    @precondition(lambda self: self._rows().exists())
    @rule(pick=picks, excluded=st.booleans())
    def leaves_out_or_takes_back_in(self, pick, excluded):
        self._amend(pick, excluded=excluded)

    @precondition(lambda self: self._rows().exists())
    @rule(pick=picks, day=days, amount=amounts)
    def moves(self, pick, day, amount):
        self._amend(pick, day=day, amount=amount)

    @precondition(lambda self: self._rows().exists())
    @rule(pick=picks)
    def annotates(self, pick):
        self._amend(pick, note="n", merchant="Uncle Bob", tags=["a"])

    @precondition(lambda self: self._rows().exists())
    @rule(pick=picks)
    def removes(self, pick):
        self._allowed(actions.remove, pk=self._one(self._rows(), pick).pk)

    @precondition(lambda self: self._rows().exists())
    @rule(pick=picks, first=amounts, percent=st.integers(1, 100), codes=st.tuples(codes, codes, codes))
    def splits(self, pick, first, percent, codes):
        """Anew where it is split already; the first of the parts that are there stays."""
        row = self._one(self._rows(), pick)
        there = Transaction.objects.filter(part_of=row).order_by("pk").values_list("pk", flat=True).first()
        how = ({"amount": first, "pk": there}, {"percent": Decimal(percent)}, {"remainder": True})
        parts = [Part(category=category_of(self.book, code), **each) for code, each in zip(codes, how, strict=True)]
        self._allowed(actions.split, pk=row.pk, parts=parts)

    @precondition(lambda self: self._rows().filter(is_split=True).exists())
    @rule(pick=picks)
    def puts_together(self, pick):
        self._allowed(actions.unsplit, pk=self._one(self._rows().filter(is_split=True), pick).pk)

    @precondition(lambda self: self._rows().filter(amount__gt=0).exists())
    @rule(pick=picks, other=picks)
    def links_a_refund(self, pick, other):
        refund, purchase = self._one(self._rows().filter(amount__gt=0), pick), self._one(self._rows(), other)
        if refund != purchase:
            self._allowed(actions.link_refund, refund=refund.pk, purchase=purchase.pk)

    @precondition(lambda self: RefundLink.objects.filter(book=self.book, refund__removed_at=None).exists())
    @rule(pick=picks)
    def unlinks_a_refund(self, pick):
        link = self._one(RefundLink.objects.filter(book=self.book), pick)
        self._allowed(actions.unlink_refund, refund=link.refund_id, purchase=link.purchase_id)

    @rule(code=codes, text=words)
    def files_many(self, code, text):
        category = category_of(self.book, code)
        self._allowed(actions.categorise_many, category=category, filters=queries.Filters(text=text))

    @precondition(lambda self: self._rows().exists())
    @rule(code=codes, chosen=st.sets(picks, min_size=1, max_size=4))
    def files_chosen(self, code, chosen):
        ids = {self._one(self._rows(), pick).pk for pick in chosen}
        self._allowed(actions.categorise_many, category=category_of(self.book, code), ids=ids)

    @rule(text=words, code=codes)
    def makes_a_rule_and_files_again(self, text, code):
        self._allowed(actions.create_rule, new=NewRule(contains=text, category=category_of(self.book, code)))
        actions.refile(**self.by)

    @precondition(lambda self: Rule.objects.filter(book=self.book).exists())
    @rule(pick=picks)
    def drops_a_rule_and_files_again(self, pick):
        actions.delete_rule(pk=self._one(Rule.objects.filter(book=self.book), pick).pk, **self.by)
        actions.refile(**self.by)

    @rule(code=codes, archived=st.booleans())
    def archives_or_brings_back(self, code, archived):
        self._allowed(actions.archive_category, pk=category_of(self.book, code).pk, archived=archived)

    @rule(pick=picks, opening=amounts)
    def corrects_an_opening(self, pick, opening):
        account = self._one(Account.objects.filter(book=self.book, connection=None), pick)
        actions.amend_account(pk=account.pk, changes={"opening": opening}, **self.by)

    @rule(pick=picks)
    def closes_or_reopens(self, pick):
        account = self._one(Account.objects.filter(book=self.book, connection=None), pick)
        if account.closed_at is None:
            actions.close_account(pk=account.pk, **self.by)
        else:
            actions.reopen_account(pk=account.pk, **self.by)

    @precondition(lambda self: Connection.objects.filter(book=self.book).exists())
    @rule(keep=st.booleans())
    def unlinks(self, keep):
        found = Connection.objects.get(book=self.book)
        connections.unlink(connection=found, vendor=registry.vendor("plaid"), keep=keep, **self.by)

    @invariant()
    def nothing_is_broken(self):
        assert broken(now=NOW, book_id=self.book.pk) == []

    @invariant()
    def balances_are_the_sums_of_their_rows(self):
        moved = {account: Decimal(0) for account in Account.objects.filter(book=self.book).values_list("pk", flat=True)}
        stored = dict(moved)
        for row in Transaction.objects.filter(book=self.book, pending=False, is_split=False):
            moved[row.account_id] += row.amount if row.removed_at is None or row.discarded else 0
        for total in DayTotal.objects.filter(book=self.book):
            stored[total.account_id] += total.amount
        assert stored == moved

    def _rows(self):
        return Transaction.objects.filter(book=self.book, removed_at=None)

    def _one(self, rows, pick):
        found = list(rows.order_by("pk"))
        return found[pick % len(found)]

    def _amend(self, pick, **changes):
        self._allowed(actions.amend, pk=self._one(self._rows(), pick).pk, changes=changes)

    def _allowed(self, action, **given):
        """Do it; what is refused must have changed nothing."""
        with suppress(Refused):
            action(**given, **self.by)


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.slow
def test_totals_are_those_of_a_rebuild_after_every_step(db):
    user = make_cast().alice.user
    run_state_machine_as_test(
        lambda: Ledger(user),
        settings=settings(
            max_examples=BOOKS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )

"""Whatever is done in whatever order: undone from the last to the first, the book is what it was."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tests.factories import NOW
from banking import actions
from banking.actions import Refused
from banking.models import Account, Category, Rule, Transaction
from banking.tests.factories import make_account, make_connection, make_merchant, make_transaction
from banking.tests.test_undoing import kept, rebuilt
from journal import actions as journal
from journal.models import Operation

WORDS = st.sampled_from(["coffee", "tea", "kite", "Blue Bottle"])
NUMBERS = st.integers(0, 7)
STEPS = st.one_of(
    st.tuples(st.just("note"), NUMBERS, WORDS),
    st.tuples(st.just("merchant"), NUMBERS, WORDS),
    st.tuples(st.just("tags"), NUMBERS, st.lists(WORDS, max_size=2, unique=True)),
    st.tuples(st.just("category"), NUMBERS, NUMBERS),
    st.tuples(st.just("excluded"), NUMBERS, st.booleans()),
    st.tuples(st.just("amount"), NUMBERS, st.integers(1, 9)),
    st.tuples(st.just("day"), NUMBERS, st.dates(date(2025, 1, 1), date(2026, 3, 1))),
    st.tuples(st.just("unlock"), NUMBERS, st.sampled_from(["category", "merchant", "note", "tags"])),
    st.tuples(st.sampled_from(["remove", "restore", "record", "categorise", "archive", "close"]), NUMBERS, NUMBERS),
    st.tuples(st.sampled_from(["create_category", "create_rule", "rename", "rename_account"]), NUMBERS, WORDS),
    st.tuples(st.sampled_from(["refile", "delete_rule"]), NUMBERS, NUMBERS),
)


class Acting:
    """Does one step in a book that has some rows."""

    def __init__(self, book, by):
        self.shared = {"book": book, "by": by, "now": NOW}
        account = make_account(book, connection=make_connection(book))
        rows = [make_transaction(book, account=account, merchant=make_merchant(book), tags=["tea"]) for _ in range(3)]
        rows += [make_transaction(book, account=make_account(book), description="kite", amount=5) for _ in range(3)]
        self.rows = [row.pk for row in rows]

    def row(self, number):
        return self.rows[number % len(self.rows)]

    def chosen(self, model, number):
        rows = list(model.objects.filter(book=self.shared["book"]).order_by("id"))
        return rows[number % len(rows)] if rows else None

    def do(self, what, number, value):
        if method := getattr(self, what, None):
            return method(number, value)
        if what == "category":
            value = self.chosen(Category, value)
        if what == "amount":
            value = Decimal(value)
        return actions.amend(**self.shared, pk=self.row(number), changes={what: value})

    def unlock(self, number, field):
        actions.unlock(**self.shared, pk=self.row(number), fields={field})

    def remove(self, number, _value):
        actions.remove(**self.shared, pk=self.row(number))

    def restore(self, number, _value):
        actions.restore(**self.shared, pk=self.row(number))

    def record(self, number, value):
        entry = actions.Entry(date(2026, 2, 1), Decimal(value + 1), "by hand", merchant="Kite", tags=["new"])
        actions.record(**self.shared, account=self.chosen(Account, number), entry=entry)

    def categorise(self, number, value):
        ids = {self.row(number), self.row(number + 1)}
        actions.categorise_many(**self.shared, category=self.chosen(Category, value), ids=ids)

    def archive(self, number, value):
        actions.archive_category(**self.shared, pk=self.chosen(Category, number).pk, archived=bool(value % 2))

    def close(self, number, _value):
        actions.close_account(**self.shared, pk=self.chosen(Account, number).pk)

    def create_category(self, _number, word):
        actions.create_category(**self.shared, new=actions.NewCategory(name=word, kind="expense"))

    def create_rule(self, number, word):
        actions.create_rule(**self.shared, new=actions.NewRule(word, self.chosen(Category, number)))

    def delete_rule(self, number, _value):
        if rule := self.chosen(Rule, number):
            actions.delete_rule(**self.shared, pk=rule.pk)

    def rename(self, number, word):
        actions.rename_category(**self.shared, pk=self.chosen(Category, number).pk, name=f"{word} {number}")

    def rename_account(self, number, word):
        actions.amend_account(**self.shared, pk=self.chosen(Account, number).pk, changes={"name": word})

    def refile(self, _number, _value):
        actions.refile(**self.shared)


@pytest.fixture
def acting(book, cast):
    return Acting(book, cast.bob.user)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=6))
def test_undone_from_the_last_to_the_first(book, cast, acting, steps):
    with transaction.atomic():
        before = kept(book)
        for step in steps:
            try:
                acting.do(*step)
            except (Refused, Transaction.DoesNotExist):
                continue
        after = kept(book)
        done = list(Operation.objects.order_by("-id").values_list("pk", flat=True))
        for pk in done:
            journal.undo(book=book, by=cast.bob.user, pk=pk, now=NOW)
        assert kept(book) == before == rebuilt(book)
        for pk in reversed(done):
            journal.redo(book=book, by=cast.bob.user, pk=pk, now=NOW)
        assert kept(book) == after == rebuilt(book)
        transaction.set_rollback(True)

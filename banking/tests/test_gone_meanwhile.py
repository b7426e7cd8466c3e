"""What somebody else removed while a page was open is not found; nothing breaks."""

import pytest
from django.utils import timezone

from banking import actions
from banking.models import Account, Category, Rule, Transaction
from banking.tests.browsing import browse
from banking.tests.factories import make_account, make_category, make_rule, make_transaction


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.fixture
def gone_before(monkeypatch):
    """`gone_before("amend")`: between the view's look at the row and its action, somebody removes the row."""

    def remove_before(name, remove):
        action = getattr(actions, name)

        def late(**given):
            remove()
            return action(**given)

        monkeypatch.setattr(actions, name, late)

    return remove_before


@pytest.mark.parametrize(("name", "path"), [("amend", ""), ("remove", "/remove")])
def test_transaction(book, alice, gone_before, name, path):
    row = make_transaction(book, account=make_account(book))
    gone_before(name, lambda: Transaction.objects.filter(pk=row.pk).update(removed_at=timezone.now()))
    sent = {"category": row.category_id, "amount": "-9", "day": "2026-03-10", "description": "Tea"}
    assert alice.post(f"/transactions/{row.pk}{path}", sent).status_code == 404


@pytest.mark.parametrize(
    ("name", "path", "sent"),
    [
        ("amend_account", "edit", {"name": "Purse", "opening": "0"}),
        ("close_account", "close", {"closed": "yes"}),
        ("reopen_account", "close", {"closed": "no"}),
    ],
)
def test_account(book, alice, gone_before, name, path, sent):
    account = make_account(book)
    gone_before(name, lambda: Account.objects.filter(pk=account.pk).delete())
    assert alice.post(f"/accounts/{account.pk}/{path}", sent).status_code == 404


@pytest.mark.parametrize(("name", "path"), [("rename_category", ""), ("archive_category", "/archive")])
def test_category(book, alice, gone_before, name, path):
    hobby = make_category(book)
    gone_before(name, lambda: Category.objects.filter(pk=hobby.pk).delete())
    assert alice.post(f"/categories/{hobby.pk}{path}", {"name": "Fun"}).status_code == 404


def test_rule(book, alice, gone_before):
    rule = make_rule(book, contains="tea")
    gone_before("delete_rule", lambda: Rule.objects.filter(pk=rule.pk).delete())
    assert alice.post(f"/categories/rules/{rule.pk}/remove").status_code == 404


@pytest.mark.parametrize("onward", ["foo", "foo bar", "//evil.example", "https://evil.example/", "\\\\evil", ""])
@pytest.mark.parametrize("address", ["/transactions/categorise", "/settings/books/enter", "/appearance"])
def test_where_to_go_next_is_never_taken_for_the_name_of_a_page(cast, alice, address, onward):
    answer = alice.post(address, {"next": onward, "book": cast.book.pk, "theme": "dark"})
    assert answer.status_code == 302
    assert answer.headers["Location"] in {"/transactions", "/"}

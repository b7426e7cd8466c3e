"""Every figure on every page equals the sum of the rows that it links to, to the cent."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from accounts.books import entered
from banking.models import Account, Transaction
from banking.tests.bank import linked, read
from banking.tests.browsing import browse
from banking.tests.factories import make_account, make_transaction

FIGURE = re.compile(
    r'<a class="figure" href="([^"]+)" data-figure="([^"]+)" data-currency="([^"]+)" data-sign="(-?1)">'
    r'<data class="[^"]*" value="([^"]+)">'
)
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')
CRAWLED = ("/", "/transactions", "/accounts", "/categories")
PAGES_AT_MOST = 70
CHECKED_AT_MOST = 200


@pytest.fixture
def alice(cast, sandbox_bank):
    for user_name, institution in (("user_good", "ins_109508"), ("user_europe", "ins_109513")):
        read(linked(cast.book, cast.alice.user, user_name, institution=institution))
    with entered(cast.book):
        wallet = make_account(cast.book, name="Wallet", opening=Decimal("100.10"))
        make_transaction(cast.book, account=wallet, amount=Decimal("-12.34"))
        make_transaction(cast.book, account=wallet, amount=Decimal("-1.01"), excluded=True)
    return browse(cast.alice, cast.book)


def crawl(client):
    """(page, href, id, currency, sign, amount) of each figure that a member can come across."""
    waiting, seen, figures = ["/"], set(), {}
    while waiting and len(seen) < PAGES_AT_MOST:
        page = waiting.pop(0)
        if page in seen:
            continue
        seen.add(page)
        answer = client.get(page)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        html = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        for href, name, currency, sign, value in FIGURE.findall(html):
            figures.setdefault((unescape(href), name), (page, currency, int(sign), Decimal(value)))
        found = [unescape(link) for link in LINK.findall(html)]
        waiting += [link for link in found if urlsplit(link).path in CRAWLED or link.startswith("/accounts/")]
    return [(page, href, name, *rest) for (href, name), (page, *rest) in figures.items()]


def sum_of_rows(client, book, query, currency):
    """Every row behind the figure, page by page through the API."""
    total, cursor = Decimal(0), None
    while True:
        parameters = [*query, ("limit", "200"), *([("cursor", cursor)] if cursor else [])]
        answer = client.get(f"/api/transactions?{urlencode(parameters)}", headers={"X-Book": str(book.pk)})
        assert answer.status_code == 200, answer.content
        body = answer.json()
        total += sum((Decimal(row["amount"]) for row in body["results"] if row["currency"] == currency), Decimal(0))
        cursor = body.get("next")
        if not cursor:
            return total
        if "cursor=" in cursor:
            cursor = dict(parse_qsl(urlsplit(cursor).query))["cursor"]


def balance_of(book, account_id, day=date.max):
    with entered(book):
        account = Account.objects.get(book=book, pk=account_id)
        rows = Transaction.objects.filter(account=account, removed_at=None, pending=False, currency=account.currency)
        return account.opening + sum((row.amount for row in rows.filter(day__lte=day)), Decimal(0))


def worth_of(book, currency, day=date.max):
    """The figures over all accounts on a day: what one has, what one owes, and the difference."""
    with entered(book):
        accounts = Account.objects.filter(book=book, closed_at=None, currency=currency)
        balances = [balance_of(book, account.pk, day) for account in accounts]
    have, owe = sum((b for b in balances if b > 0), Decimal(0)), sum((b for b in balances if b < 0), Decimal(0))
    return {have, owe, -owe, have + owe}


def kind_of(book, currency, kind, day=date.max):
    """What is in the accounts of one kind."""
    with entered(book):
        accounts = Account.objects.filter(book=book, closed_at=None, currency=currency, kind=kind)
        return sum((balance_of(book, account.pk, day) for account in accounts), Decimal(0))


@pytest.mark.slow
def test_every_figure_equals_the_rows_behind_it(alice, cast):
    figures = crawl(alice)
    assert len(figures) > 30
    wrong = []
    for page, href, name, currency, sign, amount in figures[:CHECKED_AT_MOST]:
        target = urlsplit(href)
        if target.path == "/transactions":
            fits = sum_of_rows(alice, cast.book, parse_qsl(target.query), currency) * sign == amount
        elif found := re.fullmatch(r"/accounts/(\d+)", target.path):
            fits = balance_of(cast.book, int(found[1])) == amount
        else:
            assert target.path == "/accounts", href
            day = date.fromisoformat(dict(parse_qsl(target.query)).get("on", "9999-12-31"))
            kind = target.fragment.removeprefix("kind-")
            expected = {kind_of(cast.book, currency, kind, day)} if kind else worth_of(cast.book, currency, day)
            fits = amount in expected
        if not fits:
            wrong.append((page, name, href, amount))
    assert not wrong, wrong

"""Every figure on every page equals the sum of the rows that it links to, to the cent."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.db.models import Q
from django.utils import timezone

from accounts.books import entered
from banking import actions
from banking.actions import Part
from banking.models import Account, Rate, Transaction
from banking.tests.bank import linked, read
from banking.tests.browsing import FIGURE, browse
from banking.tests.factories import category_of, make_account, make_transaction
from budgeting.actions import choose_mode
from budgeting.actions.recurring import NewItem, add_recurring
from budgeting.models import Budget
from budgeting.tests.factories import make_budget

LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')
CRAWLED = re.compile(r"/|/transactions|/accounts|/categories|/accounts/\d+|/budgets|/budgets/\d+|/recurring")
ONWARD = ("/", "/transactions?direction=in", "/transactions?direction=out", "/transactions?pending=yes")
"""The crawl begins here; what differs by a filter is not on any page that the dashboard leads to."""
ZERO = Decimal(0)


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.fixture
def filled(cast, sandbox_bank):
    """Two banks, a wallet with entries today, ahead and left out, and an account that was closed."""
    for user_name, institution in (("user_good", "ins_109508"), ("user_europe", "ins_109513")):
        read(linked(cast.book, cast.alice.user, user_name, institution=institution))
    today = cast.book.today(timezone.now())
    with entered(cast.book):
        for currency, rate in (("EUR", "1.0867"), ("GBP", "1.2713")):
            values = {"base": currency, "quote": "USD", "rate": Decimal(rate)}
            Rate.objects.create(book=cast.book, day=today - timedelta(days=800), **values)
        wallet = make_account(cast.book, name="Wallet", opening=Decimal("100.10"))
        make_transaction(cast.book, account=wallet, day=today, amount=Decimal("-12.34"))
        make_transaction(cast.book, account=wallet, day=today, amount=Decimal("-1.01"), excluded=True)
        make_transaction(cast.book, account=wallet, day=today + timedelta(days=40), amount=Decimal("-50.50"))
        divided = make_transaction(cast.book, account=wallet, day=today, amount=Decimal("-90.01"))
        parts = [Part(percent=Decimal(33), category=category_of(cast.book, "RENT")), Part(remainder=True)]
        actions.split(book=cast.book, by=cast.alice.user, pk=divided.pk, parts=parts, now=timezone.now())
        refund = make_transaction(cast.book, account=wallet, day=today, amount=Decimal("20.02"))
        part = Transaction.objects.filter(part_of=divided).order_by("pk").first()
        by = {"book": cast.book, "by": cast.alice.user, "now": timezone.now()}
        actions.link_refund(refund=refund.pk, purchase=part.pk, **by)
        for category, amount in (("FOOD", 400), ("GROCERIES", 100), ("RENT", 900)):
            make_budget(cast.book, category=category, amount=amount, day=today)
        choose_mode(book=cast.book, by=None, mode="envelopes", now=timezone.now())
        bill = NewItem("Rent", Decimal("-30.30"), "weekly", today)
        add_recurring(book=cast.book, by=None, new=bill, now=timezone.now())
        make_account(cast.book, name="Old", opening=7, closed_at=timezone.now() - timedelta(days=100))


def crawl(client):
    """(page, currency, sign, amount) of each figure of these pages and of all that they lead to, by (id, address).

    A figure that stands on several pages is the same amount on all of them, and every link leads to a page.
    """
    first = {page: html_of(client, page) for page in ONWARD}
    links = {unescape(link) for html in first.values() for link in LINK.findall(html)}
    onward = sorted(link for link in links - first.keys() if CRAWLED.fullmatch(urlsplit(link).path))
    figures = {}
    for page in [*ONWARD, *onward]:
        for href, name, currency, sign, value in FIGURE.findall(first.get(page) or html_of(client, page)):
            told = (currency, int(sign), Decimal(value))
            _page, *before = figures.setdefault((name, unescape(href)), (page, *told))
            assert tuple(before) == told, (page, name, href)
    return figures


def html_of(client, page):
    answer = client.get(page)
    assert answer.status_code == 200, page
    return answer.content.decode()


def sum_of_rows(client, book, query, currency):
    """Every row behind the figure, page by page through the API."""
    total, cursor = ZERO, None
    while True:
        parameters = [*query, ("limit", "200"), *([("cursor", cursor)] if cursor else [])]
        answer = client.get(f"/api/transactions?{urlencode(parameters)}", headers={"X-Book": str(book.pk)})
        assert answer.status_code == 200, answer.content
        body = answer.json()
        total += sum((Decimal(row["amount"]) for row in body["results"] if row["currency"] == currency), ZERO)
        cursor = body.get("next")
        if not cursor:
            return total
        if "cursor=" in cursor:
            cursor = dict(parse_qsl(urlsplit(cursor).query))["cursor"]


def balance_of(account, day, today):
    """Opening and rows up to the day; what a bank has booked for a day to come is in what it reports already."""
    rows = Transaction.objects.filter(
        Q(removed_at=None) | Q(discarded=True), account=account, pending=False, part_of=None
    )
    rows = rows.filter(currency=account.currency)
    if account.is_manual or day < today:
        rows = rows.filter(day__lte=day)
    return account.opening + sum((row.amount for row in rows), ZERO)


def worth_of(book, name, currency, day, today):
    """What a figure over all accounts must be, by what it is called."""
    owned = {"assets": ZERO, "liabilities": ZERO}
    kinds = dict.fromkeys(("depository", "credit", "loan", "investment", "other"), ZERO)
    for account in Account.objects.filter(book=book, currency=currency):
        if account.closed_at is None or book.today(account.closed_at) > day:
            balance = balance_of(account, day, today)
            owed = account.kind in {"credit", "loan"}
            owned["liabilities" if owed else "assets"] += -balance if owed else balance
            kinds[account.kind] += balance
    if name.startswith("net-worth-"):
        return owned["assets"] - owned["liabilities"]
    return (owned | kinds)[name.removesuffix(f"-{currency}")]


def planned(book, name):
    """What was budgeted for what is left under a figure of that name: of one budget, a group or all."""
    which = re.fullmatch(r"budget-left-(\d+)-.*|budgets-left-(?:in-(\d+)-)?.*", name)
    where = Q(pk=which[1]) if which[1] else Q(category=which[2]) | Q(category__parent=which[2]) if which[2] else Q()
    with entered(book):
        return sum((row.amount for row in Budget.objects.filter(where, book=book)), ZERO)


ASSIGNED = ("budgets-to-assign", "budgets-balance", "budgets-held", "budgets-overspent")


def assigned(client, book, name, currency, today):
    """What is to assign and its parts must be, from the balances and from what is left of each budget."""
    with entered(book):
        spendable = Account.objects.filter(book=book, currency=currency, closed_at=None)
        balance = sum(balance_of(each, today, today) for each in spendable.filter(kind__in=("depository", "credit")))
    found = client.get("/api/budgets", headers={"X-Book": str(book.pk)}).json()["results"]
    left = [Decimal(each["remaining"]["amount"]) for each in found]
    held, overspent = sum(max(each, ZERO) for each in left), sum(max(-each, ZERO) for each in left)
    amounts = (balance - held + overspent, balance, held, overspent)
    return dict(zip(ASSIGNED, amounts, strict=True))[name.removesuffix(f"-{currency}")]


def together_of(book, name, day, today):
    """What a figure over all currencies must be: the parts of each converted and rounded by themselves."""
    rates = {"USD": Decimal(1), **dict(Rate.objects.filter(book=book).values_list("base", "rate"))}
    sums = {"assets": ZERO, "liabilities": ZERO}
    for currency, rate in rates.items():
        for what in sums:
            there = worth_of(book, f"{what}-{currency}", currency, day, today) * rate
            sums[what] += there.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return sums["assets"] - sums["liabilities"] if "-net-worth-" in name else sums[name.split("-")[1]]


def safe_of(client, book, name, currency):
    """What is in the accounts that are lived from, from their rows, and the other parts as they are told."""
    parts = client.get("/api/forecast/safe-to-spend", headers={"X-Book": str(book.pk)}).json()["results"]
    [mine] = [each["parts"] for each in parts if each["figure"] == name]
    today = book.today(timezone.now())
    with entered(book):
        accounts = [Account.objects.get(pk=each["id"]) for each in mine if each["kind"] == "account"]
        there = sum((balance_of(account, today, today) for account in accounts), ZERO)
    start = today - timedelta(days=60)
    waiting = f"start={start}&direction=out&pending=yes&excluded=no&currency={currency}&" + urlencode(
        [("account", account.pk) for account in accounts]
    )
    pending = sum_of_rows(client, book, parse_qsl(waiting), currency)
    wanted = sum((Decimal(each["amount"]) for each in mine if each["kind"] in {"bill", "budget"}), ZERO)
    return there + pending + wanted


def behind(client, book, name, href, currency):
    """What the rows that the figure links to come to; for what is left of a budget, without those it leads to."""
    target, today = urlsplit(href), book.today(timezone.now())
    query = parse_qsl(target.query)
    if name.startswith(ASSIGNED):
        return assigned(client, book, name, currency, today)
    if name.startswith("safe-to-spend-"):
        return safe_of(client, book, name, currency)
    if target.path.startswith("/budgets"):
        spent = client.get(f"/api/explain/{name.replace('-left-', '-spent-')}", headers={"X-Book": str(book.pk)}).json()
        rows = parse_qsl(urlsplit(spent["parts"][0]["address"]).query)
        return planned(book, name) + sum_of_rows(client, book, rows, currency)
    if target.path == "/transactions":
        return sum_of_rows(client, book, query, currency)
    day = date.fromisoformat(dict(query).get("on", today.isoformat()))
    with entered(book):
        if found := re.fullmatch(r"/accounts/(\d+)", target.path):
            return balance_of(Account.objects.get(book=book, pk=found[1]), day, today)
        assert target.path == "/accounts", href
        if name.startswith("all-"):
            return together_of(book, name, day, today)
        return worth_of(book, name, currency, day, today)


SHOWN = {
    *("all-net-worth", "all-assets", "all-liabilities"),
    *("net-worth", "net-worth-after", "assets", "liabilities", "balance", "after", "depository", "credit"),
    *("income-now", "income-before", "income-by-this-day", "income", "left", "list-in", "list-out", "list-net", "day"),
    *("expense-now", "expense-before", "expense-by-this-day", "expense", "spending"),
    "safe-to-spend",
    *("budget-spent", "budget-left", "budgets-spent-month", "budgets-left-month"),
    *("budgets-to-assign", "budgets-balance", "budgets-held"),
}


@pytest.mark.slow
def test_every_figure_equals_the_rows_behind_it(alice, cast, filled):
    """Of the days, which are most of all figures, those of the first pages."""
    figures = crawl(alice)
    assert {re.split(r"-?\d|-[A-Z]{3}", name)[0] for name, _href in figures} >= SHOWN
    wrong = [
        (page, name, href, amount)
        for (name, href), (page, currency, sign, amount) in figures.items()
        if (page in ONWARD or not name.startswith("day-"))
        and behind(alice, cast.book, name, href, currency) * sign != amount
    ]
    assert not wrong, wrong

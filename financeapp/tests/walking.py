"""Every address of the pages, with something behind it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from accounts import actions
from accounts.books import entered
from accounts.models import Book, User
from accounts.origin import Origin
from accounts.tests.factories import NOW, Cast
from banking import actions as banking
from banking.models import (
    Account,
    Category,
    LinkSession,
    Rate,
    ReviewItem,
    RuleRun,
    SavedView,
    Sync,
    Tag,
    Transaction,
    Transfer,
)
from banking.tests.factories import (
    make_account,
    make_attachment,
    make_category,
    make_connection,
    make_import,
    make_merchant,
    make_rule,
    make_transaction,
)
from budgeting.actions import choose_mode, move_money
from budgeting.actions.recurring import NewItem, add_recurring
from budgeting.models import Budget, RecurringItem
from budgeting.tests.factories import make_budget
from goals.actions import NewDebt, Share, Terms, contribute, set_goal
from goals.models import Contribution, Debt, Goal
from journal import actions as journal
from notifications.actions import add_phone
from notifications.tests.factories import make_notification

CANARY = "zzcanary"


def fill(cast: Cast) -> dict[str, Any]:
    """One row of everything in alice's book, each with a name that must show nowhere else; ids by parameter name."""
    return {**rows_in(cast.book, owner=cast.alice.user), "user_id": cast.bob.user.pk}


def rows_in(book: Book, *, owner: User, word: str = CANARY) -> dict[str, Any]:
    """One row of everything in the book, with the word in each name; ids by parameter name.

    What moved did so today, so that every chart has something to draw.
    """
    today = book.today(timezone.now())
    with entered(book):
        category = make_category(book, name=f"{word} category")
        merchant = make_merchant(book, name=f"{word} merchant")
        connection = make_connection(book, problem=f"{word} problem")
        account = make_account(book, name=f"{word} account", connection=connection)
        transaction = make_transaction(
            book,
            account=account,
            day=today,
            amount=Decimal("-4711.42"),
            description=f"{word} description",
            category=category,
            merchant=merchant,
            note=f"{word} note",
            tags=[f"{word} tag"],
        )
        manual = make_account(book, name=f"{word} manual")
        for day in (today, today + timedelta(days=40)):
            free = make_transaction(
                book, account=manual, day=day, amount=Decimal("-4711.43"), description=f"{word} by hand"
            )
        refund = make_transaction(
            book, account=manual, day=today, amount=5000, description=f"{word} back", merchant=merchant
        )
        divided = make_transaction(book, account=manual, day=today, amount=-90, description=f"{word} divided")
        halves = [banking.Part(percent=Decimal(50), note=f"{word} half"), banking.Part(remainder=True)]
        banking.split(book=book, by=owner, pk=divided.pk, parts=halves, now=NOW)
        banking.expect_back(book=book, by=owner, pk=transaction.pk, who=f"{word} friend", now=NOW)
        outgoing, incoming, transfer, item = matches_in(book, linked=account, manual=manual, day=today, word=word)
        rule = make_rule(book, contains=word, category=category)
        run = RuleRun.objects.create(book=book, rule=rule, name=rule.name, by=owner)
        sync = Sync.objects.create(book=book, connection=connection, kind=Sync.Kind.MANUAL, created_at=NOW)
        session = LinkSession.objects.create(
            book=book, provider="plaid", state=f"{word} state", token=f"link-sandbox-{word}", user=owner, created_at=NOW
        )
        tag = Tag.objects.get(book=book)
        other = make_merchant(book, name=f"{word} other")
        receipt = make_attachment(transaction, by=owner, name=f"{word}.png")
        view = SavedView.objects.create(book=book, name=f"{word} view", query=f"q={word}")
        rate = Rate.objects.create(book=book, day=today, base="EUR", quote="USD", rate=Decimal("1.0867"), by=owner)
        source = make_import(book, word=word)
        planned, other_plan = budgets_in(book, category=category, day=today, owner=owner, word=word)
        bill = bill_in(book, category=category, account=account, day=today, owner=owner, word=word)
        saving, entry = goal_in(book, account=account, owner=owner, word=word)
        payoff, debt = payoff_in(book, owner=owner, word=word)
        told = make_notification(book, owner, title=f"{word} told")
        with journal.operation(book=book, by=owner, verb="create_rule", now=timezone.now()) as recorder:
            recorder.created(rule)
    phone = add_phone(user=owner, number="+441632960001", now=NOW)
    invitation, _token = actions.invite(book=book, email=f"{word}@example.com", role="viewer", by=owner, now=NOW)
    pair = actions.sign_in(user=owner, origin=Origin("10.0.0.1", f"{word} client"), now=timezone.now())
    browser = UserSession.objects.create(
        user=owner, session_key=f"{word}-session", ip="10.0.0.1", user_agent=f"{word} browser"
    )
    return {
        "book_id": book.pk,
        "user_id": owner.pk,
        "imports": source.pk,
        "connection_id": connection.pk,
        "account_id": account.pk,
        "sync_id": sync.pk,
        "operation_id": recorder.operation.pk,
        "invitation_id": invitation.pk,
        "sign_in_id": pair.sign_in.pk,
        "session_id": browser.pk,
        "accounts": account.pk,
        "manual": manual.pk,
        "figure": f"balance-{account.pk}",
        "transactions": transaction.pk,
        "refund_id": refund.pk,
        "divided": divided.pk,
        "free": free.pk,
        "outgoing": outgoing.pk,
        "incoming": incoming.pk,
        "transfers": transfer.pk,
        "review": item.pk,
        "categories": category.pk,
        "merchants": merchant.pk,
        "other_merchants": other.pk,
        "attachments": receipt.pk,
        "views": view.pk,
        "budgets": planned.pk,
        "other_budgets": other_plan.pk,
        "recurring": bill.pk,
        "goals": saving.pk,
        "contribution_id": entry.pk,
        "payoff": payoff.pk,
        "debts": debt.pk,
        "rates": rate.pk,
        "notifications": told.pk,
        "devices": phone.pk,
        "tags": tag.pk,
        "rules": rule.pk,
        "run_id": run.pk,
        "runs": run.pk,
        "link_token": session.token,
        "kind": "client",
        "device_id": pair.sign_in.pk,
    }


def budgets_in(book: Book, *, category: Category, day: date, owner: User, word: str) -> tuple[Budget, Budget]:
    """Two budgets that hold now as envelopes, with money moved between them, and one that held last month only."""
    last = make_category(book, name=f"{word} planned before")
    make_budget(book, category=last, day=day.replace(day=1) - timedelta(days=1), repeats=False)
    both = (
        make_budget(book, category=category, amount=5000, day=day, rollover="both"),
        make_budget(book, category=make_category(book, name=f"{word} plan"), day=day),
    )
    by = {"book": book, "by": owner, "day": day, "today": day, "now": NOW}
    move_money(source=both[0].pk, target=both[1].pk, amount=Decimal(1), **by)
    choose_mode(book=book, by=owner, mode="envelopes", now=NOW)
    return both


def bill_in(book: Book, *, category: Category, account: Account, day: date, owner: User, word: str) -> RecurringItem:
    """One that was found and waits to be decided about, and one that was typed in and is due."""
    new = NewItem(f"{word} bill", Decimal("-4711.47"), "weekly", day, category=category, account=account)
    add_recurring(book=book, by=owner, new=new, now=NOW)
    return RecurringItem.objects.create(
        book=book, name=f"{word} suggested", amount=-20, currency="USD", next_on=day, category=category
    )


def goal_in(book: Book, *, account: Account, owner: User, word: str) -> tuple[Goal, Contribution]:
    """One with an entry in its ledger and a part of an account."""
    by, now = {"book": book, "by": owner}, timezone.now()
    shares = [Share(account, percent=Decimal(10))]
    terms = Terms(target=Decimal("4711.48"), pace=Decimal(100), shares=shares)
    row, _new = set_goal(**by, name=f"{word} goal", terms=terms, now=now)
    day, note = book.today(now), f"{word} put aside"
    return row, contribute(**by, pk=row.pk, amount=Decimal("47.11"), day=day, note=note, now=now)


def payoff_in(book: Book, *, owner: User, word: str) -> tuple[Goal, Debt]:
    """Debts that are paid off."""
    debts = [NewDebt(f"{word} debt", Decimal("4711.49"), Decimal(12), Decimal(100))]
    terms = Terms(kind="debt", debts=debts)
    row, _new = set_goal(book=book, by=owner, name=f"{word} payoff", terms=terms, now=timezone.now())
    return row, Debt.objects.get(book=book, goal=row)


def matches_in(
    book: Book, *, linked: Account, manual: Account, day: date, word: str
) -> tuple[Transaction, Transaction, Transfer, ReviewItem]:
    """A transfer, two rows that could be another one and are in the inbox, and an unsure category in it."""

    def row(account: Account, amount: str, category: str = "TRANSFER", **more: Any) -> Transaction:
        words = f"{word} moved"
        return make_transaction(
            book, account=account, day=day, amount=amount, description=words, category=category, **more
        )

    pair = Transfer.objects.create(book=book, outgoing=row(linked, "-4711.44"), incoming=row(manual, "4711.44"))
    outgoing, incoming = row(linked, "-4711.45"), row(manual, "4711.45")
    shared = {"book": book, "day": day, "score": 0.8}
    key = f"{outgoing.pk}:{incoming.pk}"
    ReviewItem.objects.create(**shared, kind="transfer", key=key, first=outgoing, second=incoming)
    unsure = row(linked, "-4711.46", "UNCATEGORISED", merchant=make_merchant(book, name=f"{word} shop"))
    unsure.category_source, unsure.suggestion = "none", make_category(book, name=f"{word} guess")
    unsure.save()
    more = {"merchant": unsure.merchant, "suggestion": unsure.suggestion}
    item = ReviewItem.objects.create(**shared, kind="category", key="m1:1", first=unsure, **more)
    return outgoing, incoming, pair, item


def pages(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """The route of every address that is no part of the API or the admin."""
    for entry in patterns if patterns is not None else get_resolver("financeapp.urls").url_patterns:
        route = prefix + str(entry.pattern)
        if route.startswith(("admin/", "api/")):
            continue
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from pages(entry.url_patterns, route)


def address_of(route: str, rows: dict[str, Any]) -> str:
    """The route with the ids of alice's rows in the place of its parameters."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in {"pk", "id"}:
            name = re.split(r"/[<{]", route)[0].split("/")[-1]
        return str(rows.get(name, 1))

    plain = re.sub(r"\^|\$|\(\?P<\w+>(?:\[[^]]*\]|[^()])*\)", lambda found: "1" if found[0][0] == "(" else "", route)
    return "/" + re.sub(r"[<{](?:\w+:)?(\w+)[>}]", value, plain).lstrip("/")


def browser_of(person: Any = None) -> Client:
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person.user)
    return client


def sign_in(page: Any, server: str, person: Any) -> None:
    """Give Chromium the session of the person."""
    cookie = browser_of(person).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": server}])


def content_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")

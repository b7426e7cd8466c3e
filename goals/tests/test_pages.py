"""The pages of goals, all without a script."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from banking.tests.browsing import browse
from banking.tests.factories import make_account
from goals import queries
from goals.models import Contribution, Debt, EarMark, Goal
from goals.tests.factories import ear_mark, make_debts, make_goal, owed, put_aside


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


def text_of(answer):
    content = answer if isinstance(answer, str) else answer.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content))


def test_an_empty_page_has_one_thing_to_do(alice):
    assert "No goals yet" in text_of(alice.get("/goals"))


def test_setting_one_and_saving_for_it(alice, book):
    sent = {"name": "Bicycle", "target": "1200", "currency": "USD", "pace": "100", "priority": "5"}
    answer = alice.post("/goals/new", sent)
    row = Goal.objects.get()
    assert answer["Location"] == f"/goals/{row.pk}"
    assert "already a goal" in text_of(alice.post("/goals/new", sent))
    today = book.today(timezone.now())
    alice.post(f"/goals/{row.pk}/contribute", {"direction": "in", "amount": "90", "day": today, "note": "cash"})
    refused = alice.post(f"/goals/{row.pk}/contribute", {"direction": "out", "amount": "91", "day": today})
    assert (refused.status_code, "not that much" in text_of(refused)) == (422, True)
    said = text_of(alice.get(f"/goals/{row.pk}"))
    for words in ("$90.00", "On track", "cash", "straight line", "Put aside $100.00 each month"):
        assert words in said, words
    entry = Contribution.objects.get()
    alice.post(f"/goals/{row.pk}/contributions/{entry.pk}/remove")
    assert not Contribution.objects.exists()


def test_only_what_was_changed_is_written(alice, book):
    row = make_goal(book)
    shown = {"initial-name": "Bicycle", "initial-target": "1200", "initial-pace": "100", "initial-priority": "5"}
    Goal.objects.update(priority=2)
    alice.post(
        f"/goals/{row.pk}/edit",
        {
            **shown,
            "initial-due_on": "",
            "due_on": "",
            "name": "Cargo bike",
            "target": "1200",
            "pace": "100",
            "priority": "5",
        },
    )
    row.refresh_from_db()
    assert (row.name, row.priority) == ("Cargo bike", 2)


def test_who_is_behind_reads_what_to_do(alice, book):
    row = make_goal(book, now=timezone.now() - timedelta(days=130))
    said = text_of(alice.get("/goals"))
    assert "Behind" in said
    assert re.search(r"\$71\.43 more each month, or 5 months later\.", said), said
    Goal.objects.filter(pk=row.pk).update(pace=None, due_on=book.today(timezone.now()) - timedelta(days=1))
    assert "is missing: put it aside now" in text_of(alice.get("/goals"))


def test_accounts(alice, book):
    wallet, row = make_account(book, name="Wallet", opening=100), make_goal(book)
    refused = alice.post(f"/goals/{row.pk}/accounts/new", {"account": wallet.pk, "how": "amount", "size": "101"})
    assert (refused.status_code, "Wallet holds 100.00 USD" in text_of(refused)) == (422, True)
    alice.post(f"/goals/{row.pk}/accounts/new", {"account": wallet.pk, "how": "percent", "size": "50"})
    assert "50&nbsp;&#37; of its balance" in text_of(alice.get(f"/goals/{row.pk}"))
    wallet.opening = 0
    wallet.save()
    EarMark.objects.update(percent=None, amount=80)
    assert "hold too little" in text_of(alice.get("/goals"))
    assert alice.post(f"/goals/{row.pk + 1}/accounts/{wallet.pk}/remove").status_code == 404
    alice.post(f"/goals/{row.pk}/accounts/{wallet.pk}/remove")
    assert not EarMark.objects.exists()


def test_accounts_of_an_archived_goal_can_be_taken_away(alice, book):
    wallet, row = make_account(book, name="Wallet", opening=100), make_goal(book)
    ear_mark(row, wallet, amount=60)
    alice.post(f"/goals/{row.pk}/state", {"state": "archived"})
    said = text_of(alice.get(f"/goals/{row.pk}"))
    assert ("$60.00 ear-marked" in said, "No account is linked" in said, "hold too little" in said) == (1, 0, 0)
    alice.post(f"/goals/{row.pk}/accounts/{wallet.pk}/remove")
    assert not EarMark.objects.exists()


def test_states(alice, book):
    row = make_goal(book)
    for state, words in (
        ("paused", "Paused"),
        ("completed", "Completed"),
        ("archived", "Archived"),
        ("open", "On track"),
    ):
        alice.post(f"/goals/{row.pk}/state", {"state": state})
        assert words in text_of(alice.get("/goals")), state
    assert alice.post(f"/goals/{row.pk}/state", {"state": "kites"}).status_code == 302
    assert "Remove Bicycle?" in text_of(alice.get(f"/goals/{row.pk}/remove"))
    alice.post(f"/goals/{row.pk}/remove")
    assert not Goal.objects.exists()


def test_debts(alice, book):
    sent = {"name": "Cards", "currency": "USD", "strategy": "avalanche", "extra": "100"}
    alice.post("/goals/payoff/new", {**sent, "loan_rate": "6", "loan_months": "24"})
    row = Goal.objects.get()
    assert "Type in your debts" in text_of(alice.get(f"/goals/{row.pk}"))
    for name, balance in (("Visa", "1000"), ("Master", "500")):
        alice.post(
            f"/goals/payoff/{row.pk}/debts/new", {"name": name, "balance": balance, "rate": "20", "minimum": "8"}
        )
    said = text_of(alice.get(f"/goals/payoff/{row.pk}"))
    for words in ("Snowball", "Avalanche Chosen", "Consolidation", "The minimum payment of Visa", "Month by month"):
        assert words in said, words
    debt = Debt.objects.get(name="Visa")
    alice.post(f"/goals/debts/{debt.pk}", {"name": "Visa", "balance": "900", "rate": "20", "minimum": "8"})
    debt.refresh_from_db()
    assert debt.balance == 900
    alice.post(f"/goals/payoff/{row.pk}/edit", {**sent, "strategy": "snowball", "extra": "0"})
    assert "Never ends" in text_of(alice.get(f"/goals/payoff/{row.pk}"))
    alice.post(f"/goals/debts/{debt.pk}/remove")
    assert Debt.objects.get().name == "Master"


def test_a_goal_of_saving_has_no_strategies(alice, book):
    assert alice.get(f"/goals/payoff/{make_goal(book).pk}").status_code == 404


def test_the_widget_shows_the_open_goals(cast, book):
    put_aside(make_goal(book), 12)
    make_debts(book, [owed()])
    request = RequestFactory().get("/")
    request.user, request.book, request.membership = cast.alice.user, book, None
    found = queries.open_goals(book=book, today=book.today(timezone.now()))
    said = text_of(render_to_string("goals/_widget.html", {"goals": found, "request": request}, request=request))
    for words in ("Bicycle", "Cards", "$12.00", "of $1,200.00", "On track"):
        assert words in said, words


def test_who_may_only_look_and_a_stranger(cast, book):
    row = make_goal(book)
    carol, stranger = browse(cast.carol, cast.book), browse(cast.stranger, cast.stranger.book)
    for page in ("/goals", f"/goals/{row.pk}"):
        shown = carol.get(page)
        assert (shown.status_code, b'method="post" action="/goals' in shown.content) == (200, False)
    assert carol.post(f"/goals/{row.pk}/state", {"state": "paused"}).status_code == 403
    for page in ("", "/edit", "/remove", "/contribute", "/accounts/new"):
        assert stranger.get(f"/goals/{row.pk}{page}").status_code == 404


def test_a_change_is_told_to_open_pages(book, monkeypatch, django_capture_on_commit_callbacks):
    heard = []
    monkeypatch.setattr("notifications.live.publish", lambda *, book_id, topic: heard.append((book_id, topic)))
    with django_capture_on_commit_callbacks(execute=True):
        make_goal(book)
    assert heard == [(book.pk, "goals")]


def test_the_number_of_queries_is_fixed(alice, book, counted):
    wallet, row = make_account(book, opening=100), make_goal(book)
    ear_mark(row, wallet, amount=1)
    pages = ("/goals", f"/goals/{row.pk}")
    [alice.get(page) for page in pages]
    before = [counted(lambda page=page: alice.get(page)) for page in pages]
    for name in ("a", "b"):
        other = make_goal(book, name=name)
        put_aside(other, 5)
        ear_mark(other, wallet, amount=1)
    put_aside(row, 5)
    put_aside(row, 5)
    assert [counted(lambda page=page: alice.get(page)) for page in pages] == before

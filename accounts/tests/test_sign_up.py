import re

import pytest
from allauth.account.models import EmailAddress
from rest_framework.test import APIClient

from accounts import opening
from accounts.models import AuditEvent, User
from accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
PERSON = {"email": "ann@example.com", "password": "correct horse battery", "name": "Ann"}
FORM = {"email": "ann@example.com", "password1": "correct horse battery", "name": "Ann"}


def sign_up(**changes):
    return APIClient().post("/api/auth/signup", {**PERSON, **changes}, format="json")


def link_in(mail):
    return re.search(r"/auth/confirm-email/[^/\s]+/", mail.body).group()


def test_page_leads_to_the_first_page(client, mailoutbox):
    answer = client.post("/auth/signup/", {**FORM, "time_zone": "Europe/Berlin"}, headers={"Accept-Language": "de-DE"})
    assert answer.headers["Location"] == "/auth/confirm-email/"
    assert client.post(link_in(mailoutbox[0])).headers["Location"] == "/"
    user = User.objects.get()
    book = user.default_book
    assert (user.name, user.locale, user.email) == ("Ann", "de-DE", "ann@example.com")
    assert (book.kind, book.currency, book.time_zone) == ("personal", "EUR", "Europe/Berlin")
    assert client.get("/settings/books").status_code == 200


def test_mail_has_text_and_html(client, mailoutbox):
    client.post("/auth/signup/", FORM)
    html, kind = mailoutbox[0].alternatives[0]
    assert kind == "text/html"
    assert f'href="http://testserver{link_in(mailoutbox[0])}"' in html


def test_looking_at_the_link_uses_nothing_up(client, mailoutbox):
    client.post("/auth/signup/", FORM)
    link = link_in(mailoutbox[0])
    assert client.get(link).status_code == client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified


def test_api_creates_an_unverified_user_with_a_book(mailoutbox):
    answer = sign_up(currency="GBP", time_zone="Europe/London")
    assert answer.status_code == 202
    user = User.objects.get()
    assert user.default_book.currency == "GBP"
    assert not EmailAddress.objects.get().verified
    assert len(mailoutbox) == 1
    assert "session" not in answer.cookies


def test_a_business_gets_a_second_book():
    sign_up(business_name="Ann's Shop", fiscal_year_start="2024-02-29", currency="USD")
    user = User.objects.get()
    personal, business = (m.book for m in user.memberships.order_by("id"))
    assert (personal.kind, business.kind, business.name) == ("personal", "business", "Ann's Shop")
    assert (business.fiscal_month, business.fiscal_day) == (2, 29)
    assert user.default_book == personal


def test_answer_is_the_same_for_a_known_address(mailoutbox):
    make_user("ann@example.com")
    known, new = sign_up(), sign_up(email="new@example.com")
    assert (known.status_code, known.json()) == (new.status_code, new.json())
    assert [mail.to for mail in mailoutbox] == [["ann@example.com"], ["new@example.com"]]
    assert "already" in mailoutbox[0].subject
    assert User.objects.count() == 2


def test_address_is_the_same_in_capitals():
    sign_up()
    sign_up(email="ANN@Example.com")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "password123"),
        ("email", "not an address"),
        ("name", ""),
        ("name", "Ann\u202egnp.exe"),
        ("name", "Ann\x07"),
        ("name", "A" * 101),
        ("currency", "XXL"),
        ("fiscal_year_start", "02-30"),
        ("is_staff", True),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(field, value):
    answer = sign_up(**{field: value})
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert not User.objects.exists()
    assert not AuditEvent.objects.exists()


def test_page_refuses_direction_marks(client):
    answer = client.post("/auth/signup/", {**FORM, "name": "Ann\u202egnp"})
    assert "invisible characters" in answer.content.decode()
    assert not User.objects.exists()


def test_time_zone_nobody_knows_stops_nobody():
    assert sign_up(time_zone="Mars/Olympus").status_code == 202
    assert User.objects.get().default_book.time_zone == "UTC"


def test_nobody_is_left_without_books_when_these_cannot_be_opened(monkeypatch, mailoutbox):
    """Such a person could never sign up again, and would find no book after signing in."""
    monkeypatch.setattr(opening, "fill", lambda book: 1 / 0)
    client = APIClient(raise_request_exception=False)
    assert client.post("/api/auth/signup", PERSON, format="json").status_code == 500
    assert not User.objects.exists()
    assert not mailoutbox
    monkeypatch.undo()
    assert sign_up().status_code == 202
    assert User.objects.get().default_book

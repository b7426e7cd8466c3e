"""What creates people, books, invitations and memberships creates once, however often it is sent with one key."""

import os

import pytest
from django.conf import settings
from django.db import connections, transaction
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts import opening
from accounts.models import Book, IdempotencyKey, Invitation, Membership, User

BOOK = {"kind": "household", "name": "Home", "currency": "EUR"}
NEWCOMER = {"email": "new@example.com", "password": "a long enough phrase", "name": "New"}
CREATES_NOTHING = {
    "/api/auth/login",  # a repeated answer would have to keep tokens
    "/api/auth/refresh",
    "/api/auth/logout",
    "/api/auth/password",
    "/api/auth/verify-email",
    "/api/auth/forgot-password",
    "/api/auth/reset-password",
    "/api/auth/google/begin",
    "/api/webhook/plaid",  # sent twice it asks for the same
}


def send(client, address, body, key="k-1"):
    return client.post(f"/api/{address}", body, format="json", headers={"Idempotency-Key": key})


def invite(client, book, email="dora@example.com"):
    return send(client, f"books/{book.pk}/invitations", {"email": email, "role": "viewer"})


@pytest.mark.django_db
def test_every_post_that_creates_takes_a_key():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    without = {
        path
        for path, methods in paths.items()
        if "post" in methods
        and not any(each["name"] == "Idempotency-Key" for each in methods["post"].get("parameters", ()))
    }
    assert without == CREATES_NOTHING


def test_a_book_is_opened_once(api, cast):
    first, second = (send(api(cast.alice), "books", BOOK) for _n in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert Book.objects.filter(name="Home").count() == 1


def test_another_book_under_the_key_is_refused(api, cast):
    send(api(cast.alice), "books", BOOK)
    assert send(api(cast.alice), "books", {**BOOK, "name": "Other"}).status_code == 422
    assert not Book.objects.filter(name="Other").exists()


def test_a_refused_book_leaves_no_key(api, cast):
    assert send(api(cast.alice), "books", {**BOOK, "currency": "XXX"}).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert send(api(cast.alice), "books", BOOK).status_code == 201


def test_an_invitation_is_sent_once(api, cast, mailoutbox):
    first, second = (invite(api(cast.alice), cast.book) for _n in range(2))
    assert first.json() == second.json()
    assert len(mailoutbox) == Invitation.objects.count() == 1


def test_an_invitation_is_accepted_once(api, cast, mailoutbox):
    invite(api(cast.alice), cast.book, "stranger@example.com")
    token = mailoutbox[0].body.split("/invitations/")[1].split()[0]
    first, second = (send(api(cast.stranger), "invitations/accept", {"token": token}) for _n in range(2))
    assert first.status_code == second.status_code == 200
    assert Membership.objects.filter(book=cast.book, user=cast.stranger.user).count() == 1


@pytest.mark.django_db
def test_somebody_signs_up_once_with_one_mail(mailoutbox):
    first, second = (send(APIClient(), "auth/signup", NEWCOMER) for _n in range(2))
    assert first.status_code == second.status_code == 202
    assert second["Idempotency-Replayed"] == "true"
    assert [mail.subject for mail in mailoutbox] == ["Confirm your e-mail address for PocketPilot"]
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_newcomers_do_not_share_keys(mailoutbox):
    for email in ("one@example.com", "two@example.com"):
        assert send(APIClient(), "auth/signup", {**NEWCOMER, "email": email}).status_code == 202
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_what_is_kept_of_a_sign_up_tells_neither_address_nor_password(settings):
    send(APIClient(), "auth/signup", NEWCOMER)
    before = IdempotencyKey.objects.get()
    assert "new@" not in f"{before.caller}{before.answer}"
    before.delete()
    settings.SECRET_KEY = "another secret, with which the digest is another"
    send(APIClient(), "auth/signup", NEWCOMER)
    assert IdempotencyKey.objects.get().fingerprint != before.fingerprint


@pytest.mark.django_db(transaction=True)
def test_a_book_whose_answer_was_lost_is_not_opened_again(api, cast):
    client = api(cast.alice)
    connections.close_all()
    child = os.fork()
    if child == 0:
        opening.register(lambda book: transaction.on_commit(lambda: os._exit(9)))
        send(client, "books", BOOK)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    answer = send(client, "books", BOOK)
    assert (answer.status_code, answer["Idempotency-Replayed"]) == (201, "true")
    assert Book.objects.filter(name="Home").count() == 1


def test_a_page_that_is_signed_in_by_its_session_repeats_too(cast):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(cast.alice.user)
    browser.get("/settings/profile")
    token = browser.cookies[settings.CSRF_COOKIE_NAME].value
    headers = {"Idempotency-Key": "k-1", "X-CSRFToken": token}
    first, second = (browser.post("/api/books", BOOK, format="json", headers=headers) for _n in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    assert browser.post("/api/books", BOOK, format="json", headers={"Idempotency-Key": "k-2"}).status_code == 403
    assert Book.objects.filter(name="Home").count() == 1

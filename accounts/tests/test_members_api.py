import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent, Invitation, Membership
from accounts.tests.api import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(cast):
    return signed_in(cast.alice.user)


def roles(book):
    return {m.user.name: m.role for m in Membership.objects.filter(book=book).select_related("user")}


def invite(client, book, **changes):
    body = {"email": "stranger@example.com", "role": "editor", **changes}
    return client.post(f"/api/books/{book.pk}/invitations", body, format="json")


def token_in(mail):
    return re.search(r"/invitations/([\w-]+)", mail.body).group(1)


def accept(client, token):
    return client.post("/api/invitations/accept", {"token": token}, format="json")


def test_members_are_listed(cast, alice):
    found = alice.get(f"/api/books/{cast.book.pk}/members").json()
    assert [(m["name"], m["role"]) for m in found] == [("Alice", "owner"), ("Bob", "editor"), ("Carol", "viewer")]


def test_owner_changes_a_role(cast, alice):
    address = f"/api/books/{cast.book.pk}/members/{cast.carol.user.pk}"
    assert alice.patch(address, {"role": "editor"}, format="json").json()["role"] == "editor"
    assert AuditEvent.objects.filter(kind="role_changed", subject=cast.carol.user, details__role="editor").exists()


@pytest.mark.parametrize("body", [{}, {"role": "god"}, {"role": "owner", "user": 1}])
def test_bad_role_is_refused(cast, alice, body):
    before = roles(cast.book)
    address = f"/api/books/{cast.book.pk}/members/{cast.carol.user.pk}"
    assert alice.patch(address, body, format="json").status_code == 400
    assert roles(cast.book) == before


@pytest.mark.parametrize("who", ["bob", "carol"])
def test_others_may_not_manage_members(cast, who):
    client = signed_in(getattr(cast, who).user)
    address = f"/api/books/{cast.book.pk}/members/{cast.alice.user.pk}"
    before = roles(cast.book)
    assert client.patch(address, {"role": "viewer"}, format="json").status_code == 403
    assert client.delete(address).status_code == 403
    assert invite(client, cast.book).status_code == 403
    assert client.get(f"/api/books/{cast.book.pk}/invitations").status_code == 403
    assert roles(cast.book) == before


def test_last_owner_cannot_go_or_step_down(cast, alice):
    address = f"/api/books/{cast.book.pk}/members/{cast.alice.user.pk}"
    assert alice.delete(address).json()["code"] == "last_owner"
    assert alice.patch(address, {"role": "editor"}, format="json").status_code == 409
    assert roles(cast.book)["Alice"] == "owner"


def test_first_owner_may_go_when_there_is_another(cast, alice):
    members = f"/api/books/{cast.book.pk}/members"
    alice.patch(f"{members}/{cast.bob.user.pk}", {"role": "owner"}, format="json")
    assert alice.delete(f"{members}/{cast.alice.user.pk}").status_code == 204
    assert roles(cast.book) == {"Bob": "owner", "Carol": "viewer"}
    assert alice.get(f"/api/books/{cast.book.pk}").status_code == 404


def test_member_may_leave(cast):
    client = signed_in(cast.carol.user)
    assert client.delete(f"/api/books/{cast.book.pk}/members/{cast.carol.user.pk}").status_code == 204
    assert "Carol" not in roles(cast.book)
    cast.carol.user.refresh_from_db()
    assert cast.carol.user.default_book is None


def test_stranger_is_no_member_to_change(cast, alice):
    address = f"/api/books/{cast.book.pk}/members/{cast.stranger.user.pk}"
    assert alice.patch(address, {"role": "owner"}, format="json").status_code == 404
    assert alice.delete(address).status_code == 404


def test_invitation_lets_its_reader_in_once(cast, alice, mailoutbox):
    assert invite(alice, cast.book, email="Stranger@Example.com").status_code == 201
    token = token_in(mailoutbox[0])
    stranger = signed_in(cast.stranger.user)
    assert accept(stranger, token).json()["role"] == "editor"
    assert roles(cast.book)["Stranger"] == "editor"
    assert accept(stranger, token).status_code == 404


def test_link_is_not_stored_and_not_shown(cast, alice, mailoutbox):
    answer = invite(alice, cast.book)
    token = token_in(mailoutbox[0])
    invitation = Invitation.objects.get()
    assert token not in answer.content.decode() + str(vars(invitation)) + repr(invitation)
    listed = alice.get(f"/api/books/{cast.book.pk}/invitations").json()
    assert [i["email"] for i in listed] == ["stranger@example.com"]
    assert "digest" not in listed[0]


def test_withdrawn_link_is_useless(cast, alice, mailoutbox):
    made = invite(alice, cast.book).json()
    assert alice.delete(f"/api/books/{cast.book.pk}/invitations/{made['id']}").status_code == 204
    assert accept(signed_in(cast.stranger.user), token_in(mailoutbox[0])).status_code == 404


def test_inviting_again_replaces_the_link(cast, alice, mailoutbox):
    invite(alice, cast.book)
    invite(alice, cast.book, role="viewer")
    stranger = signed_in(cast.stranger.user)
    assert accept(stranger, token_in(mailoutbox[0])).status_code == 404
    assert accept(stranger, token_in(mailoutbox[1])).json()["role"] == "viewer"


def test_old_link_has_expired(cast, alice, mailoutbox):
    invite(alice, cast.book)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert accept(signed_in(cast.stranger.user), token_in(mailoutbox[0])).status_code == 404


def test_it_lasts_seven_days(cast, alice, mailoutbox):
    with time_machine.travel("2026-03-01 12:00"):
        invite(signed_in(cast.alice.user), cast.book)
    assert Invitation.objects.get().expires_at.isoformat().startswith("2026-03-08T12:00")


def test_member_need_not_be_invited(cast, alice, mailoutbox):
    assert invite(alice, cast.book, email="BOB@example.com").json()["code"] == "already_member"
    invite(alice, cast.book, email="bobby@example.com")
    cast.bob.user.emailaddress_set.create(email="bobby@example.com", verified=True)
    assert accept(signed_in(cast.bob.user), token_in(mailoutbox[0])).json()["code"] == "already_member"
    assert len(mailoutbox) == 1


def test_it_lets_in_whom_it_was_sent_to_only(cast, alice, mailoutbox):
    invite(alice, cast.book, email="dora@example.com")
    stranger, token = signed_in(cast.stranger.user), token_in(mailoutbox[0])
    assert (accept(stranger, token).status_code, accept(stranger, token).json()["code"]) == (403, "other_address")
    claimed = cast.stranger.user.emailaddress_set.create(email="dora@example.com", verified=False)
    assert accept(stranger, token).status_code == 403
    claimed.verified = True
    claimed.save()
    assert accept(stranger, token).status_code == 200


@pytest.mark.parametrize("leaves", [True, False])
def test_who_is_no_owner_any_more_lets_nobody_in(cast, alice, mailoutbox, leaves):
    address = f"/api/books/{cast.book.pk}/members/{cast.bob.user.pk}"
    alice.patch(address, {"role": "owner"}, format="json")
    invite(signed_in(cast.bob.user), cast.book, role="owner")
    alice.delete(address) if leaves else alice.patch(address, {"role": "editor"}, format="json")
    assert accept(signed_in(cast.stranger.user), token_in(mailoutbox[0])).status_code == 404


def test_who_is_closed_lets_nobody_in(cast, alice, mailoutbox):
    invite(alice, cast.book)
    cast.alice.user.is_active = False
    cast.alice.user.save()
    assert accept(signed_in(cast.stranger.user), token_in(mailoutbox[0])).status_code == 404


@pytest.mark.parametrize("changes", [{"email": "nobody"}, {"role": "god"}, {"kind": 3}])
def test_bad_invitation_is_refused(cast, alice, mailoutbox, changes):
    assert invite(alice, cast.book, **changes).status_code == 400
    assert not mailoutbox
    assert not Invitation.objects.exists()


def test_invitation_of_another_book_is_404(cast, alice):
    made = invite(alice, cast.book).json()
    stranger = signed_in(cast.stranger.user)
    assert stranger.delete(f"/api/books/{cast.book.pk}/invitations/{made['id']}").status_code == 404
    own = f"/api/books/{cast.stranger.book.pk}/invitations/{made['id']}"
    assert stranger.delete(own).status_code == 404
    assert Invitation.objects.exists()

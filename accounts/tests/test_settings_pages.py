import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts import actions, audit, locales
from accounts.models import AuditKind, Book, Invitation, Membership, SignIn, User
from accounts.origin import Origin
from accounts.tests.factories import PASSWORD, make_book

pytestmark = pytest.mark.django_db
BOOK = {"name": "Home", "currency": "EUR", "fiscal_month": 4, "fiscal_day": 6, "time_zone": "Europe/Berlin"}
OWN = ["/settings/profile", "/settings/security", "/settings/devices", "/settings/activity", "/settings/books"]


def browser(user):
    client = Client()
    client.post("/auth/login/", {"login": user.email, "password": PASSWORD})
    return client


def shown_by(client, path):
    """What a browser sends of a form that nobody touched: of a choice that has none selected, the first option."""
    html = client.get(path).content.decode().split("<main", 1)[1]
    sent = dict(re.findall(r'<input type="(?:text|number)" name="([^"]+)" value="([^"]*)"', html))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = chosen[1]
    return sent


@pytest.fixture
def alice(cast):
    return browser(cast.alice.user)


@pytest.mark.parametrize("path", [*OWN, "/settings/books/new"])
def test_page_works_and_asks_visitors_to_sign_in(alice, path):
    assert alice.get(path).status_code == 200
    assert Client().get(path).headers["Location"].startswith("/auth/login/")


@pytest.mark.parametrize("path", OWN)
def test_queries_are_few_and_fixed(alice, path, django_assert_max_num_queries):
    alice.get(path)
    with django_assert_max_num_queries(18):
        alice.get(path)


def test_profile_is_saved(cast, alice):
    assert alice.post("/settings/profile", {"name": "Al", "locale": "en-GB"}).status_code == 302
    cast.alice.user.refresh_from_db()
    assert (cast.alice.user.name, cast.alice.user.locale) == ("Al", "en-GB")


@pytest.mark.parametrize("form", [{"name": "a\u202eb", "locale": "en-GB"}, {"name": "Al", "locale": "xx"}])
def test_bad_profile_changes_nothing(cast, alice, form):
    assert alice.post("/settings/profile", form).status_code == 422
    cast.alice.user.refresh_from_db()
    assert cast.alice.user.name == "Alice"


@pytest.mark.parametrize("locale", ["zh-Hans-CN", "sr-Cyrl-RS", "uz-Latn-UZ", "pa-Guru-IN", "en"])
def test_another_name_leaves_the_language_as_it_was(cast, alice, locale):
    User.objects.filter(pk=cast.alice.user.pk).update(locale=locale)
    assert alice.post("/settings/profile", shown_by(alice, "/settings/profile") | {"name": "Al"}).status_code == 302
    cast.alice.user.refresh_from_db()
    assert (cast.alice.user.name, cast.alice.user.locale) == ("Al", locale)


@pytest.mark.parametrize(("field", "stored"), [("time_zone", "Etc/GMT+5"), ("time_zone", "Japan"), ("currency", "DEM")])
def test_another_name_leaves_the_rest_of_the_book_as_it_was(cast, alice, field, stored):
    Book.objects.filter(pk=cast.book.pk).update(**{field: stored})
    address = f"/settings/books/{cast.book.pk}"
    assert alice.post(address, shown_by(alice, address) | {"name": "Home"}).status_code == 302
    cast.book.refresh_from_db()
    assert (cast.book.name, getattr(cast.book, field)) == ("Home", stored)


def test_languages_with_a_script_are_offered():
    offered = dict(locales.choices())
    assert {"zh-Hans-CN", "zh-Hant-TW", "sr-Cyrl-RS", "en-GB"} <= offered.keys()
    assert "en-US-POSIX" not in offered


def test_new_book_is_entered(cast, alice):
    assert alice.post("/settings/books/new", {**BOOK, "kind": "business"}).headers["Location"] == "/"
    assert alice.session["book"] == Book.objects.get(name="Home").pk


@pytest.mark.parametrize("change", [{"currency": "XXL"}, {"fiscal_month": 2, "fiscal_day": 30}, {"name": "\x07"}])
def test_bad_book_is_refused_with_a_message(cast, alice, change):
    before = Book.objects.count()
    answer = alice.post("/settings/books/new", {**BOOK, "kind": "business", **change})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert Book.objects.count() == before


def test_book_is_changed_by_its_owner_only(cast, alice):
    address = f"/settings/books/{cast.book.pk}"
    assert browser(cast.bob.user).get(address).status_code == 200
    assert browser(cast.bob.user).post(address, BOOK).status_code == 403
    assert browser(cast.stranger.user).get(address).status_code == 404
    assert alice.post(address, BOOK).status_code == 302
    cast.book.refresh_from_db()
    assert (cast.book.name, cast.book.fiscal_month, cast.book.currency) == ("Home", 4, "EUR")


def test_switcher_enters_own_books_only(cast, alice):
    second = actions.open_book(user=cast.alice.user, kind="business", name="Shop", currency="USD", now=timezone.now())
    assert alice.post("/settings/books/enter", {"book": second.pk}).status_code == 302
    assert alice.session["book"] == second.pk
    assert alice.post(f"/settings/books/{cast.book.pk}/enter", {"next": "https://evil.example/"}).url == "/"
    assert alice.session["book"] == cast.book.pk
    for foreign in (cast.stranger.book.pk, "x", "9" * 40):
        assert alice.post("/settings/books/enter", {"book": foreign}).status_code == 404
    assert alice.session["book"] == cast.book.pk


def test_members_page_shows_tools_to_owners_only(cast, alice):
    address = f"/settings/books/{cast.book.pk}/members"
    assert "Send the invitation" in alice.get(address).content.decode()
    assert "Send the invitation" not in browser(cast.carol.user).get(address).content.decode()
    assert browser(cast.stranger.user).get(address).status_code == 404


def test_roles_and_leaving(cast, alice):
    members = f"/settings/books/{cast.book.pk}/members"
    alice.post(f"{members}/{cast.carol.user.pk}/role", {"role": "owner"})
    assert Membership.objects.get(user=cast.carol.user).role == "owner"
    alice.post(f"{members}/{cast.alice.user.pk}/remove")
    assert not Membership.objects.filter(user=cast.alice.user).exists()
    carol = browser(cast.carol.user)
    answer = carol.post(f"{members}/{cast.carol.user.pk}/remove", follow=True)
    assert "must keep an owner" in answer.content.decode()


def test_others_cannot_manage(cast):
    bob = browser(cast.bob.user)
    members = f"/settings/books/{cast.book.pk}/members"
    assert bob.post(f"{members}/{cast.carol.user.pk}/role", {"role": "owner"}).status_code == 403
    assert bob.post(f"{members}/{cast.carol.user.pk}/remove").status_code == 403
    assert bob.post(f"{members}/invite", {"email": "x@example.com", "role": "owner"}).status_code == 403


def test_invitation_by_page(cast, alice, mailoutbox):
    members = f"/settings/books/{cast.book.pk}/members"
    assert alice.post(f"{members}/invite", {"email": "stranger@example.com", "role": "viewer"}).status_code == 302
    link = re.search(r"/invitations/[\w-]+", mailoutbox[0].body).group()
    assert "Create an account to join" in Client().get(link).content.decode()
    assert Client().post(link).status_code == 404
    assert "Add the address" in browser(cast.bob.user).get(link).content.decode()
    assert browser(cast.bob.user).post(link).status_code == 403
    stranger = browser(cast.stranger.user)
    assert stranger.get(link).status_code == 200
    assert not Membership.objects.filter(book=cast.book, user=cast.stranger.user).exists()
    assert stranger.post(link).headers["Location"] == "/"
    assert Membership.objects.get(book=cast.book, user=cast.stranger.user).role == "viewer"
    assert stranger.get(link).status_code == 404


def test_invitation_is_withdrawn_by_page(cast, alice):
    members = f"/settings/books/{cast.book.pk}/members"
    alice.post(f"{members}/invite", {"email": "dora@example.com", "role": "viewer"})
    invitation = Invitation.objects.get()
    alice.post(f"/settings/books/{cast.book.pk}/invitations/{invitation.pk}/withdraw")
    assert not Invitation.objects.exists()


def test_inviting_a_member_is_refused_with_a_message(cast, alice, mailoutbox):
    form = {"email": "bob@example.com", "role": "viewer"}
    answer = alice.post(f"/settings/books/{cast.book.pk}/members/invite", form)
    assert "in the book already" in answer.content.decode()
    assert not mailoutbox


def test_devices_are_listed_and_ended_one_by_one(cast, alice):
    other = browser(cast.alice.user)
    client = actions.sign_in(
        user=cast.alice.user, origin=Origin("10.0.0.7", "PocketPhone/1"), now=timezone.now()
    ).sign_in
    page = alice.get("/settings/devices").content.decode()
    assert "PocketPhone/1" in page
    assert "10.0.0.7" in page
    session = re.search(r"/settings/devices/browser/(\d+)/end", page).group(1)
    alice.post(f"/settings/devices/browser/{session}/end")
    assert other.get("/settings/profile").status_code == 302
    alice.post(f"/settings/devices/client/{client.pk}/end")
    client.refresh_from_db()
    assert client.revoked_at is not None


def test_ending_all_keeps_this_browser(cast, alice):
    other = browser(cast.alice.user)
    actions.sign_in(user=cast.alice.user, origin=Origin(), now=timezone.now())
    alice.post("/settings/devices/end-all")
    assert alice.get("/settings/profile").status_code == 200
    assert other.get("/settings/profile").status_code == 302
    assert not SignIn.objects.filter(revoked_at=None).exists()


def test_devices_of_others_are_404(cast, alice):
    theirs = actions.sign_in(user=cast.bob.user, origin=Origin(), now=timezone.now()).sign_in
    assert alice.post(f"/settings/devices/client/{theirs.pk}/end").status_code == 404
    assert alice.post("/settings/devices/browser/999999/end").status_code == 404


def test_activity_shows_own_events_and_those_of_own_books(cast, alice):
    mine = alice.get("/settings/activity").content.decode()
    assert "Signed in" in mine
    assert "Role changed" in mine
    foreign = browser(cast.stranger.user).get("/settings/activity").content.decode()
    assert "Role changed" not in foreign
    assert alice.get("/settings/activity?page=nonsense").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/auth/email/",
        "/auth/password/change/",
        "/auth/2fa/",
        "/auth/2fa/totp/activate/",
        "/auth/2fa/webauthn/",
        "/auth/2fa/webauthn/add/",
        "/auth/logout/",
        "/auth/reauthenticate/",
        "/auth/3rdparty/",
    ],
)
def test_pages_of_the_library_are_in_our_frame(alice, path):
    alice.post("/auth/reauthenticate/", {"password": PASSWORD})
    page = alice.get(path)
    assert page.status_code == 200
    assert page.content.decode().count("<h1>") == 1
    assert 'class="skip-link"' in page.content.decode()
    assert "style=" not in page.content.decode()


@pytest.mark.parametrize("path", ["/auth/login/", "/auth/signup/", "/auth/password/reset/", "/auth/inactive/"])
def test_entrances_are_in_our_frame(client, path):
    page = client.get(path).content.decode()
    assert page.count("<h1>") == 1
    assert 'class="narrow-card"' in page
    assert "style=" not in page


def test_invitation_that_is_sent_twice_is_one_letter(cast, alice, mailoutbox):
    address = f"/settings/books/{cast.book.pk}/members"
    token = re.search(r'name="once" value="([^"]+)"', alice.get(address).content.decode())[1]
    for _ in range(2):
        alice.post(f"{address}/invite", {"email": "new@example.com", "role": "viewer", "once": token})
    assert len(mailoutbox) == 1
    assert Invitation.objects.filter(book=cast.book).count() == 1


@pytest.mark.parametrize("path", ["/settings/books", "/settings/profile"])
def test_books_of_one_name_are_told_apart_by_their_owners(cast, alice, path):
    assert "owned by" not in alice.get(path).content.decode()
    theirs = make_book(cast.stranger.user, name=cast.book.name.upper())
    Membership.objects.create(user=cast.alice.user, book=theirs, role="viewer")
    page = alice.get(path).content.decode()
    for owner in (cast.alice.user, cast.stranger.user):
        assert f"owned by {owner.get_short_name()}" in page


def test_activity_names_who_shares_a_book(cast, alice):
    audit.record(kind=AuditKind.UNLINKED, subject=cast.alice.user, book=cast.book, by=cast.bob.user)
    audit.record(kind=AuditKind.UNLINKED, subject=cast.alice.user, book=cast.book, by=cast.stranger.user)
    page = alice.get("/settings/activity").content.decode()
    people = re.findall(r'<td data-label="By">(.*?)</td>', page)
    assert people[:2] == ["Somebody else", cast.bob.user.get_short_name()]
    assert "You" in people
    assert "ago</time>" in page or "seconds</time>" in page


@pytest.mark.parametrize("path", ["/auth/login/", "/auth/signup/", "/auth/password/reset/"])
def test_address_is_called_the_same_everywhere(client, path):
    page = client.get(path).content.decode()
    assert "E-mail address" in page
    assert not re.search(r">\s*Email", page)


def test_missing_page_speaks_of_books_only_to_members(client, alice):
    assert "another book" in alice.get("/nowhere").content.decode()
    page = Client().get("/nowhere").content.decode()
    assert "There is nothing here" in page
    assert "another book" not in page

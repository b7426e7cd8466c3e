import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from accounts import actions, audit
from accounts.fields import EncryptedField
from accounts.models import AuditEvent, SignIn, User
from accounts.origin import NOWHERE
from accounts.staff import UNSEEN, AuditedAdmin
from accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(cast):
    cast.carol.user.is_staff = cast.carol.user.is_superuser = True
    cast.carol.user.save()
    client = Client()
    client.force_login(cast.carol.user)
    return client


def reads():
    return AuditEvent.objects.filter(kind="staff_read").order_by("-id")


def with_reason(client, path):
    return client.post(path, {"staff_reason": "ticket 7"})


def test_visitors_are_sent_to_the_ordinary_sign_in(client):
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/auth/login/")


def test_others_are_refused(cast):
    client = Client()
    client.force_login(cast.alice.user)
    assert client.get("/admin/", follow=True).status_code == 403


def test_second_factor_is_needed_save_on_a_local_machine(cast, staff, settings):
    assert staff.get("/admin/").status_code == 200
    settings.LOCAL = False
    assert staff.get("/admin/", follow=True).redirect_chain[-1][0] == "/settings/security"
    TOTP.activate(cast.carol.user, "JBSWY3DPEHPK3PXP")
    assert staff.get("/admin/").status_code == 200


def test_the_password_is_changed_on_everybodys_form(cast, staff, mailoutbox):
    answer = staff.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": "x", "new_password2": "x"}
    )
    assert answer.headers["Location"] == "/auth/password/change/"
    new = "another good long password"
    staff.post(answer.headers["Location"], {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert AuditEvent.objects.filter(kind="password_changed", subject=cast.carol.user).count() == 1
    assert [letter.to for letter in mailoutbox] == [[cast.carol.user.email]]
    assert 'href="/auth/password/change/"' in staff.get("/admin/").content.decode()


def test_a_row_opens_for_a_reason_only(cast, staff):
    path = f"/admin/accounts/user/{cast.alice.user.pk}/change/"
    before = staff.get(path).content.decode()
    assert "Say why you open or change it" in before
    assert "Alice" not in before
    assert with_reason(staff, path).status_code == 302
    assert "Alice" in staff.get(path).content.decode()
    event = reads().first()
    assert (event.subject, event.details["reason"]) == (cast.alice.user, "ticket 7")


def test_each_look_is_one_event(cast, staff):
    path = f"/admin/accounts/user/{cast.alice.user.pk}/change/"
    with_reason(staff, path)
    before = reads().count()
    for address in (path, "/admin/accounts/user/", f"/admin/accounts/book/{cast.book.pk}/change/"):
        count = reads().count()
        assert staff.get(address).status_code == 200
        assert reads().count() == count + 1
    assert reads().count() == before + 3
    assert reads().first().book == cast.book
    assert audit.tampered() == []


def test_person_sees_that_staff_looked(cast, staff):
    path = f"/admin/accounts/user/{cast.alice.user.pk}/change/"
    with_reason(staff, path)
    staff.get(path)
    client = Client()
    client.force_login(cast.alice.user)
    assert "Looked at by staff" in client.get("/settings/activity").content.decode()


def test_closing_an_account_is_an_event(cast, staff):
    path = f"/admin/accounts/user/{cast.alice.user.pk}/change/"
    with_reason(staff, path)
    forms = {
        f"{prefix}-{name}": "0"
        for prefix in ("emailaddress_set", "memberships")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    assert staff.post(path, forms).status_code == 302
    cast.alice.user.refresh_from_db()
    assert not cast.alice.user.is_active
    assert AuditEvent.objects.filter(kind="staff_changed", subject=cast.alice.user).count() == 1


def changes():
    return AuditEvent.objects.filter(kind="staff_changed").order_by("id")


def end(client, *sign_ins, **also):
    chosen = {"action": "end", "_selected_action": [each.pk for each in sign_ins], "index": "0"}
    return client.post("/admin/accounts/signin/", {**chosen, **also})


def sign_in_of(person):
    return actions.sign_in(user=person.user, origin=NOWHERE, now=timezone.now()).sign_in


def test_an_action_asks_for_a_reason_and_then_goes_on(cast, staff):
    theirs = sign_in_of(cast.alice)
    page = end(staff, theirs)
    assert "Say why you open or change it" in page.content.decode()
    assert not changes().exists()
    assert SignIn.objects.get(pk=theirs.pk).revoked_at is None
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page.content.decode()))
    assert staff.post("/admin/accounts/signin/", {**sent, "staff_reason": "ticket 7"}).status_code == 302
    assert SignIn.objects.get(pk=theirs.pk).revoked_at is not None


def test_an_action_is_one_event_for_each_row_and_says_whose(cast, staff):
    theirs = [sign_in_of(cast.alice), sign_in_of(cast.bob)]
    end(staff, *theirs, staff_reason="ticket 7")
    events = list(changes())
    assert [event.subject for event in events] == [cast.alice.user, cast.bob.user]
    assert [event.details["key"] for event in events] == [str(each.pk) for each in theirs]
    assert {(event.details["change"], event.details["reason"]) for event in events} == {("end", "ticket 7")}


def test_an_action_needs_the_right_to_change(cast):
    user, theirs = cast.bob.user, sign_in_of(cast.alice)
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_signin"))
    client = Client()
    client.force_login(user)
    end(client, theirs, staff_reason="ticket 7")
    assert SignIn.objects.get(pk=theirs.pk).revoked_at is None
    user.user_permissions.add(Permission.objects.get(codename="change_signin"))
    end(client, theirs)
    assert SignIn.objects.get(pk=theirs.pk).revoked_at is not None


@pytest.mark.parametrize("view", ["change", "history"])
def test_every_view_of_a_row_asks_and_is_kept(cast, staff, view):
    path = f"/admin/accounts/user/{cast.alice.user.pk}/{view}/"
    assert "alice@example.com" not in staff.get(path).content.decode()
    with_reason(staff, path)
    assert staff.get(path).status_code == 200
    event = reads().first()
    assert (event.subject, event.details["reason"]) == (cast.alice.user, "ticket 7")


def test_what_staff_search_for_is_not_kept(cast, staff):
    staff.get("/admin/accounts/user/?q=alice@example.com")
    assert reads().first().details == {"model": "accounts.User", "list": "searched"}


def test_every_page_of_the_admin_is_audited():
    for model, page in admin.site._registry.items():
        assert isinstance(page, AuditedAdmin), model


def test_rights_of_groups_are_for_superusers_and_kept(cast, staff):
    staff.post("/admin/auth/group/add/", {"name": "Support", "staff_reason": "new colleague"})
    group = Group.objects.get(name="Support")
    assert changes().get().details == {
        "model": "auth.Group",
        "key": str(group.pk),
        "change": "added",
        "reason": "new colleague",
    }
    request = type("R", (), {"user": cast.bob.user})()
    assert not admin.site._registry[Group].has_change_permission(request, group)


def test_lesser_staff_cannot_raise_themselves(cast, staff):
    page = admin.site._registry[User]
    request = type("R", (), {"user": cast.bob.user})()
    assert {"is_staff", "is_superuser", "groups"} <= set(page.get_readonly_fields(request))
    assert not page.has_change_permission(request, cast.carol.user)


def test_audit_cannot_be_edited(cast, staff):
    event = AuditEvent.objects.first()
    with_reason(staff, f"/admin/accounts/auditevent/{event.pk}/change/")
    assert staff.get(f"/admin/accounts/auditevent/{event.pk}/change/").status_code == 200
    assert staff.post(f"/admin/accounts/auditevent/{event.pk}/change/", {"kind": "x"}).status_code == 403
    assert staff.post(f"/admin/accounts/auditevent/{event.pk}/delete/", {"post": "yes"}).status_code == 403
    assert staff.get("/admin/accounts/auditevent/add/").status_code == 403


def test_no_admin_shows_an_encrypted_field_or_a_library_secret():
    for model, page in admin.site._registry.items():
        shown = {*page.list_display, *page.readonly_fields, *page.search_fields, *(page.fields or ())}
        assert not shown & {f.name for f in model._meta.fields if isinstance(f, EncryptedField)}
    assert not UNSEEN & {model._meta.label for model in admin.site._registry}


def test_showing_an_encrypted_field_is_refused():
    from banking.models import Connection

    class Careless(AuditedAdmin):
        list_display = ("institution", "secret")

    with pytest.raises(ImproperlyConfigured):
        Careless(Connection, admin.site)


@pytest.mark.parametrize("model", ["signin", "invitation", "auditevent", "user", "book"])
def test_lists_open(cast, staff, model):
    page = staff.get(f"/admin/accounts/{model}/?q=alice")
    assert page.status_code == 200
    for secret in ("pbkdf2", "argon2", "digest"):
        assert secret not in page.content.decode()


def test_a_book_says_whose_it_is(cast, staff):
    page = staff.get("/admin/accounts/book/?q=alice@example.com").content.decode()
    assert '<td class="field-owner">alice@example.com</td>' in page


def test_the_audit_log_says_what_was_looked_at(cast, staff):
    path = f"/admin/accounts/user/{cast.alice.user.pk}/change/"
    with_reason(staff, path)
    staff.get(path)
    page = staff.get("/admin/accounts/auditevent/").content.decode()
    assert f'<td class="field-what">accounts.User {cast.alice.user.pk} row</td>' in page


def test_what_the_admin_refuses_is_said_in_its_own_words(cast, staff):
    answer = staff.get(f"/admin/accounts/user/{cast.alice.user.pk}/delete/")
    assert answer.status_code == 403
    assert "Not allowed in the admin" in answer.content.decode()
    assert "this book" not in answer.content.decode()


def test_sign_ins_are_called_so(staff):
    assert "Sign-ins" in staff.get("/admin/").content.decode()

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts import audit
from accounts.fields import EncryptedField
from accounts.models import AuditEvent, User
from accounts.staff import UNSEEN, AuditedAdmin

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


def test_a_row_opens_for_a_reason_only(cast, staff):
    path = f"/admin/accounts/user/{cast.alice.user.pk}/change/"
    before = staff.get(path).content.decode()
    assert "Say why you open it" in before
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

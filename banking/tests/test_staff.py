"""Staff see how reading banks goes and can ask again; a secret they never see."""

import pytest
from django.utils import timezone

from accounts.books import entered
from accounts.models import AuditEvent
from banking.models import Connection, Sync
from banking.tests.browsing import queries_of
from banking.tests.factories import make_category, make_connection


@pytest.fixture
def staff(cast, client):
    cast.carol.user.is_staff = cast.carol.user.is_superuser = True
    cast.carol.user.save()
    client.force_login(cast.carol.user)
    return client


@pytest.fixture
def connection(cast):
    with entered(cast.book):
        return make_connection(cast.book)


@pytest.mark.parametrize("model", ["connection", "sync", "category", "institution"])
def test_lists_open_and_are_audited(staff, connection, model):
    assert staff.get(f"/admin/banking/{model}/").status_code == 200
    assert AuditEvent.objects.filter(kind="staff_read").exists()


def test_no_secret_on_any_page(staff, connection):
    address = f"/admin/banking/connection/{connection.pk}/change/"
    staff.post(address, {"staff_reason": "ticket 7"})
    for page in (staff.get(address), staff.get("/admin/banking/connection/")):
        assert page.status_code == 200
        assert "access-token" not in page.content.decode()


RETRY = {"action": "retry", "staff_reason": "ticket 7"}


def retry(staff, model, pk):
    return staff.post(f"/admin/banking/{model}/", {**RETRY, "_selected_action": [pk]}, follow=True)


def test_retry_asks_for_the_connection(staff, cast, connection):
    assert "1 connection is read again." in retry(staff, "connection", connection.pk).content.decode()
    event = AuditEvent.objects.get(kind="staff_changed")
    assert (event.book, event.details["change"], event.details["reason"]) == (cast.book, "retry", "ticket 7")
    with entered(cast.book):
        assert Connection.objects.get(pk=connection.pk).asked == 1
        assert Sync.objects.get(connection=connection).status == Sync.Status.QUEUED


def test_unlinked_connection_is_left_out(staff, cast, connection):
    with entered(cast.book):
        Connection.objects.filter(pk=connection.pk).update(status=Connection.Status.UNLINKED)
    answer = retry(staff, "connection", connection.pk)
    page = answer.content.decode()
    assert "1 unlinked connection is left out." in page
    assert "read again." not in page
    with entered(cast.book):
        assert Connection.objects.get(pk=connection.pk).asked == 0


@pytest.mark.parametrize("model", ["connection", "sync"])
def test_a_list_says_whose_and_which_bank_and_finds_by_both(staff, cast, connection, model):
    with entered(cast.book):
        Sync.objects.create(book=cast.book, connection=connection, kind=Sync.Kind.FULL, created_at=timezone.now())
    for text in (cast.alice.user.email, connection.institution.name, ""):
        page = staff.get(f"/admin/banking/{model}/", {"q": text}).content.decode()
        assert f'<td class="field-owner">{cast.alice.user.email}</td>' in page
        assert connection.institution.name in page
    assert 'class="field-owner"' not in staff.get(f"/admin/banking/{model}/?q=nobody@example.com").content.decode()


@pytest.mark.parametrize("model", ["connection", "sync", "category"])
def test_a_longer_list_asks_no_more(staff, cast, connection, model):
    def more(book):
        with entered(book):
            other = make_connection(book)
            Sync.objects.create(book=book, connection=other, kind=Sync.Kind.FULL, created_at=timezone.now())
            make_category(book, name="Kites")

    more(cast.book)
    few = queries_of(staff, f"/admin/banking/{model}/")
    more(cast.stranger.book)
    assert queries_of(staff, f"/admin/banking/{model}/") == few


def test_a_missing_row_is_said_without_asking_why(staff, db):
    answer = staff.get("/admin/banking/connection/4711/change/", follow=True)
    assert answer.redirect_chain
    assert "Say why" not in answer.content.decode()


def test_categories_are_called_so(staff, db):
    page = staff.get("/admin/").content.decode()
    assert "Categories" in page
    assert "Categorys" not in page

"""Staff see how reading banks goes and can ask again; a secret they never see."""

import pytest

from accounts.books import entered
from accounts.models import AuditEvent
from banking.models import Connection, Sync
from banking.tests.factories import make_connection


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
    assert retry(staff, "connection", connection.pk).status_code == 200
    event = AuditEvent.objects.get(kind="staff_changed")
    assert (event.book, event.details["change"], event.details["reason"]) == (cast.book, "retry", "ticket 7")
    with entered(cast.book):
        assert Connection.objects.get(pk=connection.pk).asked == 1
        assert Sync.objects.get(connection=connection).status == Sync.Status.QUEUED


def test_unlinked_connection_is_left_out(staff, cast, connection):
    with entered(cast.book):
        Connection.objects.filter(pk=connection.pk).update(status=Connection.Status.UNLINKED)
    answer = retry(staff, "connection", connection.pk)
    assert "1 unlinked" in answer.content.decode()
    with entered(cast.book):
        assert Connection.objects.get(pk=connection.pk).asked == 0

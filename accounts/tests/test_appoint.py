"""The operator makes somebody a member of staff, and nobody else can."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


def admin_for(person):
    client = Client()
    client.force_login(person.user)
    return client.get("/admin/", follow=True).status_code


def test_opens_and_closes_the_admin(cast):
    assert admin_for(cast.alice) == 403
    call_command("appoint", cast.alice.user.email.upper())
    assert admin_for(cast.alice) == 200
    call_command("appoint", cast.alice.user.email, "--end")
    assert admin_for(cast.alice) == 403
    assert AuditEvent.objects.filter(kind="staff_changed", subject=cast.alice.user).count() == 2


@pytest.mark.parametrize(("local", "said"), [(True, "without a second factor"), (False, "Next: a second factor")])
def test_says_whether_a_second_factor_is_needed(cast, settings, local, said):
    settings.LOCAL, out = local, StringIO()
    call_command("appoint", cast.alice.user.email, stdout=out)
    assert said in out.getvalue()


def test_stranger_is_not_made_up(db):
    with pytest.raises(CommandError, match="Nobody"):
        call_command("appoint", "nobody@example.com")

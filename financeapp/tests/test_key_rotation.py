"""A new encryption key takes over everything that lies under the old one, which can then be thrown away."""

import base64
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command

from accounts import rotation
from accounts.books import entered, everywhere
from accounts.fields import key_id_of
from banking.models import Connection
from banking.tests.factories import make_connection

pytestmark = pytest.mark.django_db
OLD, NEW, OTHER = "a:" + "11" * 32, "b:" + "22" * 32, "c:" + "33" * 32
SEED = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def stored(cast, settings):
    """Secrets of two books and of a person, under the old key; the new one stands in front."""
    settings.ENCRYPTION_KEYS = [OLD]
    for person in (cast.alice, cast.stranger):
        with entered(person.book):
            make_connection(person.book)
    TOTP.activate(cast.alice.user, SEED)
    codes = RecoveryCodes.activate(cast.alice.user).get_unused_codes()
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    return codes


def keys_in_use():
    with everywhere("a test looks at all"):
        kept = [row.__dict__["secret"] for row in Connection.objects.filter(secret__isnull=False)]
    factors = [row.data for row in Authenticator.objects.all()]
    kept += [base64.b64decode(data.get("secret") or data["seed"]) for data in factors]
    return {key_id_of(each) for each in kept}


def test_old_key_can_be_thrown_away(stored, settings, cast, monkeypatch):
    monkeypatch.setattr(rotation, "AT_ONCE", 1)
    assert keys_in_use() == {"a"}
    out = StringIO()
    call_command("rotate_encryption", stdout=out)
    assert keys_in_use() == {"b"}
    assert "No longer needed: a." in out.getvalue()
    settings.ENCRYPTION_KEYS = [NEW]
    with everywhere("a test looks at all"):
        assert [row.secret.reveal() for row in Connection.objects.all()] == ["access-token"] * 2
    factors = {row.type: row.wrap() for row in Authenticator.objects.all()}
    assert factors["recovery_codes"].get_unused_codes() == stored
    assert rotation.unseal(factors["totp"].instance.data["secret"]) == SEED


def test_a_second_time_writes_nothing(stored):
    assert sum(each.renewed for each in rotation.rotate()) == 4
    assert sum(each.renewed for each in rotation.rotate()) == 0


def test_what_no_key_opens_is_named_and_left(stored, settings):
    settings.ENCRYPTION_KEYS = [NEW, OTHER]
    errors = StringIO()
    with pytest.raises(CommandError, match="4 rows do not open"):
        call_command("rotate_encryption", stdout=StringIO(), stderr=errors)
    assert "no key opens rows" in errors.getvalue()
    assert keys_in_use() == {"a"}

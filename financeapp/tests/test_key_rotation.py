"""A new encryption key takes over everything that lies under the old one, which can then be thrown away."""

import base64
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command

from accounts import audit, idempotency, rotation
from accounts.books import entered, everywhere
from accounts.fields import key_id_of
from accounts.models import AuditChain, AuditKind, IdempotencyKey
from accounts.sealed import seal, unseal
from banking.models import Connection
from banking.tests.factories import make_connection
from financeapp import diagnosis

pytestmark = pytest.mark.django_db
OLD, NEW, OTHER = "a:" + "11" * 32, "b:" + "22" * 32, "c:" + "33" * 32
SEED = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def old_key(settings):
    settings.ENCRYPTION_KEYS = [OLD]


@pytest.fixture
def stored(old_key, cast, settings):
    """Secrets of two books and of a person, under the old key; the new one stands in front."""
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
    assert unseal(factors["totp"].instance.data["secret"]) == SEED


def test_the_audit_log_is_vouched_for_without_the_old_key(stored, settings, cast):
    audit.record(kind=AuditKind.SIGN_IN_FAILED)
    settings.ENCRYPTION_KEYS = [OLD]
    audit.record(kind=AuditKind.SIGN_IN, subject=cast.alice.user)
    settings.ENCRYPTION_KEYS = [NEW]
    assert f"user:{cast.alice.user.pk}" in audit.tampered()
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    call_command("rotate_encryption", stdout=StringIO())
    settings.ENCRYPTION_KEYS = [NEW]
    assert audit.tampered() == []
    assert diagnosis.audit_log().works
    call_command("check_ledger", stdout=StringIO())


def test_a_forged_chain_gets_no_seal_and_keeps_the_key(stored, cast):
    name = f"user:{cast.alice.user.pk}"
    AuditChain.objects.filter(name=name).update(digest="0" * 64, seal="0" * 64)
    errors, out = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1 chains of the audit log are not whole"):
        call_command("rotate_encryption", stdout=out, stderr=errors)
    assert name in errors.getvalue()
    assert "No longer needed" not in out.getvalue()
    assert AuditChain.objects.get(name=name).seal == "0" * 64


def test_an_answer_that_is_kept_opens_without_the_old_key(stored, settings):
    row = IdempotencyKey(caller="user:1", key="k", fingerprint="", status=201)
    settings.ENCRYPTION_KEYS = [OLD]
    row.answer = seal('{"id": 7}', identity=idempotency.identity_of(row))
    row.save()
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    call_command("rotate_encryption", stdout=StringIO())
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(idempotency.Replay) as replay:
        idempotency._answer_from(IdempotencyKey.objects.get(), "")
    assert replay.value.response.data == {"id": 7}


def test_another_key_of_the_same_name_is_noticed(stored, settings):
    settings.ENCRYPTION_KEYS = [OTHER.replace("c:", "a:")]
    assert dict(rotation.unreadable())[Connection._meta.db_table] == 2
    finding = diagnosis.stored_secrets()
    assert not finding.works
    assert "linked banks" in finding.says
    with pytest.raises(CommandError, match="4 rows do not open"):
        call_command("rotate_encryption", stdout=StringIO(), stderr=StringIO())
    settings.ENCRYPTION_KEYS = [OLD]
    assert diagnosis.stored_secrets().works


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

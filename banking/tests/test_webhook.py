"""A webhook is believed only when the provider signed exactly these bytes a moment ago."""

import hashlib
import json
import time
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from accounts.books import entered
from banking.models import Connection
from banking.tests.bank import linked

ADDRESS = "/api/webhook/plaid"


@pytest.fixture
def connection(cast, sandbox_bank):
    return linked(cast.book, cast.alice.user)


def body_for(connection, code="SYNC_UPDATES_AVAILABLE"):
    return json.dumps(
        {"webhook_type": "TRANSACTIONS", "webhook_code": code, "item_id": connection.external_id}, indent=2
    ).encode()


def forged(body, *, algorithm="ES256", kid=None, age=0):
    key = ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else "x" * 40
    claims = {"iat": time.time() - age, "request_body_sha256": hashlib.sha256(body).hexdigest()}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid or str(uuid.uuid4())})


def asked(connection):
    with entered(connection.book):
        return Connection.objects.get(pk=connection.pk).asked


@pytest.mark.parametrize("header", ["", "nonsense", "a.b.c"])
def test_unsigned_webhook_is_refused(client, connection, header):
    before = asked(connection)
    answer = client.post(
        ADDRESS, body_for(connection), content_type="application/json", headers={"Plaid-Verification": header}
    )
    assert answer.status_code == 401
    assert asked(connection) == before


@pytest.mark.parametrize("algorithm", ["ES256", "HS256"])
def test_webhook_signed_by_another_is_refused(client, connection, algorithm):
    before, body = asked(connection), body_for(connection)
    answer = client.post(
        ADDRESS,
        body,
        content_type="application/json",
        headers={"Plaid-Verification": forged(body, algorithm=algorithm)},
    )
    assert answer.status_code == 401
    assert asked(connection) == before


def test_huge_body_is_refused(client, connection):
    answer = client.post(ADDRESS, b"x" * 70_000, content_type="application/json")
    assert answer.status_code == 413


def test_get_is_refused(client, db):
    assert client.get(ADDRESS).status_code == 405

"""Whom the adapter believes, and what it takes a webhook to mean. Signed by the sandbox bank, fetched over HTTP."""

import json
import os
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from banking.providers.base import BankError, Forged
from banking.providers.plaid import PlaidFeed, PlaidSettings, PlaidWebhooks
from sandboxbank import signing
from sandboxbank.control import Control
from sandboxbank.server import make_server

VECTOR = Path(os.environ.get("PLAID_WEBHOOK", ""))
BODY = json.dumps({"webhook_type": "TRANSACTIONS", "webhook_code": "SYNC_UPDATES_AVAILABLE", "item_id": "i1"}).encode()


@pytest.fixture(scope="module")
def bank():
    server = make_server(today=date(2026, 3, 10), history_days=5)
    yield server.run_in_thread()
    server.stop()


@pytest.fixture
def control(bank):
    control = Control(bank.url)
    control.reset()
    return control


@pytest.fixture
def webhooks(bank):
    return PlaidWebhooks(
        PlaidFeed(PlaidSettings(host=bank.url, client_id="sandbox-client", secret="sandbox-secret", read_timeout=5))
    )


def heard(webhooks, proof, body=BODY, *, later=0):
    return webhooks.verify(
        body=body, headers={"Plaid-Verification": proof}, now=datetime.now(UTC) + timedelta(seconds=later)
    )


def signed(bank, body=BODY, twist=""):
    return signing.sign(bank.bank.store, body, twist=twist)


@pytest.fixture
def questions(bank):
    """Every look-up of a key that the bank answered."""
    seen = []
    bank.bank.watchers.append(lambda path, status, body: seen.append(path))
    yield seen
    bank.bank.watchers.pop()


def test_signed_webhook_is_believed(bank, webhooks):
    notice = heard(webhooks, signed(bank))
    assert (notice.topic, notice.connection_id) == ("sync", "i1")


def test_key_is_asked_for_once(bank, webhooks, questions):
    for _ in range(3):
        heard(webhooks, signed(bank))
    assert questions == ["/webhook_verification_key/get"]


@pytest.mark.parametrize("twist", ["forged", "expired", "retired_key"])
def test_spoilt_proof_is_not_believed(bank, webhooks, twist):
    with pytest.raises(Forged):
        heard(webhooks, signed(bank, twist=twist))


@pytest.mark.parametrize("body", [BODY + b" ", BODY.replace(b'": "', b'":"'), b"", b"{}"])
def test_body_that_was_not_signed_is_not_believed(bank, webhooks, body):
    with pytest.raises(Forged, match="another body"):
        heard(webhooks, signed(bank), body)


@pytest.mark.parametrize(("later", "believed"), [(299, True), (302, False), (-59, True), (-62, False)])
def test_age_is_at_most_five_minutes(bank, webhooks, later, believed):
    proof = signed(bank)
    if believed:
        assert heard(webhooks, proof, later=later)
    else:
        with pytest.raises(Forged, match="too old"):
            heard(webhooks, proof, later=later)


def test_new_key_is_fetched_and_the_old_one_ends(bank, webhooks):
    old = signed(bank)
    heard(webhooks, old)
    heard(webhooks, signed(bank, twist="rotated_key"))
    with pytest.raises(Forged, match="expired"):
        heard(webhooks, old)


@pytest.mark.parametrize("kid", ["", "x", "../../item/get", "57cc5a2c-3e56-42c0-991a-32f196566eed\n", "k" * 4000])
def test_odd_key_id_costs_no_question(webhooks, questions, kid):
    proof = jwt.encode({"iat": 1}, ec.generate_private_key(ec.SECP256R1()), "ES256", headers={"kid": kid})
    with pytest.raises(Forged):
        heard(webhooks, proof)
    assert questions == []


def test_unknown_key_is_asked_for_once_a_minute(webhooks, questions):
    key, kid = ec.generate_private_key(ec.SECP256R1()), str(uuid.uuid4())
    for _ in range(3):
        with pytest.raises(Forged):
            heard(webhooks, jwt.encode({"iat": 1}, key, "ES256", headers={"kid": kid}))
    assert len(questions) == 1


def test_many_invented_keys_cost_few_questions(webhooks, questions):
    key = ec.generate_private_key(ec.SECP256R1())
    for _ in range(40):
        with pytest.raises((Forged, BankError)):
            heard(webhooks, jwt.encode({"iat": 1}, key, "ES256", headers={"kid": str(uuid.uuid4())}))
    assert len(questions) == 20


def test_key_that_cannot_be_had_now_is_no_forgery(bank, webhooks, control):
    control.fault("error", endpoint="/webhook_verification_key/get", code="INTERNAL_SERVER_ERROR")
    proof = signed(bank)
    with pytest.raises(BankError) as problem:
        heard(webhooks, proof)
    assert problem.value.kind == "retry"
    assert heard(webhooks, proof)


@pytest.mark.parametrize("claims", [{}, {"iat": "now"}, {"iat": None}, {"iat": []}, {"iat": float("nan")}])
def test_odd_claims_are_not_believed(bank, webhooks, claims):
    kid, key = signing._current(bank.bank.store, retired=False)
    with pytest.raises(Forged):
        heard(webhooks, jwt.encode(claims, key, "ES256", headers={"kid": kid}))


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"x"', b"\xff", b"{", b'{"webhook_type": 1}'])
def test_signed_nonsense_is_refused(bank, webhooks, body):
    with pytest.raises(Forged, match="cannot be read"):
        heard(webhooks, signed(bank, body), body)


MEANINGS = [
    ("TRANSACTIONS", "SYNC_UPDATES_AVAILABLE", "", "sync"),
    ("TRANSACTIONS", "DEFAULT_UPDATE", "", "other"),
    ("TRANSACTIONS", "CODE_OF_TOMORROW", "", "other"),
    ("ITEM", "ERROR", "ITEM_LOGIN_REQUIRED", "reauth"),
    ("ITEM", "ERROR", "ITEM_LOCKED", "reauth"),
    ("ITEM", "ERROR", "USER_PERMISSION_REVOKED", "revoked"),
    ("ITEM", "ERROR", "INSTITUTION_DOWN", "other"),
    ("ITEM", "LOGIN_REPAIRED", "", "repaired"),
    ("ITEM", "PENDING_DISCONNECT", "", "expiring"),
    ("ITEM", "PENDING_EXPIRATION", "", "expiring"),
    ("ITEM", "USER_PERMISSION_REVOKED", "", "revoked"),
    ("ITEM", "USER_ACCOUNT_REVOKED", "", "revoked"),
    ("ITEM", "NEW_ACCOUNTS_AVAILABLE", "", "new_accounts"),
    ("LINK", "SESSION_FINISHED", "", "linked"),
]


@pytest.mark.parametrize(("kind", "code", "problem", "topic"), MEANINGS)
def test_webhook_means_what_it_says(bank, webhooks, kind, code, problem, topic):
    told = {"webhook_type": kind, "webhook_code": code, "item_id": "i1", "link_token": "link-1"}
    body = json.dumps(told | ({"error": {"error_code": problem}} if problem else {})).encode()
    notice = heard(webhooks, signed(bank, body), body)
    assert (notice.topic, notice.code, notice.link_token) == (topic, problem or code, "link-1")


@pytest.mark.parametrize("error", [None, "broken", 7, [], {"error_code": None}])
def test_error_without_a_code_says_nothing(bank, webhooks, error):
    body = json.dumps({"webhook_type": "ITEM", "webhook_code": "ERROR", "item_id": "i1", "error": error}).encode()
    assert heard(webhooks, signed(bank, body), body).topic == "other"


@pytest.mark.skipif(not VECTOR.is_file(), reason="the vendor's own webhook is not here")
def test_genuine_webhook_is_believed(webhooks):
    vector = json.loads(VECTOR.read_text())
    key, proof, body = vector["jwk"], vector["jwt"], vector["raw_body"].encode()
    webhooks.keys[key["kid"]] = key
    then = datetime.fromtimestamp(jwt.decode(proof, options={"verify_signature": False})["iat"] + 1, UTC)
    headers = {"Plaid-Verification": proof}
    assert webhooks.verify(body=body, headers=headers, now=then).topic
    with pytest.raises(Forged):
        webhooks.verify(body=json.dumps(json.loads(body)).encode(), headers=headers, now=then)
    with pytest.raises(Forged):
        webhooks.verify(body=body, headers=headers, now=then + timedelta(minutes=6))

"""Schemathesis asks every operation everything its description allows: no undocumented status, no 500."""

import os

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi

from accounts import actions
from accounts.origin import NOWHERE
from financeapp.tests.walking import fill

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ENDS_THE_SESSION = "/api/auth/(logout|password|sessions)"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
CHECKS = [
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
]


@pytest.fixture
def described(cast, sandbox_bank):
    fill(cast)
    return schemathesis.openapi.from_wsgi("/api/schema?format=json", get_wsgi_application())


@pytest.fixture
def token(cast):
    return actions.sign_in(user=cast.alice.user, origin=NOWHERE, now=timezone.now()).access


schema = schemathesis.pytest.from_fixture("described")


@schema.exclude(path_regex=ENDS_THE_SESSION).parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation(case, token):
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

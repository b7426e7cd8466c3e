"""Schemathesis asks every operation everything its description allows: no undocumented status, no 500."""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from rest_framework.test import APIClient
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as openapi

from accounts import actions
from accounts.origin import NOWHERE
from financeapp.tests.walking import fill

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ENDS_THE_SESSION = "/api/auth/(logout|password|sessions)"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
CHECKS = [
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
]


@pytest.fixture
def described(cast, sandbox_bank):
    fill(cast)
    for signal in (request_started, request_finished):  # they would close the connection that holds the test's rows
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema?format=json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(cast):
    return actions.sign_in(user=cast.alice.user, origin=NOWHERE, now=timezone.now()).access


def problems_of(operation, mode, headers):
    """What an operation does wrong with examples of its own description (positive) or against it (negative)."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(headers=headers, checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:  # nothing can be wrong with an operation that takes nothing
        return None
    except FailureGroup as found:
        return f"{operation.label}: {' | '.join(str(each)[:300] for each in found.exceptions)}"


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_undocumented_status_and_no_500(described, token, mode):
    headers = {"Authorization": f"Bearer {token}"}
    operations = [found.ok() for found in described.exclude(path_regex=ENDS_THE_SESSION).get_all_operations()]
    assert len(operations) > 40
    problems = [found for each in operations if (found := problems_of(each, mode, headers))]
    assert not problems, "\n".join(problems)
    assert APIClient().get("/api/auth/me", headers=headers).status_code == 200, "the fuzzing signed itself out"

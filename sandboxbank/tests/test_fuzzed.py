"""Schemathesis asks every endpoint whatever the vendor's schema allows, and what it forbids."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi

from sandboxbank import endpoints
from sandboxbank.control import Control
from sandboxbank.options import CLIENT_ID, CLIENT_SECRET
from sandboxbank.server import Server
from sandboxbank.tests.validity import FILE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.is_file(), reason="the vendor's schema is not here"),
]
KEYS = {"PLAID-CLIENT-ID": CLIENT_ID, "PLAID-SECRET": CLIENT_SECRET}
CHECKS = [
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", sorted(endpoints.ALL))
def test_nothing_breaks_an_endpoint(server: Server, control: Control, path: str, mode: GenerationMode) -> None:
    described = json.loads(FILE.read_text())
    described["paths"] = {path: described["paths"][path]}
    operation = schemathesis.openapi.from_dict(described)[path]["POST"]
    users = ("user_investor", "user_household", "user_custom")
    document = json.dumps({"override_accounts": [{"type": "depository", "starting_balance": 1}]})
    passwords = {"user_custom": document}
    tokens = [control.link(username=user, password=passwords.get(user, "pass_good")).access_token for user in users]

    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        if isinstance(case.body, dict) and isinstance(case.body.get("access_token"), str):
            case.body["access_token"] = tokens[len(str(case.body)) % len(tokens)]
        case.call_and_validate(base_url=server.url, headers=KEYS, checks=CHECKS)

    ask()

"""Answers against the vendor's own schema, where a copy of it is at hand."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker

from sandboxbank.control import Control, ControlFailed

ROOT = Path(__file__).resolve().parents[2]
SPEC = Path(os.environ.get("PLAID_SPEC") or ROOT / "../shared/reference/plaid_openapi_26paths.json")
pytestmark = pytest.mark.skipif(not SPEC.is_file(), reason="the vendor's schema is not here")


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return dict(json.loads(SPEC.read_text()))


def problems(spec: dict[str, Any], path: str, answer: object, status: str = "200") -> list[str]:
    schema = spec["paths"][path]["post"]["responses"][status]["content"]["application/json"]["schema"]
    rooted = {**schema, "components": spec["components"]}
    validator = OAS30ReadValidator(rooted, format_checker=oas30_format_checker)
    found = validator.iter_errors(json.loads(json.dumps(answer, default=float)))
    return [f"{path} {'/'.join(map(str, error.absolute_path))}: {error.message[:120]}" for error in found]


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("user_good", "/item/get"),
        ("user_good", "/accounts/get"),
        ("user_investor", "/accounts/balance/get"),
        ("user_good", "/transactions/sync"),
        ("user_europe", "/transactions/sync"),
        ("user_household", "/liabilities/get"),
        ("user_student", "/liabilities/get"),
        ("user_investor", "/investments/holdings/get"),
        ("user_good", "/transactions/recurring/get"),
        ("user_good", "/transactions/refresh"),
        ("user_good", "/item/webhook/update"),
        ("user_good", "/sandbox/item/reset_login"),
        ("user_good", "/item/access_token/invalidate"),
        ("user_good", "/item/remove"),
    ],
)
def test_answer_fits(spec: dict[str, Any], control: Control, username: str, path: str) -> None:
    item = control.link(username=username)
    body: dict[str, object] = {"access_token": item.access_token}
    control.api("/transactions/sync", body)
    assert problems(spec, path, control.api(path, body)) == []


def test_answers_without_an_item_fit(spec: dict[str, Any], control: Control) -> None:
    options = {"include_optional_metadata": True, "include_status": True}
    calls: dict[str, dict[str, object]] = {
        "/institutions/get": {"count": 10, "offset": 0, "country_codes": ["US"], "options": options},
        "/institutions/get_by_id": {"institution_id": "ins_109513", "country_codes": ["DE"], "options": options},
        "/webhook_verification_key/get": {"key_id": control.rotate_key()},
        "/link/token/create": {
            "client_name": "x",
            "language": "en",
            "country_codes": ["US"],
            "products": ["transactions"],
            "user": {"client_user_id": "1"},
            "hosted_link": {},
        },
    }
    for path, body in calls.items():
        answer = control.api(path, body)
        assert problems(spec, path, answer) == []
    assert problems(spec, "/link/token/get", control.api("/link/token/get", {"link_token": answer["link_token"]})) == []


@pytest.mark.parametrize("body", [{}, {"access_token": "nope"}, {"access_token": 7}, {"access_token": "a", "count": 0}])
def test_errors_fit(spec: dict[str, Any], control: Control, body: dict[str, object]) -> None:
    with pytest.raises(ControlFailed) as failure:
        control.api("/transactions/sync", body)
    assert problems(spec, "/transactions/sync", failure.value.answer, status="default") == []


def test_rows_of_a_leap_year_fit(spec: dict[str, Any]) -> None:
    from sandboxbank.server import make_server

    server = make_server(today=date(2028, 3, 5), history_days=30, initial_seconds=0, historical_seconds=0)
    control = Control(server.run_in_thread().url)
    page = control.api("/transactions/sync", {"access_token": control.link().access_token, "count": 500})
    server.stop()
    assert problems(spec, "/transactions/sync", page) == []
    assert any("LEAP DAY" in row["name"] for row in page["added"])

"""One call to Plaid: typed request, raw answer with exact decimals, one kind of exception."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import plaid
import urllib3
from plaid.api import plaid_api

from banking.providers.base import BankError, Kind
from banking.providers.plaid import parse

Json = dict[str, Any]

REAUTH = {
    "ITEM_LOGIN_REQUIRED",
    "PENDING_EXPIRATION",
    "PENDING_DISCONNECT",
    "ACCESS_NOT_GRANTED",
    "INVALID_CREDENTIALS",
    "ITEM_LOCKED",
    "USER_SETUP_REQUIRED",
    "INSUFFICIENT_CREDENTIALS",
    "INVALID_UPDATED_USERNAME",
    "INVALID_MFA",
}
GONE = {"INVALID_ACCESS_TOKEN", "ITEM_NOT_FOUND", "USER_PERMISSION_REVOKED", "USER_ACCOUNT_REVOKED"}
UNSUPPORTED = {
    "PRODUCTS_NOT_SUPPORTED",
    "NO_ACCOUNTS",
    "NO_LIABILITY_ACCOUNTS",
    "NO_INVESTMENT_ACCOUNTS",
    "INSTITUTION_NO_LONGER_SUPPORTED",
    "ITEM_NOT_SUPPORTED",
}
RETRY = {
    "INTERNAL_SERVER_ERROR",
    "PLANNED_MAINTENANCE",
    "INSTITUTION_DOWN",
    "INSTITUTION_NOT_RESPONDING",
    "INSTITUTION_NOT_AVAILABLE",
    "PRODUCT_NOT_READY",
}
RESTART = {"TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"}
CONFIG_TYPES = {"INVALID_REQUEST", "INVALID_INPUT", "SANDBOX_ERROR"}

MESSAGES: dict[Kind, str] = {
    "reauth": "Your bank asks you to sign in again.",
    "retry": "Your bank cannot be reached at the moment; we try again by ourselves.",
    "restart": "Your bank was changing its books while we read them; we try again by ourselves.",
    "gone": "Your bank has withdrawn access. Link it again to go on.",
    "unsupported": "Your bank does not offer this.",
    "config": "This server's bank connection is not set up correctly.",
}


@dataclass(frozen=True, slots=True)
class PlaidSettings:
    """How Plaid is reached. Delays are in seconds; `retry_delay` doubles with every try of the same page."""

    host: str
    client_id: str
    secret: str = field(repr=False)
    client_name: str = "PocketPilot"
    webhook_url: str = ""
    language: str = "en"
    countries: tuple[str, ...] = ("US",)
    products: tuple[str, ...] = ("transactions",)
    days: int = 730
    page_size: int = 500
    connect_timeout: float = 5
    read_timeout: float = 60
    retry_delay: float = 0.5
    tries: int = 6


class Client:
    """Thread-safe; one per process."""

    def __init__(self, settings: PlaidSettings) -> None:
        self.settings = settings
        configuration = plaid.Configuration(
            host=settings.host, api_key={"clientId": settings.client_id, "secret": settings.secret}
        )
        configuration.retries = urllib3.Retry(total=0)
        self.api = plaid_api.PlaidApi(plaid.ApiClient(configuration))

    def call(self, method: Callable[..., Any], request: object) -> Json:
        """The answer's JSON with `Decimal` numbers; raise BankError and nothing else."""
        try:
            response = method(
                request,
                _preload_content=False,
                _request_timeout=(self.settings.connect_timeout, self.settings.read_timeout),
            )
            answer = json.loads(response.data, parse_float=Decimal)
        except plaid.ApiException as error:
            raise _from_answer(error) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise BankError("retry", MESSAGES["retry"], code=type(error).__name__) from error
        except (ValueError, TypeError) as error:
            raise unreadable() from error
        if not isinstance(answer, dict):
            raise unreadable()
        return answer


def needed(answer: object, name: str, *, longest: int = 300) -> str:
    """A text that no answer of this kind can be without; raise BankError."""
    value = answer.get(name) if isinstance(answer, dict) else None
    if not parse.is_id(value, longest=longest):
        raise unreadable()
    return value


def listed(answer: Json, name: str) -> list[Any]:
    """A list of the answer, empty when it is not there; raise BankError when it is something else."""
    value = answer.get(name)
    if value is not None and not isinstance(value, list):
        raise unreadable()
    return value or []


def unreadable() -> BankError:
    """The bank answered something that makes no sense; another time it may."""
    return BankError("retry", MESSAGES["retry"], code="UNREADABLE_ANSWER")


def _from_answer(error: plaid.ApiException) -> BankError:
    """Decide by type and code, not by HTTP status: a bank that is down answers 400."""
    try:
        body = json.loads(error.body)
        body = body if isinstance(body, dict) else {}
    except (TypeError, ValueError):
        body = {}
    code, kind_of = parse.text(body.get("error_code"), 80), parse.text(body.get("error_type"), 80)
    kind = _kind(code, kind_of, int(error.status or 500))
    message = parse.text(body.get("display_message"), 300) or MESSAGES[kind]
    request_id = parse.text(body.get("request_id"), 64)
    return BankError(kind, message, code=code or f"HTTP_{error.status}", request_id=request_id)


def _kind(code: str, error_type: str, status: int) -> Kind:
    named: list[tuple[set[str], Kind]] = [
        (RESTART, "restart"),
        (REAUTH, "reauth"),
        (GONE, "gone"),
        (UNSUPPORTED, "unsupported"),
        (RETRY, "retry"),
    ]
    for codes, kind in named:
        if code in codes:
            return kind
    if status == 429 or status >= 500 or error_type in {"RATE_LIMIT_EXCEEDED", "API_ERROR", "INSTITUTION_ERROR"}:
        return "retry"
    return "config" if error_type in CONFIG_TYPES else "retry"

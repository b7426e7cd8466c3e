"""Which part of the bank answers what, and how its failures look."""

import logging

from sandboxbank import control_pages, endpoints, health, hosted, ids, mishaps, ratelimits
from sandboxbank.bank import Bank
from sandboxbank.errors import PlaidError
from sandboxbank.fields import Fields
from sandboxbank.messages import Request, Response, json_response
from sandboxbank.options import CLIENT_ID, CLIENT_SECRET

log = logging.getLogger(__name__)


def answer(bank: Bank, request: Request) -> Response:
    """The answer to any request; never raises."""
    request_id = ids.fresh(15)
    try:
        return _route(bank, request, request_id)
    except PlaidError as error:
        return _watched(bank, request, json_response(error.body() | {"request_id": request_id}, error.status))
    except Exception:  # the edge: a bug must still be answered
        log.exception("the pretend bank failed at %s", request.path)
        failure = PlaidError("INTERNAL_SERVER_ERROR", "the pretend bank itself failed; see its log")
        return json_response(failure.body() | {"request_id": request_id}, failure.status)


def _route(bank: Bank, request: Request, request_id: str) -> Response:
    if request.path == "/health":
        return health.answer(bank)
    if request.path.startswith("/control/"):
        return control_pages.answer(bank, request)
    if request.path.startswith(("/link/s/", "/assets/")) or request.path == "/":
        return hosted.answer(bank, request)
    return _protocol(bank, request, request_id)


def _protocol(bank: Bank, request: Request, request_id: str) -> Response:
    if request.path not in endpoints.ALL:
        raise PlaidError("NOT_FOUND")
    if request.method != "POST":
        raise PlaidError("METHOD_NOT_ALLOWED")
    body = Fields.parse(request.body)
    _authenticate(request, body)
    ratelimits.check(bank, request.path, body.text("access_token", ""))
    mishap = mishaps.before(bank, request.path, body)
    if mishap and mishap.instead:
        return mishap.instead
    with bank.store.transaction():
        found = endpoints.ALL[request.path](bank, body, request)
    response = _watched(bank, request, json_response(found | {"request_id": request_id}))
    return mishaps.after(bank, request.path, body, response, pause=mishap.pause if mishap else 0.0)


def _watched(bank: Bank, request: Request, response: Response) -> Response:
    for watch in bank.watchers if request.path in endpoints.ALL else ():
        watch(request.path, response.status, response.body)
    return response


def _authenticate(request: Request, body: Fields) -> None:
    client = request.header("plaid-client-id") or body.text("client_id", "")
    secret = request.header("plaid-secret") or body.text("secret", "")
    if (client, secret) != (CLIENT_ID, CLIENT_SECRET):
        raise PlaidError("INVALID_API_KEYS")

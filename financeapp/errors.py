"""One shape for every error of the API, `{"code", "message", "fields", "request_id"}`, and the page of an error."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseServerError
from django.template import loader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from redis.exceptions import RedisError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from accounts.attempts import TooManyAttempts
from financeapp import throttles
from financeapp.logs import request_id
from financeapp.renderers import dumps

log = structlog.get_logger(__name__)
CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    411: "length_required",
    413: "too_large",
    415: "unsupported_media_type",
    429: "throttled",
    500: "error",
    503: "unavailable",
}


class Unavailable(exceptions.APIException):
    """What counts or keeps something for a while is down; it must not be done without."""

    status_code = 503
    default_code = "unavailable"
    default_detail = gettext_lazy("Not available at the moment. Try again later.")
    wait = 30


def body_of(*, code: str, message: str, fields: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """The envelope of the request at hand."""
    return {"code": code, "message": message, "fields": dict(fields or {}), "request_id": request_id()}


def message_for(status: int) -> str:
    """What a person is told about a status for which no code of ours has its own words."""
    return {
        400: _("The request cannot be understood."),
        401: _("Sign in first."),
        403: _("You may not do this."),
        404: _("There is nothing here."),
        405: _("This address does not take that method."),
        413: _("The request is too large."),
        429: _("Too many requests. Try again later."),
        503: _("Not available at the moment. Try again later."),
    }.get(status, _("Something went wrong on our side. It has been noted.") if status >= 500 else _("Not possible."))


def page(request: HttpRequest) -> HttpResponse:
    """What a person sees of an error on our side; asks nothing that may have failed just now."""
    return HttpResponseServerError(loader.get_template("500.html").render({"request_id": request_id()}))


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. None for what nobody expected: Django then answers 500 and logs it."""
    known = _translated(error)
    if known is None:
        return None
    if _is_uncounted(known, context) and (wait := throttles.refusal_wait(context["request"])) is not None:
        known = exceptions.Throttled(wait)
    response = Response(_envelope(known), status=known.status_code, headers=_headers(known))
    response.exception = True
    return response


def _is_uncounted(error: exceptions.APIException, context: Mapping[str, Any]) -> bool:
    """Whether no throttle was asked: a 401 comes before them, and some views have none."""
    view = context.get("view")
    return error.status_code == 401 or (view is not None and not view.throttle_classes)


def _translated(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, Http404):
        return exceptions.NotFound(_("There is nothing here."))
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, TooManyAttempts):
        return exceptions.Throttled(error.wait)
    if isinstance(error, RedisError):
        log.warning("api.cache_down", error=type(error).__name__)
        return Unavailable()
    if isinstance(error, RecursionError):
        return exceptions.ParseError(_("The request is nested too deeply."))
    return error if isinstance(error, exceptions.APIException) else None


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, int(wait + 0.999)))
    return headers


def _envelope(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.Throttled):
        return body_of(code="throttled", message=message_for(429))
    if not isinstance(error, exceptions.ValidationError):
        return body_of(code=_code(error), message=_sentence(error.detail), fields=getattr(error, "fields", None))
    fields: dict[str, list[str]] = {}
    for path, text in _flat(error.detail):
        fields.setdefault(path, []).append(text)
    general = fields.pop(api_settings.NON_FIELD_ERRORS_KEY, []) + fields.pop("", [])
    message = " ".join(general) or _("Some of this cannot be accepted.")
    return body_of(code=_code(error), message=message, fields=fields)


def _code(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    while isinstance(codes, list) and len(codes) == 1:
        codes = codes[0]
    return codes if isinstance(codes, str) else error.default_code


def _sentence(detail: Any) -> str:
    return " ".join(text for _path, text in _flat(detail))


def _flat(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of each message; the path of a nested one is `items.0.amount`."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, (dict, list))
            yield from _flat(inner, (f"{path}.{index}" if path else str(index)) if nested else path)
    else:
        yield path, str(detail)


def envelope(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give the errors that views outside of DRF and Django itself answer under /api the same shape.

    Of JSON that has a code and a message those are kept, and what is missing beside them is added.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code >= 400 and request.path.startswith("/api/"):
            _reshape(response)
        return response

    return middleware


def _reshape(response: HttpResponseBase) -> None:
    """Replace the body and keep the headers, among them those of security."""
    if not isinstance(response, HttpResponse) or (isinstance(response, Response) and _is_json(response)):
        return
    status, said = response.status_code, _said(response)
    wording = body_of(
        code=said.get("code") or CODES.get(status, "error"),
        message=said.get("message") or message_for(status),
        fields=said.get("fields"),
    )
    if wording != said:
        response.content = body = dumps(wording)
        response.headers["Content-Type"] = "application/json"
        response.headers["Content-Length"] = str(len(body))


def _said(response: HttpResponse) -> dict[str, Any]:
    """What the body says already, if it is JSON."""
    said = json.loads(response.content) if _is_json(response) and response.content else {}
    return said if isinstance(said, dict) else {}


def _is_json(response: HttpResponse) -> bool:
    return str(response.headers.get("Content-Type", "")).startswith("application/json")

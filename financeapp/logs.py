"""Logs as JSON lines without personal data.

Only the keys of `ALLOWED` are written, and of those only values that look like an identifier or a number; everything
else becomes `…`. Messages of libraries keep their wording but lose their arguments by the same rule. Of an exception
the type and the lines of code are written, never its text, which may quote a row.
"""

import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars
from structlog.typing import Processor

ALLOWED_TEXT = (
    "account added address app backend book broker cached check code command connection count duration_ms "
    "error event failures kind level logger method model modified operation pages port provider queue reason "
    "removed request_id retries route rows seconds signal size status success sync task task_id timestamp "
    "topic trace url_name user verb version worker "
)
ALLOWED = frozenset(ALLOWED_TEXT.split())
FREE = {"event", "level", "timestamp", "logger", "trace", "route"}
IDENTIFIER = re.compile(r"(?![-+]?\d*[.,]\d+$)[\w.:\-+]{1,64}")  # an amount is none
TECHNICAL = re.compile(r"[._:\d]")  # a plain word could be a name
SENSITIVE = re.compile(
    r"[^\s@<>\"']{1,128}@[^\s@<>\"']+"  # e-mail addresses; without a bound the time grows with the square of the text
    r"|\b(?:access|public|link)-[\w-]{6,}"  # tokens of Plaid
    r"|\beyJ[\w.-]{10,}"  # JSON web tokens
    r"|\b[A-Za-z0-9_-]{32,}\b"  # keys, digests, links sent by mail
    r"|'[^']*'|\"[^\"]*\"|\([^()]*\)=\([^()]*\)"  # what a message quotes
)
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
UUID = re.compile(r"[0-9a-f]{8}(-?)(?:[0-9a-f]{4}\1){3}[0-9a-f]{12}", re.IGNORECASE)  # what callers and Celery name by

INNERMOST = 12

log = structlog.get_logger("financeapp.requests")


def request_id() -> str:
    """The id of the request at hand; empty outside of one."""
    return str(get_contextvars().get("request_id", ""))


def new_request_id() -> str:
    return secrets.token_hex(12)


def name_request(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give each request an id (the caller's `X-Request-ID` if it is one), answer it, and write one line about it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        clear_contextvars()
        bind_contextvars(request_id=given if REQUEST_ID.fullmatch(given) else new_request_id())
        started = time.perf_counter()
        response = get_response(request)
        response.headers["X-Request-ID"] = request_id()
        _write_line(request, response, time.perf_counter() - started)
        return response

    return middleware


def _write_line(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    route = route_of(request)
    if route.startswith(("health", "metrics", "static")) and response.status_code < 400:
        return
    log.log(
        logging.ERROR if response.status_code >= 500 else logging.INFO,
        "request",
        method=request.method,
        route=route,
        status=response.status_code,
        duration_ms=round(seconds * 1000),
        user=_user_id(request),
    )


def route_of(request: HttpRequest) -> str:
    """The pattern of the address rather than the address itself, which may name somebody's rows or hold a token."""
    if request.resolver_match:
        return str(request.resolver_match.route)
    return "static" if request.path.startswith(settings.STATIC_URL) else "unmatched"


def _user_id(request: HttpRequest) -> int | None:
    """Who it was, without asking the database: the user that a page or the API has looked up already."""
    user = request.__dict__.get("user")
    known = getattr(request, "_cached_user", None) if isinstance(user, SimpleLazyObject) else user
    return getattr(known, "pk", None)


def json_formatter() -> logging.Formatter:
    """The formatter of every handler; also sets structlog up, so that both kinds of loggers write the same lines."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        use_get_message=False,
        pass_foreign_args=True,
        processors=[
            _library_wording,
            _exception_without_text,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
    )


def only_allowed(logger: Any, name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Drop keys that are not allowed and hide values that could be somebody's words."""
    return {
        key: value
        if key in FREE or (key in {"request_id", "task_id"} and UUID.fullmatch(str(value)))
        else _shown(value)
        for key, value in event.items()
        if key in ALLOWED or key.endswith("_id")
    }


def scrubbed(text: str) -> str:
    """The text without what looks like an address, a token or a quotation."""
    return SENSITIVE.sub("…", text)


def _shown(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    text = str(value)
    return text if IDENTIFIER.fullmatch(text) and not SENSITIVE.fullmatch(text) else "…"


def _library_wording(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The message of a line, with its arguments hidden unless they are identifiers."""
    event["event"] = _filled(scrubbed(str(event.get("event", ""))), event.pop("positional_args", None))
    return event


def _filled(wording: str, arguments: Any) -> str:
    try:
        if isinstance(arguments, Mapping):
            return wording % {key: _technical(value) for key, value in arguments.items()}
        return wording % tuple(_technical(value) for value in arguments) if arguments else wording
    except (TypeError, ValueError, KeyError):
        return wording


def _technical(value: Any) -> Any:
    shown = _shown(value)
    return shown if not isinstance(shown, str) or TECHNICAL.search(shown) else "…"


def _exception_without_text(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    found = event.pop("exc_info", None)
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    elif found and not isinstance(found, tuple):
        found = sys.exc_info()
    if found and found[0] is not None:
        event["error"] = found[0].__name__
        event["trace"] = [_place(frame) for frame in _telling(traceback.extract_tb(found[2]))]
    return event


def _telling(frames: list[traceback.FrameSummary]) -> list[traceback.FrameSummary]:
    """The innermost ones of all and the innermost of our own code, which a library called or was called by."""
    ours = [place for place, frame in enumerate(frames) if _is_ours(Path(frame.filename))][-INNERMOST:]
    kept = {*ours, *range(len(frames) - INNERMOST, len(frames))}
    return [frame for place, frame in enumerate(frames) if place in kept]


def _is_ours(file: Path) -> bool:
    return file.is_relative_to(settings.BASE_DIR) and "site-packages" not in file.parts


def _place(frame: traceback.FrameSummary) -> str:
    return f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}"

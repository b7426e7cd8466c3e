"""No body larger than it needs to be, refused before it is read."""

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string

from financeapp.errors import body_of, message_for
from financeapp.logs import new_request_id

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
PAGE = "413.html"
UPLOADS = re.compile(r"/(?:api/)?transactions/[0-9]{1,18}/attachments")
IMPORTS = {"/imports", "/api/imports"}
AROUND_A_FILE = 64 * 1024
"""What a form takes beside the file in it."""
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


def largest(path: str) -> int:
    """Bytes that a body at this address may have."""
    if UPLOADS.fullmatch(path):
        return int(settings.MAX_ATTACHMENT_BYTES + AROUND_A_FILE)
    if path in IMPORTS:
        return int(settings.MAX_IMPORT_BYTES) + AROUND_A_FILE
    return int(settings.MAX_WEBHOOK_BYTES if path.startswith("/api/webhook/") else settings.MAX_BODY_BYTES)


def limit_body(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer 413 to a request that announces too large a body."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not announced.isdecimal() or (len(announced) < 19 and int(announced) <= largest(request.path)):
            return get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse(body_of(code="too_large", message=message_for(413)), status=413)
        return HttpResponse(render_to_string(PAGE), status=413)

    return middleware


class TooLarge(Exception):
    """More bytes arrived than the address takes."""


class LimitedBody:
    """The same for an ASGI server, which would otherwise store a body without a length before Django sees it."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        limit, received = largest(scope["path"]), 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise TooLarge
            return message

        try:
            await self.application(scope, counted, send)
        except TooLarge:
            await _refuse(send, is_page=not scope["path"].startswith("/api/"))


async def _refuse(send: Send, *, is_page: bool) -> None:
    request_id = new_request_id()
    envelope = {"code": "too_large", "message": message_for(413), "fields": {}, "request_id": request_id}
    body = render_to_string(PAGE) if is_page else json.dumps(envelope)
    headers = [
        (b"content-type", b"text/html; charset=utf-8" if is_page else b"application/json"),
        (b"connection", b"close"),
        (b"x-request-id", request_id.encode()),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})

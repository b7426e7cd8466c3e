"""Text messages through Twilio: https://www.twilio.com/docs/messaging/api/message-resource

Twilio takes no idempotency key. Where nobody knows what came of an attempt, its own list of messages is asked first.
"""

import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import urllib3
from django.conf import settings

from notifications.channels.base import Message, NotSent, Refused, TryAgain, Unknown

TIMEOUT = urllib3.Timeout(connect=5, read=20)
LONGEST = 300
CLOCKS_DIFFER = timedelta(minutes=2)


def configured() -> bool:
    return bool(settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN and settings.TWILIO_FROM)


def send(message: Message) -> None:
    text = text_of(message)
    if message.unsure_since is None or not _was_taken(message, text):
        deliver(to=message.to, text=text, reference=message.reference)


def text_of(message: Message) -> str:
    """In one or two messages' length: title, body and where to look."""
    line = message.lines[0]
    said = f"{message.sender_name}: {line.title}. {line.body}".strip()
    return f"{said[: LONGEST - len(line.address) - 1]} {line.address}".strip()


def deliver(*, to: str, text: str, reference: str = "") -> None:
    """Hand one text to Twilio; raise NotSent. Twilio itself does not read the reference."""
    given = {"To": to, "From": settings.TWILIO_FROM, "Body": text}
    _asked("POST", "Messages.json", body=urlencode(given), reference=reference)


def _was_taken(message: Message, text: str) -> bool:
    assert message.unsure_since is not None
    since = message.unsure_since - CLOCKS_DIFFER
    query = urlencode({"To": message.to, "DateSent>": since.date().isoformat(), "PageSize": 100})
    listed = _asked("GET", f"Messages.json?{query}").get("messages", [])
    return any(each["body"] == text and parsedate_to_datetime(each["date_created"]) >= since for each in listed)


def _asked(method: str, path: str, *, body: str | None = None, reference: str = "") -> dict[str, Any]:
    account = settings.TWILIO_ACCOUNT_SID
    headers = urllib3.make_headers(basic_auth=f"{account}:{settings.TWILIO_AUTH_TOKEN}")
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    if reference:
        headers["Idempotency-Key"] = reference
    address = f"{settings.TWILIO_API_URL.rstrip('/')}/2010-04-01/Accounts/{account}/{path}"
    try:
        answer = urllib3.request(
            method, address, body=body, headers=headers, timeout=TIMEOUT, retries=False, redirect=False
        )
    except (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError) as error:
        raise TryAgain(type(error).__name__) from error
    except urllib3.exceptions.HTTPError as error:
        raise Unknown(type(error).__name__) from error
    if answer.status >= 300:
        raise _refusal(answer.status)
    try:
        found: dict[str, Any] = json.loads(answer.data)
    except ValueError as error:
        raise Unknown("no JSON") from error
    return found


def _refusal(status: int) -> NotSent:
    lasting = 400 <= status < 500 and status not in {401, 403, 408, 429}
    return (Refused if lasting else TryAgain)(f"Twilio {status}")

"""Push to browsers, sealed for each of them."""

import hashlib
import json
from urllib.parse import urlsplit

from django.conf import settings

from notifications.channels import outbound, sealing
from notifications.channels.base import Gone, Message, Refused, TryAgain, Unknown

KEPT_SECONDS = 24 * 3600
GONE = {404, 410}


def configured() -> bool:
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """What a browser needs to subscribe; empty where pushes are off."""
    return sealing.public_text(sealing.private_key(settings.VAPID_PRIVATE_KEY)) if configured() else ""


def send(message: Message) -> None:
    """Hand it to the browser's push service; the same reference replaces what is waiting there or shown already."""
    given = json.loads(message.to)
    line = message.lines[0]
    shown = {"title": line.title, "body": line.body, "url": line.address, "tag": message.reference}
    keys = sealing.keys_of(given["p256dh"], given["auth"])
    try:
        place = outbound.place_of(given["endpoint"], loopback=settings.PUSH_LOOPBACK)
        status = outbound.post(place, body=sealing.sealed(_fitting(shown), keys), headers=_headers(message, given))
    except (outbound.Forbidden, outbound.NotReached) as error:
        raise TryAgain(str(error)) from error
    except outbound.Unanswered as error:
        raise Unknown(str(error)) from error
    if status in GONE:
        raise Gone(f"push service {status}")
    if status >= 300:
        raise (TryAgain if status >= 500 or status in {401, 403, 408, 429} else Refused)(f"push service {status}")


def _headers(message: Message, given: dict[str, str]) -> dict[str, str]:
    parts = urlsplit(given["endpoint"])
    key = sealing.private_key(settings.VAPID_PRIVATE_KEY)
    audience = f"{parts.scheme}://{parts.netloc}"
    return {
        "Authorization": sealing.authorization(key, audience=audience, subject=settings.VAPID_SUBJECT),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Urgency": "normal",
        "Topic": sealing.encoded(hashlib.sha256(message.reference.encode()).digest())[:32],
    }


def _fitting(shown: dict[str, str]) -> bytes:
    """As JSON; what does not fit into a push loses its body."""
    content = json.dumps(shown, ensure_ascii=False).encode()
    return content if len(content) <= 2000 else json.dumps({**shown, "body": ""}, ensure_ascii=False).encode()

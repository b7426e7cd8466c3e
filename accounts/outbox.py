"""Mail on a machine without a mail server: printed, kept in a folder, and readable in the browser there."""

import email
import email.policy
import ipaddress
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage as Letter
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest
from django.utils import timezone

BACKEND = "accounts.outbox.FileAndConsoleBackend"
NAME = re.compile(r"\d{8}-\d{6}-\d{6}-\d+\.eml")
SHOWN, KEPT = 50, timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail that this machine would have sent. `text` is its plain part."""

    name: str
    at: datetime | None
    to: str
    subject: str
    text: str


class FileAndConsoleBackend(BaseEmailBackend):
    """Keep each mail as a file and print it, so that its link is easy to find."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for number, message in enumerate(email_messages):
            _keep(message, number)
            _print(message)
        return len(email_messages)


def _keep(message: EmailMessage, number: int) -> None:
    folder = Path(settings.EMAIL_FILE_PATH)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{number}.eml"
    (folder / name).write_bytes(message.message().as_bytes())


def _print(message: EmailMessage) -> None:
    line = "-" * 78
    text = f"{line}\nMail to {', '.join(message.to)}: {message.subject}\n\n{_shown(message)}\n{line}\n"
    sys.stdout.write(text)
    sys.stdout.flush()


def _shown(message: EmailMessage) -> str:
    """Of news about somebody's money only where it leads: what is printed may be kept in logs for ever."""
    body = str(message.body)
    if "List-Unsubscribe" not in message.extra_headers:
        return body
    return "\n".join(row for row in body.splitlines() if row.startswith(settings.SITE_URL))


def is_readable(request: HttpRequest) -> bool:
    """Whether this browser may read the mails: a local installation without a mail server, asked from itself."""
    return bool(settings.LOCAL and settings.EMAIL_BACKEND == BACKEND and _is_loopback(request))


def _is_loopback(request: HttpRequest) -> bool:
    if request.headers.get("X-Forwarded-For"):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def letters() -> list[Kept]:
    """The newest mails, newest first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted((f for f in folder.glob("*.eml") if NAME.fullmatch(f.name)), reverse=True)
    return [_read(file) for file in files[:SHOWN]]


def letter(name: str) -> Kept | None:
    """One mail by its file name; None when there is none."""
    file = Path(settings.EMAIL_FILE_PATH) / name
    return _read(file) if NAME.fullmatch(name) and file.is_file() else None


def forget(*, now: datetime) -> int:
    """Delete the mails that are older than a week; how many."""
    first = f"{(now - KEPT).astimezone(UTC):%Y%m%d-%H%M%S}"
    old = [f for f in Path(settings.EMAIL_FILE_PATH).glob("*.eml") if NAME.fullmatch(f.name) and f.name < first]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _read(file: Path) -> Kept:
    message = email.message_from_bytes(file.read_bytes(), _class=Letter, policy=email.policy.default)
    body = message.get_body(("plain",))
    when = message["Date"]
    return Kept(
        name=file.name,
        at=when.datetime if when is not None else None,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=str(body.get_content()) if body is not None else "",
    )

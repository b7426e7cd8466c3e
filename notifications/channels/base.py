"""What crosses between the application and a channel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to tell; `address` is a whole URL."""

    kind: str
    title: str
    body: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told at once. `to` is an e-mail address, a number, or a push subscription as JSON.

    `reference` is the same however often the message is tried. `unsure_since` is when an attempt began of which nobody
    knows what came of it.
    """

    to: str = field(repr=False)
    lines: tuple[Line, ...]
    reference: str
    sender_name: str
    site: str
    book: str = ""
    unsubscribe: str = ""
    digest: bool = False
    unsure_since: datetime | None = None


Send = Callable[[Message], None]


class NotSent(Exception):
    """It was not taken; the text says why, without naming anybody."""


class TryAgain(NotSent):
    """Later it may be."""


class Unknown(TryAgain):
    """It may have been taken: no answer came."""


class Refused(NotSent):
    """It never will be."""


class Gone(Refused):
    """There is nobody at this address any more."""

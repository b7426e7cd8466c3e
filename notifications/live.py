"""Telling open pages that something changed. Only the topic travels; the page fetches what it shows again."""

import asyncio
import os
import threading
from concurrent.futures import Future

import structlog
from channels.layers import InMemoryChannelLayer, get_channel_layer

log = structlog.get_logger(__name__)
SECONDS = 1.0
_lock = threading.Lock()
_server_loop: asyncio.AbstractEventLoop | None = None
_own_loop: asyncio.AbstractEventLoop | None = None


def group_of(book_id: int) -> str:
    return f"book.{book_id}"


def group_of_person(book_id: int, user_id: int) -> str:
    """One person's pages that are open on the book."""
    return f"book.{book_id}.person.{user_id}"


def publish(*, book_id: int, topic: str) -> None:
    """Tell every page that is open on the book. Never raises and never waits long: a lost update only comes later.

    Call it when the change is committed.
    """
    _publish(group_of(book_id), topic)


def publish_to(*, book_id: int, user_id: int, topic: str) -> None:
    """As `publish`, to the pages of one person."""
    _publish(group_of_person(book_id, user_id), topic)


def _publish(group: str, topic: str) -> None:
    try:
        _send(group, {"type": "changed", "topic": topic})
    except Exception as error:  # noqa: BLE001  whatever is wrong with the layer, the change itself is done
        log.warning("live.failed", topic=topic, error=type(error).__name__)


def _send(group: str, message: dict[str, str]) -> None:
    layer = get_channel_layer()
    in_memory = isinstance(layer, InMemoryChannelLayer)
    loop = _server_loop if in_memory else _background_loop()
    if layer is None or loop is None or loop.is_closed():
        return  # nobody is connected to this process, and an in-memory layer reaches no other
    sent: Future[None] = asyncio.run_coroutine_threadsafe(layer.group_send(group, message), loop)
    if in_memory:
        sent.add_done_callback(_note_failure)
    else:
        sent.result(timeout=SECONDS)


def _note_failure(sent: "Future[None]") -> None:
    if not sent.cancelled() and (error := sent.exception()):
        log.warning("live.failed", error=type(error).__name__)


def serve_from(loop: asyncio.AbstractEventLoop) -> None:
    """Say which loop the sockets of this process live in: an in-memory layer works only there."""
    global _server_loop
    _server_loop = loop


def _background_loop() -> asyncio.AbstractEventLoop:
    """A loop of our own for the connection to Redis, kept for as long as the process lives."""
    global _own_loop
    with _lock:
        if _own_loop is None:
            _own_loop = asyncio.new_event_loop()
            threading.Thread(target=_own_loop.run_forever, name="live updates", daemon=True).start()
        return _own_loop


def _forget_loops() -> None:
    """A forked process has the objects but not the threads."""
    global _own_loop, _server_loop
    _own_loop = _server_loop = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_loops)

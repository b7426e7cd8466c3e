"""The WebSocket of open pages: /ws/updates."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare

from accounts import queries
from accounts.middleware import SESSION_KEY
from accounts.models import User
from notifications import live

SIGNED_OUT, NOT_YOURS, TOO_MUCH = 4401, 4403, 4413


class Updates(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Sends `{"topic": …}` when something changed in the book that the page shows, or there is news for its reader.

    The book is `?book=<id>`, else the one chosen in the session. Closed with 4401 when the person is signed out, 4403
    when the book is not theirs; both are asked again before each message. What the page says is not listened to.
    """

    book_id: int | None = None

    async def connect(self) -> None:
        live.serve_from(asyncio.get_running_loop())
        await self.accept()
        self.book_id = await self._allowed_book(self._named_book())
        if self.book_id is not None:
            for group in self._groups(self.book_id):
                await self.channel_layer.group_add(group, self.channel_name)
            await self.send(json.dumps({"topic": "connected"}))

    async def disconnect(self, code: int) -> None:
        if self.book_id is not None:
            for group in self._groups(self.book_id):
                await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if len(text_data or bytes_data or "") > 1024:
            await self.close(TOO_MUCH)

    async def changed(self, message: dict[str, Any]) -> None:
        """Sent by `live.publish`."""
        if await self._allowed_book(self.book_id) is not None:
            await self.send(json.dumps({"topic": message["topic"]}))

    def _groups(self, book_id: int) -> tuple[str, str]:
        return live.group_of(book_id), live.group_of_person(book_id, self.scope["user"].pk)

    def _named_book(self) -> int | None:
        named = parse_qs(self.scope["query_string"].decode("ascii", errors="replace")).get("book", [""])[0]
        return int(named) if named.isascii() and named.isdecimal() and len(named) < 19 else None

    async def _allowed_book(self, wanted: int | None) -> int | None:
        """The book that may be heard; closes the socket where there is none."""
        user = self.scope["user"]
        if not user.is_authenticated or not await database_sync_to_async(still_signed_in)(
            self.scope["session"], user.pk
        ):
            await self.close(SIGNED_OUT)
            return None
        book_id: int | None = await database_sync_to_async(book_heard_by)(user, wanted, self.scope["session"])
        if book_id is None:
            await self.close(NOT_YOURS)
        return book_id


def still_signed_in(session: SessionBase, user_id: int) -> bool:
    """Whether the session still exists, and belongs to an active person with the same password."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not session.session_key or not session.exists(session.session_key):
        return False
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def book_heard_by(user: User, wanted: int | None, session: SessionBase) -> int | None:
    """The id of the wanted book, or of the current one; None when the person is no member of it."""
    if wanted is None:
        found = queries.membership(user=user, book_id=session.get(SESSION_KEY))
    else:
        found = queries.membership_of(user=user, book_id=wanted)
    return found.book_id if found else None

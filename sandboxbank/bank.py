"""The bank: its file, its clock, its keys to seal with, and what it was told at the start."""

import secrets
import threading
from collections import defaultdict, deque
from collections.abc import Callable

from sandboxbank.clock import Clock
from sandboxbank.faults import Faults
from sandboxbank.options import Options
from sandboxbank.outbox import Outbox
from sandboxbank.store import Store


class Bank:
    """Everything the endpoints share. One per process or per test."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.store = Store(options.db)
        self.clock = Clock(self.store, options.today)
        self.cursor_key = bytes.fromhex(self.store.setting("cursor_key", secrets.token_hex(32)))
        self.faults = Faults(self.store, options.seed)
        self.outbox = Outbox(self.store, self.faults, retry_seconds=options.retry_seconds)
        self.stopped = threading.Event()
        self.asked: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.watchers: list[Callable[[str, int, bytes], None]] = []
        """Told of every answer of the protocol, before any planned blemish: address, status and body."""

    def reset(self) -> None:
        """Forget every item, session, fault and webhook."""
        with self.store.transaction():
            self.store.empty()
            self.store.remember("cursor_key", self.cursor_key.hex())
        self.faults.reseed()

    def close(self) -> None:
        """Stop the threads and let go of the file."""
        self.stopped.set()
        self.outbox.stop()
        self.store.close()

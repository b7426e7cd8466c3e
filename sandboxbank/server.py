"""The bank on a socket: HTTP/1.1 with keep-alive, one thread per connection, loopback only."""

import socket
import struct
import threading
import time
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import urlsplit

from sandboxbank import growth
from sandboxbank.application import answer
from sandboxbank.bank import Bank
from sandboxbank.errors import PlaidError
from sandboxbank.messages import Request, Response, json_response
from sandboxbank.options import CONTROL_SECRET, Options, refuse_production

MAX_BODY = 4_000_000
TICK_SECONDS = 0.1


class Server(ThreadingHTTPServer):
    """The listening bank; `url` is its address."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], bank: Bank) -> None:
        self.bank = bank
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Handler)
        self._workers = [
            threading.Thread(target=work, daemon=True, name=name)
            for name, work in (("webhooks", bank.outbox.run), ("growth", self._grow))
        ]
        for thread in self._workers:
            thread.start()

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://[{host!s}]:{port}" if ":" in str(host) else f"http://{host!s}:{port}"

    def server_bind(self) -> None:
        """Bind without asking the network for our name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "sandboxbank", self.server_address[1]

    def run_in_thread(self) -> "Server":
        """Serve from a thread of its own; `stop` ends it."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True, name="sandboxbank").start()
        return self

    def stop(self) -> None:
        """End serving and let go of everything."""
        self.shutdown()
        self.server_close()
        self.bank.stopped.set()
        self.bank.outbox.stop()
        for thread in self._workers:
            thread.join(timeout=15)
        self.bank.close()

    def _grow(self) -> None:
        """Load history that is due and begin new days even when nobody asks, so that webhooks come."""
        while not self.bank.stopped.wait(TICK_SECONDS):
            growth.settle_all(self.bank)


class Handler(BaseHTTPRequestHandler):
    """Turns bytes into a Request and a Response into bytes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 65
    server_version, sys_version = "sandboxbank", ""

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests carry secrets."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse in JSON what is no request that we know."""
        error = PlaidError(
            "METHOD_NOT_ALLOWED" if code == HTTPStatus.NOT_IMPLEMENTED else "INVALID_BODY", message or ""
        )
        self.close_connection = True
        self._send(json_response(error.body() | {"request_id": "none"}, error.status))

    def _answer(self) -> None:
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= MAX_BODY or "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self.close_connection = True
            error = PlaidError("BODY_TOO_LARGE")
            self._send(json_response(error.body() | {"request_id": "none"}, error.status))
            return
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        bank = cast(Server, self.server).bank
        request = Request(self.command, parts.path, parts.query, headers, body, str(self.client_address[0]))
        self._send(answer(bank, request))

    def _send(self, response: Response) -> None:
        if response.seconds:
            time.sleep(response.seconds)
        if response.accident == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        head = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
        head += [f"Content-Type: {response.content_type}", f"Content-Length: {len(response.body)}"]
        head += [f"{name}: {value}" for name, value in response.headers]
        if self.close_connection:
            head.append("Connection: close")
        body = b"" if self.command == "HEAD" else response.body
        if response.accident == "truncate":
            body, self.close_connection = body[: len(body) // 2], True
        try:
            self.wfile.write("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def make_server(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    db: str = ":memory:",
    seed: int = 7,
    today: date | None = None,
    history_days: int = 730,
    control_secret: str = CONTROL_SECRET,
    public_url: str = "",
    initial_seconds: float = 0.2,
    historical_seconds: float = 0.6,
    retry_seconds: float = 30.0,
    rate_limits: bool = False,
) -> Server:
    """A bank that listens (port 0: any free one) but does not serve yet; raises Refused outside a sandbox."""
    refuse_production(host)
    options = Options(
        db=db, seed=seed, today=today, history_days=history_days, control_secret=control_secret,
        public_url=public_url.rstrip("/"), initial_seconds=initial_seconds, historical_seconds=historical_seconds,
        retry_seconds=retry_seconds, rate_limits=rate_limits,
    )  # fmt: skip
    return Server((host, port), Bank(options))

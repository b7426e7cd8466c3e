"""A loopback address that receives webhooks and remembers them."""

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Received:
    body: bytes
    proof: str

    @property
    def says(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


class Listener:
    """Answers 200, or what `answers` holds first."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[int] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.received.append(Received(body, self.headers["Plaid-Verification"]))
                self.send_response(listener.answers.pop(0) if listener.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def codes(self) -> list[str]:
        return [str(each.says["webhook_code"]) for each in self.received]

    def wait_for(self, code: str, count: int = 1, seconds: float = 10) -> Received:
        """The count-th webhook of this code; fails when it does not come."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = [each for each in self.received if each.says["webhook_code"] == code]
            if len(found) >= count:
                return found[count - 1]
            time.sleep(0.01)
        raise AssertionError(f"no {code}, only {self.codes()}")

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

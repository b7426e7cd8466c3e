"""Vendors on this machine that speak their protocols: a mail server, Twilio, SendGrid, a push service."""

import json
import threading
import time
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from django.utils import timezone


class MailServer(Controller):
    """Takes mail by SMTP, on a port of its own choice, and is its own handler.

    `before` is called when a letter is announced, `after` when one has been taken; `refusal` is said to each address,
    and what is in `trouble` to the letter (DATA) or its sender (MAIL).
    """

    def __init__(self):
        self.letters, self.refusal, self.trouble = [], "", {}
        self.before = self.after = lambda: None
        super().__init__(self, hostname="127.0.0.1", port=0)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    @property
    def ids(self):
        return [letter["Message-ID"] for letter in self.letters]

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802  aiosmtpd calls it so
        self.before()
        if "MAIL" in self.trouble:
            return self.trouble["MAIL"]
        envelope.mail_from = address
        return "250 go on"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  aiosmtpd calls it so
        if not self.refusal:
            envelope.rcpt_tos.append(address)
        return self.refusal or "250 go on"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  aiosmtpd calls it so
        if "DATA" in self.trouble:
            return self.trouble["DATA"]
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        self.after()
        return "250 taken"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


class Vendor(ThreadingHTTPServer):
    """Keeps what it is sent; `answers` are statuses to give instead of the usual one, `after` is called before that."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.requests, self.answers, self.taken = [], [], []
        self.after = lambda: None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.title(): value for name, value in self.headers.items()}
        self.server.requests.append((self.path, headers, body))
        status = self.server.answers.pop(0) if self.server.answers else 0
        if status:
            return self.answer(status, {"code": 20000, "message": "not now"})
        content = self.take(body)
        self.server.after()
        return self.answer(self.usual, content)

    def answer(self, status, content):
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in self.beside.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    usual, beside = 201, {}

    def log_message(self, *_):
        pass


class Twilio(_Handler):
    """https://www.twilio.com/docs/messaging/api/message-resource: creating and listing messages."""

    def take(self, body):
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        message = {
            "sid": f"SM{len(self.server.taken):032}",
            "status": "queued",
            "to": given["To"],
            "from": given["From"],
            "body": given["Body"],
            "date_created": format_datetime(timezone.now()),
        }
        self.server.taken.append(message)
        return message

    def do_GET(self):
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.server.requests.append((self.path, dict(self.headers), b""))
        found = [each for each in self.server.taken if each["to"] == asked["To"]]
        self.answer(200, {"messages": found[::-1], "next_page_uri": None})


class SendGrid(_Handler):
    """POST /v3/mail/send answers 202 and X-Message-Id."""

    usual, beside = 202, {"X-Message-Id": "stand-in"}

    def take(self, body):
        self.server.taken.append(json.loads(body))
        return {}


class PushService(_Handler):
    """RFC 8030: takes a message for a subscription."""

    def take(self, body):
        self.server.taken.append((dict(self.headers), body))
        return {}


class Endless(PushService):
    """Sends a first line that never ends."""

    def answer(self, status, content):
        with suppress(OSError):
            while True:
                self.wfile.write(b"x")
                time.sleep(0.05)


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)

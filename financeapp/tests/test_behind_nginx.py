"""docker/nginx.conf for real, in front of the commands of web and live, behind a proxy that ends TLS."""

import http.server
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import httpx
import pytest
from django.conf import settings
from websockets.sync.client import connect

from financeapp.tests.copying import PATH, answering, free_port, running

NGINX = shutil.which("nginx", path=PATH)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not NGINX, reason="There is no nginx on this machine.")]
SITE = "money.example"
KEYS = {"code", "message", "fields", "request_id"}


def environment(var):
    secrets = {"SECRET_KEY": "x" * 50, "ENCRYPTION_KEYS": f"k:{'ab' * 32}", "JWT_SIGNING_KEYS": "y" * 50}
    return secrets | {
        "PATH": f"{settings.BASE_DIR}/.venv/bin:{PATH}",
        "VAR_DIR": str(var),
        "CATEGORISER_DIR": str(settings.CATEGORISER_DIR),
        "SITE_URL": f"https://{SITE}",
        "TRUSTED_PROXIES": "1",
        "METRICS_TOKEN": "token",
        "WEB_WORKERS": "1",  # so that limits, which are counted in memory here, hold for all of it
        "THROTTLE_AUTH": "3/d",
        "IN_PROCESS_WORKER": "0",
        "CELERY_BROKER_URL": "memory://",
    }


def adapted(folder, **changes):
    """The file of the container with addresses and folders of this machine."""
    text = (settings.BASE_DIR / "docker" / "nginx.conf").read_text()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    own = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    head = f"daemon off; pid {folder}/pid; error_log stderr crit;{' user root;' if os.geteuid() == 0 else ''}"
    changes |= {"http {": f"{head} http {{ {own}", "worker_processes auto": "worker_processes 1"}
    for before, after in changes.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    (folder / "nginx.conf").write_text(text)
    return [NGINX, "-c", str(folder / "nginx.conf"), "-e", "stderr"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Addresses of nginx and of web, and a way to ask as the proxy in front does for somebody."""
    folder = tmp_path_factory.mktemp("nginx")
    given, log, ports = environment(folder), folder / "log", [free_port() for _ in range(3)]
    port, web, live = ports
    prepare = [sys.executable, "manage.py", "prepare"]
    subprocess.run(prepare, cwd=settings.BASE_DIR, env=given, check=True, capture_output=True)
    commands = [(["sh", "docker/web.sh"], web), (["sh", "docker/live.sh"], live)]
    metrics = {"PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")}
    changes = {"8080": f"127.0.0.1:{port}", "web:8000": f"127.0.0.1:{web}", "live:8000": f"127.0.0.1:{live}"}
    commands.append((adapted(folder, **changes), port))
    with ExitStack() as stack:
        for command, at in commands:
            ran = running(command, cwd=settings.BASE_DIR, environment={**given, "PORT": str(at), **metrics}, log=log)
            answering(f"http://127.0.0.1:{at}/health/live", stack.enter_context(ran), log)
        yield SimpleNamespace(port=port, url=f"http://127.0.0.1:{port}", web=f"http://127.0.0.1:{web}")


def seen_as(address, *, forged=""):
    """What the proxy in front sends for a client: it adds the address to whatever the client wrote."""
    return {"Host": SITE, "X-Forwarded-Proto": "https", "X-Forwarded-For": f"{forged}{address}"}


def refused(site, address, *, forged=""):
    """How many of five tries to sign in, as five people from one address, are put off."""
    answers = [
        httpx.post(
            f"{site.url}/api/auth/login",
            json={"email": f"person{n}@{address}.example", "password": "wrong"},
            headers=seen_as(address, forged=forged.replace("N", str(n))),
        ).status_code
        for n in range(5)
    ]
    return answers.count(429)


def test_pages_come_over_https(site):
    assert httpx.get(f"{site.url}/auth/login/", headers=seen_as("203.0.113.1")).status_code == 200
    plain = httpx.get(f"{site.url}/auth/login/", headers=seen_as("203.0.113.1") | {"X-Forwarded-Proto": "http"})
    assert plain.headers["Location"] == f"https://{SITE}/auth/login/"


def test_each_client_has_limits_of_its_own(site):
    assert [refused(site, f"203.0.113.{n}") for n in (10, 11)] == [2, 2]


@pytest.mark.parametrize("forged", ["198.51.100.N, ", "198.51.100.N, 10.0.0.N, ", "nonsense, ", "N, N, N, "])
def test_nobody_leaves_them_by_writing_the_header(site, forged):
    assert refused(site, "203.0.113.12", forged=forged) >= 2


def test_many_open_pages_of_one_address_leave_room_for_requests(site):
    with ExitStack() as stack:
        for _ in range(70):
            stack.enter_context(
                connect(
                    f"ws://{SITE}/ws/updates",
                    sock=socket.create_connection(("127.0.0.1", site.port)),
                    additional_headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.20"},
                    origin=f"https://{SITE}",
                )
            )
        assert httpx.get(f"{site.url}/auth/login/", headers=seen_as("203.0.113.20")).status_code == 200


def test_slow_clients_keep_nobody_waiting(site):
    """More of them than web has threads: their bodies are collected in front of it."""
    slow = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(60)]
    for n, each in enumerate(slow):
        head = (
            f"POST /auth/login/ HTTP/1.1\r\nHost: {SITE}\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 203.0.113.{n}"
        )
        each.sendall(f"{head}\r\nContent-Length: 1000\r\n\r\nx".encode())
    for _ in range(5):
        assert httpx.get(f"{site.url}/auth/login/", headers=seen_as("203.0.113.99"), timeout=5).status_code == 200
    for each in slow:
        each.close()


def test_what_nginx_refuses_has_the_shape_of_the_api(site):
    answer = httpx.post(f"{site.url}/api/auth/login", content=b"x" * 3_000_000, headers=seen_as("203.0.113.30"))
    body = answer.json()
    assert (answer.status_code, body["code"], set(body)) == (413, "too_large", KEYS)
    assert answer.headers["X-Request-ID"] == body["request_id"]


def test_probes_and_prometheus_ask_containers_by_their_address(site):
    for path in ("/health/live", "/health/ready", "/health"):
        assert httpx.get(f"{site.web}{path}").status_code == 200
    bearer = {"Authorization": "Bearer token"}
    assert "http_requests_total" in httpx.get(f"{site.web}/metrics", headers=bearer | {"Host": "web:8000"}).text
    assert httpx.get(f"{site.url}/metrics", headers=seen_as("203.0.113.40") | bearer).status_code == 404
    assert httpx.get(f"{site.web}/auth/login/").status_code == 400


def test_a_container_finds_itself_healthy(site):
    port = site.web.rsplit(":", 1)[1]
    command = [sys.executable, "docker/healthcheck.py"]
    for at, ends in ((port, 0), (str(free_port()), 1)):
        ran = subprocess.run(command, cwd=settings.BASE_DIR, env={"PORT": at}, capture_output=True, check=False)
        assert ran.returncode == ends


class Names(socketserver.BaseRequestHandler):
    """A name server that gives every name the address `answer`."""

    answer = "127.0.0.2"

    def handle(self):
        question, to = self.request
        head = question[:2] + b"\x81\x80\0\1\0\1\0\0\0\0"
        record = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + socket.inet_aton(self.answer)
        to.sendto(head + question[12:] + record, self.client_address)


class Here(http.server.BaseHTTPRequestHandler):
    """Says at which address it was asked."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.server_address[0].encode())

    def log_message(self, *_):
        pass


@contextmanager
def in_thread(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def alone(tmp_path):
    """The address of nginx before anything else is there, and the port on which it looks for web."""
    port, web = free_port(), free_port()
    with in_thread(socketserver.UDPServer(("127.0.0.1", 0), Names)) as names:
        resolver = f"127.0.0.1:{names.server_address[1]} valid=1s"
        changes = {"8080": f"127.0.0.1:{port}", "web:8000": f"web.test:{web}", "127.0.0.11 valid=5s": resolver}
        with running(adapted(tmp_path, **changes), cwd=tmp_path, environment={}, log=tmp_path / "log") as nginx:
            yield answering(f"http://127.0.0.1:{port}", nginx, tmp_path / "log"), web


def test_without_web_the_api_answers_in_its_shape_and_pages_in_html(alone):
    url, _ = alone
    answer = httpx.get(f"{url}/api/accounts", headers={"Host": SITE})
    assert (answer.status_code, answer.json()["code"], set(answer.json())) == (502, "unavailable", KEYS)
    assert answer.headers["Retry-After"] == "5"
    assert httpx.get(url, headers={"Host": SITE}).headers["Content-Type"] == "text/html"


def test_web_is_found_again_at_another_address(alone, monkeypatch):
    url, port = alone
    with in_thread(http.server.HTTPServer(("127.0.0.2", port), Here)):
        assert httpx.get(url).text == "127.0.0.2"
    with in_thread(http.server.HTTPServer(("127.0.0.3", port), Here)):
        monkeypatch.setattr(Names, "answer", "127.0.0.3")
        time.sleep(2.5)
        assert httpx.get(url).text == "127.0.0.3"

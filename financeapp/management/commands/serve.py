"""Everything on one machine: pages, API, live updates, worker, clock and the sandbox bank."""

import ctypes
import signal
import socket
import subprocess
import sys
import time
import warnings
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from financeapp.worker import working

PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "Serve PocketPilot on this machine until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:  # Django's signature
        if in_use(host, port):
            raise CommandError(
                f"Port {port} is in use. Stop what runs there, or choose another: script/server --port {port + 1}"
            )
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with ExitStack() as stack:
            if settings.PLAID_IS_SANDBOX_BANK and settings.SANDBOX_BANK_ALLOWED:
                stack.enter_context(sandbox_bank())
            stack.enter_context(working() if settings.IN_PROCESS_WORKER else nullcontext())
            self.stdout.write(f"\n  {settings.SITE_NAME} is at {address(host, port)}\n  Ctrl-C ends it.\n")
            self.stdout.flush()
            try:
                web_server(host, port).run()
            except KeyboardInterrupt:
                self.stdout.write("Ending.")


def address(host: str, port: int) -> str:
    """Where people find it; with an address of its own also where its proxy does."""
    return f"http://localhost:{port}" if settings.LOCAL else f"{settings.SITE_URL}, served from http://{host}:{port}"


def in_use(host: str, port: int) -> bool:
    """Whether something listens there already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def web_server(host: str, port: int) -> uvicorn.Server:
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume")
    return uvicorn.Server(
        uvicorn.Config(
            "financeapp.asgi:application",
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            ws_max_size=4096,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        )
    )


@contextmanager
def sandbox_bank(*, patience: float = 0) -> Iterator[None]:
    """The pretend bank as a process of its own; one that already answers on its port is used as it is.

    Until a new one answers, wait for at most so many seconds.
    """
    if in_use("127.0.0.1", settings.SANDBOX_BANK_PORT):
        yield
        return
    # The kernel is asked before any thread of ours starts, which is when preexec_fn is safe.
    bank = subprocess.Popen(  # noqa: S603  our own module, our own arguments
        [sys.executable, "-m", "sandboxbank", "--port", str(settings.SANDBOX_BANK_PORT)]
        + ["--db", str(settings.VAR_DIR / "sandbox.sqlite3"), "--seed", str(settings.SANDBOX_BANK_SEED)]
        + ["--control-secret", settings.SANDBOX_BANK_CONTROL_SECRET],
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )
    try:
        until = time.monotonic() + patience
        while time.monotonic() < until and bank.poll() is None and not in_use("127.0.0.1", settings.SANDBOX_BANK_PORT):
            time.sleep(0.05)
        yield
    finally:
        bank.terminate()
        try:
            bank.wait(timeout=5)
        except subprocess.TimeoutExpired:
            bank.kill()


def _end_with_parent() -> None:
    """Ask the kernel to end the bank even when the server is killed without a chance to do it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

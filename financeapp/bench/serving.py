"""The processes that are measured, and what they use."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.conf import settings

PORT, LIMIT_PORT = 8788, 8787
PATIENCE = 30.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `seconds` from its start to its first answer."""

    address: str
    pid: int
    seconds: float

    def cpu_ms(self) -> float:
        """CPU time used so far, by its workers too."""
        fields = (_stat(pid) for pid in _family(self.pid))
        return sum((int(each[11]) + int(each[12])) * 1000 / TICKS for each in fields)

    def memory_mb(self) -> float:
        """What its largest worker holds."""
        pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _family(self.pid))
        return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def bank() -> Iterator[None]:
    """The sandbox bank with every history there at once."""
    database = str(settings.VAR_DIR / "bench-bank.sqlite3")
    options = ["--port", str(settings.SANDBOX_BANK_PORT), "--db", database, "--initial-seconds", "0"]
    with running("sandboxbank", *options, "--historical-seconds", "0", at=settings.SANDBOX_BANK_URL, ready="/health"):
        yield


@contextmanager
def web() -> Iterator[Server]:
    """The application under the production server with its options (`docker/web.sh`), one worker."""
    with _granian(PORT, "financeapp.wsgi:application", ready="/health/live") as server:
        yield server


@contextmanager
def limit() -> Iterator[Server]:
    """Hand-written SQL under the same server with the same options."""
    with _granian(LIMIT_PORT, "financeapp.bench.limit:application", ready="/list?book=0") as server:
        yield server


@contextmanager
def _granian(port: int, application: str, *, ready: str) -> Iterator[Server]:
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--port", str(port), "--no-ws"]
    options += ["--no-access-log", "--log-level", "warning"]
    with running("granian", *options, application, at=f"http://127.0.0.1:{port}", ready=ready) as server:
        yield server


@contextmanager
def running(module: str, *options: str, at: str, ready: str) -> Iterator[Server]:
    """A process of its own that has answered at `ready`, as long as the block lasts."""
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", module, *options])  # noqa: S603  our own arguments
    try:
        while not _answers(at + ready):
            if process.poll() is not None or time.perf_counter() - begun > PATIENCE:
                raise RuntimeError(f"{module} does not answer at {at}{ready}")
            time.sleep(0.02)
        yield Server(at, process.pid, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=10).is_success
    except httpx.TransportError:
        return False


def _family(pid: int) -> list[int]:
    """The process and all that it started."""
    parents = {int(entry.name): int(_stat(int(entry.name))[1]) for entry in Path("/proc").iterdir() if _is_here(entry)}
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def _is_here(entry: Path) -> bool:
    return entry.name.isdecimal() and (entry / "stat").exists()


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on: the parent is the second, the CPU ticks the 12th and 13th."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()

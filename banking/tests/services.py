"""PostgreSQL, Redis and a pretend bank of one's own: on free ports, in directories of their own, free to be killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

ROLE = "pocketpilot"
SECONDS = 30
SPEED = "-c fsync=off -c full_page_writes=off -c shared_buffers=32MB -c max_connections=60"


def why_not() -> str:
    """What is missing here to start them; empty when nothing is."""
    if not _postgres_programs():
        return "PostgreSQL's initdb and pg_ctl are not on this machine"
    if not shutil.which("redis-server"):
        return "redis-server is not on this machine"
    if os.geteuid() == 0 and not (shutil.which("runuser") and _user_exists("postgres")):
        return "PostgreSQL does not run as root, and there is no user postgres to run it as"
    return ""


class Server(Protocol):
    """What a drill may kill."""

    @property
    def url(self) -> str: ...

    def restart(self) -> None: ...


@dataclass
class Postgres:
    """A cluster; `restart` is a crash: no checkpoint, every connection cut."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        """As a role that row-level security holds."""
        return f"postgres://{ROLE}@127.0.0.1:{self.port}/{ROLE}"

    def create(self) -> None:
        """Not durable against a power cut, which is not what is tried here."""
        _as_postgres("initdb", "-D", self._files, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self._control("start", "-o", f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.home} {SPEED}")
        self._sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS")
        self._sql(f"CREATE DATABASE {ROLE} OWNER {ROLE}")

    def fill(self, tables: str) -> None:
        """Make the tables; copying those of another database takes a tenth of migrating."""
        if tables:
            made = subprocess.run(["pg_dump", "--schema-only", "--no-owner", tables], capture_output=True, check=True)
            command = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", self.url]
            subprocess.run(command, input=made.stdout, stdout=subprocess.DEVNULL, check=True)
        else:
            settings = {"DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "financeapp.settings_test"}
            migrate = [sys.executable, "-m", "django", "migrate", "-v", "0"]
            subprocess.run(migrate, env={**os.environ, **settings}, check=True)

    def restart(self) -> None:
        self._control("restart", "-m", "immediate")

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")

    @property
    def _files(self) -> str:
        return str(self.home / "files")

    def _control(self, verb: str, *options: str) -> None:
        _as_postgres(
            "pg_ctl", "-D", self._files, "-w", "-t", str(SECONDS), "-l", str(self.home / "log"), verb, *options
        )

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres", autocommit=True
        ) as connected:
            connected.execute(statement)  # a statement of this file


@dataclass
class Redis:
    """A server that keeps nothing: killed, it has forgotten everything."""

    home: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            ["redis-server", *options, "--dir", str(self.home)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _until(self._answers)

    def restart(self) -> None:
        self.stop()
        time.sleep(0.3)
        self.start()

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(SECONDS)

    def _answers(self) -> bool:
        with socket.socket() as link:
            return link.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def own_postgres(tables: str = "") -> Iterator[Postgres]:
    """Running within the block, with empty tables: those of the database `tables`, else as they are migrated."""
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    server = Postgres(home, free_port())
    try:
        server.create()
        server.fill(tables)
        yield server
    finally:
        try:
            server.stop()
        finally:
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def own_redis() -> Iterator[Redis]:
    """Running within the block."""
    with tempfile.TemporaryDirectory(prefix="redis-") as home:
        server = Redis(Path(home), free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def own_bank(seed: int) -> Iterator[str]:
    """The address of a sandbox bank in a process of its own."""
    command = [sys.executable, "-m", "sandboxbank", "--port", "0", "--db", ":memory:", "--seed", str(seed)]
    quick = ["--initial-seconds", "0", "--historical-seconds", "0", "--retry-seconds", "0.5"]
    with subprocess.Popen([*command, *quick], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _until(ready: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS
    while not ready():
        if time.monotonic() > ends:
            raise TimeoutError
        time.sleep(0.02)


def _as_postgres(program: str, *arguments: str) -> None:
    """Its output goes to a file: a server that inherits a pipe would keep it open for ever."""
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryFile() as said:
        ended = subprocess.run(
            [*become, f"{_postgres_programs()}/{program}", *arguments], stdout=said, stderr=said, cwd="/", check=False
        )
        if ended.returncode:
            said.seek(0)
            raise RuntimeError(f"{program} failed: {said.read().decode()[-800:]}")


def _postgres_programs() -> str:
    """The directory that holds them: Debian keeps them out of the path."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((str(place) for place in found if (place / "initdb").exists() and (place / "pg_ctl").exists()), "")


def _user_exists(name: str) -> bool:
    import pwd

    return any(entry.pw_name == name for entry in pwd.getpwall())

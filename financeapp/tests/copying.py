"""A copy of the project as git keeps it, and programs started in it with an environment of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from django.conf import settings

LONGEST_START = 240
PATH = os.pathsep.join([str(Path(sys.executable).resolve().parent), "/usr/sbin", "/usr/bin", "/bin"])


def copied(to):
    """What git keeps, as it is now, beside links to installed packages and fetched scripts."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if not (settings.BASE_DIR / ".git").exists():
        pytest.skip("This is no git checkout.")
    names = subprocess.run(listed, cwd=settings.BASE_DIR, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        source, target = settings.BASE_DIR / name, to / name
        if source.is_file() and not source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    (to / ".venv").symlink_to((settings.BASE_DIR / ".venv").resolve())
    vendor = settings.BASE_DIR / "static" / "vendor"
    if vendor.exists():
        (to / "static" / "vendor").symlink_to(vendor.resolve())
    return to


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command, *, cwd, environment, log):
    """The process, its group ended after the block; what it says goes to the file `log`."""
    with log.open("a") as file:
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=file, stderr=file, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def answering(address, process, log):
    """The address, once something answers there."""
    ends = time.monotonic() + LONGEST_START
    while time.monotonic() < ends and process.poll() is None:
        try:
            httpx.get(address, timeout=5)
            return address
        except httpx.TransportError:
            time.sleep(0.3)
    raise AssertionError(log.read_text())

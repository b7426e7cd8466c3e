"""The README's first command in a fresh copy, an empty home and no environment, and then everything a newcomer does."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from financeapp.tests.test_first_minute import PASSWORD, link_at_the_bank, wait_until_read

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONGEST_START = 240


@pytest.fixture
def fresh_server(tmp_path):
    """`script/server` as a newcomer runs it; only the packages are there already."""
    if settings.DATABASE_URL:
        pytest.skip("A newcomer has no database server.")
    home, port, bank_port = tmp_path, _free_port(), _free_port()
    project = _copied(home / "pocketpilot")
    path = os.pathsep.join([str(Path(sys.executable).resolve().parent), "/usr/bin", "/bin"])
    environment = {"HOME": str(home), "PATH": path, "SANDBOX_BANK_PORT": str(bank_port)}
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            ["script/server", "--port", str(port)],
            cwd=project,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield _answering(f"http://localhost:{port}", server, home / "log")
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def _copied(to):
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


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answering(address, server, log):
    ends = time.monotonic() + LONGEST_START
    while time.monotonic() < ends and server.poll() is None:
        try:
            httpx.get(address, timeout=5)
            return address
        except httpx.TransportError:
            time.sleep(0.3)
    raise AssertionError(log.read_text())


def signed_up(page, address, email):
    page.goto(address)
    page.get_by_role("link", name=re.compile("sign up|create|get started|start", re.IGNORECASE)).first.click()
    page.get_by_label("Your name").fill("Nora Newcomer")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("link", name="Open the mails of this machine").click()
    page.locator("a[href^='/settings/outbox/']").first.click()
    page.locator("a[href*='confirm-email']").first.click()
    page.get_by_role("button", name=re.compile("confirm", re.IGNORECASE)).click()
    page.wait_for_url(re.compile(f"^{re.escape(address)}/(?!auth/|settings/)"))


def read_by_a_mobile_client(address, email):
    with httpx.Client(base_url=address, timeout=30) as client:
        pair = client.post("/api/auth/login", json={"email": email, "password": PASSWORD}).json()
        client.headers["Authorization"] = f"Bearer {pair['access']}"
        return client.get("/api/transactions", params={"limit": 200}).json()["results"]


def test_newcomer_goes_from_the_first_page_to_a_filled_dashboard(fresh_server, page):
    page.set_default_timeout(30_000)
    signed_up(page, fresh_server, "nora@example.com")
    page.goto(f"{fresh_server}/connections/new")
    page.get_by_role("button", name="Continue to your bank").click()
    link_at_the_bank(page)
    wait_until_read(page, fresh_server)
    page.goto(fresh_server)
    assert page.locator("[data-figure]").count() > 20
    assert re.search(r"[1-9]", page.locator("[data-figure^='spending-']").first.inner_text())

    rows = read_by_a_mobile_client(fresh_server, "nora@example.com")
    assert len(rows) == 200
    assert sum(row["category"] != "Uncategorized" for row in rows) > 150

"""Google's addresses are read when allauth is imported, so its flow is tried in a process of its own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from rest_framework.test import APIClient

OTHERS = ("PYTEST_", "DATABASE_", "REDIS_")
HERE = Path(__file__).resolve().parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
def test_flow_against_a_provider_on_loopback(tmp_path):
    if settings.DATABASE_URL:
        pytest.skip("A process of its own has a database of its own.")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(OTHERS)},
        "PROVIDER_PORT": str(port),
        "VAR_DIR": str(tmp_path),
        "GOOGLE_CLIENT_ID": "pocketpilot",
        "GOOGLE_CLIENT_SECRET": "not-a-secret",
        "GOOGLE_AUTHORIZE_URL": f"{address}/oauth2/authorize",
        "GOOGLE_ACCESS_TOKEN_URL": f"{address}/oauth2/token",
        "GOOGLE_IDENTITY_URL": f"{address}/userinfo",
        "GOOGLE_ID_TOKEN_ISSUER": address,
        "GOOGLE_CERTS_URL": f"{address}/jwks",
    }
    flow = [sys.executable, "-m", "pytest", str(HERE / "google_flow.py"), "-q"]
    done = subprocess.run(flow, env=environment, cwd=HERE.parents[1], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.django_db
def test_switched_off_it_is_named_and_hidden(client):
    answer = APIClient().post("/api/auth/google/begin", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_configured")
    assert "Google" not in client.get("/auth/login/").content.decode()

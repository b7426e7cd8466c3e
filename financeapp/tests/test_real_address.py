"""`script/server` with nothing but a real address in .env, behind a proxy that ends TLS."""

import re

import httpx
import pytest
from django.conf import settings

from financeapp.tests.copying import PATH, answering, copied, free_port, running

pytestmark = pytest.mark.slow
HEADERS = {"Host": "money.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    if settings.DATABASE_URL:
        pytest.skip("Needs no database server.")
    made = copied(tmp_path_factory.mktemp("real") / "pocketpilot")
    lines = ["SITE_URL=https://money.example", "TRUSTED_PROXIES=1", "VAR_DIR=elsewhere", "PLAID_ENV=sandbox"]
    (made / ".env").write_text("\n".join(lines))
    return made


@pytest.fixture(scope="module")
def client(project):
    port, log = free_port(), project.parent / "log"
    environment = {"HOME": str(project.parent), "PATH": PATH, "CATEGORISER_DIR": str(settings.CATEGORISER_DIR)}
    command = ["script/server", "--port", str(port)]
    with running(command, cwd=project, environment=environment, log=log) as server:
        address = answering(f"http://127.0.0.1:{port}", server, log)
        yield httpx.Client(base_url=address, headers=HEADERS)


def test_pages_have_their_styles(client):
    page = client.get("/auth/login/")
    assert page.status_code == 200
    found = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page.text)
    assert found
    assert all(re.search(r"\.[0-9a-f]{12}\.", address) for address in found)
    assert {client.get(address).status_code for address in found} == {200}


def test_cookies_are_secure_and_http_is_redirected(client):
    cookies = client.get("/auth/login/").headers.get_list("Set-Cookie")
    assert cookies
    assert all(each.startswith("__Host-") and "; Secure" in each for each in cookies)
    answer = client.get("/auth/login/", headers={"X-Forwarded-Proto": "http"})
    assert answer.headers["Location"] == "https://money.example/auth/login/"


def test_what_it_writes_lies_where_the_file_says(client, project):
    assert {"local.env", "pocketpilot.sqlite3", "static"} <= {each.name for each in (project / "elsewhere").iterdir()}
    assert not (project / "var").exists()

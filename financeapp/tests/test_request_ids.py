"""A request has an id: in its answer, in its log line, from the caller if he gave one."""

import pytest

pytestmark = pytest.mark.django_db


def test_each_answer_has_its_own(client):
    ids = {client.get(address)["X-Request-ID"] for address in ("/health", "/api/nothing", "/nothing")}
    assert len(ids) == 3


def test_the_caller_may_name_it(client):
    assert client.get("/health", headers={"X-Request-ID": "mobile-12345678"})["X-Request-ID"] == "mobile-12345678"


@pytest.mark.parametrize("given", ["short", "with space and more", "x" * 65, 'a"; drop\\n', ""])
def test_but_not_with_anything(client, given):
    assert client.get("/health", headers={"X-Request-ID": given})["X-Request-ID"] != given

"""The application starts and answers."""

import pytest


@pytest.mark.django_db
def test_health(client):
    assert client.get("/health").status_code == 200


def test_browser_sees_the_api_documentation(server, page):
    page.goto(f"{server}/api/docs")
    page.wait_for_selector(".information-container")
    assert "PocketPilot" in page.content()

"""Calling the API as a client does."""

from typing import Any

from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import PASSWORD


def login(email: str = "alice@example.com", *, password: str = PASSWORD, **more: Any) -> Any:
    """The answer to signing in."""
    return APIClient().post("/api/auth/login", {"email": email, "password": password, **more}, format="json")


def bearer(access: str) -> APIClient:
    """A client that sends this access token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client


def signed_in(user: User) -> APIClient:
    """A client with a fresh token of the user."""
    answer = login(user.email)
    assert answer.status_code == 200, answer.content
    return bearer(answer.json()["access"])


def refresh(token: str) -> Any:
    """The answer to exchanging a refresh token."""
    return APIClient().post("/api/auth/refresh", {"refresh": token}, format="json")

"""Every error of the API has one shape, whoever makes it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import include, path
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from financeapp.limits import LimitedBody
from financeapp.urls import handler500  # noqa: F401  what Django asks this module for, being its addresses

KEYS = {"code", "message", "fields", "request_id"}


class Items(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=6, decimal_places=2)


class Shape(serializers.Serializer):
    name = serializers.CharField(max_length=3)
    items = Items(many=True)


class Failing(APIView):
    permission_classes = (AllowAny,)
    authentication_classes = ()
    errors = {
        "missing": Http404("secret"),
        "forbidden": PermissionDenied("Not for you."),
        "deep": RecursionError(),
        "general": ValidationError("That cannot be."),
        "bug": ZeroDivisionError("secret"),
    }

    def get(self, request):
        raise self.errors[request.GET["how"]]

    def post(self, request):
        shape = Shape(data=request.data)
        shape.is_valid(raise_exception=True)
        return Response({})


def refusing(request):
    return HttpResponse("<h1>nothing</h1>", status=405, headers={"Allow": "POST"})


def refusing_in_json(request):
    said = {
        "whole": {"code": "forged", "message": "No.", "fields": {"a": ["b"]}},
        "part": {"code": "forged"},
        "list": [1],
    }
    return JsonResponse(said[request.GET["how"]], status=401, safe=False)


def broken(request):
    raise ZeroDivisionError("secret")


urlpatterns = [
    path("api/json", refusing_in_json),
    path("api/failing", Failing.as_view()),
    path("api/plain", refusing),
    path("page", refusing),
    path("broken", broken),
    path("", include("financeapp.urls")),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def is_envelope(response, status, code):
    body = response.json()
    assert response.status_code == status
    assert set(body) == KEYS
    assert body["code"] == code
    assert body["message"]
    assert body["request_id"] == response["X-Request-ID"]
    assert "secret" not in str(body)
    return body


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("missing", 404, "not_found"),
        ("forbidden", 403, "permission_denied"),
        ("deep", 400, "parse_error"),
        ("general", 400, "invalid"),
        ("bug", 500, "error"),
    ],
)
def test_raised_in_a_view(client, how, status, code):
    client.raise_request_exception = False
    is_envelope(client.get(f"/api/failing?how={how}"), status, code)


def test_unknown_address(client):
    is_envelope(client.get("/api/nothing/here"), 404, "not_found")


def test_wrong_method(client):
    response = client.delete("/api/failing")
    is_envelope(response, 405, "method_not_allowed")
    assert "GET" in response["Allow"]


def test_wrong_type(client):
    is_envelope(client.post("/api/failing", "a=1", content_type="text/plain"), 415, "unsupported_media_type")


def test_broken_json(client):
    is_envelope(client.post("/api/failing", b"{", content_type="application/json"), 400, "parse_error")


def test_plain_view_of_the_api(client):
    response = client.get("/api/plain")
    is_envelope(response, 405, "method_not_allowed")
    assert response["Allow"] == "POST"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("how", "code", "message", "fields"),
    [
        ("whole", "forged", "No.", {"a": ["b"]}),
        ("part", "forged", "Sign in first.", {}),
        ("list", "not_authenticated", "Sign in first.", {}),
    ],
)
def test_plain_view_that_answers_in_json(client, how, code, message, fields):
    body = is_envelope(client.get(f"/api/json?how={how}"), 401, code)
    assert (body["message"], body["fields"]) == (message, fields)


def test_webhook_that_is_refused(client, settings):
    address = "/api/webhook/plaid"
    is_envelope(client.post(address, {}, content_type="application/json"), 401, "forged")
    large = b"x" * (settings.MAX_WEBHOOK_BYTES + 1)
    is_envelope(client.post(address, large, content_type="application/json"), 413, "too_large")


def test_pages_keep_their_own(client):
    assert client.get("/page").content == b"<h1>nothing</h1>"


def test_fields_are_named_with_their_path(client):
    body = {"name": "long name", "items": [{"amount": "1.00"}, {"amount": "1.0000001"}]}
    fields = is_envelope(client.post("/api/failing", body, content_type="application/json"), 400, "invalid")["fields"]
    assert set(fields) == {"name", "items.1.amount"}
    assert all(isinstance(text, str) for texts in fields.values() for text in texts)


def test_too_large_a_body(client, settings):
    response = client.post("/api/failing", b"x" * (settings.MAX_BODY_BYTES + 1), content_type="application/json")
    is_envelope(response, 413, "too_large")


def test_an_endless_length_is_too_large(client):
    response = client.post("/api/failing", b"x", content_type="application/json", CONTENT_LENGTH="1" * 4301)
    is_envelope(response, 413, "too_large")


def test_too_large_a_webhook(client, settings):
    body = b"x" * (settings.MAX_WEBHOOK_BYTES + 1)
    is_envelope(client.post("/api/webhook/plaid", body, content_type="application/json"), 413, "too_large")


def test_too_large_a_form(client, settings):
    response = client.post("/page", b"x" * (settings.MAX_BODY_BYTES + 1), content_type="text/plain")
    assert response.status_code == 413
    assert "Nothing was changed" in response.content.decode()
    assert response["Content-Type"].startswith("text/html")


def test_code_of_an_exception_of_ours():
    from financeapp.errors import handle

    class Taken(APIException):
        status_code = 409
        default_code = "taken"
        wait = 0.2

    response = handle(Taken("It is taken."), {})
    assert response.data["code"] == "taken"
    assert response.headers["Retry-After"] == "1"


def test_any_accept_header_gets_json(client):
    response = client.get("/api/failing?how=general", headers={"Accept": "image/png"})
    is_envelope(response, 400, "invalid")


def test_too_long_a_stream_to_a_page_is_answered_with_a_page(settings):
    settings.MAX_BODY_BYTES = 10
    sent = []

    async def endless():
        return {"type": "http.request", "body": b"x" * 20, "more_body": True}

    async def answer(message):
        sent.append(message)

    async def reading(scope, receive, send):
        await receive()

    with ThreadPoolExecutor(1) as elsewhere:  # a browser's driver may run a loop in this thread
        told = LimitedBody(reading)({"type": "http", "path": "/transactions/new"}, endless, answer)
        elsewhere.submit(asyncio.run, told).result()
    assert (sent[0]["status"], b"Nothing was changed" in sent[1]["body"]) == (413, True)


def test_a_person_can_quote_the_request_id(client):
    client.raise_request_exception = False
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert f"<code>{answer['X-Request-ID']}</code>" in answer.content.decode()

"""What /api/schema says of every answer."""

import pytest
from drf_spectacular.generators import SchemaGenerator

ERROR = {"$ref": "#/components/schemas/Error"}


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture(scope="module")
def answers(schema):
    """(method, path, status, answer) of every answer described."""
    return [
        (method, path, int(status), answer)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        for status, answer in operation["responses"].items()
    ]


def test_every_error_has_the_one_shape(answers):
    bodies = [(path, status, answer["content"]) for _m, path, status, answer in answers if status >= 400]
    assert len(bodies) > 100
    assert [each for each in bodies if each[2]["application/json"]["schema"] != ERROR] == []


def test_every_answer_names_its_headers(answers):
    for method, path, status, answer in answers:
        assert "X-Request-ID" in answer["headers"], (method, path, status)
        assert ("Retry-After" in answer["headers"]) == (status in {429, 503}), (method, path, status)


def test_a_repeated_answer_is_marked_where_a_key_is_taken(schema):
    books, balance = schema["paths"]["/api/books"], schema["paths"]["/api/accounts/{id}/balance"]
    assert "Idempotency-Replayed" in books["post"]["responses"]["201"]["headers"]
    assert "Idempotency-Replayed" not in books["get"]["responses"]["200"]["headers"]
    assert "Idempotency-Replayed" not in balance["get"]["responses"]["200"]["headers"]


def test_no_value_has_two_shapes_at_once(schema):
    assert schema["components"]["schemas"]["UserShape"]["properties"]["avatar_url"]["type"] == "string"
    figure = schema["components"]["schemas"]["FigureShape"]["properties"]["filters"]
    assert set(figure["type"]) == {"object", "null"}

"""What a request did to a book, by the key of the operation."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from journal import made

HEADER = "X-Operation"


def name_operation(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers of the API that changed something name the operation, to undo it; `made.latest()` tells the pages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with made.collected() as operations:
            response = get_response(request)
        if operations and response.status_code < 400 and request.path.startswith("/api/"):
            response[HEADER] = str(operations[-1])
        return response

    return middleware

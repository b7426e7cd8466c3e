"""Questions of orchestrators, load balancers and Prometheus, which call a container by its address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve

PATHS = {"/health", "/health/live", "/health/ready", "/metrics"}


def answer_probes(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer them before anything asks for the host name: that address is none of ours."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in PATHS:
            return get_response(request)
        request.resolver_match = match = resolve(request.path_info)
        answer: HttpResponseBase = match.func(request, **match.kwargs)
        return answer

    return middleware

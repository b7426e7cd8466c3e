"""The explorable API documentation, served from this machine alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def explorer(request: HttpRequest) -> HttpResponse:
    """Swagger UI over /api/schema; no inline script or style, so the Content-Security-Policy holds."""
    return render(request, "api_docs.html")

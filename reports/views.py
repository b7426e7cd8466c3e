"""The dashboard, the landing page for visitors, and what the frame of every page needs."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.pages import BookRequest, book_page, onward
from banking.queries.connections import being_read
from reports import queries
from reports.arranging import by_currency, kinds

CHOICES = {"theme": {"light", "dark", "auto"}, "privacy": {"on", "off"}}
A_YEAR = 365 * 24 * 3600
KEPT = (
    *(f"css/{name}.css" for name in ("tokens", "base", "layout", "components", "forms", "lists", "pages")),
    *(f"js/{name}.js" for name in ("shell", "kept", "offline_entry")),
    "images/logo.svg",
)
"""What the offline page is made of."""


@require_safe
def dashboard(request: HttpRequest) -> HttpResponseBase:
    """The dashboard; for a visitor the landing page."""
    return _dashboard(request) if request.user.is_authenticated else render(request, "reports/landing.html")


@book_page()
def _dashboard(request: BookRequest) -> HttpResponse:
    board = queries.dashboard(book=request.book, today=request.book.today(timezone.now()))
    context: dict[str, object] = {"board": board, "kinds": kinds(board.accounts), "currencies": by_currency(board)}
    if board.is_empty:
        context["reading"] = being_read(book=request.book)
    return render(request, "reports/dashboard.html", context)


@require_safe
@book_page()
def more(request: BookRequest) -> HttpResponse:
    """What does not fit into the bar at the bottom of a phone."""
    return render(request, "reports/more.html")


@require_POST
def appearance(request: HttpRequest) -> HttpResponseBase:
    """Keep the choice of theme and privacy in cookies and go back."""
    chosen = {name: request.POST[name] for name in CHOICES if name in request.POST}
    if not chosen or any(value not in CHOICES[name] for name, value in chosen.items()):
        return HttpResponseBadRequest("Unknown appearance.")
    response = onward(request)
    for name, value in chosen.items():
        response.set_cookie(name, value, max_age=A_YEAR, secure=settings.SECURE, httponly=True, samesite="Lax")
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows without a connection; names nobody."""
    return render(request, "offline.html")


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the root, so that it may serve every page."""
    context = {"version": "2", "needed": KEPT}
    response = render(request, "frame/worker.js", context, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response

"""The dashboard, the landing page for visitors, and what the frame of every page needs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.actions import arrange_dashboard
from accounts.models import Role
from accounts.pages import BookRequest, book_page, onward
from banking.queries.connections import being_read
from banking.views.panels import told
from reports import queries
from reports.arranging import InCurrency, by_currency, kinds
from reports.planned import planned
from reports.widgets import WIDGETS, layout_of, moved, placed

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
    today = request.book.today(timezone.now())
    board = queries.dashboard(book=request.book, today=today)
    context: dict[str, object] = {"board": board}
    if board.is_empty:
        context["reading"] = being_read(book=request.book)
        return render(request, "reports/dashboard.html", context)
    layout = layout_of(request.membership.dashboard)
    main, *others = by_currency(board)
    context |= {"kinds": kinds(board.accounts), "main": main, "currencies": [main, *others], "others": others}
    context["widgets"] = placed(layout, shown=_shown(board, main, others))
    context["arranging"] = arranging = request.GET.get("arrange") == "on"
    context |= planned(book=request.book, today=today, folded=set(WIDGETS) if arranging else layout.folded)
    return render(request, "reports/dashboard.html", context)


def _shown(board: queries.Dashboard, main: InCurrency, others: Sequence[InCurrency]) -> Iterator[str]:
    """The widgets that have something to show, or to offer."""
    there = {
        "everything": bool(board.together_line),
        "worth": main.worth is not None,
        "flow": main.flow is not None,
        "spending": main.flow is not None,
        "cash_flow": main.flow is not None,
        "currencies": bool(others),
    }
    return (name for name in WIDGETS if there.get(name, True))


@require_POST
@book_page(role=Role.VIEWER)
def arrange(request: BookRequest) -> HttpResponse:
    """Move a widget of the dashboard, or fold it, for this person alone."""
    name, move = request.POST.get("widget", ""), request.POST.get("move", "")
    shown = request.POST.get("shown", "").split()

    def change(kept: Mapping[str, Any]) -> Mapping[str, Any]:
        return moved(layout_of(kept), name=name, move=move, shown=shown or WIDGETS).kept()

    try:
        arrange_dashboard(membership=request.membership, change=change)
    except KeyError:
        return HttpResponseBadRequest("Unknown part of the dashboard.")
    if request.htmx:  # type: ignore[attr-defined]  # django-htmx
        return told({"changed:dashboard": {}})
    query = "?arrange=on" if request.POST.get("arrange") else ""
    return redirect(f"{reverse('dashboard')}{query}#widget-{name}")


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

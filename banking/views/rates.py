"""Exchange rates: those in use, and typing one in."""

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from accounts.pages import BookRequest, book_page
from accounts.paging import BadCursor, page_of
from banking import actions, queries
from banking.actions import Refused
from banking.forms.rating import RateForm
from banking.models import Rate
from banking.views.panels import done, edit_page, panel, refuse, status_of


@require_safe
@book_page()
def rates(request: BookRequest) -> HttpResponse:
    """What converts the currencies of the book today, and every rate that was typed in."""
    cursor = request.GET.get("cursor")
    try:
        page = page_of(queries.typed_rates(book=request.book), cursor=cursor)
    except BadCursor as error:
        raise Http404 from error
    if cursor and not page.rows:
        return redirect("rates")
    in_use = queries.in_use(book=request.book, today=request.book.today(timezone.now()))
    return render(request, "banking/rates.html", {"in_use": in_use, "page": page, "cursor": cursor})


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def new(request: BookRequest) -> HttpResponse:
    """Type one in; the address may name the currencies and the day."""
    others = [name for name in queries.currencies_of(book=request.book) if name != request.book.currency]
    initial = {
        "base": request.GET.get("base") or next(iter(others), ""),
        "quote": request.GET.get("quote", request.book.currency),
        "day": request.GET.get("day", "") or request.book.today(timezone.now()),
    }
    form = RateForm(request.POST if request.method == "POST" else None, book=request.book, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            message = once(request, partial(_set, request, form))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, message, back=reverse("rates"), topic="accounts")
    return panel(
        request,
        "frame/_panel_form.html",
        {"form": form, "button": _("Save rate")},
        title=_("Type in an exchange rate"),
        back=reverse("rates"),
        status=status_of(form),
    )


def _set(request: BookRequest, form: RateForm) -> str:
    before = actions.set_rate(book=request.book, by=request.user, new=form.new(), now=timezone.now()).replaced
    if before is None:
        return _("Rate saved.")
    told = {"base": before.base, "rate": format(before.rate, "f"), "quote": before.quote}
    return _("Rate saved. Replaced: 1 %(base)s was %(rate)s %(quote)s.") % told


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def delete(request: BookRequest, pk: int) -> HttpResponse:
    """Ask, then forget a rate."""
    try:
        rate = queries.typed_rate(book=request.book, pk=pk)
        if request.method == "POST":
            actions.delete_rate(book=request.book, by=request.user, pk=pk, now=timezone.now())
            return done(request, _("The rate is gone."), back=reverse("rates"), topic="accounts")
    except (Rate.DoesNotExist, OverflowError) as error:
        raise Http404 from error
    title = _("Delete this rate?")
    return panel(request, "banking/_delete_rate.html", {"rate": rate}, title=title, back=reverse("rates"))

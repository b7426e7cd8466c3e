"""Filing rows like one that a person has just filed."""

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.once import once
from accounts.pages import BookRequest, book_page, onward
from banking import actions, queries
from banking.actions import Refused
from banking.models import Transaction
from banking.views.panels import done, or_404, sorry


@require_safe
@book_page(look="editor")
def toast(request: BookRequest, pk: int) -> HttpResponse:
    """The button beside the line that says that the transaction was filed."""
    try:
        row = queries.transaction(book=request.book, pk=pk)
    except (Transaction.DoesNotExist, OverflowError) as error:
        raise Http404 from error
    offer = queries.offer(book=request.book, ids=[row.pk])
    return render(request, "banking/_alike.html", {"offer": offer, "in_toast": True})


@require_POST
@book_page()
def alike(request: BookRequest, pk: int) -> HttpResponse:
    """File the others as this one was."""
    back = onward(request, otherwise=reverse("transactions")).url
    try:
        with or_404():
            message = once(request, partial(_filed, request, pk))
    except Refused as error:
        return sorry(request, str(error), back=back)
    return done(request, message, back=back, topic="transactions")


def _filed(request: BookRequest, pk: int) -> str:
    filed = actions.categorise_alike(book=request.book, by=request.user, pk=pk, now=timezone.now())
    name = queries.transaction(book=request.book, pk=pk).category.name
    message = ngettext(
        "Filed %(count)d transaction under %(name)s.", "Filed %(count)d transactions under %(name)s.", filed.count
    )
    return message % {"count": filed.count, "name": name}

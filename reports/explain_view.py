"""The page that explains a figure; it also opens in the drawer."""

from datetime import date

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Book
from accounts.pages import BookRequest, book_page
from banking.forms import TransactionFilter
from banking.forms.filtering import FIRST_DAY, LAST_DAY
from banking.views.panels import panel
from reports import queries
from reports.queries import Asked


@require_safe
@book_page()
def explain(request: BookRequest, figure: str) -> HttpResponse:
    """What the figure means, the rows in it and those left out, and that they add up to it."""
    try:
        asked = asked_of(request, figure, book=request.book)
        found = queries.explanation(book=request.book, asked=asked, today=request.book.today(timezone.now()))
    except (queries.UnknownFigure, ValueError) as error:
        raise Http404 from error
    except queries.NoTotal as reason:
        context = {"found": reason.together}
        return panel(request, "reports/_no_total.html", context, title=_("Why this sum?"), back=reverse("accounts"))
    return panel(request, "reports/_explain.html", {"found": found}, title=_("Why this sum?"), back=found.figure.href)


def asked_of(request: BookRequest, figure: str, *, book: Book) -> Asked:
    """The figure and what its page was about; raise ValueError for filters or a day that nobody can read."""
    if queries.is_of_list(figure):
        form = TransactionFilter(request.GET, book=book, locale=request.user.locale)
        if not form.is_valid():
            raise ValueError
        return Asked(figure, form=form)
    given = request.GET.get("on")
    on = date.fromisoformat(given) if given else None
    if on and not FIRST_DAY <= on <= LAST_DAY:
        raise ValueError
    return Asked(figure, on=on)

"""The search of every page: a plain GET, also without scripts."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.pages import BookRequest, book_page
from accounts.paging import PAGE_SIZE, BadCursor
from banking import queries
from banking.models import Transaction
from banking.queries.searching import Hits, Search, page_found, understood
from banking.queries.understanding import parts, suggested
from banking.searching.language import LONGEST


@require_safe
@book_page()
def search(request: BookRequest) -> HttpResponse:
    """What the text finds, how it was understood, and why each row is there."""
    text = request.GET.get("q", "")[:LONGEST].replace("\0", " ")
    locale = request.user.locale or "en"
    found = understood(book=request.book, text=text, today=request.book.today(timezone.now()), locale=locale)
    context: dict[str, object] = {"text": text, "query": urlencode({"q": text}), "longest": LONGEST}
    if not found.is_empty:
        page = _page(request, found)
        context |= {
            "page": page,
            "rows": [hit.row for hit in page.hits],
            "reasons": {hit.row.pk: " · ".join(hit.reasons) for hit in page.hits},
            "parts": parts(found, locale=locale),
            "suggested": "" if page.hits else suggested(found),
            "as_list": f"{reverse('transactions')}?{urlencode({'find': text})}",
        }
    return render(request, "banking/search.html", context)


def _page(request: BookRequest, found: Search) -> Hits[Transaction]:
    rows, cursor = queries.transactions(book=request.book), request.GET.get("cursor", "")
    try:
        return page_found(found, rows=rows, read=list, size=PAGE_SIZE, cursor=cursor)
    except BadCursor as error:
        raise Http404 from error

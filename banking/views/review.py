"""The review inbox: one queue of what a machine should not decide alone."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages import BookRequest, book_page
from accounts.paging import BadCursor, Page, page_of
from banking import queries
from banking.actions import Refused, reviewing
from banking.models import Account, Category, ReviewItem, ReviewKind, ReviewState, Transaction
from banking.queries import review
from banking.queries.review_words import Sentence, sentences
from banking.views.deciding import answered, told

LONGEST_ID = 18
PAGE = 25
ROLES = {
    ReviewKind.TRANSFER: (gettext_lazy("Money out"), gettext_lazy("Money in")),
    ReviewKind.DUPLICATE: (gettext_lazy("Stays"), gettext_lazy("Goes")),
    ReviewKind.PENDING: (gettext_lazy("Pending: goes"), gettext_lazy("Booked: stays")),
    ReviewKind.REFUND: (gettext_lazy("Purchase"), gettext_lazy("Money back")),
}
QUESTIONS = {
    ReviewKind.TRANSFER: gettext_lazy("Is this a transfer between your accounts?"),
    ReviewKind.DUPLICATE: gettext_lazy("Is this there twice?"),
    ReviewKind.PENDING: gettext_lazy("Did the pending one become the booked one?"),
    ReviewKind.REFUND: gettext_lazy("Is this money back for that purchase?"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as the page shows it: its question, each row with its role, evidence, and what a group comes to."""

    item: ReviewItem
    question: str
    rows: list[tuple[str, Transaction, str]]
    evidence: list[Sentence]
    groups: list[review.Group]


@require_safe
@book_page()
def inbox(request: BookRequest) -> HttpResponse:
    """Open items of one kind or of all, or what was accepted automatically."""
    tab = request.GET.get("kind", "")
    if tab not in {"", "auto", *ReviewKind.values}:
        return redirect("review")
    state = ReviewState.AUTO if tab == "auto" else ReviewState.OPEN
    page = _page(request, kind="" if tab == "auto" else tab, state=state)
    if request.GET.get("cursor") and not page.rows:
        return redirect(f"{reverse('review')}?kind={tab}" if tab else "review")
    counts = review.counts(book=request.book)
    context = {
        "page": page,
        "shown": _shown(request, page.rows),
        "tab": tab,
        "tabs": [(value, label, counts[value]) for value, label in ReviewKind.choices if counts[value] or value == tab],
        "counts": counts,
        "query": f"kind={tab}" if tab else "",
        "categories": queries.categories(book=request.book) if any(each.suggestion_id for each in page.rows) else [],
    }
    return render(request, "banking/review.html", context)


def _page(request: BookRequest, *, kind: str, state: str) -> Page[ReviewItem]:
    try:
        found = review.items(book=request.book, kind=kind, state=state)
        return page_of(found, cursor=request.GET.get("cursor"), size=PAGE)
    except BadCursor as error:
        raise Http404 from error


def _shown(request: BookRequest, found: list[ReviewItem]) -> list[Shown]:
    groups = review.groups(book=request.book, found=found)
    return [Shown(each, _question(each), _rows(each), sentences(each), groups.get(each.pk, [])) for each in found]


def _question(item: ReviewItem) -> str:
    if item.kind == ReviewKind.CATEGORY:
        named = item.merchant.name if item.merchant else item.first.description
        return _("Where does “%(name)s” belong?") % {"name": named}
    return str(QUESTIONS[ReviewKind(item.kind)])


def _rows(item: ReviewItem) -> list[tuple[str, Transaction, str]]:
    if item.second is None:
        return []
    roles = ROLES[ReviewKind(item.kind)]
    return [(str(role), row, queries.title(row)) for role, row in zip(roles, (item.first, item.second), strict=True)]


@require_POST
@book_page()
def decide(request: BookRequest, pk: int) -> HttpResponseBase:
    """Accept or reject one item; of categories with another category, or as a rule."""
    accepted = request.POST.get("decision") == "accept"
    try:
        filed = _accept(request, pk) if accepted else _reject(request, pk)
    except (ReviewItem.DoesNotExist, Category.DoesNotExist, OverflowError) as error:
        raise Http404 from error
    except Refused as error:
        return answered(request, str(error), failed=True)
    message = _("Accepted.") if accepted else _("Rejected. It will not come up again.")
    return answered(request, message, offer=_offer(request, filed))


def _accept(request: BookRequest, pk: int) -> list[int]:
    """The rows that it filed under a category."""
    chosen = request.POST.get("category", "")
    category = None
    if chosen.isdecimal() and len(chosen) <= LONGEST_ID:
        category = queries.category(book=request.book, pk=int(chosen))
    item = reviewing.accept(
        book=request.book,
        by=request.user,
        pk=pk,
        now=timezone.now(),
        category=category,
        rule=request.POST.get("rule") == "on",
    )
    return reviewing.filed_by(item)


def _reject(request: BookRequest, pk: int) -> list[int]:
    reviewing.reject(book=request.book, by=request.user, pk=pk, now=timezone.now())
    return []


def _offer(request: BookRequest, filed: Collection[int]) -> queries.Offer | None:
    return queries.offer(book=request.book, ids=filed) if filed else None


@require_POST
@book_page()
def decide_many(request: BookRequest) -> HttpResponseBase:
    """Accept or reject the chosen items, or all open ones of a kind."""
    ids = {int(pk) for pk in request.POST.getlist("item") if pk.isdecimal() and len(pk) <= LONGEST_ID}
    kind = request.POST.get("all", "")
    if not ids and kind not in ReviewKind.values:
        return answered(request, _("Choose something first."), failed=True)
    try:
        done = reviewing.decide_many(
            book=request.book,
            by=request.user,
            accepted=request.POST.get("decision") == "accept",
            ids=None if kind else ids,
            kind=kind,
            now=timezone.now(),
        )
    except Refused as error:
        return answered(request, str(error), failed=True)
    return answered(request, told(done), offer=_offer(request, done.filed))


SWITCHES = {"": None, "on": True, "off": False}


@require_http_methods(["GET", "HEAD", "POST"])
@book_page(look="editor")
def settings(request: BookRequest) -> HttpResponseBase:
    """What may be accepted automatically, in the book and in single accounts."""
    if request.method == "POST":
        return _set(request)
    found = review.automatic(book=request.book)
    accounts = list(review.accounts_to_set(book=request.book))
    rows = [
        (ReviewKind(kind), each, [(account, _chosen(each, account)) for account in accounts])
        for kind, each in found.items()
    ]
    return render(request, "banking/review_settings.html", {"rows": rows})


def _chosen(automatic: review.Automatic, account: Account) -> str:
    on = automatic.accounts.get(account.pk)
    return "" if on is None else "on" if on else "off"


def _set(request: BookRequest) -> HttpResponseBase:
    """Save what was sent; what was not stays."""
    choices: dict[reviewing.Switch, bool | None] = {}
    for kind in review.AUTOMATIC:
        for account in (None, *review.accounts_to_set(book=request.book)):
            sent = request.POST.get(f"{kind}-{account.pk}" if account else str(kind))
            if sent is None:
                continue
            if sent not in SWITCHES or (account is None and not sent):
                return answered(request, _("Choose on or off."), failed=True, back=reverse("review_settings"))
            choices[str(kind), account] = SWITCHES[sent]
    reviewing.set_automatic(book=request.book, by=request.user, choices=choices, now=timezone.now())
    return answered(request, _("Saved."), back=reverse("review_settings"))

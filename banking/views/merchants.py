"""The merchants of a book, one merchant, and merging two."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pages import BookRequest, book_page
from accounts.paging import BadCursor, page_of
from accounts.plain import hidden_in
from banking import actions, queries
from banking.actions import Refused
from banking.forms.keeping import MerchantForm
from banking.models import Merchant
from banking.views.panels import done, edit_page, or_404, panel, refuse, status_of, succeeded

LONGEST_SEARCH, LONGEST_ID = 100, 18
OFFERED, SHOWN = 20, 10


@require_safe
@book_page()
def merchants(request: BookRequest) -> HttpResponse:
    """The list by name, with what moved with each."""
    text = _searched(request)
    try:
        page = page_of(queries.merchants(book=request.book, text=text), cursor=request.GET.get("cursor"))
    except BadCursor as error:
        raise Http404 from error
    known = queries.with_totals(book=request.book, rows=page.rows)
    rows = [(each, each.figures) for each in known]
    return render(request, "banking/merchants.html", {"rows": rows, "page": page, "text": text})


def _searched(request: BookRequest) -> str:
    """What is looked for, without what no name holds."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    if hidden_in(text):
        raise BadRequest
    return text


@require_safe
@book_page()
def merchant(request: BookRequest, pk: int) -> HttpResponse:
    """One merchant: what moved, its newest rows, what it is called elsewhere."""
    [known] = queries.with_totals(book=request.book, rows=[_found(request, pk)])
    filters = queries.Filters(merchants=frozenset({pk}))
    context = {
        "known": known,
        "merchant": known.merchant,
        "figures": known.figures,
        "latest": queries.transactions(book=request.book, filters=filters)[:SHOWN],
    }
    return render(request, "banking/merchant.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def edit(request: BookRequest, pk: int) -> HttpResponse:
    """Another name, and where its rows go."""
    form = MerchantForm(request.POST if request.method == "POST" else None, row=_found(request, pk))
    back = reverse("merchant", args=[pk])
    if form.is_bound and form.is_valid():
        try:
            with or_404():
                message = _amend(request, pk, form)
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, message, back=back, topic="merchants")
    context = {"form": form, "categories": queries.categories(book=request.book)}
    return panel(
        request, "banking/_merchant_form.html", context, title=_("Edit merchant"), back=back, status=status_of(form)
    )


def _amend(request: BookRequest, pk: int, form: MerchantForm) -> str:
    book, by, now = request.book, request.user, timezone.now()
    if not form.cleaned_data["past"]:
        actions.amend_merchant(book=book, by=by, pk=pk, changes=form.changes(), now=now)
        return _("Saved.")
    count = actions.amend_merchant_and_past(book=book, by=by, pk=pk, changes=form.changes(), now=now)
    return ngettext("Saved, and %d transaction filed anew.", "Saved, and %d transactions filed anew.", count) % count


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def merge(request: BookRequest, pk: int) -> HttpResponse:
    """Look for the other merchant, choose it, and merge this one into it."""
    if (into := _merged_into(request, pk)) is not None:  # sent twice
        return redirect("merchant", into)
    row, refused = _found(request, pk), ""
    if request.method == "POST":
        try:
            return _merge(request, row)
        except Refused as error:
            refused = str(error)
    text = _searched(request)
    offered = queries.merchants(book=request.book, text=text or row.name.split()[0]).exclude(pk=pk)[:OFFERED]
    context = {
        "merchant": row,
        "text": text,
        "offered": queries.with_totals(book=request.book, rows=list(offered)),
        "refused": refused,
    }
    return render(request, "banking/merge_merchants.html", context, status=422 if refused else 200)


def _merge(request: BookRequest, row: Merchant) -> HttpResponse:
    chosen = request.POST.get("into", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) <= LONGEST_ID):
        raise Refused(_("Choose the merchant that stays."))
    with or_404():
        merged = actions.merge_merchants(
            book=request.book, by=request.user, pk=row.pk, into=int(chosen), now=timezone.now()
        )
    message = ngettext(
        "%(count)d transaction of %(one)s is with %(other)s now.",
        "%(count)d transactions of %(one)s are with %(other)s now.",
        merged.count,
    )
    succeeded(request, message % {"count": merged.count, "one": row.name, "other": merged.merchant.name})
    return redirect("merchant", merged.merchant.pk)


def _merged_into(request: BookRequest, pk: int) -> int | None:
    with or_404():
        return Merchant.objects.filter(book=request.book, pk=pk).values_list("merged_into", flat=True).first()


def _found(request: BookRequest, pk: int) -> Merchant:
    try:
        return queries.merchant(book=request.book, pk=pk)
    except (Merchant.DoesNotExist, OverflowError) as error:
        raise Http404 from error

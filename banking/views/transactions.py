"""The list of transactions, one transaction, and manual entries."""

from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.once import once
from accounts.pages import BookRequest, book_page, onward
from accounts.paging import BadCursor, Page, page_of
from banking import actions, queries
from banking.actions import Refused
from banking.export import download
from banking.figures import Figure
from banking.forms import AmendForm, EntryForm, TransactionFilter
from banking.forms.filtering import query_string
from banking.forms.keeping import ReceiptForm
from banking.forms.ruling import RuleForm
from banking.models import Category, EvidenceSource, Transaction, TransactionTag
from banking.queries.connections import being_read
from banking.queries.days import day_totals
from banking.queries.locks import locks_of
from banking.queries.review import transfer_of
from banking.queries.understanding import parts, suggested
from banking.tasks import enqueue_matching
from banking.views import filtering, saved
from banking.views.panels import done, edit_page, or_404, panel, refuse, status_of, succeeded
from banking.views.ruling import save_rule
from journal import made
from journal.queries import history_of, latest_change_of

LONGEST_ID = 18
TAGS = ((TransactionTag._meta.label, "transaction_id"),)


@require_safe
@book_page()
def transactions(request: BookRequest) -> HttpResponse:
    """The list by day; a refused filter lists nothing and says why. Past its end it starts again at the newest."""
    form = TransactionFilter(request.GET, book=request.book, locale=request.user.locale)
    is_valid, offered = form.is_valid(), queries.categories(book=request.book)
    archived = [each.pk for each in form.cleaned_data.get("category") or [] if each.archived_at]
    filtering_by = queries.categories(book=request.book, kept=archived) if archived else offered
    shared = {"form": form, "categories": offered, "filter_categories": filtering_by, "bar": saved.bar(request, form)}
    if not is_valid:
        return render(request, "banking/transactions.html", shared, status=422)
    page = _page(request, form)
    if request.GET.get("cursor") and not page.rows:
        return redirect(filtering.address(query_string(form)))
    return render(request, "banking/transactions.html", {**shared, **_listed(request, form, page)})


@require_safe
@book_page()
def export(request: BookRequest) -> HttpResponseBase:
    """What the list shows as a file, with the same filters."""
    form = TransactionFilter(request.GET, book=request.book, locale=request.user.locale)
    if not form.is_valid():
        return redirect(filtering.address(query_string(form)))
    return download(book=request.book, user=request.user, filters=form.filters(), now=timezone.now())


def _listed(request: BookRequest, form: TransactionFilter, page: Page[Transaction]) -> dict[str, object]:
    summary = queries.summary(book=request.book, filters=form.filters())
    return {
        "page": page,
        "days": _days(request, form, page),
        "summary": summary,
        "strips": filtering.strips(form, summary, first=request.book.currency),
        "without_transfers": filtering.without_transfers(form),
        "chips": filtering.chips(form),
        "periods": filtering.periods(form, today=request.book.today(timezone.now())),
        "query": query_string(form).urlencode(),
        "only_text": form.filters().find if set(query_string(form)) == {"find"} else "",
        "suggested": suggested(form.search) if form.search and not page.rows else "",
        "is_active": form.is_active,
        "parts": parts(form.search, locale=form.locale) if form.search else [],
        "as_search": urlencode({"q": form.filters().find}),
        "reading": not page.rows and not form.is_active and being_read(book=request.book),
    }


def _page(request: BookRequest, form: TransactionFilter) -> Page[Transaction]:
    found = queries.transactions(book=request.book, filters=form.filters())
    try:
        return page_of(found, cursor=request.GET.get("cursor"))
    except BadCursor as error:
        raise Http404 from error


def _days(
    request: BookRequest, form: TransactionFilter, page: Page[Transaction]
) -> list[tuple[date, list[Figure], list[Transaction]]]:
    if not page.rows:
        return []
    totals = day_totals(book=request.book, filters=form.filters(), first=page.rows[-1].day, last=page.rows[0].day)
    figures = filtering.day_figures(form, totals)
    return [(day, figures.get(day, []), rows) for day, rows in filtering.by_day(page.rows)]


@require_POST
@book_page()
def categorise(request: BookRequest) -> HttpResponse:
    """File the chosen rows under one category."""
    ids = {int(pk) for pk in request.POST.getlist("transaction") if pk.isdecimal() and len(pk) <= LONGEST_ID}
    chosen = request.POST.get("category", "")
    if not ids:
        messages.warning(request, _("Choose some transactions first."))
    elif not chosen.isdecimal() or len(chosen) > LONGEST_ID:
        messages.warning(request, _("Choose the category to file them under."))
    else:
        _filed(request, ids, int(chosen))
    return onward(request, otherwise=reverse("transactions"))


def _filed(request: BookRequest, ids: set[int], category_id: int) -> None:
    try:
        category = queries.category(book=request.book, pk=category_id)
        filed = actions.categorise_many(
            book=request.book, by=request.user, category=category, ids=ids, now=timezone.now()
        )
    except Category.DoesNotExist as error:
        raise Http404 from error
    except Refused as error:
        messages.error(request, str(error))
    else:
        message = ngettext(
            "Filed %(count)d transaction under %(name)s.", "Filed %(count)d transactions under %(name)s.", filed.count
        )
        offer = queries.offer(book=request.book, ids=ids)
        succeeded(request, message % {"count": filed.count, "name": category.name}, offer=offer)


@require_http_methods(["GET", "HEAD", "POST"])
@book_page()
def transaction(request: BookRequest, pk: int) -> HttpResponse:
    """One transaction: what the bank said, what it was filed under and why, and what a person may change."""
    row = _found(request, pk)
    form = AmendForm(request.POST if request.method == "POST" else None, row=row)
    if form.is_bound and form.is_valid():
        try:
            with or_404():
                actions.amend(book=request.book, by=request.user, pk=pk, changes=form.changes(), now=timezone.now())
        except Refused as error:
            refuse(form, error)
        else:
            return _amended(request, row, form)
    context = {
        "row": row,
        "form": form,
        "categories": queries.categories(book=request.book, kept=[row.category_id]),
        "filed_by": _filed_by(request, row),
        "ties": queries.ties(book=request.book, row=row),
        "transfer": transfer_of(book=request.book, row_id=pk),
        "receipts": queries.attachments(book=request.book, transaction_id=pk),
        "receipt_form": ReceiptForm(),
        "locks": locks_of(book=request.book, row=row),
        "history": history_of(book=request.book, model=Transaction._meta.label, key=pk, beside=TAGS),
    }
    return panel(
        request,
        "banking/_transaction.html",
        context,
        title=queries.title(row),
        back=reverse("transactions"),
        status=status_of(form),
    )


def _amended(request: BookRequest, row: Transaction, form: AmendForm) -> HttpResponse:
    """What was done; where it was filed by that, with the offer to file others like it too. `row` is as it was."""
    filed = "category" in form.changed_data or row.category_source != EvidenceSource.USER
    return done(
        request,
        _saved(request, row.pk),
        back=reverse("transaction", args=[row.pk]),
        topic="transactions",
        offer=queries.offer(book=request.book, ids=[row.pk]) if filed else None,
    )


def _saved(request: BookRequest, pk: int) -> str:
    """What was done, in words; that it was saved is true also where nothing was another."""
    history = history_of(book=request.book, model=Transaction._meta.label, key=pk, beside=TAGS)
    if not history or history[0].operation.pk != made.latest():
        return _("Saved.")
    return _("Saved. You %(what)s.") % {"what": history[0].what}


def _filed_by(request: BookRequest, row: Transaction) -> User | None:
    """Who chose the category, as far as the journal knows."""
    if row.category_source != EvidenceSource.USER:
        return None
    columns = ("category_id", "category_source")
    change = latest_change_of(book=request.book, model=Transaction._meta.label, key=row.pk, fields=columns)
    return change.operation.by if change else None


def _found(request: BookRequest, pk: int) -> Transaction:
    try:
        return queries.transaction(book=request.book, pk=pk)
    except (Transaction.DoesNotExist, OverflowError) as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def new(request: BookRequest) -> HttpResponse:
    """A manual entry."""
    today = request.book.today(timezone.now())
    initial = {"day": today, "account": request.GET.get("account")}
    form = EntryForm(request.POST if request.method == "POST" else None, book=request.book, initial=initial)
    form.fields["account"].empty_label = None  # type: ignore[attr-defined]  # a choice of rows: the first is chosen
    if form.is_bound and form.is_valid():
        try:
            message = once(request, partial(_record, request, form))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, message, back=reverse("transactions"), topic="transactions")
    return panel(
        request,
        "banking/_entry.html",
        {"form": form, "categories": queries.categories(book=request.book)},
        title=_("Add a transaction"),
        back=reverse("transactions"),
        status=status_of(form),
    )


def _record(request: BookRequest, form: EntryForm) -> str:
    account = form.cleaned_data["account"]
    actions.record(book=request.book, by=request.user, account=account, entry=form.entry(), now=timezone.now())
    enqueue_matching(book_id=request.book.pk)
    return _("Added: %(name)s.") % {"name": form.entry().description}


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def remove(request: BookRequest, pk: int) -> HttpResponse:
    """Ask, then remove a manual entry."""
    row = _found(request, pk)
    if not row.is_manual:
        raise Http404
    if request.method == "POST":
        with or_404():
            actions.remove(book=request.book, by=request.user, pk=pk, now=timezone.now())
        enqueue_matching(book_id=request.book.pk)
        return done(
            request,
            _("Removed: %(name)s.") % {"name": queries.title(row)},
            back=reverse("transactions"),
            topic="transactions",
        )
    return panel(
        request,
        "banking/_remove.html",
        {"row": row},
        title=_("Remove this entry?"),
        back=reverse("transaction", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def file_alike(request: BookRequest, pk: int) -> HttpResponse:
    """Always file transactions like this one under its category."""
    row = _found(request, pk)
    named = row.merchant.name if row.merchant else row.description
    category = row.category_id if queries.is_destination(row.category) else None
    initial = {"contains": named[:120], "category": category, "direction": "in" if row.amount > 0 else "out"}
    form = RuleForm(request.POST if request.method == "POST" else None, book=request.book, initial=initial)
    if form.is_bound and form.is_valid() and (message := _ruled(request, form)):
        return done(request, message, back=reverse("transaction", args=[pk]), topic="transactions")
    return panel(
        request,
        "banking/_rule.html",
        {"form": form, "categories": queries.categories(book=request.book)},
        title=_("Always file like this"),
        back=reverse("transaction", args=[pk]),
        status=status_of(form),
    )


def _ruled(request: BookRequest, form: RuleForm) -> str:
    """What was done, or nothing where it was refused."""
    try:
        return once(request, partial(save_rule, request, form))
    except Refused as error:
        refuse(form, error)
        return ""

"""Saved views of the list: shown above it, and kept on a page of their own."""

from dataclasses import dataclass
from functools import partial

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.once import once
from accounts.pages import BookRequest, book_page
from banking import actions, queries
from banking.actions import Refused
from banking.forms import TransactionFilter
from banking.forms.filtering import query_string
from banking.forms.viewing import MINE, SHARED, ViewForm, query_of
from banking.models import SavedView
from banking.views.panels import done, edit_page, panel, refuse, status_of


@dataclass(frozen=True, slots=True)
class Bar:
    """The views above the list: each with whether it is what the list shows; the query string that could be saved."""

    views: list[tuple[SavedView, bool]]
    unsaved: str


def bar(request: BookRequest, form: TransactionFilter) -> Bar:
    """One query."""
    there = list(queries.saved_views(book=request.book, user=request.user))
    query = query_string(form) if form.is_active else QueryDict()
    views = [(each, bool(query) and _same(each.query, query)) for each in there]
    saved = not query or any(current for _view, current in views)
    return Bar(views, "" if saved else query.urlencode())


def _same(saved: str, query: QueryDict) -> bool:
    one, other = (sorted((name, sorted(values)) for name, values in each.lists()) for each in (QueryDict(saved), query))
    return one == other


@require_safe
@book_page()
def views(request: BookRequest) -> HttpResponse:
    """All of them, to rename, order and delete."""
    there = queries.saved_views(book=request.book, user=request.user)
    return render(request, "banking/views.html", {"views": there})


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def new(request: BookRequest) -> HttpResponse:
    """Save what the list is filtered by; the filters are in the address."""
    query = query_of(request.GET, book=request.book)
    form = ViewForm(request.POST if request.method == "POST" else None, initial={"whose": MINE})
    back = f"{reverse('transactions')}?{query}" if query else reverse("transactions")
    if form.is_bound and form.is_valid():
        try:
            once(request, partial(_save, request, form, query))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Saved."), back=back, topic="transactions")
    context = {"form": form, "button": _("Save view"), "address": request.get_full_path()}
    return panel(
        request, "frame/_panel_form.html", context, title=_("Save this view"), back=back, status=status_of(form)
    )


def _save(request: BookRequest, form: ViewForm, query: str) -> int:
    view = actions.save_view(
        book=request.book,
        by=request.user,
        name=form.cleaned_data["name"],
        query=query,
        shared=form.is_shared,
        now=timezone.now(),
    )
    return view.pk


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def amend(request: BookRequest, pk: int) -> HttpResponse:
    """Another name, or other people who see it."""
    view = _found(request, pk)
    initial = {"name": view.name, "whose": SHARED if view.is_shared else MINE}
    form = ViewForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("views")
    if form.is_bound and form.is_valid():
        try:
            _amend(request, pk, _changes(form))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Saved."), back=back, topic="transactions")
    context = {"form": form, "button": _("Save")}
    return panel(request, "frame/_panel_form.html", context, title=view.name, back=back, status=status_of(form))


def _changes(form: ViewForm) -> actions.ViewAmendment:
    changes = actions.ViewAmendment()
    if "name" in form.changed_data:
        changes["name"] = form.cleaned_data["name"]
    if "whose" in form.changed_data:
        changes["shared"] = form.is_shared
    return changes


@require_POST
@edit_page
def move(request: BookRequest, pk: int) -> HttpResponse:
    """One place `earlier` or `later`."""
    _found(request, pk)
    there = [each.pk for each in queries.saved_views(book=request.book, user=request.user)]
    step = -1 if request.POST.get("to") == "earlier" else 1
    _amend(request, pk, {"position": max(0, there.index(pk) + step)})
    return redirect("views")


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def delete(request: BookRequest, pk: int) -> HttpResponse:
    """Ask, then forget a view."""
    view = _found(request, pk)
    if request.method == "POST":
        try:
            actions.delete_view(book=request.book, by=request.user, pk=pk, now=timezone.now())
        except SavedView.DoesNotExist as error:
            raise Http404 from error
        return done(request, _("The view is gone."), back=reverse("views"), topic="transactions")
    title = _("Delete this view?")
    return panel(request, "banking/_delete_view.html", {"view": view}, title=title, back=reverse("views"))


def _amend(request: BookRequest, pk: int, changes: actions.ViewAmendment) -> None:
    try:
        actions.amend_view(book=request.book, by=request.user, pk=pk, changes=changes, now=timezone.now())
    except SavedView.DoesNotExist as error:
        raise Http404 from error


def _found(request: BookRequest, pk: int) -> SavedView:
    try:
        return queries.saved_view(book=request.book, user=request.user, pk=pk)
    except (SavedView.DoesNotExist, OverflowError) as error:
        raise Http404 from error

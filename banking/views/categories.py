"""The categories of a book and a person's own rules."""

from functools import partial

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from accounts.pages import BookRequest, book_page
from accounts.plain import plain_text
from accounts.shown import AsShown
from banking import actions, queries
from banking.actions import Refused
from banking.forms import CategoryForm
from banking.forms.ruling import RuleForm
from banking.models import Category
from banking.views.panels import done, edit_page, or_404, panel, refuse, status_of
from banking.views.ruling import save_rule

BODY = "frame/_panel_form.html"


class NameForm(AsShown, forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, validators=[plain_text])


@require_safe
@book_page()
def categories(request: BookRequest) -> HttpResponse:
    """The tree, archived ones apart, and the rules."""
    context = {
        "branches": queries.categories(book=request.book),
        "archived": queries.archived_categories(book=request.book),
        "rules": queries.rules(book=request.book),
    }
    return render(request, "banking/categories.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def new(request: BookRequest) -> HttpResponse:
    """A category of one's own."""
    form = CategoryForm(
        request.POST if request.method == "POST" else None,
        book=request.book,
        parent=request.GET.get("parent", ""),
    )
    if form.is_bound and form.is_valid():
        try:
            message = once(request, partial(_create, request, form))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, message, back=reverse("categories"), topic="categories")
    context = {"form": form, "button": _("Add category")}
    return _panel(request, BODY, context, _("Add a category"), status_of(form))


def _create(request: BookRequest, form: CategoryForm) -> str:
    actions.create_category(book=request.book, by=request.user, new=form.new(), now=timezone.now())
    return _("Category added.")


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def rename(request: BookRequest, pk: int) -> HttpResponse:
    """Another name."""
    row = _found(request, pk)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    if form.is_bound and form.is_valid():
        try:
            _rename(request, pk, form)
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Renamed."), back=reverse("categories"), topic="categories")
    context = {"form": form, "button": _("Rename"), "category": row}
    return _panel(request, "banking/_category.html", context, row.name, status_of(form))


def _rename(request: BookRequest, pk: int, form: NameForm) -> None:
    if form.has_changed():
        name = form.cleaned_data["name"]
        with or_404():
            actions.rename_category(book=request.book, by=request.user, pk=pk, name=name, now=timezone.now())


@require_http_methods(["POST"])
@edit_page
def archive(request: BookRequest, pk: int) -> HttpResponse:
    """No longer offer a category or, with `archived=no`, offer it again."""
    row = _found(request, pk)
    archived = request.POST.get("archived") != "no"
    try:
        with or_404():
            actions.archive_category(book=request.book, by=request.user, pk=pk, archived=archived, now=timezone.now())
    except Refused as error:
        form = NameForm({"name": row.name})
        refuse(form, error)
        address = reverse("category", args=[pk])
        context = {"form": form, "button": _("Rename"), "category": row, "address": address}
        return _panel(request, "banking/_category.html", context, row.name, 422)
    message = _("Archived. What is filed there stays.") if archived else _("The category is back.")
    return done(request, message, back=reverse("categories"), topic="categories")


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def new_rule(request: BookRequest) -> HttpResponse:
    """A rule of one's own."""
    form = RuleForm(request.POST if request.method == "POST" else None, book=request.book)
    if form.is_bound and form.is_valid():
        try:
            message = once(request, partial(save_rule, request, form))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, message, back=reverse("categories"), topic="categories")
    context = {"form": form, "categories": queries.categories(book=request.book)}
    return _panel(request, "banking/_rule.html", context, _("Add a rule"), status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def remove_rule(request: BookRequest, pk: int) -> HttpResponse:
    """Ask, then delete a rule."""
    rule = next((each for each in queries.rules(book=request.book) if each.pk == pk), None)
    if rule is None:
        raise Http404
    if request.method == "POST":
        with or_404():
            actions.delete_rule(book=request.book, by=request.user, pk=pk, now=timezone.now())
        return done(request, _("The rule is gone."), back=reverse("categories"), topic="categories")
    return _panel(request, "banking/_remove_rule.html", {"rule": rule}, _("Delete this rule?"), 200)


def _found(request: BookRequest, pk: int) -> Category:
    try:
        return queries.category(book=request.book, pk=pk)
    except (Category.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def _panel(request: BookRequest, body: str, context: dict[str, object], title: str, status: int) -> HttpResponse:
    return panel(request, body, context, title=title, back=reverse("categories"), status=status)

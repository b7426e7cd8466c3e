"""Saving filters of the list under a name. What is saved went through the list's own form."""

from datetime import datetime
from typing import TypedDict

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refusals import Conflicting, Refused, TooMany, checked_text
from banking.models import SavedView
from banking.models.views import LONGEST_QUERY
from banking.queries.views import saved_views
from journal import actions as journal
from journal.queries import made_by

MOST_VIEWS = 50


class ViewAmendment(TypedDict, total=False):
    """What to change; what is not named stays. `position` is the place among all that the person sees, from 0."""

    name: str
    query: str
    shared: bool
    position: int


def save_view(*, book: Book, by: User, name: str, query: str, shared: bool, now: datetime) -> SavedView:
    """Add a view at the end; `query` is a query string of valid filters. Raise Refused."""
    there = list(saved_views(book=book, user=by))
    if len(there) >= MOST_VIEWS:
        message = _("At most %(count)d views. Delete one that you no longer need.")
        raise TooMany(message % {"count": MOST_VIEWS}, field="name")
    last = SavedView.objects.filter(book=book).aggregate(last=Max("position"))["last"]
    with journal.operation(book=book, by=by, verb="save_view", now=now) as recorder:
        view = SavedView.objects.create(
            book=book,
            name=_free_name(name, there, besides=None),
            query=_checked_query(query),
            user=None if shared else by,
            position=0 if last is None else last + 1,
            created_at=now,
        )
        recorder.created(view)
    return view


def amend_view(*, book: Book, by: User, pk: int, changes: ViewAmendment, now: datetime) -> SavedView:
    """Change a view that the person sees; raise Refused or SavedView.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="amend_view", now=now) as recorder:
        there = list(saved_views(book=book, user=by).select_for_update())
        view = _among(there, pk)
        before = journal.snapshot(view)
        if "name" in changes:
            view.name = _free_name(changes["name"], there, besides=view)
        if "query" in changes:
            view.query = _checked_query(changes["query"])
        if "shared" in changes:
            if view.user is None and not changes["shared"] and made_by(view) != by.pk:
                raise Conflicting(_("Others use this view too. Save one of your own instead."), field="shared")
            view.user = None if changes["shared"] else by
        view.save(update_fields=["name", "query", "user"])
        recorder.changed(view, before)
        if "position" in changes:
            _move(there, view, changes["position"], recorder)
    return view


def delete_view(*, book: Book, by: User, pk: int, now: datetime) -> None:
    """The rows it listed stay. Raise SavedView.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="delete_view", now=now) as recorder:
        view = _among(list(saved_views(book=book, user=by).select_for_update()), pk)
        recorder.deleted(view)
        view.delete()


def _among(there: list[SavedView], pk: int) -> SavedView:
    found = next((each for each in there if each.pk == pk), None)
    if found is None:
        raise SavedView.DoesNotExist
    return found


def _move(there: list[SavedView], view: SavedView, position: int, recorder: journal.Recorder) -> None:
    """Put it there; all that the person sees are numbered anew, others keep their order among themselves."""
    others = [each for each in there if each is not view]
    ordered = [*others[:position], view, *others[position:]]
    for place, each in enumerate(ordered):
        if each.position != place:
            before = journal.snapshot(each)
            each.position = place
            each.save(update_fields=["position"])
            recorder.changed(each, before)


def _free_name(name: str, there: list[SavedView], *, besides: SavedView | None) -> str:
    name = checked_text(name, field="name", length=40, required=True)
    if any(each.name.casefold() == name.casefold() for each in there if each is not besides):
        raise Conflicting(_("There is a view of this name already. Choose another name."), field="name")
    return name


def _checked_query(query: str) -> str:
    if not query:
        raise Refused(_("Filter the list first: without a filter there is nothing to save."), field="filter")
    if len(query) > LONGEST_QUERY:
        raise TooMany(_("These are too many filters for one view."), field="filter")
    return query

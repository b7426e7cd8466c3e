"""Pages to link banks and to see how reading them goes."""

from typing import Any, NoReturn

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.books import entered
from accounts.pages import BookRequest, book_page
from accounts.paging import BadCursor, Page, page_of
from accounts.shown import AsShown
from banking import tasks
from banking.actions import connections, link
from banking.actions.connections import Asked
from banking.actions.errors import AlreadyLinked, LinkBusy, LinkRefused, NotLinked, Unreadable, said_at_once
from banking.models import Connection, Sync
from banking.providers import registry
from banking.providers.base import BankError
from banking.queries import connections as queries
from banking.views.panels import succeeded

PATIENCE = 2  # seconds
RUNS_ON_A_PAGE = 10


FREQUENCIES = {
    1: gettext_lazy("Every hour"),
    6: gettext_lazy("Every 6 hours"),
    12: gettext_lazy("Every 12 hours"),
    24: gettext_lazy("Once a day"),
    168: gettext_lazy("Once a week"),
}


class FrequencyForm(AsShown, forms.Form):
    """Some usual times, and the one that is set: over the API it may be any number of hours."""

    hours = forms.TypedChoiceField(
        label=gettext_lazy("Read this bank"),
        coerce=int,
        help_text=gettext_lazy(
            "Daily or more often also means once at night. When your bank tells us that something is new, we read it at"
            " once, whatever you choose here."
        ),
    )

    def __init__(self, *args: Any, connection: Connection, **kwargs: Any) -> None:  # Django's form signature
        hours = connection.sync_frequency_hours
        kwargs["initial"] = {"hours": hours}
        super().__init__(*args, **kwargs)
        offered = {hours: _("Every %(hours)d hours") % {"hours": hours}, **FREQUENCIES}
        self.fields["hours"].choices = sorted(offered.items())  # type: ignore[attr-defined]  # a choice


class UnlinkForm(forms.Form):
    keep = forms.ChoiceField(
        label=gettext_lazy("What becomes of its accounts and transactions?"),
        widget=forms.RadioSelect,
        initial="yes",
        choices=[
            ("yes", gettext_lazy("Keep them, and only stop reading the bank")),
            ("no", gettext_lazy("Erase them for good")),
        ],
    )


@require_GET
@book_page()
def connection_list(request: BookRequest) -> HttpResponse:
    runs = queries.newest_syncs(book=request.book)
    found = [(connection, runs.get(connection.pk)) for connection in queries.connections(book=request.book)]
    waiting = any(connection.is_unfinished or (run is not None and run.is_open) for connection, run in found)
    return render(
        request,
        "banking/connections.html",
        {"connections": found, "waiting": waiting, "can_link": bool(registry.enabled())},
    )


@require_http_methods(["GET", "POST"])
@book_page(look="editor", network=True)
def connect(request: BookRequest) -> HttpResponse:
    """What will happen, then off to the bank."""
    if request.method == "GET":
        return render(request, "banking/connect.html", {"can_link": bool(registry.enabled())})
    return _to_bank(request, repair=None)


@require_POST
@book_page(network=True)
def repair(request: BookRequest, connection_id: int) -> HttpResponse:
    found = _found(request, connection_id)
    if found.secret is None:
        return _sorry(request, str(NotLinked()))
    return _to_bank(request, repair=found)


@require_GET
@book_page(network=True)
def linked(request: BookRequest) -> HttpResponse:
    """The browser comes back from the bank. Its word is nothing: the provider is asked what came of the session."""
    with entered(request.book):
        session = queries.link_session_of(book=request.book, user=request.user, state=request.GET.get("state", ""))
    if session is None:
        raise Http404
    if not request.membership.may("editor"):
        raise Http404
    try:
        vendor = registry.vendor(session.provider)
        finished = link.finish(book=request.book, session=session, vendor=vendor, now=timezone.now(), patience=PATIENCE)
    except LinkBusy:
        return render(request, "banking/linking.html", status=202)
    except AlreadyLinked as error:
        messages.warning(request, str(error))
        return redirect("connection", connection_id=error.connection_id)
    except LinkRefused as error:
        return _sorry(request, str(error))
    except BankError as error:
        return _sorry(request, said_at_once(error))
    tasks.enqueue([Asked(request.book.pk, finished.connection.pk)])
    said = (
        _("Signed in again. Reading what is new.") if finished.repaired else _("Your bank is linked. Reading it now.")
    )
    messages.success(request, said)
    return redirect("connection", connection_id=finished.connection.pk)


@require_GET
@book_page()
def connection_detail(request: BookRequest, connection_id: int) -> HttpResponse:
    found = _found(request, connection_id)
    page = _runs(request, found)
    if request.GET.get("cursor") and not page.rows:
        return redirect("connection", connection_id=found.pk)
    waiting = not request.GET.get("cursor") and (found.is_unfinished or (bool(page.rows) and page.rows[0].is_open))
    form = FrequencyForm(connection=found)
    return render(
        request, "banking/connection.html", {"connection": found, "page": page, "waiting": waiting, "form": form}
    )


def _runs(request: BookRequest, connection: Connection) -> Page[Sync]:
    runs = queries.syncs(book=request.book, connection=connection)
    try:
        return page_of(runs, cursor=request.GET.get("cursor"), size=RUNS_ON_A_PAGE)
    except BadCursor as error:
        raise Http404 from error


@require_POST
@book_page()
def sync_now(request: BookRequest, connection_id: int) -> HttpResponse:
    found = _found(request, connection_id)
    try:
        connections.ask(connection=found, kind=Sync.Kind.MANUAL, now=timezone.now())
    except Unreadable as error:
        return _sorry(request, str(error))
    tasks.enqueue([Asked(request.book.pk, found.pk)])
    messages.info(request, _("Reading your bank now."))
    return redirect("connection", connection_id=found.pk)


@require_POST
@book_page()
def set_frequency(request: BookRequest, connection_id: int) -> HttpResponse:
    found = _found(request, connection_id)
    form = FrequencyForm(request.POST, connection=found)
    if not form.is_valid():
        messages.error(request, _("Choose one of the offered times."))
        return redirect("connection", connection_id=found.pk)
    if form.has_changed():
        hours = form.cleaned_data["hours"]
        connections.set_frequency(connection=found, hours=hours, by=request.user, now=timezone.now())
    succeeded(request, _("Saved."))
    return redirect("connection", connection_id=found.pk)


@require_http_methods(["GET", "POST"])
@book_page(look="editor", network=True)
def unlink(request: BookRequest, connection_id: int) -> HttpResponse:
    """Asks what becomes of the data, then gives the right back."""
    found, form = _found(request, connection_id), UnlinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _unlinked(request, found, keep=form.cleaned_data["keep"] == "yes")
    status = 422 if request.method == "POST" else 200
    return render(request, "banking/unlink.html", {"connection": found, "form": form}, status=status)


def _unlinked(request: BookRequest, connection: Connection, *, keep: bool) -> HttpResponse:
    try:
        connections.unlink(
            book=request.book,
            connection=connection,
            by=request.user,
            vendor=registry.vendor(connection.provider),
            keep=keep,
            now=timezone.now(),
        )
    except BankError as error:
        return _sorry(request, said_at_once(error))
    said = _("The bank is unlinked. Its data stays.") if keep else _("The bank is unlinked and its data erased.")
    messages.success(request, said)
    return redirect("connections")


def _to_bank(request: BookRequest, *, repair: Connection | None) -> HttpResponse:
    provider = repair.provider if repair else next(iter(registry.enabled()), "plaid")
    try:
        started = link.start(
            book=request.book,
            user=request.user,
            vendor=registry.vendor(provider),
            return_url=f"{settings.SITE_URL}/connections/return",
            repair=repair,
            now=timezone.now(),
        )
    except BankError as error:
        return _sorry(request, said_at_once(error))
    return HttpResponseRedirect(started.url)


def _found(request: BookRequest, connection_id: int) -> Connection:
    found = queries.connection(book=request.book, connection_id=connection_id)
    return found or _missing()


def _missing() -> NoReturn:
    raise Http404


def _sorry(request: BookRequest, message: str) -> HttpResponse:
    messages.error(request, message)
    return redirect("connections")

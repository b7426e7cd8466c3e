"""Bringing in a file, step by step, each with an address: send, what we understood, map, look, bring in, result."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import currencies
from accounts.once import once
from accounts.pages import BookRequest, book_page
from accounts.paging import BadCursor, page_of
from banking import actions, queries, tasks
from banking.actions import Received, Refused
from banking.forms import importing as forms
from banking.import_words import ROLES, VALUES
from banking.models import AccountKind, Import, ImportRow
from banking.queries import imports as reads
from banking.views.import_words import words_of
from banking.views.panels import edit_page

PAGE, MOST_WORDS, FIRST = 20, 300, 5


@require_http_methods(["GET", "HEAD", "POST"])
@book_page()
def imports(request: BookRequest) -> HttpResponseBase:
    """The files that were brought in, and the field to send another one."""
    if request.method == "POST":
        return _sent(request)
    return _listed(request)


def _listed(request: BookRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    try:
        page = page_of(reads.imports(book=request.book), cursor=request.GET.get("cursor"), size=PAGE)
    except BadCursor as refused:
        raise Http404 from refused
    context = {"page": page, "error": error, "megabytes": settings.MAX_IMPORT_BYTES // 1024 // 1024}
    return render(request, "banking/imports.html", context, status=status)


def _sent(request: BookRequest) -> HttpResponseBase:
    sent = request.FILES.get("file")
    if sent is None:
        return _listed(request, error=_("Choose a file first."), status=422)
    try:
        pk = int(once(request, partial(_receive, request, sent.name or "", sent.read())))
    except Refused as refused:
        return _listed(request, error=str(refused), status=422)
    return redirect("import_map" if reads.lacks_columns(_found(request, pk)) else "import_file", pk)


def _receive(request: BookRequest, name: str, content: bytes) -> str:
    file = Received(name, content)
    return str(actions.receive_import(book=request.book, by=request.user, file=file, now=timezone.now()).pk)


@require_safe
@book_page()
def one(request: BookRequest, pk: int) -> HttpResponse:
    """How far it is, or what came of it; a file that was not started goes on at its first step."""
    source = _found(request, pk)
    if source.status == Import.Status.DRAFT:
        return redirect("import_file", pk)
    left = reads.counts(source=source).rows - source.added
    context = {
        "source": source,
        "left": max(left, 0),
        "landed": reads.landed(source=source),
        "broken": reads.broken_rows(source=source)[:FIRST],
        "left_out": [guess for guess in source.guesses if guess["what"] == "left_out"],
    }
    return render(request, "banking/import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@book_page()
def file(request: BookRequest, pk: int) -> HttpResponse:
    """What was understood, with the evidence for it and a control to change it."""
    source = _draft(request, pk)
    if isinstance(source, HttpResponse):
        return source
    error = ""
    if request.method == "POST":
        error = _amended(request, pk, lambda: forms.choices_in(request.POST))
        if not error:
            return redirect("import_map" if "next" in request.POST else "import_file", pk)
    controls = forms.controls_of(source)
    guesses = [(guess, _offered(guess["what"]) if guess["what"] in controls else []) for guess in source.guesses]
    context = {
        "source": source,
        "step": "file",
        "guesses": guesses,
        "counts": reads.counts(source=source),
        "same": reads.same_file(book=request.book, sha256=source.sha256, besides=pk),
        "examples": list(reads.import_rows(source=source).order_by("line", "position")[:FIRST]),
        "broken": reads.broken_rows(source=source)[:FIRST],
        "error": error,
    }
    return render(request, "banking/import_file.html", context, status=422 if error else 200)


def _offered(what: str) -> list[tuple[str, str]]:
    return [(value, str(VALUES.get((what, value), value))) for value in forms.CONTROLS[what]]


@require_http_methods(["GET", "HEAD", "POST"])
@book_page()
def mapping(request: BookRequest, pk: int) -> HttpResponse:
    """Which column is what, which account and which category of ours each of the file's is."""
    source = _draft(request, pk)
    if isinstance(source, HttpResponse):
        return source
    error = ""
    if request.method == "POST":
        error = _amended(request, pk, lambda: forms.mapping_in(request.POST, source))
        if not error:
            return redirect("import_rows" if "next" in request.POST else "import_map", pk)
    words = words_of(source)
    context = {
        "source": source,
        "step": "map",
        "roles": list(ROLES.items()),
        "lacks_columns": reads.lacks_columns(source),
        "accounts": reads.targets(book=request.book),
        "kinds": AccountKind.choices,
        "currencies": currencies.codes(),
        "words": words[:MOST_WORDS],
        "open": sum(each.is_open for each in words),
        "categories": queries.categories(book=request.book) if words else [],
        "error": error,
    }
    return render(request, "banking/import_map.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@book_page()
def rows(request: BookRequest, pk: int) -> HttpResponse:
    """Every row as it will land, with what is there already; ticked rows are brought in."""
    source = _draft(request, pk)
    if isinstance(source, HttpResponse):
        return source
    if request.method == "POST":
        return _chosen(request, pk)
    state = _state(request)
    try:
        page = page_of(reads.import_rows(source=source, state=state), cursor=request.GET.get("cursor"))
    except BadCursor as error:
        raise Http404 from error
    context = {
        "source": source,
        "step": "rows",
        "page": page,
        "state": state,
        "query": f"state={state}" if state else "",
        "counts": reads.counts(source=source),
        "landings": reads.landings(source=source, rows=page.rows),
    }
    return render(request, "banking/import_rows.html", context)


def _state(request: BookRequest) -> str:
    state = request.GET.get("state", "")
    return state if state in ImportRow.State.values else ""


def _chosen(request: BookRequest, pk: int) -> HttpResponse:
    """The ticks of the page that was shown, or all rows of one state."""
    choose = partial(actions.choose_import_rows, book=request.book, pk=pk)
    try:
        if "all" in request.POST:
            choose(chosen=request.POST["all"] == "in", state=_state(request))
        else:
            ticks = forms.ticks_in(request.POST)
            choose(chosen=True, positions=ticks.ticked & ticks.shown)
            choose(chosen=False, positions=ticks.shown - ticks.ticked)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("import", pk)
    onward = request.POST.get("onward", "")
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"{request.path}?{onward}" if onward else f"{request.path}{query}")


@require_POST
@book_page()
def start(request: BookRequest, pk: int) -> HttpResponse:
    """Bring it in, in the background, with the ticks of the page that is sent along."""
    source = _found(request, pk)
    ticks = forms.ticks_in(request.POST)
    try:
        actions.start_import(book=request.book, by=request.user, pk=source.pk, now=timezone.now(), ticks=ticks)
    except Refused as error:
        messages.error(request, str(error))
        return redirect({"accounts": "import_map", "rows": "import_rows"}.get(error.field, "import"), pk)
    tasks.enqueue_import(book_id=request.book.pk, import_id=source.pk)
    return redirect("import", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def revert(request: BookRequest, pk: int) -> HttpResponse:
    """Ask, then take all of it back."""
    source = _found(request, pk)
    if request.method == "POST":
        try:
            actions.revert_import(book=request.book, by=request.user, pk=pk, now=timezone.now())
        except Refused as error:
            messages.error(request, str(error))
        else:
            count = source.added
            message = ngettext("Taken back: %(count)d transaction.", "Taken back: %(count)d transactions.", count)
            messages.success(request, message % {"count": count}, extra_tags=f"redo-{source.operation_id}")
        return redirect("import", pk)
    return render(request, "banking/import_revert.html", {"source": source})


@require_POST
@book_page()
def discard(request: BookRequest, pk: int) -> HttpResponse:
    """Forget a file that was not brought in."""
    _found(request, pk)
    try:
        actions.discard_import(book=request.book, pk=pk)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("import", pk)
    messages.success(request, _("The file is forgotten."))
    return redirect("imports")


def _amended(request: BookRequest, pk: int, read: object) -> str:
    """What was refused; empty where it was changed."""
    try:
        changes = read()  # type: ignore[operator]  # a function
        if changes:
            actions.amend_import(book=request.book, by=request.user, pk=pk, changes=changes, now=timezone.now())
    except Refused as error:
        return str(error)
    return ""


def _found(request: BookRequest, pk: int) -> Import:
    try:
        return reads.import_of(book=request.book, pk=pk)
    except Import.DoesNotExist as error:
        raise Http404 from error


def _draft(request: BookRequest, pk: int) -> Import | HttpResponse:
    """The import, or the way to its result where it was started already."""
    source = _found(request, pk)
    return source if source.is_draft else redirect("import", pk)

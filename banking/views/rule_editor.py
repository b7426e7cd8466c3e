"""The page of one rule, and what it would change."""

import json
from functools import partial

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.once import once
from accounts.pages import BookRequest
from banking import actions, queries, ruling, tasks
from banking.actions import Refused
from banking.forms import rule_editor
from banking.forms.rule_editor import DIRECTIONS, FIELDS, KIND_NAMES, MODE_NAMES, Editor
from banking.models import Rule
from banking.queries import rule_splits, rule_suggestions
from banking.queries import ruling as rule_queries
from banking.views.panels import edit_page, or_404, refuse, status_of, succeeded
from banking.views.rule_words import changed
from banking.views.rules import names_of

SAVING = {"save", "run"}
LOOKING = {"try", "more"}
MOST_BYTES = 1_000_000


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def edit(request: BookRequest, pk: int | None = None) -> HttpResponse:
    """A new rule or one that is there. Buttons add and remove, show what would change, or save."""
    rule = _found(request, pk) if pk is not None else None
    if request.method != "POST":
        editor = rule_editor.of_rule(rule) if rule else _begun(request)
        return _page(request, editor, rule, look=rule is not None or bool(request.GET.get("suggestion")))
    editor, (do, _colon, cursor) = rule_editor.of_post(request.POST), request.POST.get("do", "save").partition(":")
    if do in LOOKING:
        return _page(request, editor, rule, look=True, cursor=cursor)
    if do not in SAVING:
        editor.apply(request.POST["do"])
        return _page(request, editor, rule)
    try:
        saved = int(once(request, partial(_save, request, editor, rule)))
    except Refused as error:
        _mark(editor, error)
        return _page(request, editor, rule, status=422)
    said = _("Saved. What comes from now on is treated like this.")
    if do == "run":
        return _run(request, saved, said)
    succeeded(request, said)
    return redirect("rules")


@require_POST
@edit_page
def preview(request: BookRequest) -> HttpResponse:
    """What the rule in the form would change; a piece of the page."""
    pk = request.POST.get("rule", "")
    rule = _found(request, int(pk)) if pk.isascii() and pk.isdecimal() and len(pk) < 19 else None
    context = _looked(request, rule_editor.of_post(request.POST), rule, "")
    return render(request, "banking/_rule_preview.html", context)


class RulesFileForm(forms.Form):
    """A file that the export made."""

    file = forms.FileField(label=gettext_lazy("File of rules"))
    create_categories = forms.BooleanField(label=gettext_lazy("Create the categories that are missing"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def import_file(request: BookRequest) -> HttpResponse:
    """Add the rules of a file."""
    form = RulesFileForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        try:
            done = actions.import_rules(
                book=request.book,
                by=request.user,
                document=_document(form),
                create_categories=form.cleaned_data["create_categories"],
                now=timezone.now(),
            )
        except Refused as error:
            refuse(form, Refused(str(error), field="file"))
        else:
            words = _("Rules added: %(added)d. Here already: %(known)d.")
            succeeded(request, words % {"added": done.added, "known": done.known})
            return redirect("rules")
    return render(request, "banking/rule_import.html", {"form": form}, status=status_of(form))


def _document(form: RulesFileForm) -> object:
    file = form.cleaned_data["file"]
    if file.size > MOST_BYTES:
        raise Refused(_("A file of rules is smaller than this."))
    try:
        return json.loads(file.read())
    except (ValueError, RecursionError) as error:
        raise Refused(_("This is no file of rules: export one here to see what it looks like.")) from error


def _found(request: BookRequest, pk: int) -> Rule:
    try:
        return queries.rules(book=request.book).get(pk=pk)
    except (Rule.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def _begun(request: BookRequest) -> Editor:
    """A new rule: empty, or as suggested."""
    key = request.GET.get("suggestion", "")
    found = next((s for s in rule_suggestions.suggestions(book=request.book) if s.key == key), None) if key else None
    return rule_editor.of_json(found.conditions, found.actions, name=found.name) if found else Editor()


def _wish(editor: Editor) -> actions.RuleWish:
    return actions.RuleWish(editor.name, editor.conditions(), editor.actions(), editor.active, editor.stop)


def _save(request: BookRequest, editor: Editor, rule: Rule | None) -> int:
    wish, now = _wish(editor), timezone.now()
    if rule is None:
        return actions.store_rule(book=request.book, by=request.user, wish=wish, now=now).pk
    changes = actions.RuleChange(
        name=wish.name, conditions=wish.conditions, actions=wish.actions, active=wish.active, stop=wish.stop
    )
    with or_404():
        actions.amend_rule(book=request.book, by=request.user, pk=rule.pk, changes=changes, now=now)
    return rule.pk


def _run(request: BookRequest, pk: int, said: str) -> HttpResponse:
    """Lead to the run, which tells how far it is."""
    try:
        run = actions.ask_run(book=request.book, by=request.user, rule_id=pk, now=timezone.now())
    except Refused as error:
        succeeded(request, said)
        messages.error(request, str(error))
        return redirect("rules")
    tasks.enqueue_rules(book_id=request.book.pk, run_id=run.pk)
    succeeded(request, _("%(saved)s It runs on the past now: see below how far it is.") % {"saved": said})
    return redirect(f"{reverse('rules')}#runs")


def _mark(editor: Editor, error: Refused) -> None:
    """Say what is wrong beside the condition it is about, or above the form."""
    cause = error.__cause__
    if isinstance(cause, ruling.BadRule) and cause.field == "conditions":
        for node in editor.nodes():
            if node.path == cause.path:
                node.error = str(cause)
        editor.errors["conditions"] = str(cause) if not cause.path else ""
    else:
        editor.errors[error.field] = str(error)


def _looked(request: BookRequest, editor: Editor, rule: Rule | None, cursor: str) -> dict[str, object]:
    """What the rule would change, with the rows in words; or why that cannot be said."""
    try:
        draft = actions.drafted(book=request.book, wish=_wish(editor), pk=rule.pk if rule else rule_queries.DRAFT)
        found = rule_queries.preview(book=request.book, draft=draft, cursor=cursor)
    except (Refused, rule_queries.BadCursor) as error:
        return {"refused": str(error)}
    names, parts = names_of(request), rule_splits.amounts(book=request.book, rows=found.rows)
    return {"preview": found, "rows": [(each, changed(each, names), parts.get(each.pk)) for each in found.rows]}


def _page(
    request: BookRequest,
    editor: Editor,
    rule: Rule | None,
    *,
    look: bool = False,
    cursor: str = "",
    status: int = 200,
) -> HttpResponse:
    for _node in editor.nodes():
        pass
    context = {
        "editor": editor,
        "rule": rule,
        "fields": [(label, name, ops.items()) for name, (label, ops) in FIELDS.items()],
        "directions": DIRECTIONS.items(),
        "modes": MODE_NAMES.items(),
        "kinds": KIND_NAMES.items(),
        "accounts": queries.account_rows(book=request.book, closed=True),
        "categories": queries.categories(book=request.book),
        **(_looked(request, editor, rule, cursor) if look else {}),
    }
    return render(request, "banking/rule.html", context, status=status)

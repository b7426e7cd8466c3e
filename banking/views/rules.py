"""The rules lab: rules in their order, how they get on with each other, and their runs."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.pages import BookRequest, book_page, onward
from accounts.paging import BadCursor, page_of
from banking import actions, queries, tasks
from banking.actions import Refused
from banking.models import Account, Category, Rule
from banking.queries import rule_files, rule_log, rule_suggestions, rule_survey
from banking.views.panels import edit_page, or_404
from banking.views.rule_words import Line, Names, asks, does

NEWEST_RUNS = 5


@require_safe
@book_page()
def rules(request: BookRequest) -> HttpResponse:
    """In the order in which they are tried, with how many rows each means, and what could be added."""
    found = list(queries.rules(book=request.book))
    survey = rule_survey.survey(book=request.book)
    runs = rule_log.runs(book=request.book)[: NEWEST_RUNS + 1]
    context = {
        "lines": _lines(found, names_of(request), survey.matched),
        "survey": survey,
        "suggestions": rule_suggestions.suggestions(book=request.book),
        "runs": runs[:NEWEST_RUNS],
        "running": any(run.is_open for run in runs),
    }
    return render(request, "banking/rules.html", context)


@require_safe
@book_page()
def check(request: BookRequest) -> HttpResponse:
    """Rules that want different categories for the same rows, and rules that never have a say."""
    survey = rule_survey.survey(book=request.book)
    known = {rule.pk: rule for rule in queries.rules(book=request.book)}
    conflicts = [
        (known[each.first], known[each.second], each.count)
        for each in survey.conflicts
        if each.first in known and each.second in known
    ]
    dead = [(known[each.rule], each.why, known.get(each.by or 0)) for each in survey.dead if each.rule in known]
    return render(request, "banking/rule_check.html", {"survey": survey, "conflicts": conflicts, "dead": dead})


@require_safe
@book_page()
def runs(request: BookRequest) -> HttpResponse:
    """When rules were run over what is there, by whom, and what came of it."""
    try:
        page = page_of(rule_log.runs(book=request.book), cursor=request.GET.get("cursor"))
    except BadCursor as error:
        raise Http404 from error
    running = any(run.is_open for run in page.rows)
    return render(request, "banking/rule_runs.html", {"page": page, "runs": page.rows, "running": running})


@require_safe
@book_page()
def export(request: BookRequest) -> HttpResponse:
    """All rules as a file."""
    answer = JsonResponse(rule_files.exported(book=request.book), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="rules.json"'
    return answer


@require_POST
@edit_page
def move(request: BookRequest, pk: int) -> HttpResponse:
    """One place up, or down with `to=down`."""
    up = request.POST.get("to") != "down"
    with or_404():
        actions.move_rule(book=request.book, by=request.user, pk=pk, up=up, now=timezone.now())
    return redirect("rules")


@require_POST
@edit_page
def switch(request: BookRequest, pk: int) -> HttpResponse:
    """On, or off with `active=no`."""
    changes: actions.RuleChange = {"active": request.POST.get("active") != "no"}
    with or_404():
        actions.amend_rule(book=request.book, by=request.user, pk=pk, changes=changes, now=timezone.now())
    return redirect("rules")


@require_POST
@edit_page
def run(request: BookRequest, pk: int | None = None) -> HttpResponse:
    """Run one rule or all over everything that is there, in the background."""
    try:
        with or_404():
            asked = actions.ask_run(book=request.book, by=request.user, rule_id=pk, now=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
        return redirect("rules")
    tasks.enqueue_rules(book_id=request.book.pk, run_id=asked.pk)
    messages.success(request, _("The rules run now; what they change is shown below when they are done."))
    return redirect("rules")


@require_POST
@edit_page
def dismiss(request: BookRequest) -> HttpResponse:
    """Never suggest this rule again."""
    try:
        key = request.POST.get("key", "")
        actions.dismiss_suggestion(book=request.book, by=request.user, key=key, now=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
    return onward(request, otherwise="/rules")


def names_of(request: BookRequest) -> Names:
    """What rules refer to; two queries."""
    return Names(
        dict(Account.objects.filter(book=request.book).values_list("pk", "name")),
        dict(Category.objects.filter(book=request.book).values_list("pk", "name")),
        request.user.locale or "en-US",
    )


def _lines(found: list[Rule], names: Names, matched: dict[int, int]) -> list[Line]:
    return [
        Line(
            rule,
            asks(rule.conditions, names),
            does(rule.effects, names),
            matched.get(rule.pk),
            is_first=place == 0,
            is_last=place == len(found) - 1,
        )
        for place, rule in enumerate(found)
    ]

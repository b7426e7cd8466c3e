"""Rules over the API."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor, page_of
from accounts.rest import BookView
from banking import actions, queries, tasks
from banking.api import rule_shapes as shapes
from banking.api.filters import PAGE, limit_of
from banking.api.refusing import told
from banking.models import Rule, RuleRun
from banking.queries import rule_files, rule_log, rule_suggestions, ruling


class RuleView(BookView):
    """An endpoint about rules."""

    def found(self, pk: int) -> Rule:
        return found_rule(self, pk)

    def page(self, request: Request, rule: Rule | None = None) -> Response:
        """The runs of a rule or of all."""
        try:
            rows = rule_log.runs(book=self.book, rule=rule)
            page = page_of(rows, cursor=request.query_params.get("cursor"), size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        shown = [shapes.run(row) for row in page.rows]
        return Response({"results": shown, "next": page.next, "previous": page.previous})


def found_rule(view: BookView, pk: int, field: str = "") -> Rule:
    """A rule of the book; 404 for one that is not there, or 400 where a field of a body names it."""
    try:
        return queries.rules(book=view.book).get(pk=pk)
    except (Rule.DoesNotExist, OverflowError) as error:
        if field:
            raise ValidationError({field: [_("There is no such rule here.")]}) from error
        raise NotFound from error


class RuleCollection(RuleView):
    """The rules of the book, in the order in which they are tried."""

    @extend_schema(operation_id="rule_list", responses=shapes.RuleList)
    def get(self, request: Request) -> Response:
        return Response({"results": [shapes.rule(row) for row in queries.rules(book=self.book)]})

    @extend_schema(request=shapes.RuleInput, responses={201: shapes.RuleShape})
    def post(self, request: Request) -> Response:
        """Add a rule, which is tried first; what is there is filed by a run."""
        given = _valid(shapes.RuleInput, request)
        with told():
            wish = actions.RuleWish(**{"name": "", **given})
            row = actions.store_rule(book=self.book, by=self.user, wish=wish, now=timezone.now())
        return Response(shapes.rule(row), status=status.HTTP_201_CREATED)


class RuleDetail(RuleView):
    """One rule."""

    @extend_schema(operation_id="rule_retrieve", responses=shapes.RuleShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.rule(self.found(pk)))

    @extend_schema(request=shapes.RuleChangeInput, responses=shapes.RuleShape)
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named; what it filed stays filed."""
        changes = actions.RuleChange(**_valid(shapes.RuleChangeInput, request))  # type: ignore[typeddict-item]  # its names
        with told():
            actions.amend_rule(book=self.book, by=self.user, pk=pk, changes=changes, now=timezone.now())
        return Response(shapes.rule(self.found(pk)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Delete it; what it filed stays filed."""
        with told():
            actions.delete_rule(book=self.book, by=self.user, pk=pk, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class RuleOrder(RuleView):
    """The order in which the rules are tried."""

    @extend_schema(request=shapes.OrderInput, responses=shapes.RuleList)
    def post(self, request: Request) -> Response:
        order = _valid(shapes.OrderInput, request)["order"]
        with told():
            actions.reorder_rules(book=self.book, by=self.user, order=order, now=timezone.now())
        return Response({"results": [shapes.rule(row) for row in queries.rules(book=self.book)]})


class RulePreview(RuleView):
    """What a rule would change in what is there; changes nothing."""

    @extend_schema(request=shapes.PreviewInput, responses=shapes.PreviewShape)
    def post(self, request: Request) -> Response:
        given = _valid(shapes.PreviewInput, request)
        pk = given.get("rule_id")
        stored = found_rule(self, pk, "rule_id") if pk is not None else None
        wish = actions.RuleWish(
            stored.name if stored else "",
            given.get("conditions", stored.conditions if stored else {}),
            given.get("actions", stored.effects if stored else {}),
            stop=given.get("stop", stored.stop if stored else False),
        )
        with told():
            draft = actions.drafted(book=self.book, wish=wish, pk=stored.pk if stored else ruling.DRAFT)
        try:
            found = ruling.preview(book=self.book, draft=draft, cursor=given.get("cursor", ""))
        except ruling.BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        return Response(shapes.preview(found))


class RuleRuns(RuleView):
    """The runs of one rule, newest first."""

    @extend_schema(operation_id="rule_run_list", parameters=PAGE, responses=shapes.RunPage)
    def get(self, request: Request, pk: int) -> Response:
        return self.page(request, self.found(pk))


class RunCollection(RuleView):
    """The runs of all rules, newest first."""

    @extend_schema(operation_id="rule_runs_list", parameters=PAGE, responses=shapes.RunPage)
    def get(self, request: Request) -> Response:
        return self.page(request)

    @extend_schema(request=shapes.RunInput, responses={202: shapes.RunShape})
    def post(self, request: Request) -> Response:
        """Run a rule, or all, over everything that is there, in the background."""
        pk = _valid(shapes.RunInput, request).get("rule_id")
        if pk is not None:
            found_rule(self, pk, "rule_id")
        with told():
            run = actions.ask_run(book=self.book, by=self.user, rule_id=pk, now=timezone.now())
        tasks.enqueue_rules(book_id=self.book.pk, run_id=run.pk)
        return Response(shapes.run(run), status=status.HTTP_202_ACCEPTED)


class RunDetail(RuleView):
    """One run: look here until it is done."""

    @extend_schema(operation_id="rule_run_retrieve", responses=shapes.RunShape)
    def get(self, request: Request, run_id: int) -> Response:
        try:
            return Response(shapes.run(rule_log.run(book=self.book, pk=run_id)))
        except (RuleRun.DoesNotExist, OverflowError) as error:
            raise Http404 from error


class RuleSuggestions(RuleView):
    """Rules that your corrections suggest; add one as it is, or dismiss it."""

    @extend_schema(operation_id="rule_suggestion_list", responses=shapes.SuggestionList)
    def get(self, request: Request) -> Response:
        found = rule_suggestions.suggestions(book=self.book)
        return Response({"results": [shapes.suggestion(each) for each in found]})


class DismissSuggestion(RuleView):
    """Never suggest this rule again."""

    @extend_schema(request=shapes.DismissInput, responses={204: None})
    def post(self, request: Request) -> Response:
        key = _valid(shapes.DismissInput, request)["key"]
        with told():
            actions.dismiss_suggestion(book=self.book, by=self.user, key=key, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class RuleExport(RuleView):
    """All rules as a file that another book can import."""

    @extend_schema(operation_id="rule_export", responses=shapes.RuleFile)
    def get(self, request: Request) -> Response:
        return Response(rule_files.exported(book=self.book))


class RuleImport(RuleView):
    """Add the rules of a file after those that are there; those that are there already are left out."""

    @extend_schema(request=shapes.ImportInput, responses=shapes.ImportedShape)
    def post(self, request: Request) -> Response:
        given = _valid(shapes.ImportInput, request)
        create = given.pop("create_categories", False)
        with told():
            done = actions.import_rules(
                book=self.book, by=self.user, document=given, create_categories=create, now=timezone.now()
            )
        return Response({"added": done.added, "known": done.known, "categories": done.categories})


def _valid(kind: type[Any], request: Request) -> dict[str, Any]:
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)

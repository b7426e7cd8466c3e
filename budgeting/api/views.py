"""Budgets over the API."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import BookView
from banking.api.refusing import CONFLICT, named_category, told
from budgeting import actions, queries
from budgeting.actions import Amendment, Plan
from budgeting.api import inputs, shapes
from budgeting.models import Mode


class BudgetCollection(BookView):
    """The budgets that hold on a day, each in its own period, by category."""

    @extend_schema(operation_id="budget_list", parameters=[inputs.AskedForList], responses=shapes.ProgressList)
    def get(self, request: Request) -> Response:
        """With `month` and `year` those of that month; else those that hold on the day `on`, or today."""
        given = inputs.read(inputs.AskedForList, request.query_params)
        kind = given.get("period", "month" if "month" in given else "")
        day = inputs.day_in(given, self.today)
        found = queries.standing_on(
            book=self.book,
            day=day,
            today=self.today,
            pending=given["pending"],
            kind=kind,
            who=inputs.who_in(given),
        )
        return Response({"results": [shapes.progress(each) for each in found]})

    @extend_schema(
        request=inputs.BudgetInput, responses={200: shapes.BudgetShape, 201: shapes.BudgetShape, 409: CONFLICT}
    )
    def post(self, request: Request) -> Response:
        """Create the budget of this category and period, or change it: 201 or 200."""
        given = inputs.read(inputs.BudgetInput, request.data)
        plan = Plan(
            category=named_category(self.book, given["category_id"]),
            amount=given["amount"],
            day=inputs.day_in(given, self.today, name="start"),
            cycle=queries.cycle_of(**inputs.kind_of(given, book=self.book)),
            rollover=given["rollover"],
            cap=given["cap"],
            repeats=given["repeats"],
            member=given.get("member_id"),
        )
        with told():
            row, new = actions.set_budget(book=self.book, by=self.user, plan=plan, now=self.now)
        return Response(shapes.budget(row), status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)


class BudgetDetail(BookView):
    """One budget."""

    @extend_schema(operation_id="budget_retrieve", responses=shapes.BudgetShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(self._shown(pk))

    @extend_schema(request=inputs.BudgetTerms, responses=shapes.BudgetShape)
    def put(self, request: Request, pk: int) -> Response:
        """Set all that can be changed; category and period stay."""
        self._shown(pk)
        return self._amended(pk, inputs.read(inputs.BudgetTerms, request.data))

    @extend_schema(request=inputs.BudgetChange, responses=shapes.BudgetShape)
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named, in all periods in which the budget holds."""
        self._shown(pk)
        given = inputs.read(inputs.BudgetChange, request.data)
        if not given:
            raise ValidationError({"non_field_errors": [_("Name what to change.")]})
        return self._amended(pk, given)

    @extend_schema(parameters=[inputs.Since], responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove it, or end it with `since`. What was spent stays; a budget that it had replaced holds again."""
        self._shown(pk)
        since = inputs.read(inputs.Since, request.query_params).get("since")
        with told():
            actions.remove_budget(book=self.book, by=self.user, pk=pk, since=since, now=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _amended(self, pk: int, given: dict[str, Any]) -> Response:
        with told():
            changes = Amendment(**given)  # type: ignore[typeddict-item]  # the serializer's names
            actions.amend_budget(book=self.book, by=self.user, pk=pk, changes=changes, now=self.now)
        return Response(self._shown(pk))

    def _shown(self, pk: int) -> dict[str, Any]:
        with told():
            return shapes.budget(queries.budget(book=self.book, pk=pk))


class BudgetProgress(BookView):
    """How one budget stands."""

    @extend_schema(operation_id="budget_progress", parameters=[inputs.AskedForOne], responses=shapes.ProgressShape)
    def get(self, request: Request, pk: int) -> Response:
        """In the period of the day `on`; 404 where it does not hold then."""
        with told():
            queries.budget(book=self.book, pk=pk)
        given = inputs.read(inputs.AskedForOne, request.query_params)
        with told():
            found = queries.progress(
                book=self.book, pk=pk, day=given.get("on"), today=self.today, pending=given["pending"]
            )
        return Response(shapes.progress(found))


class BudgetSummary(BookView):
    """All budgets of one period, planned and spent."""

    @extend_schema(operation_id="budget_summary", parameters=[inputs.Asked], responses=shapes.BudgetSummaryShape)
    def get(self, request: Request) -> Response:
        given = inputs.read(inputs.Asked, request.query_params)
        found = queries.board(
            book=self.book,
            cycle=inputs.cycle_in(given),
            day=inputs.day_in(given, self.today),
            today=self.today,
            pending=given["pending"],
            who=inputs.who_in(given),
        )
        moves = queries.moves(book=self.book, cycle=found.cycle, start=found.period.start)
        mode = queries.mode_of(book=self.book)
        wanted = mode == Mode.ENVELOPES and self.today in found.period
        assignable = queries.to_assign(book=self.book, today=self.today) if wanted else None
        return Response(shapes.summary(found, list(moves), mode, assignable))


class BudgetModeDetail(BookView):
    """How the book plans."""

    @extend_schema(operation_id="budget_mode", responses=shapes.BudgetModeShape)
    def get(self, request: Request) -> Response:
        return Response({"mode": queries.mode_of(book=self.book).value})

    @extend_schema(request=inputs.BudgetModeInput, responses=shapes.BudgetModeShape)
    def put(self, request: Request) -> Response:
        """Plan with limits or with envelopes; no budget changes."""
        given = inputs.read(inputs.BudgetModeInput, request.data)
        row = actions.choose_mode(book=self.book, by=self.user, mode=given["mode"], now=self.now)
        return Response(shapes.mode(row))


class BudgetCopy(BookView):
    """Budgets of the period before, once more."""

    @extend_schema(request=inputs.BudgetCopyInput, responses={201: shapes.BudgetList, 409: CONFLICT})
    def post(self, request: Request) -> Response:
        """Copy those that do not go on by themselves; what is there already stays."""
        given = inputs.read(inputs.BudgetCopyInput, request.data)
        day = inputs.day_in(given, self.today)
        with told():
            made = actions.copy_last(book=self.book, by=self.user, cycle=inputs.cycle_in(given), day=day, now=self.now)
        return Response({"results": [shapes.budget(row) for row in made]}, status=status.HTTP_201_CREATED)


class BudgetMoves(BookView):
    """Money from one budget to another."""

    @extend_schema(request=inputs.BudgetMoveInput, responses={201: shapes.BudgetMoveShape, 409: CONFLICT})
    def post(self, request: Request) -> Response:
        """Move an amount in the period of the day `on`, or today's, alone; it stands in the summary's `moves`.

        Without `source_id` from what is to assign, without `target_id` back there.
        """
        given = inputs.read(inputs.BudgetMoveInput, request.data)
        known = queries.budget_rows(book=self.book)
        for name in ("source_id", "target_id"):
            if given.get(name) is not None and not known.filter(pk=given[name]).exists():
                raise ValidationError({name: [_("There is no such budget here.")]})
        if given.get("source_id") is not None and "amount" not in given:
            raise ValidationError({"amount": [_("Choose an amount above zero.")]})
        with told():
            row = actions.move_money(
                book=self.book,
                by=self.user,
                source=given.get("source_id"),
                target=given.get("target_id"),
                amount=given.get("amount"),
                day=given.get("on") or self.today,
                today=self.today,
                now=self.now,
            )
        return Response(shapes.move(row), status=status.HTTP_201_CREATED)


class BudgetSuggestions(BookView):
    """What is usually spent, for categories without a budget."""

    @extend_schema(operation_id="budget_suggestions", parameters=[inputs.When], responses=shapes.BudgetSuggestionList)
    def get(self, request: Request) -> Response:
        given = inputs.read(inputs.When, request.query_params)
        day = inputs.day_in(given, self.today)
        found = queries.suggestions(book=self.book, cycle=inputs.cycle_in(given), day=day)
        return Response({"results": [shapes.suggestion(each) for each in found]})

    @extend_schema(request=inputs.BudgetSuggestionInput, responses={201: shapes.BudgetList, 409: CONFLICT})
    def post(self, request: Request) -> Response:
        """Set the suggested budgets, from this period on."""
        given = inputs.read(inputs.BudgetSuggestionInput, request.data)
        chosen = [named_category(self.book, pk, "category_ids").pk for pk in given.get("category_ids", ())]
        with told():
            made = actions.take_suggestions(
                book=self.book,
                by=self.user,
                cycle=inputs.cycle_in(given),
                day=inputs.day_in(given, self.today),
                categories=chosen,
                now=self.now,
            )
        return Response({"results": [shapes.budget(row) for row in made]}, status=status.HTTP_201_CREATED)

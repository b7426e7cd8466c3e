"""Goals over the API."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor, Page, page_of
from accounts.rest import BookView
from banking.api.filters import PAGE, limit_of
from banking.api.refusing import CONFLICT, told
from goals import actions, queries
from goals.actions import Terms
from goals.api import answers, inputs, shapes
from goals.models import GoalState
from goals.queries import Standing

AS_THEY_ARE: dict[str, str] = {}
"""The fields of bodies are called as the actions call them."""
STATE = OpenApiParameter("state", str, enum=GoalState.values, description="Only those in this state.")


class GoalView(BookView):
    def found(self, pk: int) -> Standing:
        with told(AS_THEY_ARE):
            row = queries.goal(book=self.book, pk=pk)
        return queries.standing(book=self.book, row=row, today=self.today)

    def page(self, request: Request, rows: Any) -> Page[Any]:
        try:
            return page_of(rows, cursor=request.query_params.get("cursor"), size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error


class GoalCollection(GoalView):
    """The goals by priority, each with how it stands today."""

    @extend_schema(operation_id="goal_list", parameters=[STATE, *PAGE], responses=shapes.GoalPage)
    def get(self, request: Request) -> Response:
        state = request.query_params.get("state", "")
        if state and state not in GoalState.values:
            raise ValidationError({"state": [_("There is no such state.")]})
        page = self.page(request, queries.goals(book=self.book, states=(state,) if state else ()))
        found = queries.standings(book=self.book, rows=page.rows, today=self.today)
        results = [answers.goal(each) for each in found]
        return Response({"results": results, "next": page.next, "previous": page.previous})

    @extend_schema(request=inputs.GoalInput, responses={200: shapes.GoalShape, 201: shapes.GoalShape, 409: CONFLICT})
    def post(self, request: Request) -> Response:
        """Create the goal of this name, or change what is named of it: 201 or 200."""
        given = inputs.read(inputs.GoalInput, request.data)
        name, terms = given.pop("name"), inputs.terms_of(self.book, given)
        with told(AS_THEY_ARE):
            row, new = actions.set_goal(book=self.book, by=self.user, name=name, terms=terms, now=self.now)
        shown = answers.goal(self.found(row.pk))
        return Response(shown, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)


class GoalDetail(GoalView):
    """One goal."""

    @extend_schema(operation_id="goal_retrieve", responses=shapes.GoalShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(answers.goal(self.found(pk)))

    @extend_schema(request=inputs.GoalTerms, responses={200: shapes.GoalShape, 409: CONFLICT})
    def put(self, request: Request, pk: int) -> Response:
        """Set all that can be changed; kind and currency stay."""
        row = self.found(pk).goal
        given = inputs.read(inputs.GoalTerms, request.data)
        plain = inputs.PLAIN_DEBTS if row.is_debt else inputs.PLAIN_SAVING
        return self._amended(pk, inputs.terms_of(self.book, {**plain, **given}))

    @extend_schema(request=inputs.GoalChange, responses={200: shapes.GoalShape, 409: CONFLICT})
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named; `state` alone pauses, completes, archives or opens it again."""
        self.found(pk)
        given = inputs.read(inputs.GoalChange, request.data)
        if not given:
            raise ValidationError({"non_field_errors": [_("Name what to change.")]})
        return self._amended(pk, inputs.terms_of(self.book, given))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove it with its ledger, ear-marks and debts. Accounts and transactions stay as they are."""
        with told(AS_THEY_ARE):
            actions.remove_goal(book=self.book, by=self.user, pk=pk, now=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _amended(self, pk: int, terms: Terms) -> Response:
        with told(AS_THEY_ARE):
            actions.amend_goal(book=self.book, by=self.user, pk=pk, terms=terms, now=self.now)
        return Response(answers.goal(self.found(pk)))


class GoalProgress(GoalView):
    """How one goal stands today."""

    @extend_schema(operation_id="goal_progress", responses=shapes.GoalProgressShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(answers.progress(self.found(pk)))


class GoalProjections(GoalView):
    """Where one goal leads."""

    @extend_schema(operation_id="goal_projections", responses=shapes.GoalProjectionShape)
    def get(self, request: Request, pk: int) -> Response:
        """With a band from what usually remained of a month; of debts the strategies compared, and the schedule."""
        found = self.found(pk)
        return Response(answers.projection(found, queries.strategies(found.goal, found.debts)))


class GoalContributions(GoalView):
    """What was put aside for a goal and taken out again; of debts what was paid."""

    @extend_schema(operation_id="goal_contributions", parameters=PAGE, responses=shapes.ContributionPage)
    def get(self, request: Request, pk: int) -> Response:
        """The latest first."""
        with told(AS_THEY_ARE):
            row = queries.goal(book=self.book, pk=pk)
        page = self.page(request, queries.contributions(book=self.book, goal=row))
        results = [answers.contribution(each) for each in page.rows]
        return Response({"results": results, "next": page.next, "previous": page.previous})

    @extend_schema(request=inputs.ContributionInput, responses={201: shapes.ContributionShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        """Put money aside; a negative amount takes some out."""
        with told(AS_THEY_ARE):
            queries.goal(book=self.book, pk=pk)
        given = {"day": self.today, **inputs.read(inputs.ContributionInput, request.data)}
        with told(AS_THEY_ARE):
            made = actions.contribute(book=self.book, by=self.user, pk=pk, now=self.now, **given)
        return Response(answers.contribution(made), status=status.HTTP_201_CREATED)


class GoalContribution(GoalView):
    """One entry of the ledger."""

    @extend_schema(responses={204: None, 409: CONFLICT})
    def delete(self, request: Request, pk: int, contribution_id: int) -> Response:
        """Take it out; what it paid of a debt is owed again."""
        with told(AS_THEY_ARE):
            actions.remove_contribution(book=self.book, by=self.user, goal=pk, pk=contribution_id, now=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)

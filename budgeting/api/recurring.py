"""What comes again, over the API."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Book
from accounts.paging import BadCursor, page_of
from accounts.rest import BookView
from banking.api.filters import PAGE, limit_of
from banking.api.refusing import CONFLICT, named_category, told
from banking.models import Account, Merchant
from banking.queries import account_rows, merchants
from budgeting.actions import recurring as actions
from budgeting.actions.recurring import ItemChanges, NewItem
from budgeting.api.inputs import read
from budgeting.api.recurring_shapes import (
    RecurringChange,
    RecurringInput,
    RecurringPage,
    RecurringShape,
    UpcomingAsked,
    UpcomingShape,
    coming,
    shape,
    trial,
)
from budgeting.items import ItemState
from budgeting.queries import recurring as queries
from budgeting.queries.trials import trials

STATE = OpenApiParameter("state", str, enum=ItemState.values, description="Only those in this state.")


class RecurringView(BookView):
    @property
    def now(self) -> Any:
        return timezone.now()

    def shown(self, pk: int) -> dict[str, Any]:
        with told():
            return shape(queries.item(book=self.book, pk=pk))


class RecurringList(RecurringView):
    """Bills, subscriptions and income, by the day on which they are next expected."""

    @extend_schema(operation_id="recurring_list", parameters=[STATE, *PAGE], responses=RecurringPage)
    def get(self, request: Request) -> Response:
        state = request.query_params.get("state", "")
        if state and state not in ItemState.values:
            raise ValidationError({"state": [_("There is no such state.")]})
        try:
            rows = queries.items(book=self.book, state=state)
            page = page_of(rows, cursor=request.query_params.get("cursor"), size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        return Response({"results": [shape(row) for row in page.rows], "next": page.next, "previous": page.previous})

    @extend_schema(request=RecurringInput, responses={201: RecurringShape})
    def post(self, request: Request) -> Response:
        """Type one in; it counts at once."""
        given = read(RecurringInput, request.data)
        for name, find in (("merchant", _merchant), ("category", named_category), ("account", _account)):
            if f"{name}_id" in given:
                given[name] = find(self.book, given.pop(f"{name}_id"))
        with told():
            row = actions.add_recurring(book=self.book, by=self.user, new=NewItem(**given), now=self.now)
        return Response(self.shown(row.pk), status=status.HTTP_201_CREATED)


class RecurringDetail(RecurringView):
    """One of them."""

    @extend_schema(operation_id="recurring_retrieve", responses=RecurringShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.shown(pk))

    @extend_schema(request=RecurringChange, responses={200: RecurringShape, 409: CONFLICT})
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named. What is found later leaves that alone."""
        self.shown(pk)
        given = read(RecurringChange, request.data)
        if not given:
            raise ValidationError({"non_field_errors": [_("Name what to change.")]})
        for name, find in (("category", named_category), ("account", _account)):
            if f"{name}_id" in given:
                named = given.pop(f"{name}_id")
                given[name] = None if named is None else find(self.book, named)
        with told():
            changes = ItemChanges(**given)  # type: ignore[typeddict-item]  # the serializer's names
            actions.edit_recurring(book=self.book, by=self.user, pk=pk, changes=changes, now=self.now)
        return Response(self.shown(pk))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget it. One that was found is suggested again while it goes on; ignore it to never see it again."""
        with told():
            actions.remove_recurring(book=self.book, by=self.user, pk=pk, now=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RecurringConfirm(RecurringView):
    """Count on it."""

    @extend_schema(request=None, responses={200: RecurringShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        with told():
            actions.confirm_recurring(book=self.book, by=self.user, pk=pk, now=self.now)
        return Response(self.shown(pk))


class RecurringIgnore(RecurringView):
    """Never suggest it again."""

    @extend_schema(request=None, responses={200: RecurringShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        with told():
            actions.ignore_recurring(book=self.book, by=self.user, pk=pk, now=self.now)
        return Response(self.shown(pk))


class RecurringUpcoming(RecurringView):
    """The days ahead, and what became of those behind."""

    @extend_schema(operation_id="recurring_upcoming", parameters=[UpcomingAsked], responses=UpcomingShape)
    def get(self, request: Request) -> Response:
        given = read(UpcomingAsked, request.query_params)
        today = self.book.today(self.now)
        found = queries.upcoming(book=self.book, today=today, days=given["days"])
        totals = [
            {"currency": each.currency, "incoming": str(each.incoming), "outgoing": str(each.outgoing)}
            for each in queries.sums_of(found)
        ]
        ends = [trial(each) for each in trials(book=self.book, today=today)]
        return Response({"results": [coming(each) for each in found], "totals": totals, "trials": ends})


def _merchant(book: Book, pk: int) -> Merchant:
    try:
        return merchants(book=book).get(pk=pk)
    except Merchant.DoesNotExist as error:
        raise ValidationError({"merchant_id": [_("There is no such merchant here.")]}) from error


def _account(book: Book, pk: int) -> Account:
    try:
        return account_rows(book=book, closed=True).get(pk=pk)
    except Account.DoesNotExist as error:
        raise ValidationError({"account_id": [_("There is no such account here.")]}) from error

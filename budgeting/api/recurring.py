"""What comes again, over the API."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Book
from accounts.paging import BadCursor, page_of
from accounts.plain import plain_text
from accounts.rest import BookView
from accounts.strict import StrictSerializer
from banking.api.amounts import AmountInput
from banking.api.filters import PAGE, limit_of
from banking.api.refusing import CONFLICT, named_category, told
from banking.api.transaction_shapes import LARGEST_ID, id_input
from banking.models import Account, Merchant
from banking.queries import account_rows, merchants
from budgeting.actions import recurring as actions
from budgeting.actions.recurring import ItemChanges, NewItem
from budgeting.api.inputs import DayInput, read
from budgeting.items import FREQUENCIES, ItemSource, ItemState, RecurringItem
from budgeting.queries import recurring as queries
from budgeting.queries.recurring import DAYS, Coming, Meeting

Shape = serializers.Serializer[Any]
MOST_DAYS = 366
STATE = OpenApiParameter("state", str, enum=ItemState.values, description="Only those in this state.")


class RecurringShape(Shape):
    """A bill, a subscription or income. Amounts are signed: positive is money in."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    merchant_id = serializers.IntegerField(allow_null=True)
    amount = serializers.CharField(help_text="What to expect next.")
    currency = serializers.CharField()
    frequency = serializers.ChoiceField(FREQUENCIES)
    next_on = serializers.DateField(help_text="The first day on which it is still expected.")
    state = serializers.ChoiceField(ItemState.choices)
    source = serializers.ChoiceField(ItemSource.choices)  # type: ignore[assignment]  # a field's own name
    category_id = serializers.IntegerField(allow_null=True)
    category = serializers.CharField()
    account_id = serializers.IntegerField(allow_null=True)
    last_on = serializers.DateField(allow_null=True, help_text="The day it was last seen.")
    last_amount = serializers.CharField(allow_null=True)
    price_before = serializers.CharField(allow_null=True, help_text="What it was before its price last changed.")
    price_after = serializers.CharField(allow_null=True)
    price_on = serializers.DateField(allow_null=True)
    yearly = serializers.CharField(help_text="What it comes to in a year.")
    monthly = serializers.CharField(help_text="A twelfth of that.")
    edited = serializers.ListField(
        child=serializers.CharField(), help_text="What a person set; what is found later leaves that alone."
    )


class RecurringPage(Shape):
    results = RecurringShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class ComingShape(Shape):
    """One expected day."""

    recurring_id = serializers.IntegerField()
    name = serializers.CharField()
    day = serializers.DateField()
    amount = serializers.CharField(help_text="What was paid, where it was; else what to expect.")
    currency = serializers.CharField()
    state = serializers.ChoiceField([each.value for each in Meeting])
    transaction_id = serializers.IntegerField(allow_null=True, help_text="The transaction that met it.")
    paid_on = serializers.DateField(allow_null=True)


class ComingSum(Shape):
    currency = serializers.CharField()
    incoming = serializers.CharField()
    outgoing = serializers.CharField(help_text="Positive.")


class UpcomingShape(Shape):
    """What was expected in the last 30 days and is in those that were asked for; `totals` is what is still to come."""

    results = ComingShape(many=True)
    totals = ComingSum(many=True)


class UpcomingAsked(StrictSerializer):
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=DAYS)


class RecurringInput(StrictSerializer):
    """The amount is signed: negative for money out. Without a merchant the name says whose transactions it is."""

    name = serializers.CharField(max_length=actions.LONGEST_NAME, validators=[plain_text])
    amount = AmountInput()
    frequency = serializers.ChoiceField(FREQUENCIES)
    next_on = DayInput()
    merchant_id = id_input(required=False)
    category_id = id_input(required=False)
    account_id = id_input(required=False)


class RecurringChange(StrictSerializer):
    """What is not named stays. `ended` true: it comes no more; false: it does again."""

    name = serializers.CharField(
        max_length=actions.LONGEST_NAME, required=False, allow_blank=True, validators=[plain_text]
    )
    amount = AmountInput(required=False)
    frequency = serializers.ChoiceField(FREQUENCIES, required=False)
    next_on = DayInput(required=False)
    category_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, allow_null=True)
    account_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, allow_null=True)
    ended = serializers.BooleanField(required=False)


def shape(row: RecurringItem) -> dict[str, Any]:
    """As RecurringShape."""
    cost = queries.cost_of(row)
    return {
        "id": row.pk,
        "name": row.called,
        "merchant_id": row.merchant_id,
        "amount": str(row.amount),
        "currency": row.currency,
        "frequency": row.frequency,
        "next_on": row.next_on,
        "state": row.state,
        "source": row.source,
        "category_id": row.category_id,
        "category": row.category.name if row.category else "",
        "account_id": row.account_id,
        "last_on": row.last_on,
        "last_amount": None if row.last_amount is None else str(row.last_amount),
        "price_before": None if row.price_before is None else str(row.price_before),
        "price_after": None if row.price_after is None else str(row.price_after),
        "price_on": row.price_on,
        "yearly": str(cost.yearly),
        "monthly": str(cost.monthly),
        "edited": sorted(row.edited),
    }


def coming(found: Coming) -> dict[str, Any]:
    """As ComingShape."""
    return {
        "recurring_id": found.item.pk,
        "name": found.item.called,
        "day": found.day,
        "amount": str(found.amount),
        "currency": found.item.currency,
        "state": found.state.value,
        "transaction_id": found.paid.pk if found.paid else None,
        "paid_on": found.paid.day if found.paid else None,
    }


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
        found = queries.upcoming(book=self.book, today=self.book.today(self.now), days=given["days"])
        totals = [
            {"currency": each.currency, "incoming": str(each.incoming), "outgoing": str(each.outgoing)}
            for each in queries.sums_of(found)
        ]
        return Response({"results": [coming(each) for each in found], "totals": totals})


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

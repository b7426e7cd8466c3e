"""Exchange rates over the API."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor, page_of
from accounts.rest import BookView
from accounts.strict import StrictSerializer
from banking import actions, queries
from banking.api.amounts import RateNumber
from banking.api.filters import PAGE, limit_of
from banking.api.refusing import told
from banking.models import Rate
from banking.queries import Leg, Used

Shape = serializers.Serializer[Any]


class RateShape(Shape):
    """On the day one of the base was worth `rate` of the quote."""

    id = serializers.IntegerField()
    day = serializers.DateField()
    base = serializers.CharField()
    quote = serializers.CharField()
    rate = serializers.CharField(help_text="A decimal number such as 1.0867.")
    source = serializers.CharField(help_text="`typed`.")  # type: ignore[assignment]  # a field's own name
    by = serializers.CharField(help_text="Who typed it; empty where they are no more.")


class RatePage(Shape):
    results = RateShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class RateInput(StrictSerializer):
    """One of the base is worth `rate` of the quote from the day on, until there is a newer rate."""

    day = serializers.DateField()
    base = serializers.CharField(max_length=8)
    quote = serializers.CharField(max_length=8)
    rate = RateNumber()


class LegShape(Shape):
    """A stored rate: one of the base is worth `rate` of the quote. With `turned` it is divided by."""

    base = serializers.CharField()
    quote = serializers.CharField()
    rate = serializers.CharField()
    day = serializers.DateField()
    source = serializers.CharField(help_text="`typed`, or `ECB`.")  # type: ignore[assignment]  # likewise
    by = serializers.CharField()
    turned = serializers.BooleanField()


class UsedRateShape(Shape):
    """What an amount was multiplied with. The product of the legs is exact; `rate` is what is shown of it."""

    base = serializers.CharField()
    quote = serializers.CharField()
    rate = serializers.CharField()
    is_rounded = serializers.BooleanField(help_text="Whether `rate` is not all of it.")
    day = serializers.DateField(help_text="Of the oldest leg.")
    age_days = serializers.IntegerField()
    legs = LegShape(many=True)


def shape(row: Rate) -> dict[str, Any]:
    """As RateShape."""
    return {
        "id": row.pk,
        "day": row.day,
        "base": row.base,
        "quote": row.quote,
        "rate": format(row.rate, "f"),
        "source": queries.TYPED,
        "by": row.by.name if row.by else "",
    }


def used(found: Used) -> dict[str, Any]:
    """As UsedRateShape."""
    return {
        "base": found.base,
        "quote": found.quote,
        "rate": format(found.rate, "f"),
        "is_rounded": found.is_rounded,
        "day": found.day,
        "age_days": found.age,
        "legs": [_leg(each) for each in found.legs],
    }


def _leg(each: Leg) -> dict[str, Any]:
    return {
        "base": each.base,
        "quote": each.quote,
        "rate": format(each.rate, "f"),
        "day": each.day,
        "source": each.source,
        "by": each.by,
        "turned": each.turned,
    }


class RateList(BookView):
    """The rates that were typed in, the newest day first."""

    @extend_schema(operation_id="rate_list", parameters=PAGE, responses=RatePage)
    def get(self, request: Request) -> Response:
        found = queries.typed_rates(book=self.book)
        try:
            page = page_of(found, cursor=request.query_params.get("cursor"), size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        return Response({"results": [shape(row) for row in page.rows], "next": page.next, "previous": page.previous})

    @extend_schema(request=RateInput, responses={200: RateShape, 201: RateShape})
    def post(self, request: Request) -> Response:
        """Store a rate: 201; in the place of one of the same pair and day, whichever way round that is: 200."""
        body = RateInput(data=request.data)
        body.is_valid(raise_exception=True)
        with told():
            new = actions.NewRate(**body.validated_data)
            row, replaced = actions.set_rate(book=self.book, by=self.user, new=new, now=timezone.now())
        return Response(shape(row), status=status.HTTP_200_OK if replaced else status.HTTP_201_CREATED)


class RateDetail(BookView):
    """One rate that was typed in."""

    @extend_schema(operation_id="rate_retrieve", responses=RateShape)
    def get(self, request: Request, pk: int) -> Response:
        with told():
            return Response(shape(queries.typed_rate(book=self.book, pk=pk)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget it: totals are then converted with the rate before it, or have none."""
        with told():
            actions.delete_rate(book=self.book, by=self.user, pk=pk, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

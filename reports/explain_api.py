"""Why a figure is what it is, over the API: the same explanation as the page's."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import BookView
from banking.api.filters import FILTERS
from banking.api.rates import UsedRateShape, used
from banking.forms import TransactionFilter
from banking.forms.filtering import FIRST_DAY, LAST_DAY
from reports import queries
from reports.queries import Asked, Explanation, Original, Reason

Shape = serializers.Serializer[Any]
ON = OpenApiParameter("on", OpenApiTypes.DATE, description="For balances: as they were at the end of this day.")


class OriginalShape(Shape):
    amount = serializers.CharField()
    currency = serializers.CharField()
    rate = UsedRateShape()


class ExplainedPartShape(Shape):
    name = serializers.CharField()
    amount = serializers.CharField()
    count = serializers.IntegerField(allow_null=True, help_text="How many transactions; null for an opening balance.")
    address = serializers.CharField(help_text="The page that lists it.")
    original = OriginalShape(allow_null=True, help_text="What was converted; null where nothing was.")


class LeftOutShape(Shape):
    reason = serializers.ChoiceField([each.value for each in Reason])
    text = serializers.CharField()
    currency = serializers.CharField()
    count = serializers.IntegerField()
    amount = serializers.CharField(help_text="Their plain sum: negative where more went out.")
    address = serializers.CharField(help_text="The page that lists exactly them.")


class ExplanationShape(Shape):
    id = serializers.CharField()
    amount = serializers.CharField(help_text="As pages and the API show it.")
    currency = serializers.CharField()
    sign = serializers.IntegerField(help_text="The sum of the parts times this is the total.")
    definition = serializers.CharField()
    start = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True, help_text="Inclusive.")
    parts = ExplainedPartShape(many=True)
    left_out = LeftOutShape(many=True)
    rates = UsedRateShape(many=True, help_text="Empty where nothing is converted and other currencies are left out.")
    total = serializers.CharField(help_text="Added up anew from the transactions.")
    agrees = serializers.BooleanField(help_text="Whether the total is the amount.")


class Explain(BookView):
    """What a figure is made of."""

    @extend_schema(operation_id="explain", parameters=[ON, *FILTERS], responses=ExplanationShape)
    def get(self, request: Request, figure: str) -> Response:
        """`figure` is the id that the dashboard's summary and the pages give it. `list-in-USD`, `list-out-USD`,
        `list-net-USD` and `day-2026-03-01-USD` are about the transactions that the filters list."""
        asked = self._asked(request, figure)
        try:
            found = queries.explanation(book=self.book, asked=asked, today=self.book.today(timezone.now()))
        except queries.UnknownFigure as error:
            raise NotFound(_("There is no such figure.")) from error
        except queries.NoTotal as reason:
            names = ", ".join(reason.together.missing)
            raise NotFound(_("There is no total: a rate is missing for %(names)s.") % {"names": names}) from reason
        return Response(_shown(found))

    def _asked(self, request: Request, figure: str) -> Asked:
        if queries.is_of_list(figure):
            form = TransactionFilter(request.query_params, book=self.book, strict=True)
            if not form.is_valid():
                raise ValidationError({name: [str(each) for each in found] for name, found in form.errors.items()})
            return Asked(figure, form=form)
        given = request.query_params.get("on")
        try:
            on = date.fromisoformat(given) if given else None
        except ValueError:
            on = FIRST_DAY.replace(year=1)
        if on and not FIRST_DAY <= on <= LAST_DAY:
            raise ValidationError({"on": [_("Give a day such as 2026-03-31.")]})
        return Asked(figure, on=on)


def _shown(found: Explanation) -> dict[str, Any]:
    return {
        "id": found.figure.id,
        "amount": str(found.figure.amount),
        "currency": found.figure.currency,
        "sign": found.figure.sign,
        "definition": found.definition,
        "start": found.start,
        "until": found.until,
        "parts": [
            {
                "name": each.name,
                "amount": str(each.amount),
                "count": each.count,
                "address": each.address,
                "original": _original(each.original) if each.original else None,
            }
            for each in found.parts
        ],
        "left_out": [
            {
                "reason": each.reason.value,
                "text": each.text,
                "currency": each.currency,
                "count": each.count,
                "amount": str(each.amount),
                "address": each.address,
            }
            for each in found.left_out
        ],
        "rates": [used(each) for each in found.rates],
        "total": str(found.total),
        "agrees": found.agrees,
    }


def _original(found: Original) -> dict[str, Any]:
    return {"amount": str(found.amount), "currency": found.currency, "rate": used(found.rate)}

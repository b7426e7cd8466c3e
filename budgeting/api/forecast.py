"""What is to come, over the API: the forecast of balances, and what is safe to spend."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import BookView
from accounts.strict import StrictSerializer
from budgeting.api.inputs import read
from budgeting.queries.forecast import DAYS, Ahead, InCurrency, LowPoint, book_forecast
from budgeting.queries.safe import Safe, safe_to_spend

Shape = serializers.Serializer[Any]
MOST_DAYS = 180


class ForecastAsked(StrictSerializer):
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=DAYS)


class ForecastPoint(Shape):
    """The balance at the end of a day."""

    day = serializers.DateField()
    expected = serializers.CharField()
    low = serializers.CharField(help_text="Four of five balances lie between `low` and `high`.")
    high = serializers.CharField()


class ForecastLine(Shape):
    account_id = serializers.IntegerField(allow_null=True, help_text="Null for all of the currency together.")
    name = serializers.CharField(help_text="Empty for all together.")
    balance = serializers.CharField(help_text="Today.")
    points = ForecastPoint(many=True)


class LowPointShape(Shape):
    """The least balance of a cash account in these days, or the first below zero."""

    account_id = serializers.IntegerField()
    name = serializers.CharField()
    day = serializers.DateField()
    amount = serializers.CharField()
    low = serializers.CharField(help_text="The lower end of the band on that day.")
    below_zero = serializers.BooleanField(help_text="Whether less than nothing is expected.")
    may_be_below_zero = serializers.BooleanField(help_text="Whether only the band reaches below zero.")


class ForecastInCurrency(Shape):
    """Cash accounts and cards of one currency."""

    currency = serializers.CharField()
    total = ForecastLine()
    accounts = ForecastLine(many=True)
    lowest = LowPointShape(allow_null=True)


class ForecastShape(Shape):
    today = serializers.DateField()
    results = ForecastInCurrency(many=True)


class SafePart(Shape):
    """Signed: what lessens is negative. `transfer` is a pending one, `ahead` what is entered for days to come."""

    kind = serializers.ChoiceField(["account", "pending", "transfer", "ahead", "bill", "budget"])
    id = serializers.IntegerField(allow_null=True, help_text="Of the account, the recurring item or the budget.")
    name = serializers.CharField()
    day = serializers.DateField(allow_null=True, help_text="When the bill is expected.")
    amount = serializers.CharField()


class SafeShape(Shape):
    figure = serializers.CharField(help_text="Its id for /api/explain.")
    currency = serializers.CharField()
    amount = serializers.CharField(help_text="The sum of the parts.")
    until = serializers.DateField(help_text="Exclusive: the next income, or the end of the month where none is known.")
    income_id = serializers.IntegerField(allow_null=True, help_text="The recurring item that comes next.")
    parts = SafePart(many=True)


class SafeList(Shape):
    results = SafeShape(many=True)


class ForecastView(BookView):
    """Where the balances are going."""

    @extend_schema(operation_id="forecast", parameters=[ForecastAsked], responses=ForecastShape)
    def get(self, request: Request) -> Response:
        """Of each cash account and card, and by currency of all together: what is expected, and an 80 % band."""
        days = read(ForecastAsked, request.query_params)["days"]
        found = book_forecast(book=self.book, today=self.today, days=days)
        return Response({"today": found.today, "results": [_in_currency(each) for each in found.currencies]})


class SafeToSpend(BookView):
    """What can be spent until the next income."""

    @extend_schema(operation_id="forecast_safe_to_spend", responses=SafeList)
    def get(self, request: Request) -> Response:
        """What is there, less what is pending, bills before the next income and what budgets still want until then."""
        found = safe_to_spend(book=self.book, today=self.today)
        return Response({"results": [_safe(each) for each in found]})


def _in_currency(found: InCurrency) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "total": _line(found.total),
        "accounts": [_line(each) for each in found.accounts],
        "lowest": _low_point(found.low_point) if found.low_point else None,
    }


def _line(found: Ahead) -> dict[str, Any]:
    outlook = found.outlook
    points = zip(outlook.days, outlook.expected, outlook.low, outlook.high, strict=True)
    return {
        "account_id": found.account.pk if found.account else None,
        "name": found.account.name if found.account else "",
        "balance": str(found.balance),
        "points": [
            {"day": day, "expected": str(expected), "low": str(low), "high": str(high)}
            for day, expected, low, high in points
        ],
    }


def _low_point(found: LowPoint) -> dict[str, Any]:
    return {
        "account_id": found.account.pk,
        "name": found.account.name,
        "day": found.day,
        "amount": str(found.amount),
        "low": str(found.low),
        "below_zero": found.is_below,
        "may_be_below_zero": found.may_be_below,
    }


def _safe(found: Safe) -> dict[str, Any]:
    return {
        "figure": found.figure.id,
        "currency": found.currency,
        "amount": str(found.figure.amount),
        "until": found.until,
        "income_id": found.income.item.pk if found.income else None,
        "parts": [
            *(_part("account", each.account.pk, each.account.name, each.balance) for each in found.accounts),
            *(_part(kind, None, "", each.amount) for kind, each in found.moves),
            *({**_part("bill", each.item.pk, each.item.called, each.amount), "day": each.day} for each in found.bills),
            *(_part("budget", each.status.budget.pk, each.status.name, -each.amount) for each in found.wanted),
        ],
    }


def _part(kind: str, pk: int | None, name: str, amount: Any) -> dict[str, Any]:
    return {"kind": kind, "id": pk, "name": name, "day": None, "amount": str(amount)}

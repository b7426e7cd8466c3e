"""The JSON shapes of the dashboard. Amounts are decimal strings."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from rest_framework import serializers

from banking.api.figures import FigureShape
from banking.api.figures import figure as _figure
from banking.models import Connection, Transaction
from banking.queries import Line
from reports.queries import AccountLine, CashFlow, Compared, Dashboard, Flow, Overview, Spending, SpendingOf, Worth
from reports.shapes_together import TogetherPointShape, TogetherShape, together, together_point

Shape = serializers.Serializer[Any]
ENTRIES_AHEAD = "Entries by hand dated after the book's today: they are not in it."


class AccountLineShape(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    mask = serializers.CharField()
    kind = serializers.CharField()
    institution = serializers.CharField()
    is_owed = serializers.BooleanField()
    balance = FigureShape()
    entries_ahead = serializers.IntegerField(help_text=ENTRIES_AHEAD)
    after = serializers.CharField(allow_null=True, help_text="The balance after the entries ahead, if there are any.")


class WorthShape(Shape):
    currency = serializers.CharField()
    net_worth = serializers.CharField()
    assets = serializers.CharField()
    liabilities = serializers.CharField(help_text="Positive when something is owed.")
    entries_ahead = serializers.IntegerField(help_text=ENTRIES_AHEAD)
    after = serializers.CharField(allow_null=True, help_text="The net worth after the entries ahead, if there are any.")


class ComparedShape(Shape):
    """This month, the whole of last month, and last month up to the same day."""

    now = FigureShape()
    before = FigureShape()
    by_this_day = FigureShape()


class FlowShape(Shape):
    currency = serializers.CharField()
    income = ComparedShape()
    spending = ComparedShape()
    left = FigureShape()


class InnerSpendingShape(Shape):
    category_id = serializers.IntegerField()
    category = serializers.CharField()
    amount = FigureShape()
    share = serializers.FloatField(help_text="Of all that was spent, from 0 to 1.")


class SpendingShape(InnerSpendingShape):
    children = InnerSpendingShape(many=True, help_text="They add up to the amount.")


class SpendingOfShape(Shape):
    currency = serializers.CharField()
    total = FigureShape()
    categories = SpendingShape(many=True)


class CashFlowShape(Shape):
    month = serializers.DateField(help_text="Its first day.")
    currency = serializers.CharField()
    income = FigureShape()
    spending = FigureShape()


class PointShape(Shape):
    day = serializers.DateField(help_text="At whose end it is so; of the last one, today.")
    amount = serializers.CharField()


class LineShape(Shape):
    currency = serializers.CharField()
    points = PointShape(many=True)


class LatestShape(Shape):
    id = serializers.IntegerField()
    day = serializers.DateField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    description = serializers.CharField()
    merchant = serializers.CharField()
    category = serializers.CharField()
    account = serializers.CharField()
    pending = serializers.BooleanField()
    tags = serializers.ListField(child=serializers.CharField())


class AttentionShape(Shape):
    connection_id = serializers.IntegerField()
    institution = serializers.CharField()
    status = serializers.CharField()
    problem = serializers.CharField()


class SummaryShape(Shape):
    """Where there are several currencies they stand beside each other, the book's first, and are never added.

    `together` is what there is in all of them, converted; `together_line` the same at the end of each month, empty
    where nothing is or was in another currency. What came in and went out is not converted.
    """

    today = serializers.DateField()
    month = serializers.DateField()
    currency = serializers.CharField()
    accounts = AccountLineShape(many=True)
    worth = WorthShape(many=True)
    together = TogetherShape()
    net_worth = LineShape(many=True)
    together_line = TogetherPointShape(many=True)
    flows = FlowShape(many=True)
    spending = SpendingOfShape(many=True)
    cash_flow = CashFlowShape(many=True)
    latest = LatestShape(many=True)
    attention = AttentionShape(many=True)


class OverviewShape(WorthShape):
    """In the book's currency, zeros if nothing is in it; `by_currency` has it first and then the others."""

    by_currency = WorthShape(many=True)
    together = TogetherShape()
    accounts = AccountLineShape(many=True)


def summary(found: Dashboard) -> dict[str, Any]:
    """As SummaryShape."""
    return {
        "today": found.today,
        "month": found.month,
        "currency": found.currency,
        "accounts": [_account(each) for each in found.accounts],
        "worth": _worths(found.worth, found.currency),
        "together": together(found.together),
        "net_worth": [_line(each) for each in found.net_worth],
        "together_line": [together_point(each) for each in found.together_line],
        "flows": [_flow(each) for each in found.flows],
        "spending": [_spending_of(each) for each in found.spending],
        "cash_flow": [_cash_flow(each) for each in found.cash_flow],
        "latest": [_latest(each) for each in found.latest],
        "attention": [_attention(each) for each in found.attention],
    }


def overview(found: Overview) -> dict[str, Any]:
    """As OverviewShape."""
    worth = _worths(found.worth, found.currency)
    accounts = [_account(each) for each in found.accounts]
    return {**worth[0], "by_currency": worth, "together": together(found.together), "accounts": accounts}


def _account(found: AccountLine) -> dict[str, Any]:
    row = found.account
    institution = row.connection.institution if row.connection else None
    return {
        "id": row.pk,
        "name": row.name,
        "mask": row.mask,
        "kind": row.kind,
        "institution": institution.name if institution else "",
        "is_owed": found.is_owed,
        "balance": _figure(found.balance),
        **_ahead(found),
    }


def _worths(found: Sequence[Worth], currency: str) -> list[dict[str, Any]]:
    """By currency, the book's first; zeros in that one where no account is in it."""
    told = [_worth(each) for each in found]
    return told if told[0]["currency"] == currency else [_nothing(currency), *told]


def _nothing(currency: str) -> dict[str, Any]:
    zeros = dict.fromkeys(("net_worth", "assets", "liabilities"), "0.00")
    return {"currency": currency, **zeros, "entries_ahead": 0, "after": None}


def _worth(found: Worth) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "net_worth": str(found.net_worth.amount),
        "assets": str(found.assets.amount),
        "liabilities": str(found.liabilities.amount),
        **_ahead(found),
    }


def _ahead(found: AccountLine | Worth) -> dict[str, Any]:
    return {
        "entries_ahead": found.ahead.count if found.ahead else 0,
        "after": str(found.after.amount) if found.after else None,
    }


def _line(found: Line) -> dict[str, Any]:
    points = [{"day": point.day - timedelta(days=1), "amount": str(point.amount)} for point in found.points]
    return {"currency": found.currency, "points": points}


def _compared(found: Compared) -> dict[str, Any]:
    return {"now": _figure(found.now), "before": _figure(found.before), "by_this_day": _figure(found.by_this_day)}


def _flow(found: Flow) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "income": _compared(found.income),
        "spending": _compared(found.spending),
        "left": _figure(found.left),
    }


def _spending_of(found: SpendingOf) -> dict[str, Any]:
    categories = [{**_spending(each), "children": _children(each.children)} for each in found.categories]
    return {"currency": found.currency, "total": _figure(found.total), "categories": categories}


def _children(found: Sequence[Spending]) -> list[dict[str, Any]]:
    return [_spending(each) for each in found]


def _spending(found: Spending) -> dict[str, Any]:
    return {
        "category_id": found.category.pk,
        "category": found.category.name,
        "amount": _figure(found.amount),
        "share": round(found.share, 4),
    }


def _cash_flow(found: CashFlow) -> dict[str, Any]:
    return {
        "month": found.month,
        "currency": found.currency,
        "income": _figure(found.income),
        "spending": _figure(found.spending),
    }


def _latest(row: Transaction) -> dict[str, Any]:
    return {
        "id": row.pk,
        "day": row.day,
        "amount": str(row.amount),
        "currency": row.currency,
        "description": row.description,
        "merchant": row.merchant.name if row.merchant else "",
        "category": row.category.name,
        "account": row.account.name,
        "pending": row.pending,
        "tags": [tag.name for tag in row.tags.all()],
    }


def _attention(row: Connection) -> dict[str, Any]:
    return {
        "connection_id": row.pk,
        "institution": row.institution.name if row.institution else "",
        "status": row.status,
        "problem": row.problem,
    }

"""The JSON shapes of accounts. Balances are decimal strings in the account's currency; what is owed is negative.

A balance is that at the end of the book's today.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from accounts.plain import plain_text
from accounts.strict import StrictSerializer
from banking.api.amounts import AmountInput
from banking.api.transaction_shapes import LARGEST_ID, amount_shape
from banking.models import AccountKind
from banking.queries import AccountBalance, Position

Shape = serializers.Serializer[Any]
ENTRIES_AHEAD = "Entries by hand dated after the book's today: they are not in it."


class AccountShape(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    official_name = serializers.CharField()
    mask = serializers.CharField(help_text="The last digits of its number.")
    kind = serializers.ChoiceField(AccountKind.choices)
    subtype = serializers.CharField()
    currency = serializers.CharField()
    balance = amount_shape()
    entries_ahead = serializers.IntegerField(help_text=ENTRIES_AHEAD)
    balance_after = serializers.CharField(allow_null=True, help_text="After the entries ahead, where there are any.")
    opening = amount_shape()
    reported = serializers.CharField(
        allow_null=True, help_text="What the bank last said the balance is; null when unlinked."
    )
    available = serializers.CharField(allow_null=True)
    limit = serializers.CharField(allow_null=True)
    reported_at = serializers.DateTimeField(allow_null=True)
    manual = serializers.BooleanField()
    connection_id = serializers.IntegerField(allow_null=True)
    institution = serializers.CharField()
    status = serializers.CharField(help_text="Of the connection; empty for a manual account.")
    holder_id = serializers.IntegerField(allow_null=True, help_text="The member whose it is; null: joint.")
    closed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class PositionShape(Shape):
    currency = serializers.CharField()
    assets = amount_shape()
    liabilities = amount_shape()
    net_worth = amount_shape()
    entries_ahead = serializers.IntegerField(help_text=ENTRIES_AHEAD)
    net_worth_after = serializers.CharField(allow_null=True, help_text="After the entries ahead, where there are any.")


class AccountList(Shape):
    """`totals` by currency: different currencies are never added."""

    results = AccountShape(many=True)
    totals = PositionShape(many=True)


class AccountInput(StrictSerializer):
    """A manual account."""

    name = serializers.CharField(max_length=120, validators=[plain_text])
    kind = serializers.ChoiceField(AccountKind.choices)
    currency = serializers.RegexField(r"^[A-Z]{3}$", max_length=3, min_length=3)
    opening = AmountInput(default=Decimal(0), help_text="The balance before the first transaction.")


class AccountChange(StrictSerializer):
    """What is not named stays. Of a linked account only the name can be changed, and whose it is."""

    name = serializers.CharField(max_length=120, required=False, validators=[plain_text])
    kind = serializers.ChoiceField(AccountKind.choices, required=False)
    opening = AmountInput(required=False)
    holder_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, allow_null=True, help_text="A member; null: joint."
    )


class BalanceShape(Shape):
    """`balance` is what our rows come to; `current` and `available` what the bank says, `as_of` when it said so."""

    account_id = serializers.IntegerField()
    currency = serializers.CharField()
    balance = amount_shape()
    current = serializers.CharField(allow_null=True)
    available = serializers.CharField(allow_null=True)
    limit = serializers.CharField(allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True)
    live = serializers.BooleanField(help_text="Whether the bank was asked within the last minute.")


def account(found: AccountBalance) -> dict[str, Any]:
    """As AccountShape."""
    row = found.account
    connection = row.connection
    institution = connection.institution if connection else None
    return {
        "id": row.pk,
        "name": row.name,
        "official_name": row.official_name,
        "mask": row.mask,
        "kind": row.kind,
        "subtype": row.subtype,
        "currency": row.currency,
        "balance": str(found.balance),
        "entries_ahead": found.ahead.count if found.ahead else 0,
        "balance_after": str(found.after.amount) if found.after else None,
        "opening": str(row.opening),
        "reported": _text(found.reported),
        "available": _text(found.available),
        "limit": _text(found.limit),
        "reported_at": row.reported_at,
        "manual": row.is_manual,
        "connection_id": row.connection_id,
        "institution": institution.name if institution else "",
        "status": connection.status if connection else "",
        "holder_id": row.holder_id,
        "closed_at": row.closed_at,
        "created_at": row.created_at,
    }


def accounts(found: Sequence[AccountBalance], totals: Sequence[Position]) -> dict[str, Any]:
    """As AccountList."""
    return {"results": [account(each) for each in found], "totals": [position(each) for each in totals]}


def position(found: Position) -> dict[str, Any]:
    """As PositionShape."""
    return {
        "currency": found.currency,
        "assets": str(found.assets),
        "liabilities": str(found.liabilities),
        "net_worth": str(found.net_worth),
        "entries_ahead": found.ahead.count if found.ahead else 0,
        "net_worth_after": str(found.after.amount) if found.after else None,
    }


def balance(
    found: AccountBalance,
    *,
    current: Decimal | None,
    available: Decimal | None,
    limit: Decimal | None,
    as_of: datetime | None,
    live: bool,
) -> dict[str, Any]:
    """As BalanceShape."""
    return {
        "account_id": found.account.pk,
        "currency": found.account.currency,
        "balance": str(found.balance),
        "current": _text(current),
        "available": _text(available),
        "limit": _text(limit),
        "as_of": as_of,
        "live": live,
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)

"""Plaid's JSON into our dataclasses. Signs are flipped here and nowhere else."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeGuard

from banking.providers.base import AccountFacts, LinkedAccount, TransactionFacts

OWED = {"credit", "loan"}
KINDS = {"depository", "credit", "loan", "investment", "brokerage"}
LARGEST = Decimal(10) ** 14
FOUR_PLACES = Decimal("0.0001")
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


class BadRow(Exception):
    """A row that misses what no transaction can be without."""


def text(value: object, length: int) -> str:
    """Text without what cannot be printed or stored (control characters, direction marks, lone surrogates)."""
    found = str(value or "")
    if not found.isprintable():
        found = "".join(c if c.isprintable() else " " for c in found)
    return " ".join(found.split())[:length]


def is_id(value: object, *, longest: int = 120) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()


def account(row: Mapping[str, Any]) -> AccountFacts:
    """Raise BadRow."""
    try:
        kind = str(row.get("type") or "other")
        balances = row.get("balances") or {}
        sign = -1 if kind in OWED else 1
        return AccountFacts(
            external_id=_id(row["account_id"]),
            name=text(row.get("name"), 120) or "Account",
            official_name=text(row.get("official_name"), 200),
            mask=text(row.get("mask"), 8),
            kind={"brokerage": "investment"}.get(kind, kind) if kind in KINDS else "other",
            subtype=text(row.get("subtype"), 40),
            currency=_currency(balances),
            current=_signed(balances.get("current"), sign),
            available=_signed(balances.get("available"), 1),
            limit=_signed(balances.get("limit"), 1),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRow(_name_of(row, "account_id")) from error


def transaction(row: Mapping[str, Any]) -> TransactionFacts:
    """Raise BadRow."""
    try:
        category = row.get("personal_finance_category") or {}
        authorized = row.get("authorized_date")
        merchant = row.get("merchant_name") or ""
        return TransactionFacts(
            external_id=_id(row["transaction_id"]),
            account_id=_id(row["account_id"]),
            day=_day(row["date"]),
            authorized_on=_day(authorized) if authorized else None,
            amount=-_amount(row["amount"]),
            currency=_currency(row),
            description=text(row.get("original_description") or row.get("name") or merchant, 500) or "—",
            merchant=text(merchant, 120),
            pending=bool(row.get("pending")),
            replaces=text(row.get("pending_transaction_id"), 120),
            channel=text(row.get("payment_channel"), 20),
            category=text(category.get("detailed"), 80),
            category_primary=text(category.get("primary"), 80),
            category_confidence=text(category.get("confidence_level"), 10),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRow(_name_of(row, "transaction_id")) from error


def linked_account(row: Mapping[str, Any]) -> LinkedAccount:
    return LinkedAccount(
        external_id=text(row.get("id") or row.get("account_id"), 120),
        name=text(row.get("name"), 120),
        mask=text(row.get("mask"), 8),
        kind=text(row.get("type"), 40),
        subtype=text(row.get("subtype"), 40),
    )


def sifted(rows: Iterable[Mapping[str, Any]]) -> tuple[list[TransactionFacts], list[str]]:
    """The readable rows, and the ids of those that are not: one odd row must not stop the others."""
    good, bad = [], []
    for row in rows:
        try:
            good.append(transaction(row))
        except BadRow as error:
            bad.append(str(error))
    return good, bad


def _name_of(row: object, key: str) -> str:
    return text(row.get(key), 120) if isinstance(row, Mapping) else ""


def _id(value: object) -> str:
    if not is_id(value):
        raise ValueError("not an id")
    return value


@lru_cache(maxsize=4096)
def _day(value: str) -> date:
    day = date.fromisoformat(value)
    if not EARLIEST <= day <= LATEST:
        raise ValueError("not a day that a bank books on")
    return day


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise TypeError("not a number")
    amount = value if isinstance(value, Decimal) else Decimal(value)
    if not (amount.is_finite() and -LARGEST < amount < LARGEST):
        raise ValueError("not an amount")
    rounded = amount.quantize(FOUR_PLACES)
    if abs(rounded) >= LARGEST:
        raise ValueError("too large once it is rounded")
    return amount if rounded == amount else rounded


def _signed(value: object, sign: int) -> Decimal | None:
    return None if value is None else sign * _amount(value)


def _currency(row: Mapping[str, Any]) -> str:
    return text(row.get("iso_currency_code") or row.get("unofficial_currency_code"), 8).upper()[:8] or "USD"

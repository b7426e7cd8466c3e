"""Plaid's JSON into our dataclasses. Signs are flipped here and nowhere else."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from banking.providers.base import AccountFacts, LinkedAccount, TransactionFacts

OWED = {"credit", "loan"}
KINDS = {"depository", "credit", "loan", "investment", "brokerage"}
LARGEST = Decimal(10) ** 14
FOUR_PLACES = Decimal("0.0001")
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


class BadRow(Exception):
    """A row that misses what no transaction can be without."""


def account(row: Mapping[str, Any]) -> AccountFacts:
    """Raise BadRow."""
    try:
        kind = str(row.get("type") or "other")
        balances = row.get("balances") or {}
        sign = -1 if kind in OWED else 1
        return AccountFacts(
            external_id=_id(row["account_id"]),
            name=_text(row.get("name"), 120) or "Account",
            official_name=_text(row.get("official_name"), 200),
            mask=_text(row.get("mask"), 8),
            kind={"brokerage": "investment"}.get(kind, kind) if kind in KINDS else "other",
            subtype=_text(row.get("subtype"), 40),
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
            description=_text(row.get("original_description") or row.get("name") or merchant, 500) or "—",
            merchant=_text(merchant, 120),
            pending=bool(row.get("pending")),
            replaces=str(row.get("pending_transaction_id") or ""),
            channel=str(row.get("payment_channel") or "")[:20],
            category=str(category.get("detailed") or "")[:80],
            category_primary=str(category.get("primary") or "")[:80],
            category_confidence=str(category.get("confidence_level") or "")[:10],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRow(_name_of(row, "transaction_id")) from error


def linked_account(row: Mapping[str, Any]) -> LinkedAccount:
    return LinkedAccount(
        external_id=str(row.get("id") or row.get("account_id") or ""),
        name=_text(row.get("name"), 120),
        mask=_text(row.get("mask"), 8),
        kind=str(row.get("type") or ""),
        subtype=str(row.get("subtype") or ""),
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
    return str(row.get(key, ""))[:80] if isinstance(row, Mapping) else ""


def _id(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 120:
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
    return amount if rounded == amount else rounded


def _signed(value: object, sign: int) -> Decimal | None:
    return None if value is None else sign * _amount(value)


def _currency(row: Mapping[str, Any]) -> str:
    return str(row.get("iso_currency_code") or row.get("unofficial_currency_code") or "USD")[:8].upper()


def _text(value: object, length: int) -> str:
    """Text without what cannot be printed (control characters, direction marks), cut to length."""
    text = str(value or "")
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())[:length]

"""Rows of a table put together by the account that they are of."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from banking.importing.facts import Row, Statement

IBAN = re.compile(r"\b([A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}\s?[A-Z0-9]{1,4})\b")
ACCOUNT_WORDS = re.compile(r"account|konto|iban|rekening|compte|cuenta|card|karte", re.IGNORECASE)
DIGITS = re.compile(r"(?<![\d.,/-])[\dXx*•_][\dXx*•_ .-]{3,}\d{3}(?![\d.,:/-])")
CODE = re.compile(r"^[A-Z]{3}$")
MASK = 4


class Placed(NamedTuple):
    """A row and the account that its line names, as far as it does; `part` is how it says that it is one of a split."""

    name: str
    number: str
    currency: str
    row: Row
    part: str = ""


def statements_of(
    placed: Sequence[Placed], *, newest_first: bool | None, before: Sequence[Sequence[str]], kind: str = "depository"
) -> tuple[Statement, ...]:
    """One for each account and currency, in the order of the file; rows oldest first."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for each in placed:
        groups.setdefault((each.name, each.number, each.currency), []).append(each.row)
    if len(groups) > 60:
        groups = {("", "", ""): [each.row for each in placed]}
    name, mask, currency = _told(before)
    several = len(groups) > 1
    found = []
    for (named, number, code), rows in groups.items():
        opening, rows = _told_opening(rows)
        ordered = _oldest_first(rows, newest_first)
        before_first, closing = _balances(ordered)
        label = named or ("" if mask_of(number) else number) or ("" if several else name)
        found.append(
            Statement(
                key=" ".join(part for part in (named, number, code) if part)[:120],
                rows=tuple(ordered),
                name=" ".join(part for part in (label, code if several and not named else "") if part)[:120],
                mask=mask_of(number) or _masked(named) or ("" if several else mask),
                currency=code or currency,
                kind=kind,
                opening=opening if opening is not None else before_first,
                closing=closing,
            )
        )
    return tuple(found)


def merged(statements: Sequence[tuple[date | None, Statement]]) -> tuple[Statement, ...]:
    """(day that it began, statement) of one account put together: the balance before the first and after the last.

    In the order of those days or of their rows, and in that of the file where one tells no day at all.
    """
    groups: dict[str, list[tuple[date | None, Statement]]] = {}
    for day, each in statements:
        first = min((row.day for row in each.rows if row.day), default=None)
        groups.setdefault(each.key, []).append((day or first, each))
    found = []
    for group in groups.values():
        if all(day for day, _each in group):
            group.sort(key=lambda pair: pair[0] or date.min)
        several = [each for _day, each in group]
        rows = tuple(row for each in several for row in each.rows)
        closings = [each.closing for each in several if each.closing is not None]
        found.append(replace(several[0], rows=rows, closing=closings[-1] if closings else None))
    return tuple(found)


def mask_of(number: str) -> str:
    """The last digits of an account's number; empty where it has none."""
    signs = re.sub(r"[^0-9A-Za-z]", "", number)
    return signs[-MASK:] if sum(sign.isdigit() for sign in signs) >= 3 else ""


def _masked(name: str) -> str:
    """The digits of a name that is a number, or that ends with some such as `Visa (...9876)`."""
    if IBAN.search(name) or re.fullmatch(r"[\d -]{6,}", name):
        return mask_of(name)
    found = re.search(r"(?:[.…xX*•#-]{2,}|\b[xX*])\s*(\d{3,4})\)?$", name)
    return found[1] if found else ""


def _told_opening(rows: list[Row]) -> tuple[Decimal | None, list[Row]]:
    """The balance that a row of its own opens the account with, and the other rows."""
    told = [row.amount for row in rows if row.status == "opening" and row.amount is not None]
    return (sum(told, Decimal(0)) if told else None), [row for row in rows if row.status != "opening"]


def _oldest_first(rows: list[Row], newest_first: bool | None) -> list[Row]:
    days = [row.day for row in rows if row.day]
    if newest_first is None:
        newest_first = len(days) > 1 and days[0] > days[-1]
    return rows[::-1] if newest_first else rows


def _balances(rows: Sequence[Row]) -> tuple[Decimal | None, Decimal | None]:
    """Before the first row and after the last, of rows that tell the balance after each.

    Rows that do not stand in the order of their balances, as at Revolut, are put in it: the balance before the first is
    the only one that follows none. Where some are missing, the last balance is what counts.
    """
    booked = [row for row in rows if row.status == "booked" and row.amount is not None]
    told = [row for row in booked if row.balance is not None]
    if not told:
        return None, None
    starts, ends = told[0] is booked[0], told[-1] is booked[-1]
    moved = sum((_number(row.amount) for row in booked), Decimal(0))
    opening, closing = _before(told[0]), told[-1].balance
    if not (starts and ends) or opening + moved == closing:
        return (opening if starts else None), closing
    befores, afters = Counter(map(_before, told)), Counter(_number(row.balance) for row in told)
    first, last = list((befores - afters).elements()), list((afters - befores).elements())
    if len(told) == len(booked) and len(first) == len(last) == 1:
        return first[0], last[0]
    if len(told) == len(booked):
        closing = max(reversed(told), key=lambda row: row.day or date.min).balance
    return _number(closing) - moved, closing


def _before(row: Row) -> Decimal:
    return _number(row.balance) - _number(row.amount)


def _number(amount: Decimal | None) -> Decimal:
    return amount or Decimal(0)


def _told(before: Sequence[Sequence[str]]) -> tuple[str, str, str]:
    """Name, last digits and currency of the account, from the lines above the table."""
    name = mask = currency = ""
    for row in before[:30]:
        cells = [cell.strip() for cell in row if cell.strip()]
        line = " ".join(cells)
        if not mask and (found := IBAN.search(line)):
            mask = found[1].replace(" ", "")[-MASK:]
        elif not mask and ACCOUNT_WORDS.search(line) and (digits := DIGITS.search(line)):
            mask = mask_of(digits[0])
        if not name and len(cells) >= 2 and re.search(r"(account|konto).?name|^(giro)?konto$", cells[0], re.IGNORECASE):
            name = cells[1] if not IBAN.search(cells[1]) else cells[0]
        currency = currency or next((cell for cell in cells if CODE.match(cell)), "")
    return name.strip(" :")[:120], mask, currency if currency in KNOWN else ""


KNOWN = frozenset(
    "EUR USD GBP CHF SEK NOK DKK PLN CZK HUF RON BGN CAD AUD NZD JPY CNY INR BRL MXN ZAR SGD HKD KRW TRY ILS".split()
)

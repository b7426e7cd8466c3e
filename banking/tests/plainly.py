"""The ledger as its tables have it, read by plain SQL, and its sums by plain Python: nothing of the application's own.

Amounts are whole ten-thousandths, as they are stored.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

Facts = dict[str, Any]
ROWS = """
SELECT t.id, t.account_id, t.external_id, t.origin, t.day, t.amount, t.currency, t.description, m.name AS merchant,
    t.category_id, t.category_source, t.note, t.excluded, t.pending, t.removed_at IS NOT NULL AS removed, t.discarded,
    t.part_of_id, t.is_split, t.edited
FROM banking_transaction t LEFT JOIN banking_merchant m ON m.id = t.merchant_id WHERE t.book_id = %s
"""
TAGS = """
SELECT l.transaction_id, g.name FROM banking_transactiontag l JOIN banking_tag g ON g.id = l.tag_id WHERE l.book_id = %s
"""
ACCOUNTS = """
SELECT id, connection_id, currency, opening, opening_settled, reported FROM banking_account WHERE book_id = %s
"""
TRANSFERS = "SELECT id, outgoing_id, incoming_id FROM banking_transfer WHERE book_id = %s"
REFUNDS = "SELECT id, refund_id, purchase_id, amount FROM banking_refundlink WHERE book_id = %s"
ITEMS = "SELECT id, kind, state, first_id, second_id, undo FROM banking_reviewitem WHERE book_id = %s"
DAYS = "SELECT account_id, day, amount, count FROM banking_daytotal WHERE book_id = %s"
MONTHS = """
SELECT account_id, category_id, month, currency, money_in, money_out, count FROM banking_monthtotal WHERE book_id = %s
"""
OPERATIONS = "SELECT id, verb, undone, undoes_id, final FROM journal_operation WHERE book_id = %s"
FLAGS = ("excluded", "pending", "removed", "discarded", "is_split", "opening_settled", "undone", "final")


@dataclass
class Ledger:
    """All of a book at one moment, by key."""

    rows: dict[int, Facts] = field(default_factory=dict)
    accounts: dict[int, Facts] = field(default_factory=dict)
    transfers: dict[int, Facts] = field(default_factory=dict)
    refunds: dict[int, Facts] = field(default_factory=dict)
    items: dict[int, Facts] = field(default_factory=dict)
    operations: dict[int, Facts] = field(default_factory=dict)
    days: set[tuple[Any, ...]] = field(default_factory=set)
    months: set[tuple[Any, ...]] = field(default_factory=set)


def ledger(book_id: int) -> Ledger:
    """Read it; call inside `entered`."""
    found = Ledger(
        *(_by_key(sql, book_id) for sql in (ROWS, ACCOUNTS, TRANSFERS, REFUNDS, ITEMS, OPERATIONS)),
        days={tuple(row.values()) for row in _read(DAYS, book_id)},
        months={tuple(row.values()) for row in _read(MONTHS, book_id)},
    )
    for row in found.rows.values():
        row |= {f"mark {name}": at for name, at in _parsed(row.pop("edited")).items()}
    for item in found.items.values():
        item["rows"] = [item["first_id"], item["second_id"], *(each["id"] for each in _parsed(item.pop("undo")))]
    for link in _read(TAGS, book_id):
        found.rows[link["transaction_id"]][f"tag {link['name']}"] = True
    return found


def tags_of(row: Facts) -> list[str]:
    return sorted(name.removeprefix("tag ") for name in row if name.startswith("tag "))


def wrong(found: Ledger) -> Iterator[str]:
    """What cannot be true of any ledger."""
    yield from _balances(found)
    yield from _splits(found)
    yield from _transfers(found)
    yield from _refunds(found)
    yield from _matched(found)
    if found.days != _days(found):
        yield f"day totals {found.days ^ _days(found)}"
    if found.months != _months(found):
        yield f"month totals {found.months ^ _months(found)}"


def balances(found: Ledger) -> dict[int, int]:
    """The opening of each account and all that was booked in it since, split rows as the one that they are."""
    sums = {pk: account["opening"] for pk, account in found.accounts.items()}
    for row in found.rows.values():
        if row["part_of_id"] is None and _is_booked(row):
            sums[row["account_id"]] += row["amount"]
    return sums


def _balances(found: Ledger) -> Iterator[str]:
    for pk, balance in balances(found).items():
        account = found.accounts[pk]
        if account["opening_settled"] and account["reported"] not in (None, balance):
            yield f"account {pk} has {balance}, its bank says {account['reported']}"


def _splits(found: Ledger) -> Iterator[str]:
    parts: dict[int, list[int]] = defaultdict(list)
    for row in found.rows.values():
        if row["part_of_id"] is not None:
            parts[row["part_of_id"]].append(row["amount"])
    whole = {pk: row["amount"] for pk, row in found.rows.items() if row["is_split"]}
    for pk in parts.keys() | whole.keys():
        if sum(parts[pk]) != whole.get(pk) or len(parts[pk]) < 2:
            yield f"the parts of {pk} are {parts[pk]}, it is {whole.get(pk)}"


def _transfers(found: Ledger) -> Iterator[str]:
    seen: set[int] = set()
    for pair in found.transfers.values():
        sides = (pair["outgoing_id"], pair["incoming_id"])
        if seen & set(sides) or not found.rows.keys() >= set(sides) or sides[0] == sides[1]:
            yield f"transfer {pair} shares a side"
        elif found.rows[sides[0]]["account_id"] == found.rows[sides[1]]["account_id"]:
            yield f"transfer {pair} stays in its account"
        seen |= set(sides)


def _refunds(found: Ledger) -> Iterator[str]:
    for link in found.refunds.values():
        if not found.rows.keys() >= {link["refund_id"], link["purchase_id"]} or link["amount"] <= 0:
            yield f"refund {link} leads nowhere"


def _matched(found: Ledger) -> Iterator[str]:
    """What is filed by its match has one: a refund the category of what it pays back most of."""
    sides = {pair[side] for pair in found.transfers.values() for side in ("outgoing_id", "incoming_id")}
    links: dict[int, list[Facts]] = defaultdict(list)
    for _pk, link in sorted(found.refunds.items()):
        links[link["refund_id"]].append(link)
    for pk, row in found.rows.items():
        if row["category_source"] == "match" and pk not in sides:
            most = max(links[pk], key=lambda link: link["amount"]) if links[pk] else None
            if most is None:
                yield f"{pk} is filed by a match that it does not have"
            elif found.rows[most["purchase_id"]]["category_id"] != row["category_id"]:
                yield f"refund {pk} is not filed where its purchase {most['purchase_id']} is"


def _days(found: Ledger) -> set[tuple[Any, ...]]:
    sums: dict[tuple[int, date], list[int]] = defaultdict(list)
    for row in found.rows.values():
        if _is_booked(row) and not row["is_split"] and row["currency"] == found.accounts[row["account_id"]]["currency"]:
            sums[row["account_id"], row["day"]].append(row["amount"])
    return {(*key, sum(amounts), len(amounts)) for key, amounts in sums.items()}


def _months(found: Ledger) -> set[tuple[Any, ...]]:
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in found.rows.values():
        if not (row["removed"] or row["pending"] or row["excluded"] or row["is_split"]):
            key = (row["account_id"], row["category_id"], row["day"].replace(day=1), row["currency"])
            sums[key].append(row["amount"])
    return {
        (*key, sum(max(a, 0) for a in amounts), sum(min(a, 0) for a in amounts), len(amounts))
        for key, amounts in sums.items()
    }


def _is_booked(row: Facts) -> bool:
    return (not row["removed"] or row["discarded"]) and not row["pending"]


def _by_key(sql: str, book_id: int) -> dict[int, Facts]:
    return {row.pop("id"): row for row in _read(sql, book_id)}


def _read(sql: str, book_id: int) -> list[Facts]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [book_id])
        names = [column[0] for column in cursor.description]
        return [_plain(dict(zip(names, values, strict=True))) for values in cursor.fetchall()]


def _parsed(column: Any) -> Any:
    return json.loads(column) if isinstance(column, str) else column


def _plain(row: Facts) -> Facts:
    """SQLite gives days as text and flags as numbers."""
    for name in ("day", "month"):
        if isinstance(row.get(name), str):
            row[name] = date.fromisoformat(row[name])
    return row | {name: bool(row[name]) for name in FLAGS if name in row}

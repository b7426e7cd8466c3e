"""A file as it was read, laid out row by row beside what is in the ledger already."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from accounts import currencies
from accounts.models import Book
from accounts.plain import tidied
from banking.actions.refusals import EARLIEST, LARGEST, YEARS_AHEAD
from banking.actions.tagging import LONGEST_TAG, MOST_TAGS
from banking.importing import Parsed, Row
from banking.importing.twins import Incoming, Twin, twins
from banking.merge import loaded
from banking.models import Import, ImportRow
from banking.money import to_units
from banking.queries import imports as queries

COLUMNS = {
    "position": "bigint",
    "place": "bigint",
    "line": "bigint",
    "day": "date",
    "authorized_on": "date",
    "amount": "bigint",
    "currency": "varchar(8)",
    "description": "varchar(500)",
    "payee": "varchar(120)",
    "note": "varchar(2000)",
    "reference": "varchar(120)",
    "category": "varchar(200)",
    "parts": "text",
    "tags": "text",
    "state": "varchar(8)",
    "why": "varchar(20)",
    "twin": "bigint",
    "chosen": "boolean",
}
OF_JSON = ("parts", "tags")
LONGEST_REFERENCE, LONGEST_NOTE, LONGEST_CATEGORY = 100, 2_000, 200
CODE = re.compile(r"[A-Z]{3,5}")
State = ImportRow.State


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what is to become of it."""

    row: Row
    place: int
    units: int | None
    state: str
    why: str
    twin: int | None = None

    @property
    def chosen(self) -> bool:
        return self.state == State.FRESH


def stage(*, book: Book, source: Import, parsed: Parsed, now: datetime) -> None:
    """Store the rows anew, those that are there already marked. Call inside a transaction."""
    judged = _judged(parsed, today=book.today(now))
    judged = _matched(book, source, judged)
    old = ImportRow.objects.filter(book=book, source=source)
    old._raw_delete(old.db)  # what delete() does where nothing cascades
    _write(book, source, judged, now)


def _judged(parsed: Parsed, *, today: date) -> list[Judged]:
    found = []
    for place, statement in enumerate(parsed.statements):
        for row in statement.rows:
            units = _units(row.amount)
            state, why = _state(row, row.currency or statement.currency, units, today)
            found.append(Judged(row, place, units, state, why))
    return found


def _units(amount: Decimal | None) -> int | None:
    """None where it cannot be kept exactly."""
    try:
        return None if amount is None or abs(amount) >= LARGEST else to_units(amount)
    except ValidationError:
        return None


def _state(row: Row, currency: str, units: int | None, today: date) -> tuple[str, str]:
    if row.problem or row.day is None:
        return State.UNREADABLE, row.problem or "day"
    if units is None:
        return State.UNREADABLE, "amount"
    if _code(currency) is None:
        return State.UNREADABLE, "currency"
    if not EARLIEST <= row.day <= today.replace(year=today.year + YEARS_AHEAD, day=1):
        return State.UNREADABLE, "far"
    if row.status == "void":
        return State.VOID, "void"
    if units == 0:
        return State.VOID, "zero"
    return (State.PENDING, "pending") if row.status == "pending" else (State.FRESH, "")


def _matched(book: Book, source: Import, judged: list[Judged]) -> list[Judged]:
    """With their twins: rows of the file that go to one account are counted together."""
    accounts: dict[int, list[int]] = defaultdict(list)
    for at, each in enumerate(judged):
        account_id = source.statements[each.place].get("account")
        if account_id and each.state in {State.FRESH, State.PENDING}:
            accounts[account_id].append(at)
    for account_id, places in accounts.items():
        rows = [incoming(at, judged[at]) for at in places]
        found, likely = match(book=book, account_id=account_id, rows=rows)
        for at, twin in found.items():
            each = judged[at]
            judged[at] = Judged(each.row, each.place, each.units, State.DUPLICATE, twin.why, twin.pk)
        for at, twin in likely.items():
            each = judged[at]
            judged[at] = Judged(each.row, each.place, each.units, each.state, each.why or "alike", twin.pk)
    return judged


def match(*, book: Book, account_id: int, rows: Sequence[Incoming]) -> tuple[dict[int, Twin], dict[int, Twin]]:
    """What of these rows is in the account, and what merely looks like it; by position."""
    if not rows:
        return {}, {}
    days = [row.day for row in rows]
    known = list(queries.known_rows(book=book, account_id=account_id, first=min(days), last=max(days)))
    return twins(rows, known) if known else ({}, {})


def incoming(position: int, judged: Judged) -> Incoming:
    row = judged.row
    assert row.day is not None
    assert row.amount is not None
    return Incoming(position, row.day, row.amount, text_of(row), row.reference[:LONGEST_REFERENCE])


def text_of(row: Row) -> str:
    """The wording as it is kept."""
    return tidied(row.description or row.payee or row.note, length=500)


def _write(book: Book, source: Import, judged: Sequence[Judged], now: datetime) -> None:
    names = ", ".join(COLUMNS)
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    taken = ", ".join(f"{name}{cast}" if name in OF_JSON else name for name in COLUMNS)
    moment = connection.ops.adapt_datetimefield_value(now)
    with loaded("staging", COLUMNS, list(_lines(source, judged))) as cursor:
        cursor.execute(
            f"INSERT INTO banking_importrow (book_id, source_id, created_at, {names})"  # noqa: S608  names of our own columns
            f" SELECT %s, %s, %s, {taken} FROM staging",
            [book.pk, source.pk, moment],
        )


def _lines(source: Import, judged: Sequence[Judged]) -> Iterator[tuple[Any, ...]]:
    for position, each in enumerate(judged, 1):
        row = each.row
        yield (
            position,
            each.place,
            row.line,
            row.day,
            row.authorized_on,
            each.units,
            _code(row.currency) or source.statements[each.place]["currency"],
            text_of(row),
            tidied(row.payee, length=120),
            _note(row),
            row.reference[:LONGEST_REFERENCE],
            row.category[:LONGEST_CATEGORY],
            _parts(row),
            json.dumps(_names(row.tags)),
            each.state,
            each.why[:20],
            each.twin,
            each.chosen,
        )


def _parts(row: Row) -> str:
    """Each with its tags, if it has any."""
    told = [
        [str(part.amount), part.category[:LONGEST_CATEGORY], tidied(part.note, length=LONGEST_NOTE), _names(part.tags)]
        for part in row.parts
    ]
    return json.dumps([part if part[-1] else part[:-1] for part in told])


def _names(tags: Sequence[str]) -> list[str]:
    """As many tags as a transaction may have."""
    return [name for tag in tags[:MOST_TAGS] if (name := tidied(tag, length=LONGEST_TAG))]


def _note(row: Row) -> str:
    """With those tags for which there is no room."""
    rest = " ".join(f"#{tag}" for tag in row.tags[MOST_TAGS:])
    return tidied(f"{row.note} {rest}" if rest else row.note, length=LONGEST_NOTE)


def summary_of(parsed: Parsed) -> list[dict[str, Any]]:
    """What the file says of each of its accounts, as `Import.statements` keeps it."""
    found = []
    for each in parsed.statements:
        days = [row.day for row in each.rows if row.day]
        moved = sum((row.amount for row in each.rows if row.amount is not None and row.status == "booked"), Decimal(0))
        found.append(
            {
                "key": each.key,
                "name": tidied(each.name, length=120),
                "mask": each.mask[-4:],
                "currency": _currency(each.currency, each.rows),
                "kind": each.kind,
                "rows": len(each.rows),
                "first": min(days).isoformat() if days else None,
                "last": max(days).isoformat() if days else None,
                "opening": _kept(each.opening),
                "closing": _kept(each.closing),
                "moved": str(moved),
            }
        )
    return found


def _kept(balance: Decimal | None) -> str | None:
    """None also for one that cannot be kept exactly."""
    return None if _units(balance) is None else str(balance)


def _currency(told: str, rows: Sequence[Row]) -> str:
    """That of the account, or of most rows; empty where none is known."""
    found = Counter(code for row in rows if (code := _code(row.currency)))
    return _code(told) or (found.most_common(1)[0][0] if found else "")


def _code(told: str) -> str | None:
    """Empty where nothing but a sign stands there, None for a code that is no money."""
    plain = told.upper().strip()
    if plain in currencies.codes():
        return plain
    return None if CODE.fullmatch(plain) else ""

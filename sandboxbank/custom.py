"""Users of one's own making: `user_custom` with a JSON document of the shape that Plaid's sandbox takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sandboxbank import calendars, merchants
from sandboxbank.encoding import cents, decode
from sandboxbank.errors import PlaidError
from sandboxbank.fields import Fields
from sandboxbank.lives import AccountPlan
from sandboxbank.merchants import Merchant
from sandboxbank.movements import Movement

FOR_EVER = 36_500
INFLOW_DAYS = timedelta(days=730)
NAMES = {"depository": "Checking", "credit": "Credit Card", "loan": "Loan", "investment": "Investments"}
OWN_SUBTYPES = {"depository": "checking", "credit": "credit card", "loan": "student", "investment": "brokerage"}


def read(text: str) -> Mapping[str, Any]:
    """The document, checked; raises ValueError, TypeError, KeyError or AttributeError when it is not usable."""
    given = decode(text)
    if not isinstance(given, dict) or not given.get("override_accounts"):
        raise ValueError("override_accounts is missing")
    life = CustomLife(given)
    life.accounts(today=date.min)
    list(life.movements(first=date.min, last=date.max))
    return given


class CustomLife:
    """Exactly the movements of the document; `starting_balance` is the balance on the day of linking."""

    past_days: int | None = FOR_EVER

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._accounts: Sequence[Mapping[str, Any]] = given["override_accounts"]

    def accounts(self, *, today: date) -> list[AccountPlan]:
        """The accounts as written down."""
        return [_plan(str(index), given) for index, given in enumerate(self._accounts)]

    def movements(self, *, first: date, last: date) -> Iterator[Movement]:
        """Those that begin on these days, oldest first."""
        found = [
            _movement(f"{index}.{number}", str(index), row, str(account.get("currency", "USD")))
            for index, account in enumerate(self._accounts)
            for number, row in enumerate(account.get("transactions", []))
        ]
        for index, account in enumerate(self._accounts):
            found += _inflow(str(index), account.get("inflow_model") or {}, max(first, last - INFLOW_DAYS), last)
        return iter(sorted((one for one in found if first <= one.day <= last), key=lambda one: one.posts_on))


def extra_movements(rows: Iterable[Fields], *, key: str, head: int) -> list[Movement]:
    """Movements that a client adds by /sandbox/transactions/create."""
    made = []
    for number, row in enumerate(rows):
        row.text("description"), row.day("date_transacted"), row.day("date_posted")
        try:
            made.append(_movement(f"extra.{head}.{number}", key, row.given, row.text("iso_currency_code", "USD")))
        except ValueError as error:
            raise PlaidError("INVALID_FIELD", f"transactions.amount: {error}") from error
    return made


def recognised(description: str) -> Merchant | None:
    """The merchant whose name is in the text."""
    lowered = description.casefold()
    return next((one for one in merchants.ALL.values() if one.party and one.party.name.casefold() in lowered), None)


def _plan(key: str, given: Mapping[str, Any]) -> AccountPlan:
    kind, meta = str(given["type"]), given.get("meta") or {}
    name = str(meta.get("name") or NAMES.get(kind, "Account"))
    limit, available = meta.get("limit"), given.get("force_available_balance")
    return AccountPlan(
        key=key,
        name=name,
        official_name=str(meta.get("official_name") or name),
        type=kind,
        subtype=str(given.get("subtype") or OWN_SUBTYPES.get(kind, "other")),
        balance=cents(given.get("starting_balance", 0)),
        currency=str(given.get("currency", "USD")),
        limit=None if limit is None else cents(limit),
        mask=str(meta.get("mask") or ""),
        available=None if available is None else cents(available),
    )


def _inflow(key: str, model: Mapping[str, Any], first: date, last: date) -> Iterator[Movement]:
    """A monthly income on its day, for two years; other models move nothing here."""
    if model.get("type") != "monthly-income":
        return
    income, on = -cents(model["income_amount"]), int(model.get("payment_day_of_month", 1))
    name = str(model.get("transaction_name") or "MONTHLY INCOME")
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if calendars.is_the(on, day):
            yield Movement(f"inflow.{day}", key, day, day, income, name, category="INCOME_SALARY")


def _movement(key: str, account: str, row: Mapping[str, Any], currency: str) -> Movement:
    day, posts_on = date.fromisoformat(row["date_transacted"]), date.fromisoformat(row["date_posted"])
    known = recognised(row["description"])
    other = str(row.get("currency") or row.get("iso_currency_code") or currency)
    return Movement(
        key, account, day, max(day, posts_on), cents(row["amount"]), str(row["description"]),
        party=known.party if known else None, category=known.category if known else "",
        channel=known.channel if known else "other", pends=posts_on > day, currency=other if other != currency else "",
    )  # fmt: skip

"""What may happen at the bank and on the way from there; the dice decide everything."""

import json
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from banking.models import Connection
from sandboxbank.control import Control

NAMES = [
    "STARBUCKS STORE 1042",
    "SQ *BLUE BOTTLE",
    "SHELL OIL 57441",
    "NETFLIX.COM",
    "WHOLEFDS #10233",
    "مقهى ☕ القهوة",
]
FAULTS = [
    {"kind": "error", "code": "INTERNAL_SERVER_ERROR"},
    {"kind": "error", "code": "RATE_LIMIT"},
    {"kind": "error", "code": "INSTITUTION_DOWN"},
    {"kind": "html"},
    {"kind": "not_json"},
    {"kind": "reset"},
    {"kind": "truncate"},
    {"kind": "hang", "seconds": 1},
    {"kind": "mutate"},
    {"kind": "empty_cursor"},
    {"kind": "missing_field"},
    {"kind": "extra_field"},
    {"kind": "unknown_enum"},
]
ANSWERS = [plan for plan in FAULTS if plan["kind"] in ("error", "html", "not_json", "reset", "truncate", "hang")]
WEBHOOK_FAULTS = ["webhook_drop", "webhook_duplicate", "webhook_reorder", "webhook_late", "webhook_forged"]

CUSTOM = json.dumps(
    {
        "override_accounts": [
            {
                "type": "depository",
                "subtype": "checking",
                "starting_balance": 1000,
                "transactions": [
                    {
                        "date_transacted": f"2026-0{month}-0{day}",
                        "date_posted": f"2026-0{month}-0{day + 1}",
                        "amount": 10 * day + 0.25,
                        "description": f"SHOP {month}{day}",
                        "currency": "USD",
                    }
                    for month in range(1, 4)
                    for day in range(1, 5)
                ],
            },
            {"type": "credit", "subtype": "credit card", "starting_balance": 250, "transactions": []},
        ]
    }
)


@dataclass
class AtTheBank:
    """One login, as its bank has it."""

    control: Control
    connection: Connection
    dice: random.Random
    quiet: bool = True
    accounts: list[str] = field(default_factory=list)
    unearthed: int = 0

    def purchase(self) -> None:
        count = self.dice.randint(1, 6)
        self.change(add=[self.row() for _ in range(count)])

    def twins(self) -> None:
        row = self.row()
        self.change(add=[row, dict(row)])

    def moving(self) -> None:
        """Money goes from one account of the login to another one."""
        row = self.row() | {"amount": abs(self.amount()) + 1, "name": "ONLINE TRANSFER"}
        others = [each for each in self.accounts if each != row["account"]]
        back = row | {
            "amount": -row["amount"],
            "account": self.dice.choice(others),
            "date": ago(self.dice.randint(0, 40)),
        }
        self.change(add=[row, self.dice.choice([back, back | {"date": row["date"]}])])

    def pending(self) -> None:
        self.change(add=[self._pending_row() for _ in range(self.dice.randint(1, 3))])

    def posting(self) -> None:
        self.control.post_pending(self.connection.external_id)

    def correction(self) -> None:
        present = self.present()
        if present:
            self.correct(self.one_of(present))

    def removal(self) -> None:
        present = self.present()
        if present:
            self.change(remove=[self.one_of(present)["transaction_id"]])

    def renumbering(self) -> None:
        self.control.renumber_account(self.any_account())
        self.accounts.clear()

    def unearthing(self) -> None:
        """History comes late, each time older: today's balance stays as it is."""
        self.unearthed += 1
        age = 400 + 15 * self.unearthed
        rows = [self.row() | {"date": ago(age + self.dice.randint(0, 14))} for _ in range(self.dice.randint(1, 3))]
        self.change(add=rows, past=True)

    def trouble(self) -> None:
        for endpoint, plans in (("/transactions/sync", FAULTS), ("/accounts/get", ANSWERS)):
            for plan in self.dice.sample(plans, self.dice.randint(0, 2)):
                details = {k: v for k, v in plan.items() if k != "kind"}
                self.control.fault(str(plan["kind"]), endpoint=endpoint, count=self.dice.randint(1, 4), **details)

    def lagging(self) -> None:
        """Balances do not have the newest rows yet, over some readings."""
        count, days = self.dice.randint(1, 3), self.dice.randint(1, 30)
        for endpoint in ("/transactions/sync", "/accounts/get"):
            self.control.fault("stale_balance", endpoint=endpoint, count=count, days=days)

    def garbling(self) -> None:
        """Webhooks get lost, doubled, overtaken or forged."""
        self.control.fault(self.dice.choice(WEBHOOK_FAULTS), endpoint="webhook", count=self.dice.randint(1, 3))

    def correct(self, row: dict) -> None:
        name = f"{row['name']} CORR"
        renamed = {"name": name, "original_description": name}
        change = self.dice.choice([renamed, {"amount": self.amount()}])
        self.change(modify=[{"transaction_id": row["transaction_id"], **change}])

    def present(self) -> list[dict]:
        return sorted(self.control.ledger(self.connection.external_id)["transactions"], key=lambda row: row["date"])

    def one_of(self, rows: list[Any]) -> Any:
        """Often an early one, so that the bank and the user meet at the same rows."""
        return self.dice.choice(rows[:10] if self.dice.random() < 0.5 else rows)

    def change(self, **changes: object) -> list[str]:
        return self.control.transactions(self.connection.external_id, quiet=self.quiet, **changes)

    def row(self) -> dict:
        return {
            "amount": self.amount(),
            "name": self.dice.choice(NAMES),
            "date": ago(self.dice.randint(0, 40)),
            "account": self.any_account(),
        }

    def _pending_row(self) -> dict:
        row = self.row()
        posts_on = date.fromisoformat(row["date"]) + timedelta(days=self.dice.randint(1, 5))
        return row | {"pending": True, "posts_on": posts_on.isoformat(), "held": self.amount()}

    def any_account(self) -> str:
        """Asked for once, as the truth is long."""
        if not self.accounts:
            truth = self.control.ledger(self.connection.external_id)
            self.accounts = [account["account_id"] for account in truth["accounts"]]
        return self.dice.choice(self.accounts)

    def amount(self) -> Decimal:
        return Decimal(self.dice.randint(-5_000, 9_000)) / 100


def ago(days: int) -> str:
    return (timezone.now().date() - timedelta(days=days)).isoformat()

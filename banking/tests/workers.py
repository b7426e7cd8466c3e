"""What workers do in a book besides reading its bank: files, rules and matches; each may die at any point of it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from django.db import connection as database
from django.db.models import Sum
from django.utils import timezone

from accounts.books import entered
from accounts.models import User
from banking import actions
from banking.actions import Received, Refused, RuleWish
from banking.actions.bringing_in import carry_out
from banking.actions.errors import Busy
from banking.actions.finding import find_matches
from banking.models import Account, Category, Import, Rule
from banking.tests.at_the_bank import NAMES, ago
from banking.tests.dying import dies_at, falls_at
from banking.tests.hands import Deed
from banking.tests.in_the_book import SHOPS, TAGS, InTheBook
from banking.tests.plainly import Ledger

LONG_AGO = timedelta(hours=1)
LATEST_POINT = 60


@dataclass
class Workers:
    """They do what a person asks for; `files` are those that were sent, each with the account it is for."""

    life: InTheBook
    by: User
    files: list[tuple[str, int]] = field(default_factory=list)

    def read(self) -> None:
        self.life.reading()

    def find(self) -> None:
        with suppress(Busy):
            find_matches(book=self.life.book, now=timezone.now())

    def receive(self) -> int | None:
        """A file that was sent is asked to be brought in; the import, None where all of it is there already."""
        dice = self.life.dice
        if not self.files or dice.random() < 0.6:
            self.files.append(self._file())
        text, account = dice.choice(self.files)
        with entered(self.life.book):
            shared = {"book": self.life.book, "by": self.by, "now": timezone.now()}
            file = Received("bank.csv", text.encode(), account=account)
            source = actions.receive_import(**shared, file=file)
            try:
                actions.start_import(**shared, pk=source.pk)
            except Refused:
                actions.discard_import(book=self.life.book, pk=source.pk)
                return None
        return source.pk

    def bring_in(self, pk: int) -> None:
        carry_out(book=self.life.book, import_id=pk, clock=timezone.now)

    def ask_run(self) -> int | None:
        with entered(self.life.book):
            rules = list(Rule.objects.filter(book=self.life.book).order_by("pk"))
            if not rules:
                return None
            rule = self.life.dice.choice([*rules, None])
            asked = {"book": self.life.book, "by": self.by, "rule_id": rule.pk if rule else None}
            return actions.ask_run(**asked, now=timezone.now()).pk

    def run_rules(self, pk: int, *, later: timedelta = timedelta(0)) -> None:
        actions.run_rules(book=self.life.book, run_id=pk, clock=lambda: timezone.now() + later)

    def dying(self, work: Callable[[], None]) -> None:
        point = self.life.dice.randint(0, LATEST_POINT)
        die = dies_at if database.vendor == "postgresql" else falls_at
        die(point, work)

    def new_rule(self, _now: Ledger) -> Deed:
        wish = self._wish()
        return Deed(lambda: actions.store_rule(book=self.life.book, by=self.by, wish=wish, now=timezone.now()))

    def revert(self, now: Ledger) -> Deed | None:
        done = Import.objects.filter(book=self.life.book, status=Import.Status.DONE).order_by("pk")
        if not done:
            return None
        pk = self.life.dice.choice(list(done)).pk
        leaves = frozenset(key for key, row in now.rows.items() if row["origin"] == "import")
        shared = {"book": self.life.book, "by": self.by, "now": timezone.now()}
        return Deed(lambda: actions.revert_import(**shared, pk=pk), leaves=leaves)

    def _wish(self) -> RuleWish:
        """It does one to three things to what contains a word."""
        dice, word = self.life.dice, self.life.dice.choice(NAMES).split()[0]
        categories = list(Category.objects.filter(book=self.life.book).order_by("pk"))
        halves = [{"kind": "percent", "value": "40", "category_id": dice.choice(categories).pk}, {"kind": "remainder"}]
        choices = {
            "category_id": dice.choice(categories).pk,
            "merchant": dice.choice(SHOPS),
            "note": f"rule {dice.random()}",
            "tags": [dice.choice(TAGS)],
            "exclude": True,
            "split": halves,
        }
        does = {name: choices[name] for name in dice.sample(sorted(choices), dice.randint(1, 3))}
        return RuleWish("", {"all": [{"field": "text", "op": "contains", "value": word}]}, does)

    def _file(self) -> tuple[str, int]:
        """Rows of its own, and often some that the bank tells too: in other words, a day later, or told by it later."""
        dice, account = self.life.dice, self._any_account()
        if early := dice.random() < 0.6:
            self.life.purchase()
        rows = [(ago(dice.randint(0, 60)), dice.choice(NAMES), self.life.amount()) for _ in range(dice.randint(1, 3))]
        present = [row for row in self.life.present() if row["account_id"] == account.external_id]
        fresh = [row for row in present if not self._is_read(row["transaction_id"])] if early else present
        for row in dice.sample(fresh, min(len(fresh), dice.randint(0, 2))):
            later = date.fromisoformat(row["date"]) + timedelta(days=dice.randint(0, 1))
            rows.append((later.isoformat(), dice.choice([row["name"], f"{row['name']} VISA"]), -row["amount"]))
        lines = [f'{day},"{name}",{amount:.2f}' for day, name, amount in rows]
        return "\n".join(["Date,Description,Amount", *lines, ""]), account.pk

    def _is_read(self, external_id: str) -> bool:
        with entered(self.life.book):
            return self.life.stored().filter(external_id=external_id).exists()

    def _any_account(self) -> Account:
        with entered(self.life.book):
            linked = Account.objects.filter(book=self.life.book).exclude(connection=None).order_by("pk")
            return self.life.dice.choice([self.life.wallet(), *linked])

    def come_twice(self) -> bool:
        """Whether more came of a file than is in it. Call inside the book."""
        done = Import.objects.filter(book=self.life.book, status=Import.Status.DONE)
        for text, _account in self.files:
            sent = done.filter(sha256=sha256(text.encode()).hexdigest()).aggregate(added=Sum("added"))["added"] or 0
            if sent > len(text.splitlines()) - 1:
                return True
        return False

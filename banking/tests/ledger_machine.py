"""A book with a bank's login and a wallet, to which anything happens; what must hold is looked at after every step."""

import random
from collections.abc import Callable
from decimal import Decimal

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.books import entered
from accounts.models import User
from accounts.tests.factories import make_book
from banking import queries
from banking.actions import Refused
from banking.queries.ledger import broken
from banking.tests.at_the_bank import CUSTOM
from banking.tests.bank import linked
from banking.tests.hands import UNITS, Deed
from banking.tests.lives import Life
from banking.tests.plainly import Ledger, balances, ledger, wrong
from banking.tests.said import Done, Filings, Said, differences, wrongly_undone
from banking.tests.ties import Ties, carried_over
from banking.tests.workers import LONG_AGO, Workers
from journal import actions as journal
from journal.actions import CannotUndo
from sandboxbank.control import Control

DICE = st.integers(0, 2**32)
AT_THE_BANK = ["purchase", "twins", "pending", "posting", "posting", "correction", "correction", "removal", "moving"]
BY_HAND = [*5 * ["edit"], *2 * ["edit_many"], "record", "remove", "restore", *4 * ["split"], "unsplit"]
OF_TIES = ["accept", "accept", "reject", "decide_many", "pair", "unpair", "link_refund", "unlink_refund"]
OF_WORKERS = [*4 * ["sync"], *3 * ["find_matches"], *3 * ["import_file"], "revert", "new_rule", *2 * ["run_rules"]]
STEPS = [*AT_THE_BANK, *BY_HAND, *OF_TIES, *OF_WORKERS, *4 * ["dispute"], *9 * ["undo"], *3 * ["redo"]]
LATELY, MANY = 4, 8


class LedgerMachine(RuleBasedStateMachine):
    """Each step throws the dice anew, so that a shorter run still does the same."""

    def __init__(self, control: Control, owner: User) -> None:
        super().__init__()
        book = make_book(owner, name="machine")
        connection = linked(book, owner, "user_custom", password=CUSTOM)
        self.life = Life(control, connection, random.Random(0), book=book)
        self.workers, self.person, self.said = Workers(self.life, owner), Ties(self.life, owner), Said()
        self.book, self.by, self.filings = book, owner, Filings()
        self.unruffled, self.looked_at = True, False
        self.now = Ledger()

    @initialize(left_out=st.sets(st.sampled_from(sorted(set(STEPS))), max_size=len(set(STEPS)) // 2))
    def begin(self, left_out: set[str]) -> None:
        """Not everything happens in every run, so that what does happens often."""
        self.steps = [step for step in STEPS if step not in left_out]
        for _ in range(3):  # until two readings agree on the openings
            self.life.purchase()
            self._work(self.workers.read)

    @rule(data=st.data(), dice=DICE)
    def happen(self, data: st.DataObject, dice: int) -> None:
        step = data.draw(st.sampled_from(self.steps))
        self.life.dice.seed(dice)
        if step in AT_THE_BANK:
            getattr(self.life, step)()
        elif step in BY_HAND or step in OF_TIES:
            self._do(getattr(self.person, step))
        else:
            getattr(self, f"_{step}")()

    @invariant()
    def holds(self) -> None:
        if self.looked_at:
            return
        self.unruffled = False
        with entered(self.book):
            found = [*wrong(self.now), *self.said.lost(self.now), *broken(now=timezone.now(), book_id=self.book.pk)]
            assert not found, found
            assert not self.workers.come_twice()
            told = queries.accounts(book=self.book, today=self.book.today(timezone.now()))
        assert {each.account.pk: each.balance * UNITS for each in told} == balances(self.now)
        self.looked_at = self.unruffled = True

    def teardown(self) -> None:
        """In the end all that the bank has is here, and reading it again writes nothing."""
        if not self.unruffled:
            return
        self.life.settle()
        self._look()
        self.holds()
        self._equals_the_bank()
        before = self.now
        self._work(self.workers.read)
        assert self.now == before

    def _equals_the_bank(self) -> None:
        truth = self.life.control.ledger(self.life.connection.external_id)["transactions"]
        told = {row["transaction_id"]: (-int(Decimal(str(row["amount"])) * UNITS), row["date"]) for row in truth}
        ours = {row["external_id"]: row for row in self.now.rows.values() if row["origin"] == "provider"}
        assert {key: (ours[key]["amount"], ours[key]["day"].isoformat()) for key in told} == told
        standing = {key for key, row in ours.items() if row["part_of_id"] is None and not row["removed"]}
        assert standing <= told.keys()

    def _sync(self) -> None:
        if self.life.dice.random() < 0.4:
            self.life.forgetting()
        self._work(self.workers.read, may_die=True, exact=False)

    def _dispute(self) -> None:
        """The bank changes what a person just changed, and comes last."""
        lately = [pk for pk in self.person.lately if pk in self.now.rows]
        ids = {self.now.rows[self.now.rows[pk]["part_of_id"] or pk]["external_id"] for pk in lately}
        for told in [row for row in self.life.present() if row["transaction_id"] in ids][:2]:
            self.life.correct(told)
        self._sync()

    def _find_matches(self) -> None:
        self._work(self.workers.find, may_die=True)

    def _import_file(self) -> None:
        source = self.workers.receive()
        if source is not None:
            self._work(lambda: self.workers.bring_in(source), may_die=True)
            self._work(lambda: self.workers.bring_in(source))

    def _run_rules(self) -> None:
        run = self.workers.ask_run()
        if run is not None:
            self._work(lambda: self.workers.run_rules(run), may_die=True)
            self._work(lambda: self.workers.run_rules(run, later=LONG_AGO))

    def _new_rule(self) -> None:
        self._do(self.workers.new_rule)

    def _revert(self) -> None:
        self._do(self.workers.revert)

    def _undo(self) -> None:
        self._turn(journal.undo, [pk for pk, each in self.now.operations.items() if not each["undone"]])

    def _redo(self) -> None:
        self._turn(journal.redo, [pk for pk, each in self.now.operations.items() if each["undone"]])

    def _do(self, deed_of: Callable[[Ledger], Deed | None]) -> None:
        with entered(self.book):
            deed = deed_of(self.now)
        if deed is not None and self._done(deed.do):
            said = dict(self.said.facts)
            before, changes = self.now, self._look()
            self._says(deed, changes, before)
            self._note(before, changes, said)

    def _says(self, deed: Deed, changes: dict, before: Ledger) -> None:
        for key in [key for key in self.said.facts if key[0] in deed.leaves and key[0] not in self.now.rows]:
            del self.said.facts[key]
        carried_over(before, self.now, self.said.facts)
        self.said.give_way(changes, deed.gives_way, self.now)
        edits = {key: fact for key, fact in deed.said.items() if key in changes or key in self.said.facts}
        self.said.say(edits | deed.then(self.now))

    def _done(self, do: Callable[[], object]) -> bool:
        """Whether it was not refused; a refusal says why and changes nothing."""
        self.unruffled = False
        with entered(self.book):
            refused = _refusal(do)
            assert refused is None or (refused and ledger(self.book.pk) == self.now)
        self.unruffled = True
        return refused is None

    def _turn(self, back: Callable[..., object], found: list[int]) -> None:
        if not found:
            return
        pk = self.life.dice.choice(sorted(found)[-LATELY:] if self.life.dice.random() < 0.6 else sorted(found))
        note(f"{back.__name__} {pk}")
        if not self._done(lambda: back(book=self.book, by=self.by, pk=pk, now=timezone.now())):
            return
        said = dict(self.said.facts)
        before, changes = self.now, self._look()
        done = self.said.done[self._taken_back(pk, redone=back is journal.redo)]
        assert not wrongly_undone(done, changes), wrongly_undone(done, changes)
        self.said.unsay(done)
        self._note(before, changes, said)

    def _taken_back(self, pk: int, *, redone: bool) -> int:
        """The operation whose changes were taken back: what was done again stands as it did the first time."""
        operations = self.now.operations
        if redone:
            return max(key for key, each in operations.items() if each["undoes_id"] == pk and key in self.said.done)
        undoes = operations[pk]["undoes_id"]
        if operations[pk]["verb"] == "redo" and undoes and operations[undoes]["undoes_id"]:
            return operations[undoes]["undoes_id"]
        return pk

    def _work(self, work: Callable[[], None], *, may_die: bool = False, exact: bool = True) -> None:
        """A worker changes nothing that a person said."""
        self.unruffled = False
        said = dict(self.said.facts)
        self.workers.dying(work) if may_die and self.life.dice.random() < 0.3 else work()
        before, changes = self.now, self._look()
        self.said.give_way(changes, carried_over(before, self.now, self.said.facts), self.now)
        self._note(before, changes, said, exact=exact)
        self.unruffled = True

    def _note(self, before: Ledger, changes: dict, said: dict, *, exact: bool = True) -> None:
        """What the new operations did; which of several did what is not known."""
        new = self.now.operations.keys() - before.operations.keys()
        asking = {pk for pk in new if self.now.operations[pk]["verb"] == "find_matches"}
        for pk in asking:
            self.said.done[pk] = Done({})
        for pk in new - asking:
            self.said.done[pk] = Done(changes, exact and len(new - asking) == 1, self.said.since(said))

    def _look(self) -> dict:
        before = self.now
        with entered(self.book):
            self.now = ledger(self.book.pk)
        self.looked_at = False
        parted = self.filings.not_put_back(before, self.now)
        assert not parted, parted
        self.filings.remember(before, self.now)
        changes = differences(before, self.now)
        note(f"operations {sorted(self.now.operations.keys() - before.operations.keys())}: {changes}")
        if len(rows := {pk for pk, _name in changes}) <= MANY:
            self.person.lately = (self.person.lately + sorted(rows))[-LATELY:]
        return changes


def _refusal(do: Callable[[], object]) -> str | None:
    """Why it was refused; None where it was done."""
    try:
        do()
    except (Refused, CannotUndo, ObjectDoesNotExist) as why:
        return str(why)
    return None

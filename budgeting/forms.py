"""Forms about budgets."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Book
from accounts.shown import AsShown
from banking.categoriser import UNCATEGORISED
from banking.forms.amounts import AmountInput
from banking.models import CategoryKind
from banking.queries import categories
from budgeting.actions import Plan
from budgeting.models import KINDS, ROLLOVERS, SHIFTS
from budgeting.periods import Cycle, Kind
from budgeting.queries import Status, Suggestion, cycle_of

PERIODS = ("period", "start", "first_day", "shift")
ONWARD = ("rollover", "cap")
ON, ONCE = "on", "once"
ASSIGN = "assign"
HOLDS = [(ON, _("This period and all that follow")), (ONCE, _("This period only"))]
DAY = forms.DateInput(attrs={"type": "date"})


def amount_field(label: Any, **options: Any) -> AmountInput:
    return AmountInput(label=label, min_value=0, max_digits=18, decimal_places=4, **options)


class TermsForm(AsShown, forms.Form):
    """How much, for how long, and what goes on."""

    amount = amount_field(_("Amount for each period"))
    holds = forms.ChoiceField(label=_("Holds for"), choices=HOLDS, initial=ON)
    rollover = forms.ChoiceField(label=_("Goes on into the next period"), choices=ROLLOVERS, initial="none")
    cap = amount_field(
        _("At most"), required=False, help_text=_("So much of what is left over goes on. Empty: all of it.")
    )

    def clean(self) -> dict[str, Any]:
        """A limit that was left there means nothing once nothing goes on."""
        given = super().clean() or self.cleaned_data
        if given.get("rollover") == "none":
            given["cap"] = None
        return given


class EditForm(TermsForm):
    """Another amount from a period on, or in it alone; what was before stays."""

    def __init__(self, *args: Any, status: Status, **kwargs: Any) -> None:  # Django's form signature
        row = status.budget
        kwargs["initial"] = {
            "amount": row.amount,
            "holds": ON if row.repeats else ONCE,
            "rollover": row.rollover,
            "cap": row.cap,
        }
        super().__init__(*args, **kwargs)
        self.status = status

    def plan(self) -> Plan:
        """What was changed in it, over what holds now."""
        row = self.status.budget
        given = {**self.initial, **{name: self.cleaned_data[name] for name in self.changed_data}}
        cap = None if given["rollover"] == "none" else given["cap"]
        holds = self.cleaned_data["holds"]
        day, cycle = self.status.period.start, row.cycle
        return Plan(row.category, given["amount"], day, cycle, given["rollover"], cap, holds == ON, row.member_id)


class BudgetForm(TermsForm):
    """A new budget: what for, and in what periods."""

    category = forms.TypedChoiceField(label=_("Category"), coerce=int)
    member = forms.TypedChoiceField(
        label=_("For"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("One of a person counts what is spent on the accounts of that person."),
    )
    period = forms.ChoiceField(label=_("Period"), choices=KINDS, initial="month")
    start = forms.DateField(
        label=_("Beginning"),
        widget=DAY,
        help_text=_("A day of the first period. Weeks begin on the weekday of this day."),
    )
    first_day = forms.IntegerField(
        label=_("Day of the month"),
        min_value=1,
        max_value=31,
        required=False,
        help_text=_("For a month from a day of its own, such as the payday; in shorter months its last day."),
    )
    shift = forms.ChoiceField(label=_("If that is a weekend"), choices=SHIFTS, required=False)

    def __init__(
        self,
        *args: Any,
        book: Book,
        cycle: Cycle,
        start: date,
        category: str = "",
        people: Mapping[int, str] | None = None,
        member: str = "",
        **kwargs: Any,
    ) -> None:
        """Django's form signature, and what it proposes; `people` are whom a budget may be for, with their names."""
        kwargs["initial"] = {
            "period": cycle.kind.value,
            "start": start,
            "first_day": cycle.day,
            "shift": cycle.shift.value,
            "category": category,
            "member": member,
        }
        super().__init__(*args, **kwargs)
        self.book = book
        self.fields["member"].choices = [("", _("Everybody")), *(people or {}).items()]  # type: ignore[attr-defined]  # it has them
        if not people:
            del self.fields["member"]
        branches = [each for each in categories(book=book) if each.category.kind == CategoryKind.EXPENSE]
        self.known = {
            row.pk: row
            for branch in branches
            for row in (branch.category, *branch.children)
            if row.code != UNCATEGORISED
        }
        groups: list[Any] = [("", _("Choose one"))]
        for branch in branches:
            if branch.category.pk in self.known:
                inside = [(row.pk, row.name) for row in (branch.category, *branch.children)]
                groups += [(branch.category.name, inside)] if branch.children else inside
        self.fields["category"].choices = groups  # type: ignore[attr-defined]  # it has them

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in ("category", "member", "amount", "holds") if name in self.fields]

    @property
    def periods(self) -> list[forms.BoundField]:
        return [self[name] for name in PERIODS]

    @property
    def onward(self) -> list[forms.BoundField]:
        return [self[name] for name in ONWARD]

    @property
    def is_special(self) -> bool:
        """Whether it is for something else than a month, or something there is wrong."""
        return self["period"].value() != Kind.MONTH or not self.errors.keys().isdisjoint(PERIODS)

    @property
    def rolls_over(self) -> bool:
        return self["rollover"].value() != "none" or not self.errors.keys().isdisjoint(ONWARD)

    def plan(self) -> Plan:
        given = self.cleaned_data
        cycle = cycle_of(
            book=self.book,
            kind=given["period"],
            day=given["start"],
            first_day=given["first_day"] or 1,
            shift=given["shift"] or "none",
        )
        category = self.known[given["category"]]
        repeats = given["holds"] == ON
        return Plan(
            category,
            given["amount"],
            given["start"],
            cycle,
            given["rollover"],
            given["cap"],
            repeats,
            given.get("member"),
        )


def chosen_place(value: str) -> int | None:
    """A budget, or None for what is to assign."""
    return None if value == ASSIGN else int(value)


class MoveForm(forms.Form):
    """From one budget of the period to another one, or from and to what is to assign."""

    source = forms.TypedChoiceField(label=_("From"), coerce=chosen_place)
    target = forms.TypedChoiceField(label=_("To"), coerce=chosen_place)
    amount = amount_field(_("Amount"))

    def __init__(self, *args: Any, places: Sequence[tuple[int | str, str]], **kwargs: Any) -> None:
        """Django's form signature; `places` are budgets and ASSIGN, with what is left in each."""
        super().__init__(*args, **kwargs)
        choices: list[Any] = [("", _("Choose one")), *places]
        for name in ("source", "target"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # it has them


class RemoveForm(forms.Form):
    """How much of a budget goes."""

    what = forms.ChoiceField(
        label=_("Remove it"),
        choices=[(ON, _("From this period on: what was before stays")), ("all", _("Altogether"))],
        initial=ON,
    )


class SuggestionForm(forms.Form):
    """Which of the suggested budgets to set."""

    category = forms.TypedMultipleChoiceField(label=_("Budgets"), coerce=int)

    def __init__(self, *args: Any, found: Sequence[Suggestion], **kwargs: Any) -> None:
        """Django's form signature."""
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [  # type: ignore[attr-defined]  # it has them
            (each.category.pk, each.category.name) for each in found
        ]

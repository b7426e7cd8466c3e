"""What requests about budgets hold."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Book
from accounts.strict import StrictSerializer
from banking.api.amounts import NoLessThanNothing
from banking.api.transaction_shapes import LARGEST_ID, id_input
from budgeting.actions.setting import EARLIEST, LATEST
from budgeting.models import KINDS, ROLLOVERS, SHIFTS, Mode
from budgeting.periods import MONTHLY, Cycle, Kind
from budgeting.queries import SHARED

MONTH_AND_YEAR = _("Give both month and year.")


class DayInput(serializers.DateField):
    """A day that periods can be counted around."""

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not EARLIEST <= day < LATEST:
            raise serializers.ValidationError(_("Choose a day between 1990 and 2100."))
        return day


class CycleInput(serializers.CharField):
    """The name of a cycle."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            return Cycle.named(super().to_internal_value(value))
        except ValueError as error:
            raise serializers.ValidationError(_("There are no such periods.")) from error


class InMonth(StrictSerializer):
    """A day, or a month with its year; neither means today."""

    month = serializers.IntegerField(min_value=1, max_value=12, required=False)
    year = serializers.IntegerField(min_value=EARLIEST.year, max_value=LATEST.year - 1, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("month" in given) != ("year" in given):
            raise serializers.ValidationError({"year" if "month" in given else "month": [MONTH_AND_YEAR]})
        return dict(super().validate(given))


class When(InMonth):
    """Which period: the one that `on` lies in, or that begins with or holds the first of the month; else today's."""

    on = DayInput(required=False)
    cycle = CycleInput(required=False, max_length=40, help_text="Names the periods; `month` where left out.")


class ByMember(StrictSerializer):
    """Those of one member, or with `shared` those of nobody alone; else all."""

    member_id = id_input(required=False)
    shared = serializers.BooleanField(default=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        given = super().validate(given)
        if given["shared"] and "member_id" in given:
            raise serializers.ValidationError({"shared": [_("Choose a member or what is shared.")]})
        return given


class Asked(When, ByMember):
    """`pending` also tells what is not booked yet."""

    pending = serializers.BooleanField(default=False)


class AskedForList(InMonth, ByMember):
    """As When, of all periods or of those of one kind."""

    on = DayInput(required=False)
    period = serializers.ChoiceField(KINDS, required=False)
    pending = serializers.BooleanField(default=False)


class AskedForOne(StrictSerializer):
    on = DayInput(required=False, help_text="Today, or its first period where it does not hold today.")
    pending = serializers.BooleanField(default=False)


class Since(StrictSerializer):
    since = DayInput(required=False, help_text="Only from the period of this day on, with what follows it.")


class BudgetTerms(StrictSerializer):
    """`cap` limits what of a surplus goes on. `repeats`: also in all periods after the first one."""

    amount = NoLessThanNothing()
    rollover = serializers.ChoiceField(ROLLOVERS, default="none")
    cap = NoLessThanNothing(required=False, allow_null=True, default=None)
    repeats = serializers.BooleanField(default=False)


class BudgetInput(InMonth, BudgetTerms):
    """A budget for a category of expenses in the period that `month` and `year`, or `start`, name; else in today's.

    Weeks begin on `start`, a `custom_month` on its `first_day`, a fiscal year when the book's does.
    """

    category_id = id_input()
    member_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, allow_null=True, help_text="Whose it is; null: shared."
    )
    period = serializers.ChoiceField(KINDS, default=Kind.MONTH.value)
    start = DayInput(required=False)
    first_day = serializers.IntegerField(min_value=1, max_value=31, default=1)
    shift = serializers.ChoiceField(SHIFTS, default="none")


class BudgetChange(StrictSerializer):
    """What is not named stays. `repeats` true: without an end; false: for its first period only."""

    amount = NoLessThanNothing(required=False)
    rollover = serializers.ChoiceField(ROLLOVERS, required=False)
    cap = NoLessThanNothing(required=False, allow_null=True)
    repeats = serializers.BooleanField(required=False)


class BudgetCopyInput(When):
    """The period to copy into."""


class BudgetMoveInput(StrictSerializer):
    """Between two budgets of the same period, by their ids; null stands for what is to assign.

    Without an amount all that is to assign.
    """

    source_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, allow_null=True)
    target_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, allow_null=True)
    amount = NoLessThanNothing(required=False)
    on = DayInput(required=False)


class BudgetModeInput(StrictSerializer):
    """Limits, or envelopes of which every coin that is there gets one."""

    mode = serializers.ChoiceField(Mode.choices)


class BudgetSuggestionInput(When):
    """The suggested budgets to set; without `category_ids` one for each group."""

    category_ids = serializers.ListField(child=id_input(), max_length=200, required=False)


def day_in(given: Mapping[str, Any], today: date, *, name: str = "on") -> date:
    """The day that is meant."""
    if "month" in given:
        return date(given["year"], given["month"], 1)
    day: date = given.get(name) or today
    return day


def who_in(given: Mapping[str, Any]) -> str:
    """Whose budgets are meant, as `queries.board` takes it."""
    return SHARED if given["shared"] else str(given.get("member_id", ""))


def cycle_in(given: Mapping[str, Any]) -> Cycle:
    found: Cycle = given.get("cycle") or MONTHLY
    return found


def read(shape: type[StrictSerializer], given: Any) -> dict[str, Any]:
    """What the request says, checked."""
    body = shape(data=given)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def kind_of(given: Mapping[str, Any], *, book: Book) -> dict[str, Any]:
    """What `queries.cycle_of` takes."""
    return {
        "book": book,
        "kind": given["period"],
        "day": given.get("start"),
        "first_day": given["first_day"],
        "shift": given["shift"],
    }

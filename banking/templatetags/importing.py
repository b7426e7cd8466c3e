"""What was understood of a file, in words."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from banking.import_words import GUESSES, evidence_in_words, reason_in_words, value_in_words

register = template.Library()
LOOKS = {"fresh": "success", "twin": "", "pending": "info", "void": "", "broken": "warning"}


@register.filter
def guess_name(guess: Mapping[str, Any]) -> str:
    return str(GUESSES[guess["what"]])


@register.filter
def guess_value(guess: Mapping[str, Any]) -> str:
    return value_in_words(guess)


@register.filter
def guess_evidence(guess: Mapping[str, Any]) -> str:
    return evidence_in_words(guess)


@register.filter
def row_reason(why: str) -> str:
    return reason_in_words(why)


@register.filter
def state_look(state: str) -> str:
    """The look of the badge."""
    return LOOKS.get(state, "")


@register.filter
def of_state(states: Mapping[str, int], state: str) -> int:
    """How many rows are in the state."""
    return states.get(state, 0)


@register.filter
def told_day(text: str) -> date:
    """A day that a file tells, as it is kept."""
    return date.fromisoformat(text)


@register.filter
def told_amount(text: str) -> Decimal:
    """An amount that a file tells, as it is kept."""
    return Decimal(text)


@register.filter
def statement_name(statement: Mapping[str, Any]) -> str:
    """What an account of the file is called."""
    digits = f"··{statement['mask']}" if statement["mask"] else ""
    return " ".join(part for part in (statement["name"], digits) if part) or _("The account of this file")

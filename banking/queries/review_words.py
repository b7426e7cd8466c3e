"""The evidence behind a match in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from banking.models import ReviewItem, ReviewKind

WORDS = {
    "same_amount": later("The amounts are equal"),
    "rate_written": later("The rate of %s %s to %s is written in the text"),
    "rate_known": later("The rate of %s %s to %s is close to that of your last exchange"),
    "rate_plausible": later("The rate would be %s %s to %s, which is possible"),
    "same_day": later("On the same day"),
    "days_apart": later("Days between them: %s"),
    "out_says_transfer": later("The money out says “%s”"),
    "in_says_transfer": later("The money in says “%s”"),
    "out_says_otherwise": later("The money out says something else: “%s”"),
    "in_says_otherwise": later("The money in says something else: “%s”"),
    "out_names_person": later("The money out speaks of a person: “%s”"),
    "in_names_person": later("The money in speaks of a person: “%s”"),
    "out_names_account": later("The money out names the other account: “%s”"),
    "in_names_account": later("The money in names the other account: “%s”"),
    "out_names_other": later("The money out names somebody: “%s”"),
    "in_names_other": later("The money in names somebody: “%s”"),
    "card_payment": later("It reads like paying a card"),
    "out_bank_says_transfer": later("The bank files the money out as a transfer"),
    "in_bank_says_transfer": later("The bank files the money in as a transfer"),
    "out_bank_says_otherwise": later("The bank files the money out as something else"),
    "in_bank_says_otherwise": later("The bank files the money in as something else"),
    "out_filed_as_transfer": later("The money out is filed as a transfer"),
    "in_filed_as_transfer": later("The money in is filed as a transfer"),
    "out_filed_otherwise": later("The money out is filed as something else"),
    "in_filed_otherwise": later("The money in is filed as something else"),
    "name_alike": later("Alike in their wording: %s"),
    "tip": later("More by %s, as with a tip"),
    "paid_same_day": later("Paid on the very day"),
    "paid_another_day": later("Paid on another day: %s"),
    "pending_gone": later("The bank took the pending one back"),
    "other_origin": later("One is the bank's, the other one is not"),
    "same_reference": later("Both have the reference %s"),
    "came_late": later("One of them came only on %s"),
    "same_merchant": later("The same merchant"),
    "whole_amount": later("The whole amount came back"),
    "part_amount": later("Of the amount came back: %s"),
    "says_refund": later("It says “%s”"),
    "same_account": later("In the same account"),
    "by_hand": later("Paired by hand"),
}
OF_DAYS = {"paid_another_day", "came_late"}
"""What names a day."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One piece of evidence; `speaks_against` when it makes the match less likely."""

    code: str
    text: str
    speaks_against: bool = False


def sentences(item: ReviewItem) -> list[Sentence]:
    """Everything that is known for and against an item, and what accepting it would take from a person."""
    said = [_said(*each) for each in item.evidence if each[0] in WORDS]
    if not item.sure:
        said.append(Sentence("ambiguous", _("Another pairing would be as good"), speaks_against=True))
    if item.kind == ReviewKind.CATEGORY and item.first.reason:
        said.append(Sentence("reason", item.first.reason))
    return [*said, *_by_hand(item)]


def _said(code: str, values: list[Any], weight: float) -> Sentence:
    words = _(WORDS[code])
    told = tuple(_day(each) if code in OF_DAYS else each for each in values)
    return Sentence(code, words % told if "%s" in words else words, speaks_against=weight < 0)


def _day(text: str) -> str:
    """As the reader writes days."""
    return date_format(date.fromisoformat(text), "DATE_FORMAT")


def _by_hand(item: ReviewItem) -> list[Sentence]:
    """Say beforehand that accepting files anew what a person or their rule has filed."""
    refiled = {"transfer": [item.first, item.second], "refund": [item.second]}
    found = []
    for row in refiled.get(item.kind, []):
        if row is not None and row.category_source in {"user", "rule"} and row.category.kind != "transfer":
            text = _("Filed under %(name)s by hand or by your rule: accepting changes that")
            found.append(Sentence("hand_set", text % {"name": row.category.name}, speaks_against=True))
    return found

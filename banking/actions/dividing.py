"""How much each part of a split is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils.translation import gettext as _

from banking.actions.refusals import Refused, checked_amount
from banking.models import Category
from banking.money import PLACES, places_of

MOST_PARTS = 50
ZERO, HUNDRED = Decimal(0), Decimal(100)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split: an `amount` (positive is money in), a `percent` of the whole, or the `remainder`.

    `pk` names a part that is there already. What is None stays as it is there; a new part has the category and merchant
    of the whole, no note and no tags.
    """

    amount: Decimal | None = None
    percent: Decimal | None = None
    remainder: bool = False
    category: Category | None = None
    note: str | None = None
    merchant: str | None = None
    tags: Sequence[str] | None = None
    pk: int | None = None


def divided(*, total: Decimal, currency: str, parts: Sequence[Part]) -> list[Decimal]:
    """The amounts of the parts, in order; they add up to the total to the last place. Raise Refused.

    Percentages are rounded together, so that what one loses another gains.
    """
    if not 2 <= len(parts) <= MOST_PARTS:
        raise Refused(_("A split has 2 to %(count)d parts.") % {"count": MOST_PARTS}, field="parts")
    for number, part in enumerate(parts, 1):
        _check_one(part, number)
    rests = [at for at, part in enumerate(parts) if part.remainder]
    if len(rests) > 1:
        raise Refused(_("Only one part can take the rest."), field="parts")
    amounts = _without_rest(total, currency, parts)
    left = total - sum(amounts, ZERO)
    if rests:
        amounts[rests[0]] = left
    elif left:
        message = _("The parts add up to %(sum)s of %(total)s. Change an amount, or let one part take the rest.")
        raise Refused(message % {"sum": total - left, "total": total}, field="parts")
    for number, amount in enumerate(amounts, 1):
        if amount == ZERO:
            raise Refused(
                _("Part %(number)d is nothing. Give it an amount, or leave it out.") % {"number": number}, field="parts"
            )
    return amounts


def _check_one(part: Part, number: int) -> None:
    if (part.amount is not None) + (part.percent is not None) + part.remainder != 1:
        message = _("Part %(number)d needs an amount, a percentage or the rest: one of them.")
        raise Refused(message % {"number": number}, field="parts")
    if part.percent is not None and not (part.percent.is_finite() and ZERO < part.percent <= HUNDRED):
        message = _("The percentage of part %(number)d must be more than 0 and at most 100.")
        raise Refused(message % {"number": number}, field="parts")


def _without_rest(total: Decimal, currency: str, parts: Sequence[Part]) -> list[Decimal]:
    step = _step(total, currency)
    exact, before, amounts = ZERO, ZERO, []
    for part in parts:
        if part.amount is not None:
            amounts.append(checked_amount(part.amount, currency=currency, field="parts"))
            continue
        exact += total * (part.percent or ZERO) / HUNDRED
        after = exact.quantize(step, ROUND_HALF_EVEN)
        amounts.append(after - before)
        before = after
    return amounts


def _step(total: Decimal, currency: str) -> Decimal:
    """The smallest amount of the currency; of an amount that is finer, the smallest that is stored."""
    places = places_of(currency)
    return Decimal(1).scaleb(-places if total == round(total, places) else -PLACES)

"""What makes shopping untidy: prices, holds that differ from what is booked, parties and categories that are off."""

import random
from datetime import timedelta

from sandboxbank import calendars, merchants
from sandboxbank.merchants import Merchant
from sandboxbank.movements import Movement

ODDITIES = ("odd_emoji", "odd_rtl", "odd_bidi", "odd_prompt", "odd_markup", "odd_formula", "odd_sql", "odd_long")
UNSURE = ("HIGH", "MEDIUM", "MEDIUM", "LOW")
MONEY_ITSELF = ("TRANSFER", "BANK_FEES", "LOAN", "INCOME")
EUROPEAN = {
    "TRANSFER_OUT_WITHDRAWAL": "atm",
    "TRANSFER": "transfer",
    "LOAN": "transfer",
    "INCOME_INTEREST": "interest",
    "INCOME": "transfer",
    "BANK_FEES": "bank charge",
    "RENT_AND_UTILITIES_RENT": "standing order",
}


def price(low: int, high: int, dice: random.Random) -> int:
    """Small amounts are more common than large ones."""
    return low + int((high - low) * dice.random() ** 1.5)


def is_shop(merchant: Merchant) -> bool:
    """Something is bought here, rather than money moved."""
    return not merchant.category.startswith(MONEY_ITSELF) and merchant.key != "check"


def misfiled(bought: Movement, dice: random.Random) -> Movement:
    """Mostly right; now and then the party is not known, the category missing or wrong."""
    luck = dice.random()
    if luck < 0.02 or not bought.category:
        return bought._replace(party=None, category="", confidence="UNKNOWN")
    if luck < 0.03:
        return bought._replace(party=None, category=dice.choice(SHOPPING), confidence="LOW")
    if bought.party is None:
        return bought._replace(confidence=dice.choice(UNSURE))
    return bought._replace(confidence="HIGH") if luck < 0.3 else bought


def held(bought: Movement, style: str, dice: random.Random) -> Movement:
    """Fuel pumps hold a round sum, restaurants the bill without its tip; some reservations are never used."""
    settles = calendars.working_day(bought.day + timedelta(days=2))
    if dice.random() < 0.01:
        return bought._replace(vanishes=True, pends=True, posts_on=bought.day + timedelta(days=7), matched=False)
    if style == "fuel":
        return bought._replace(pends=True, posts_on=settles, held_cents=dice.choice((100, 17_500)))
    if style == "tip":
        return bought._replace(pends=True, posts_on=settles, held_cents=bought.cents * 100 // 118)
    return bought


def european_code(merchant: Merchant) -> str:
    """The kind of booking that European banks tell."""
    for start, code in EUROPEAN.items():
        if merchant.category.startswith(start):
            return code
    return "direct debit" if merchant.channel == "other" else "purchase"


SHOPPING = [name for name in merchants.CATEGORIES if not name.startswith(MONEY_ITSELF)]

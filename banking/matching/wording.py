"""What the words of a row say."""

import re
from functools import lru_cache

TRANSFER = re.compile(
    r"\b(?:transfer|xfer|trsf|tfr|trf|internal|standing order|sweep|overdraft protection|from savings|to savings"
    r"|from checking|to checking|between accounts|own account|fx exchange|currency exchange|exchanged to"
    r"|überweisung|uebertrag|übertrag|umbuchung|virement|traspaso|transferencia|bonifico|giroconto|överföring)\b",
    re.I,
)
CARD_PAYMENT = re.compile(
    r"\b(?:payment|autopay|auto ?pmt|e-?payment|epay|pymt|crd pmt|credit card|card services|thank you|bill pay"
    r"|gracias)\b",
    re.I,
)
PERSON = re.compile(r"\b(?:zelle|venmo|cash ?app|paypal inst|bizum|swish|interac|p2p)\b", re.I)
OTHERWISE = re.compile(
    r"\b(?:payroll|salary|wages|dir(?:ect)? dep(?:osit)?|interest|dividend|refund|reversal|cashback|reward|rebate"
    r"|fee|tax|purchase|pos|reimbursement|expense claim|mortgage|rent)\b",
    re.I,
)
REFUND = re.compile(
    r"\b(?:refund\w*|reversal|reversed|return(?:ed)?|credit voucher|chargeback|storno|gutschrift)\b", re.I
)
REFERENCE = re.compile(r"\b(?=\w*\d{4})[A-Z0-9]{8,}\b", re.I)
SOMEBODY = re.compile(
    r"\b(?:to|from)\s+(?!x{2,}|\*|savings|checking|acc(?:oun)?t|card|my |own |the |ref)([^\W\d_]{4,})", re.I
)
PLAIN = {"the", "and", "for", "from", "with", "card", "account", "bank", "payment", "online", "debit", "credit"}


@lru_cache(maxsize=50_000)
def words(text: str) -> frozenset[str]:
    """The words that name something: three letters or more, no numbers."""
    return frozenset(word for word in re.findall(r"[^\W\d_]{3,}", text.casefold()) if word not in PLAIN)


def alike(one: str, other: str) -> float:
    """How much of the shorter wording is in the longer one, from 0 to 1; a word that was cut off counts."""
    shorter, longer = sorted((words(one), words(other)), key=len)
    if not shorter:
        return float(one.casefold().split() == other.casefold().split() and bool(one.split()))
    return sum(any(_same(word, each) for each in longer) for word in shorter) / len(shorter)


def _same(word: str, other: str) -> bool:
    return word == other or (min(len(word), len(other)) >= 4 and (word.startswith(other) or other.startswith(word)))


def names(text: str, *, account_name: str, mask: str, bank: str) -> str:
    """The part of the account that the text names: its number's end, its name or its bank; empty for none."""
    if len(mask) >= 3 and re.search(rf"(?<!\d){re.escape(mask)}(?!\d)", text):
        return mask
    said = words(text)
    for name in (account_name, bank):
        meant = words(name)
        if meant and meant <= said:
            return name
    return ""


def somebody(text: str) -> str:
    """Whom the text says that the money went to or came from; empty where it does not say."""
    found = SOMEBODY.search(text)
    return found[1] if found else ""

"""What the columns of a table are called, in the languages of the banks and programs that write them."""

import csv
import re
import unicodedata
from pathlib import Path

HEADINGS = Path(__file__).with_name("headings.csv")

NAMED = ("posted", "made", "valued", "amount", "debit", "credit", "direction", "balance", "currency", "description",
         "payee", "note", "reference", "category", "group", "tags", "account", "status", "fee")  # fmt: skip
"""What a person may say a column is, besides nothing."""
AMOUNTS = frozenset({"amount", "gross", "debit", "credit"})
DAYS = frozenset({"posted", "made", "valued"})
INSIDE = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*")
CURRENCY = re.compile(r"\b([A-Z]{3})\b")
SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN"}


def plain(heading: str) -> str:
    """The heading in lower case, without what stands in brackets, underscores, stars at its end, and quotes."""
    text = unicodedata.normalize("NFKC", heading).strip().strip("\"'").strip()
    text = INSIDE.sub(" ", text).replace("_", " ").casefold()
    return " ".join(text.replace(" *", " ").rstrip("*:").split())


def _known() -> dict[str, str]:
    with HEADINGS.open(encoding="utf-8", newline="") as lines:
        return {plain(each["heading"]): each["role"] for each in csv.DictReader(lines)}


_ROLE_OF = _known()


def role_of(heading: str) -> str:
    """What a column of this heading holds; empty where nobody knows."""
    text = plain(heading)
    if text in _ROLE_OF:
        return _ROLE_OF[text]
    words = [
        word for word in text.split() if word not in {"eur", "usd", "gbp", "chf", "inr", "in", "€", "$", "£", "euros"}
    ]
    return _ROLE_OF.get(" ".join(words), "")


def currency_in(heading: str) -> str:
    """The currency that a heading such as "Amount (USD)" names; empty for none."""
    for inside in INSIDE.findall(heading):
        if found := CURRENCY.search(inside):
            return found[1]
        for symbol, code in SYMBOLS.items():
            if symbol in inside:
                return code
    found = re.search(r"(?<![A-Za-z])(EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CAD|AUD|INR|JPY)(?![A-Za-z])", heading)
    return found[1] if found else ""

"""Which way money went, where a table does not simply write a minus."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from banking.importing.facts import Guess
from banking.importing.roles import plain

OUT = {
    "debit", "dr", "d", "db", "dbit", "debet", "withdrawal", "withdraw", "out", "af", "soll", "s", "sent", "expense",
    "expenses", "outgoing", "money out", "outflow", "ausgang", "ausgabe", "lastschrift", "支出", "-", "spend", "charge",
    "dépense", "gasto", "cargo", "uit", "debito", "débit", "obciążenie",
}  # fmt: skip
IN = {
    "credit", "cr", "c", "crdt", "kredit", "deposit", "dslip", "in", "bij", "haben", "h", "received", "income",
    "incoming", "money in", "inflow", "eingang", "einnahme", "gutschrift", "收入", "+", "refund", "abono", "ingreso",
    "crédit", "credito", "uznanie", "recette",
}  # fmt: skip
PURCHASES = {"sale", "purchase", "kauf", "kartenzahlung"}
PAID = re.compile(
    r"payment.{0,12}(thank|received)|thank you|autopay|auto ?pay|online payment|direct debit received|"
    r"zahlung erhalten|lastschrift kreditkarte|payment from|mobile payment|pagamento recebido|paiement recu",
    re.IGNORECASE,
)
TURNED_PROGRAMS = (
    ("Sure", {"date", "account name", "amount", "name", "category", "tags", "notes", "currency"}, 8),
    ("Copilot", {"name", "parent category", "excluded", "account mask", "recurring"}, 0),
    ("Rocket Money", {"original date", "institution name", "custom name", "ignored from"}, 0),
    ("Lunch Money", {"payee", "plaid account name"}, 0),
    ("Lunch Money", {"payee", "account name", "exclude from budget"}, 0),
    ("American Express", {"card member", "account #"}, 0),
    ("American Express", {"extended details", "appears on your statement as"}, 0),
    ("Discover", {"trans. date", "post date", "description", "amount", "category"}, 5),
    ("Apple Card", {"clearing date", "merchant", "type", "purchased by"}, 0),
    ("Apple Card", {"transaction date", "clearing date", "merchant", "type"}, 0),
    ("Nubank", {"date", "title", "amount"}, 3),
    ("Nubank", {"date", "category", "title", "amount"}, 4),
)
"""Programs and cards that write money out without a minus, and the headings by which they are known: at the least
these, or exactly so many."""


def program_of(heading: Sequence[str]) -> str:
    """The program or card that is known to write money out without a minus; empty for none."""
    names = {plain(cell) for cell in heading if cell.strip()}
    for program, known, exactly in TURNED_PROGRAMS:
        if known <= names and (not exactly or len(names) == exactly):
            return program
    return ""


def of_words(words: Sequence[str], amounts: Sequence[Decimal | None]) -> bool:
    """Whether these words say which way the money went, and the amounts do not."""
    pairs = [(word.strip().casefold(), amount) for word, amount in zip(words, amounts, strict=True) if word.strip()]
    known = [(word, amount) for word, amount in pairs if word in OUT or word in IN]
    if not pairs or len(known) < len(pairs) * 0.6:
        return False
    outs = [amount for word, amount in known if word in OUT and amount]
    return not outs or sum(amount > 0 for amount in outs) > len(outs) / 2


def directed(amount: Decimal, word: str) -> Decimal:
    """Turned where the word says that money went out."""
    return -amount if word.strip().casefold() in OUT else amount


def by_wording(amounts: Iterable[tuple[Decimal, str, str]]) -> Guess | None:
    """That signs are the other way round, where (amount, description, kind) show it."""
    rows = list(amounts)
    paid = [(amount, text) for amount, text, _kind in rows if PAID.search(text)]
    bought = [amount for amount, _text, kind in rows if kind.strip().casefold() in PURCHASES]
    others = [amount for amount, text, _kind in rows if not PAID.search(text)]
    if bought and sum(amount > 0 for amount in bought) > len(bought) * 0.7:
        return Guess("sign", "turned", "sign_purchases", {"count": len(bought)})
    negative = [text for amount, text in paid if amount < 0]
    if paid and len(negative) > len(paid) * 0.7 and sum(amount > 0 for amount in others) > len(others) * 0.6:
        return Guess("sign", "turned", "sign_payments", {"example": negative[0][:40]})
    return None


def by_balance(pairs: Sequence[tuple[Decimal, Decimal]]) -> tuple[Guess | None, bool]:
    """Whether (amount, balance after it) add up as they are or turned, and whether the newest row comes first."""
    found: dict[tuple[bool, bool], int] = {}
    for turned in (False, True):
        factor = -1 if turned else 1
        steps = list(zip(pairs, pairs[1:], strict=False))
        found[turned, False] = sum(after[1] - before[1] == factor * after[0] for before, after in steps)
        found[turned, True] = sum(before[1] - after[1] == factor * before[0] for before, after in steps)
    best = max(found, key=lambda each: (found[each], not each[0]))
    if not found[best] or found[best] < (len(pairs) - 1) * 0.6:
        return None, False
    value = "turned" if best[0] else "as_is"
    return Guess("sign", value, "sign_balance", {"count": found[best]}), best[1]

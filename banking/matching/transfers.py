"""Money that moved between two accounts of one's own."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

from banking.matching import wording
from banking.matching.assignment import assigned
from banking.matching.found import Candidate, Evidence, score_of
from banking.matching.rows import Forbidden, Row, nothing

DAYS = 6
PRIOR = -2.2
Rates = Mapping[tuple[str, str], Decimal]
"""How many units of the second currency one of the first was worth, as an earlier transfer of the book had it."""
NO_RATES: Rates = MappingProxyType({})
DOLLARS = {
    "USD": 1.0, "EUR": 1.1, "GBP": 1.29, "CHF": 1.18, "CAD": 0.72, "AUD": 0.66, "NZD": 0.6, "JPY": 0.0067,
    "INR": 0.0118, "SEK": 0.098, "NOK": 0.094, "DKK": 0.148, "PLN": 0.26, "CZK": 0.044, "HUF": 0.0027, "CNY": 0.139,
    "HKD": 0.128, "SGD": 0.75, "MXN": 0.053, "BRL": 0.18, "ZAR": 0.055, "TRY": 0.028, "ILS": 0.28, "KRW": 0.00072,
    "THB": 0.029,
}  # fmt: skip
"""Roughly what one unit was worth in dollars in 2024-2026; only good for a wide band."""
BAND, KNOWN_BAND = 0.22, 0.03
EARLY = 1


def transfers(rows: Iterable[Row], *, rates: Rates = NO_RATES, forbidden: Forbidden = nothing) -> list[Candidate]:
    """The best pairing of all booked rows, out beside in; those that are no better than another one are not sure."""
    booked = [row for row in rows if not row.pending and not row.gone]
    common = Counter((row.currency, abs(row.amount)) for row in booked)
    by_id = {row.id: row for row in booked}
    found = (_scored(out, into, common, rates) for out, into in _pairs(booked, rates) if not forbidden(out, into))
    return [_checked(pair, by_id) for pair in assigned(found)]


def _pairs(rows: Sequence[Row], rates: Rates) -> Iterator[tuple[Row, Row]]:
    incoming: dict[tuple[str, Decimal], list[Row]] = defaultdict(list)
    by_currency: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: (each.day, each.id)):
        if row.amount > 0:
            incoming[row.currency, row.amount].append(row)
            by_currency[row.currency].append(row)
    for out in rows:
        if out.amount >= 0:
            continue
        for into in _near(incoming.get((out.currency, -out.amount), ()), out):
            if into.account.id != out.account.id:
                yield out, into
        if len(by_currency) > 1 and _may_be_moved(out):
            yield from _abroad(out, by_currency, rates)


def _near(rows: Sequence[Row], out: Row) -> Sequence[Row]:
    first = bisect_left(rows, out.day - timedelta(days=EARLY), key=lambda row: row.day)
    last = bisect_left(rows, out.day + timedelta(days=DAYS + 1), key=lambda row: row.day)
    return rows[first:last]


def _abroad(out: Row, by_currency: Mapping[str, Sequence[Row]], rates: Rates) -> Iterator[tuple[Row, Row]]:
    for currency, rows in by_currency.items():
        expected = _rate(out.currency, currency, rates)
        if currency == out.currency or expected is None:
            continue
        for into in _near(rows, out):
            apart = abs(float(into.amount / -out.amount) / expected - 1)
            if into.account.id != out.account.id and apart <= BAND and _may_be_moved(into):
                yield out, into


def _may_be_moved(row: Row) -> bool:
    """Whether anything but the amount speaks of a transfer: across currencies the amount says too little."""
    return row.kind == "transfer" or bool(wording.TRANSFER.search(row.description)) or _bank_says(row)


def _bank_says(row: Row) -> bool:
    return row.code.startswith(("TRANSFER_", "LOAN_PAYMENTS_CREDIT_CARD"))


def _rate(given: str, wanted: str, rates: Rates) -> float | None:
    known = rates.get((given, wanted))
    if known is not None:
        return float(known)
    if given in DOLLARS and wanted in DOLLARS:
        return DOLLARS[given] / DOLLARS[wanted]
    return None


def _scored(out: Row, into: Row, common: Mapping[tuple[str, Decimal], int], rates: Rates) -> Candidate:
    evidence = tuple(_evidence(out, into, common, rates))
    return Candidate("transfer", out.id, into.id, round(score_of(PRIOR, evidence), 4), evidence)


def _evidence(out: Row, into: Row, common: Mapping[tuple[str, Decimal], int], rates: Rates) -> Iterator[Evidence]:
    if out.currency == into.currency:
        others = max(common[out.currency, into.amount] - 2, 0)
        yield Evidence("same_amount", 1.6 if others == 0 else max(0.9 - 0.4 * others, -1.0))
    else:
        yield _of_rate(out, into, rates)
    yield _of_days((into.day - out.day).days)
    yield from _of_words(out, into)
    yield from _of_names(out, into)
    for row, side in ((out, "out"), (into, "in")):
        yield from _of_filing(row, side)


def _of_rate(out: Row, into: Row, rates: Rates) -> Evidence:
    rate = into.amount / -out.amount
    shown = f"{rate:.4f}"
    if f"{rate:.2f}" in f"{out.description} {into.description}":
        return Evidence("rate_written", 2.5, (shown, out.currency, into.currency))
    known = rates.get((out.currency, into.currency))
    if known and abs(rate / known - 1) <= Decimal(str(KNOWN_BAND)):
        return Evidence("rate_known", 1.2, (shown, out.currency, into.currency))
    return Evidence("rate_plausible", -0.4, (shown, out.currency, into.currency))


def _of_days(apart: int) -> Evidence:
    weight = {-1: -0.8, 0: 1.4, 1: 1.2, 2: 0.7, 3: 0.4}.get(apart, -0.8)
    return Evidence("same_day" if apart == 0 else "days_apart", weight, () if apart == 0 else (str(abs(apart)),))


def _of_words(out: Row, into: Row) -> Iterator[Evidence]:
    for row, side in ((out, "out"), (into, "in")):
        if found := wording.TRANSFER.search(row.description):
            yield Evidence(f"{side}_says_transfer", 1.5, (found[0],))
        elif wording.OTHERWISE.search(row.description):
            yield Evidence(f"{side}_says_otherwise", -2.6, (row.description[:60],))
        elif found := wording.PERSON.search(row.description):
            yield Evidence(f"{side}_names_person", -1.2, (found[0],))
    if into.account.kind == "credit" and wording.CARD_PAYMENT.search(f"{out.description} {into.description}"):
        yield Evidence("card_payment", 2.2)


def _of_names(out: Row, into: Row) -> Iterator[Evidence]:
    for row, other, side in ((out, into, "out"), (into, out, "in")):
        account = other.account
        named = wording.names(row.description, account_name=account.name, mask=account.mask, bank=account.bank)
        if named:
            yield Evidence(f"{side}_names_account", 2.4, (named,))
        elif stranger := wording.somebody(row.description):
            yield Evidence(f"{side}_names_other", -1.6, (stranger,))


def _of_filing(row: Row, side: str) -> Iterator[Evidence]:
    if _bank_says(row):
        yield Evidence(f"{side}_bank_says_transfer", 1.3)
    elif row.code:
        yield Evidence(f"{side}_bank_says_otherwise", -2.2)
    elif row.kind == "transfer":
        yield Evidence(f"{side}_filed_as_transfer", 0.9)
    elif row.kind and not wording.TRANSFER.search(row.description):
        yield Evidence(f"{side}_filed_otherwise", -1.4)


def _checked(pair: Candidate, rows: Mapping[int, Row]) -> Candidate:
    """Contested where a person, or a rule of theirs, filed one of the rows as something else."""
    firm = any(rows[pk].firm and rows[pk].kind != "transfer" for pk in (pair.first, pair.second))
    return replace(pair, contested=True) if firm else pair

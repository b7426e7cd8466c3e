"""Households with a year of movements in which it is known what belongs together. Seeded, so always the same."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from banking.matching import Account, Row

FIRST = date(2025, 1, 1)
SHOPS = [
    ("STARBUCKS STORE", "FOOD_AND_DRINK_COFFEE", (3, 9)),
    ("SQ *BLUE BOTTLE", "FOOD_AND_DRINK_COFFEE", (3, 9)),
    ("TRATTORIA ROMA", "FOOD_AND_DRINK_RESTAURANT", (18, 90)),
    ("WHOLEFDS MKT", "FOOD_AND_DRINK_GROCERIES", (12, 160)),
    ("ALDI SUED", "FOOD_AND_DRINK_GROCERIES", (8, 90)),
    ("SHELL OIL", "TRANSPORTATION_GAS", (20, 70)),
    ("AMZN MKTP US", "GENERAL_MERCHANDISE_ONLINE_MARKETPLACES", (6, 200)),
    ("TARGET", "GENERAL_MERCHANDISE_SUPERSTORES", (6, 150)),
    ("ZARA", "GENERAL_MERCHANDISE_CLOTHING", (20, 120)),
    ("UBER TRIP", "TRANSPORTATION_TAXIS_AND_RIDE_SHARES", (6, 40)),
    ("CVS PHARMACY", "MEDICAL_PHARMACIES", (4, 60)),
]
BILLS = [
    ("NETFLIX.COM", "ENTERTAINMENT_TV_AND_MOVIES", "15.49"),
    ("SPOTIFY USA", "ENTERTAINMENT_MUSIC_AND_AUDIO", "10.99"),
    ("COMCAST CABLE", "RENT_AND_UTILITIES_INTERNET", "70.00"),
    ("CITY WATER", "RENT_AND_UTILITIES_WATER", "45.00"),
]
ROUND = [Decimal(each) for each in (50, 100, 200, 250, 300, 500, 1000)]
PEOPLE = ["ANNA", "BEN", "CARLOS", "DEEPA", "ELENA"]


@dataclass(slots=True)
class Household:
    """Its rows, and by kind the pairs of ids that belong together: (first, second) as `Candidate` has them."""

    rows: list[Row] = field(default_factory=list)
    pairs: dict[str, set[tuple[int, int]]] = field(
        default_factory=lambda: {kind: set() for kind in ("transfer", "pending", "duplicate", "refund")}
    )


def households(number: int, *, seed: int) -> list[Household]:
    return [_Life(random.Random(f"{seed}-{each}")).live() for each in range(number)]


class _Life:
    """One household on its way through its months."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.ids, self.found = rng, count(1), Household()
        self.checking = Account(
            1, "Everyday Checking", "depository", f"{rng.randint(1000, 9999)}", "First Platypus Bank"
        )
        self.savings = Account(
            2, "High Yield Savings", "depository", f"{rng.randint(1000, 9999)}", "First Platypus Bank"
        )
        self.card = Account(3, "Platinum Rewards", "credit", f"{rng.randint(1000, 9999)}", "Tartan Bank")
        self.second = Account(4, "Joint Account", "depository", f"{rng.randint(1000, 9999)}", "Houndstooth Bank")
        self.euro = Account(5, "Euro Konto", "depository", f"{rng.randint(1000, 9999)}", "Wise")
        self.wallet = Account(6, "Wallet", "depository", is_owned_by_hand=True)

    def live(self) -> Household:
        months = self.rng.randint(6, 12)
        rent = Decimal(self.rng.randint(9, 22) * 100)
        for month in range(months):
            first = FIRST + timedelta(days=30 * month)
            self._fixed(first, rent)
            self._spending(first)
            self._moving(first)
            self._odd(first)
        self._waiting(FIRST + timedelta(days=30 * months))
        self.rng.shuffle(self.found.rows)
        return self.found

    def row(self, account: Account, day: date, amount: Decimal | str, text: str, code: str = "", **more: object) -> Row:
        currency = "EUR" if account is self.euro else "USD"
        seen = datetime(day.year, day.month, day.day, 6, tzinfo=UTC) + timedelta(days=1)
        made = Row(
            next(self.ids),
            account,
            day,
            Decimal(amount).quantize(Decimal("0.01")),
            currency,
            text,
            code=code,
            seen_at=seen,
        )
        made = replace(
            made, merchant=_key(text) if code and not code.startswith(("TRANSFER", "LOAN", "INCOME")) else "", **more
        )  # type: ignore[arg-type]
        self.found.rows.append(made)
        return made

    def price(self, low: int, high: int) -> Decimal:
        return Decimal(self.rng.randint(low * 100, high * 100)) / 100

    def day(self, first: date) -> date:
        return first + timedelta(days=self.rng.randrange(29))

    def _fixed(self, first: date, rent: Decimal) -> None:
        self.row(self.checking, first, -rent, "OAKWOOD PROPERTIES RENT", "RENT_AND_UTILITIES_RENT")
        for day in (first + timedelta(days=14), first + timedelta(days=28)):
            self.row(
                self.checking,
                day,
                self.rng.choice([Decimal("2150.00"), rent]),
                "ACME CORP PAYROLL DIR DEP",
                "INCOME_WAGES",
            )
        for text, code, amount in BILLS:
            self.row(self.rng.choice([self.card, self.checking]), self.day(first), "-" + amount, text, code)
        self.row(self.savings, first + timedelta(days=29), self.price(1, 12), "INTEREST PAID", "INCOME_INTEREST_EARNED")

    def _spending(self, first: date) -> None:
        for _each in range(self.rng.randint(18, 34)):
            text, code, span = self.rng.choice(SHOPS)
            account = self.rng.choice([self.card, self.card, self.checking, self.second])
            amount = (
                -self.price(*span)
                if self.rng.random() < 0.85
                else -self.rng.choice([Decimal(5), Decimal(20), Decimal(50)])
            )
            bought = self.row(account, self.day(first), amount, f"{text} #{self.rng.randint(100, 999)}", code)
            if self.rng.random() < 0.05:
                self.row(account, bought.day, amount, bought.description, code)  # a twin: two purchases
            if self.rng.random() < 0.06:
                self._refund(bought)
            if self.rng.random() < 0.03:
                self._typed(bought)

    def _refund(self, bought: Row) -> None:
        part = self.rng.choice([Decimal(1), Decimal(1), Decimal("0.5")])
        text = self.rng.choice(["{} REFUND", "{} RETURN", "{}"]).format(bought.description)
        day = bought.day + timedelta(days=self.rng.randint(1, 20))
        back = self.row(bought.account, day, -bought.amount * part, text, bought.code)
        back = self._as(back, replace(back, merchant=bought.merchant))
        self.found.pairs["refund"].add((bought.id, back.id))

    def _typed(self, bought: Row) -> None:
        """Entered by hand, or imported, before the bank told it."""
        day = bought.day - timedelta(days=self.rng.choice([0, 0, 0, 1]))
        text = bought.description.split(" #")[0].title() if self.rng.random() < 0.8 else "Lunch with Sam"
        typed = self.row(bought.account, day, bought.amount, text, origin="manual")
        self.found.pairs["duplicate"].add((bought.id, typed.id))

    def _as(self, row: Row, other: Row) -> Row:
        self.found.rows[self.found.rows.index(row)] = other
        return other

    def _moving(self, first: date) -> None:
        self._transfer(self.checking, self.savings, self.day(first), self.rng.choice(ROUND))
        if self.rng.random() < 0.5:
            self._transfer(self.savings, self.checking, self.day(first), self.rng.choice(ROUND))
        if self.rng.random() < 0.7:
            self._transfer(self.checking, self.second, self.day(first), self.rng.choice(ROUND))
        if self.rng.random() < 0.25:  # the same amount on the same day to two accounts
            day, amount = self.day(first), self.rng.choice(ROUND)
            self._transfer(self.checking, self.savings, day, amount)
            self._transfer(self.checking, self.second, day, amount)
        if self.rng.random() < 0.15:  # on from one account to the next at once
            day, amount = self.day(first), self.rng.choice(ROUND)
            self._transfer(self.checking, self.second, day, amount)
            self._transfer(self.second, self.savings, day, amount)
        if self.rng.random() < 0.1:  # twice the very same transfer
            day, amount = self.day(first), self.rng.choice(ROUND)
            for _each in range(2):
                self._transfer(self.checking, self.savings, day, amount)
        self._pays_card(self.day(first))
        if self.rng.random() < 0.3:
            self._exchanges(self.day(first))

    def _transfer(self, giver: Account, taker: Account, day: date, amount: Decimal) -> None:
        vague = self.rng.random() < 0.12
        out_text = "WITHDRAWAL" if vague else self._says(taker, "TO")
        in_text = "DEPOSIT" if vague or self.rng.random() < 0.1 else self._says(giver, "FROM")
        coded = self.rng.random() < 0.6
        out = self.row(giver, day, -amount, out_text, "TRANSFER_OUT_ACCOUNT_TRANSFER" if coded else "")
        later = day + timedelta(days=self.rng.choice([0, 0, 0, 1, 1, 2, 3]))
        into = self.row(taker, later, amount, in_text, "TRANSFER_IN_ACCOUNT_TRANSFER" if coded else "")
        self.found.pairs["transfer"].add((out.id, into.id))

    def _says(self, other: Account, word: str) -> str:
        return self.rng.choice(
            [
                f"ONLINE TRANSFER {word} XXXX{other.mask}",
                f"TRANSFER {word} {other.name.upper()}",
                f"ACH XFER {word} {other.bank.upper()}",
                f"INTERNAL TRANSFER REF {self.rng.randint(10000, 99999)}",
                f"E-BANKING TRF {self.rng.randint(10000, 99999)}",
            ]
        )

    def _pays_card(self, day: date) -> None:
        amount = self.price(200, 1500)
        out = self.row(
            self.checking,
            day,
            -amount,
            self.rng.choice(["TARTAN BANK AUTOPAY", "CRD PMT PLATINUM REWARDS", "TARTAN BANK EPAY 99281"]),
            "LOAN_PAYMENTS_CREDIT_CARD_PAYMENT",
        )
        into = self.row(
            self.card,
            day + timedelta(days=self.rng.choice([0, 1, 2])),
            amount,
            self.rng.choice(["PAYMENT THANK YOU", "AUTOPAY PAYMENT RECEIVED"]),
        )
        self.found.pairs["transfer"].add((out.id, into.id))

    def _exchanges(self, day: date) -> None:
        amount, rate = Decimal(self.rng.randint(2, 20) * 50), Decimal(str(round(self.rng.uniform(0.88, 0.96), 4)))
        written = f" RATE {rate:.4f}" if self.rng.random() < 0.5 else ""
        out = self.row(self.checking, day, -amount, f"TRANSFER TO WISE{written}", "TRANSFER_OUT_ACCOUNT_TRANSFER")
        into = self.row(
            self.euro,
            day + timedelta(days=self.rng.choice([0, 1, 2])),
            amount * rate,
            f"TRANSFER FROM {self.checking.mask}",
        )
        self.found.pairs["transfer"].add((out.id, into.id))

    def _odd(self, first: date) -> None:
        """What looks like a transfer and is none: friends, money from elsewhere, a return to another card."""
        if self.rng.random() < 0.5:
            amount, person = self.rng.choice(ROUND), self.rng.choice(PEOPLE)
            self.row(
                self.checking, self.day(first), -amount, f"ZELLE TO {person}", "TRANSFER_OUT_TRANSFER_OUT_FROM_APPS"
            )
        if self.rng.random() < 0.4:
            self.row(
                self.second,
                self.day(first),
                self.rng.choice(ROUND),
                f"ZELLE FROM {self.rng.choice(PEOPLE)}",
                "TRANSFER_IN_TRANSFER_IN_FROM_APPS",
            )
        if self.rng.random() < 0.3:
            self.row(
                self.checking,
                self.day(first),
                -self.rng.choice(ROUND),
                "ATM WITHDRAWAL 0042",
                "TRANSFER_OUT_WITHDRAWAL",
            )
        if self.rng.random() < 0.3:
            self.row(
                self.savings, self.day(first), self.rng.choice(ROUND), "MOBILE CHECK DEPOSIT", "TRANSFER_IN_DEPOSIT"
            )
        if self.rng.random() < 0.2:
            self.row(
                self.second,
                self.day(first),
                self.rng.choice(ROUND),
                "TRANSFER FROM GRANDMA",
                "TRANSFER_IN_OTHER_TRANSFER_IN",
            )
        if self.rng.random() < 0.2:
            self.row(
                self.checking,
                self.day(first),
                -self.rng.choice(ROUND),
                "TRANSFER TO LANDLORD DEPOSIT",
                "TRANSFER_OUT_OTHER_TRANSFER_OUT",
            )
        if self.rng.random() < 0.3:
            self.row(self.wallet, self.day(first), -self.price(2, 30), "Market stall", origin="manual")

    def _waiting(self, today: date) -> None:
        """Pending rows: some were booked under another id, with a tip or not, others still wait beside alike ones."""
        for _each in range(self.rng.randint(3, 8)):
            text, code, span = self.rng.choice(SHOPS)
            day, amount = today - timedelta(days=self.rng.randint(2, 7)), self.price(*span)
            waits = self.row(self.card, day, -amount, text, code, pending=True, gone=self.rng.random() < 0.5)
            if self.rng.random() < 0.7:
                tip = Decimal("1.18") if code.startswith("FOOD_AND_DRINK_REST") else Decimal(1)
                told = {"authorized_on": day} if self.rng.random() < 0.7 else {}
                booked = self.row(
                    self.card,
                    day + timedelta(days=self.rng.randint(1, 3)),
                    -amount * tip,
                    f"{text} #{self.rng.randint(100, 999)}",
                    code,
                    **told,
                )
                self.found.pairs["pending"].add((waits.id, booked.id))
            elif not waits.gone and self.rng.random() < 0.6:  # the same coffee again the day after, and both stand
                again = day + timedelta(days=1)
                told = {"authorized_on": again} if self.rng.random() < 0.5 else {}
                self.row(self.card, again, -amount, f"{text} #{self.rng.randint(100, 999)}", code, **told)
            elif self.rng.random() < 0.5:  # two on one day, of which one is booked: nobody knows which
                self.row(self.card, day, -amount, text, code, pending=True)
                booked = self.row(self.card, day + timedelta(days=1), -amount, text, code, authorized_on=day)
                if waits.gone:  # unless the bank has taken one back
                    self.found.pairs["pending"].add((waits.id, booked.id))


def _key(text: str) -> str:
    return text.split(" #")[0].lower()

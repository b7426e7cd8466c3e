"""The life of a persona, day by day: the same seed gives the same days, whenever they are asked for."""

import calendar
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from sandboxbank import merchants
from sandboxbank.habits import Habit, Monthly, Move, Often, PayCard, Paycheck, Yearly
from sandboxbank.lives import AccountPlan
from sandboxbank.movements import Movement
from sandboxbank.personas import Persona

EPOCH = date(2020, 1, 3)
REFUND_AFTER = timedelta(days=6)
ODDITIES = ("odd_emoji", "odd_rtl", "odd_bidi", "odd_prompt", "odd_markup", "odd_formula", "odd_sql", "odd_long")
SURE = ("VERY_HIGH", "VERY_HIGH", "HIGH", "HIGH", "MEDIUM", "LOW")
LAGS = (1, 1, 2, 2, 3, 5)
EUROPEAN = {"in store": "purchase", "online": "purchase", "other": "direct debit"}


class PersonaLife:
    """Movements of a persona at one institution."""

    past_days: int | None = None

    def __init__(self, persona: Persona, *, institution_id: str, seed: int, history_days: int) -> None:
        self._persona, self._history_days = persona, history_days
        self._seed = f"{seed}:{institution_id}:{persona.username}"
        self._days: dict[date, tuple[Movement, ...]] = {}
        self._statements: dict[tuple[str, int, int], int] = {}

    def accounts(self, *, today: date) -> list[AccountPlan]:
        """The persona's accounts; each balance is the opening one and everything booked since."""
        first = today - timedelta(days=self._history_days - 1)
        moved = dict.fromkeys((plan.key for plan in self._persona.accounts), 0) | self._unpaid(first)
        for movement in self.movements(first=first, last=today):
            if movement.posts_on <= today and not movement.vanishes:
                moved[movement.account] += movement.cents
        return [
            replace(plan, balance=plan.balance + moved[plan.key] * (1 if plan.type in ("credit", "loan") else -1))
            for plan in self._persona.accounts
        ]

    def movements(self, *, first: date, last: date) -> Iterator[Movement]:
        """What begins on these days."""
        for offset in range((last - first).days + 1):
            yield from self._day(first + timedelta(days=offset))

    def _day(self, day: date) -> Iterator[Movement]:
        yield from self._habitual(day)
        yield from self._refunds(day)
        for number, habit in enumerate(self._persona.habits):
            if isinstance(habit, PayCard) and day.day == habit.on:
                yield from self._card_payment(number, habit, day)

    def _habitual(self, day: date) -> tuple[Movement, ...]:
        """Everything but card payments and refunds, which depend on it."""
        if day not in self._days:
            dice = random.Random(f"{self._seed}:{day.toordinal()}")
            habits = enumerate(self._persona.habits)
            self._days[day] = tuple(done for number, habit in habits for done in self._done(number, habit, day, dice))
        return self._days[day]

    def _done(self, number: int, habit: Habit, day: date, dice: random.Random) -> Iterator[Movement]:
        match habit:
            case Monthly() if _falls_on(day, habit.on):
                cents = _spread(habit.cents + habit.rise * (day.year - EPOCH.year), habit.spread, dice)
                yield self._movement(f"{number}", habit.account, habit.merchant, cents, day, dice)
            case Paycheck() if ((day - EPOCH).days - number) % habit.every == 0:
                cents = _spread(habit.cents + habit.rise * (day.year - EPOCH.year), habit.spread, dice)
                yield self._movement(f"{number}", habit.account, habit.merchant, -cents, day, dice)
            case Yearly() if (day.month, day.day) == (habit.month, habit.on):
                yield self._movement(f"{number}", habit.account, habit.merchant, habit.cents, day, dice)
            case Move() if _falls_on(day, habit.on):
                yield self._movement(f"{number}.out", habit.source, habit.out, habit.cents, day, dice)
                yield self._movement(f"{number}.in", habit.target, habit.into, -habit.cents, day, dice)
            case Often():
                yield from self._spontaneous(number, habit, day, dice)

    def _spontaneous(self, number: int, habit: Often, day: date, dice: random.Random) -> Iterator[Movement]:
        weekend = 1.4 if day.weekday() >= 4 else 0.85
        for index in range(int(habit.per_week * weekend / 7 + dice.random())):
            merchant = dice.choice(ODDITIES) if dice.random() < self._persona.oddness else dice.choice(habit.merchants)
            cents = dice.randrange(habit.low, habit.high)
            bought = self._movement(f"{number}.{index}", habit.account, merchant, cents, day, dice)
            yield _styled(bought, habit.style, dice)
            if dice.random() < 0.03:
                yield _styled(bought, "plain", dice)._replace(key=f"{bought.key}.twin")
            if merchant in ("paris", "tokyo"):
                yield self._movement(
                    f"{number}.{index}.fee", habit.account, "foreign_fee", max(cents // 33, 1), day, dice
                )

    def _refunds(self, day: date) -> Iterator[Movement]:
        for bought in self._habitual(day - REFUND_AFTER):
            if bought.category.startswith("GENERAL_MERCHANDISE") and not bought.vanishes and bought.cents % 16 == 0:
                yield bought._replace(
                    key=f"{bought.key}.refund", day=day, posts_on=day + timedelta(days=2), cents=-bought.cents,
                    held_cents=None, matched=True, code="refund" if bought.code else "", check_number="",
                )  # fmt: skip

    def _card_payment(self, number: int, habit: PayCard, day: date) -> Iterator[Movement]:
        before = day.replace(day=1) - timedelta(days=1)
        cents = self._spent(habit.card, before.year, before.month) * habit.percent // 100
        if cents > 0:
            dice = random.Random(f"{self._seed}:{number}:{day.toordinal()}")
            paid = self._movement(f"{number}.out", habit.payer, "card_payment", cents, day, dice)
            yield paid._replace(pends=False, posts_on=day)
            got = self._movement(f"{number}.in", habit.card, "card_payment_in", -cents, day, dice)
            yield got._replace(pends=True, posts_on=day + timedelta(days=1))

    def _unpaid(self, first: date) -> dict[str, int]:
        """What each card carried into the first day: spending whose payment comes later."""
        carried, before = {}, first.replace(day=1) - timedelta(days=1)
        for habit in self._persona.habits:
            if isinstance(habit, PayCard):
                days = (first.replace(day=number) for number in range(1, first.day))
                own = (each for day in days for each in (*self._habitual(day), *self._refunds(day)))
                carried[habit.card] = sum(
                    each.cents for each in own if each.account == habit.card and not each.vanishes
                )
                if first.day <= habit.on:
                    carried[habit.card] += self._spent(habit.card, before.year, before.month)
        return carried

    def _spent(self, card: str, year: int, month: int) -> int:
        wanted = (card, year, month)
        if wanted not in self._statements:
            length = calendar.monthrange(year, month)[1]
            days = [date(year, month, number) for number in range(1, length + 1)]
            found = (each for day in days for each in (*self._habitual(day), *self._refunds(day)))
            total = sum(each.cents for each in found if each.account == card and not each.vanishes)
            self._statements[wanted] = total
        return self._statements[wanted]

    def _movement(self, key: str, account: str, merchant: str, cents: int, day: date, dice: random.Random) -> Movement:
        other, place = merchants.ALL[merchant], self._persona.place
        wording = merchants.word(other, place, day, dice, card=self._persona.card)
        pends = other.channel != "other" or dice.random() < 0.2
        category, confidence = _category(other.category, dice)
        return Movement(
            key=f"{day.toordinal()}.{key}",
            account=account,
            day=day,
            posts_on=day + timedelta(days=dice.choice(LAGS) if pends else 0),
            cents=cents,
            description=wording.text,
            party=other.party if dice.random() > 0.06 else None,
            category=category,
            confidence=confidence,
            channel=other.channel,
            code=EUROPEAN[other.channel] if place.country != "US" else "",
            pends=pends,
            matched=dice.random() > 0.08,
            store=wording.store if other.channel == "in store" else "",
            city=place.city if other.channel == "in store" else "",
            region=place.region if other.channel == "in store" else "",
            country=place.country if other.channel == "in store" else "",
            check_number=wording.store if merchant == "check" else "",
            at=dice.choice(("", "", "00:00:00", f"{dice.randrange(6, 23):02d}:{dice.randrange(60):02d}:07")),
        )


def _styled(bought: Movement, style: str, dice: random.Random) -> Movement:
    """Holds that differ from what is booked: fuel pumps, tips, and a reservation that is never used."""
    if dice.random() < 0.01:
        return bought._replace(vanishes=True, pends=True, posts_on=bought.day + timedelta(days=7), matched=False)
    if style == "fuel":
        return bought._replace(
            pends=True, posts_on=bought.day + timedelta(days=2), held_cents=dice.choice((100, 17_500))
        )
    if style == "tip":
        return bought._replace(
            pends=True, posts_on=bought.day + timedelta(days=2), held_cents=bought.cents * 100 // 118
        )
    return bought


def _category(right: str, dice: random.Random) -> tuple[str, str]:
    """Mostly right, sometimes missing, sometimes wrong, as in life."""
    luck = dice.random()
    if not right or luck < 0.05:
        return "", "UNKNOWN"
    if luck < 0.08:
        return dice.choice(merchants.CATEGORIES), "LOW"
    return right, dice.choice(SURE)


def _spread(cents: int, percent: int, dice: random.Random) -> int:
    return cents + cents * dice.randint(-percent, percent) // 100 if percent else cents


def _falls_on(day: date, on: int) -> bool:
    return day.day == on or (on > 28 and day.day == min(on, calendar.monthrange(day.year, day.month)[1]))

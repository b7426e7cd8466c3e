"""The life of a persona, day by day: the same seed gives the same days, whenever they are asked for."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from sandboxbank import calendars, merchants, wobbles
from sandboxbank.habits import Habit, Level, Monthly, Move, Often, PayCard, Paycheck, Yearly
from sandboxbank.lives import AccountPlan
from sandboxbank.movements import Movement
from sandboxbank.personas import Persona

EPOCH = date(2020, 1, 3)
REFUND_AFTER = timedelta(days=6)
LAGS = (1, 1, 2, 2, 3, 5)
TWIN_BELOW, WHOLE, SMOOTH = 1_500, 1_000, 3
ABROAD = ("paris", "tokyo")
OWING = ("credit", "loan")


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
            if movement.posts_on <= today and not movement.vanishes and not movement.currency:
                moved[movement.account] += movement.cents
        return [
            replace(plan, balance=plan.balance + moved[plan.key] * (1 if plan.type in OWING else -1))
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
            if isinstance(habit, PayCard | Level) and calendars.falls_on(day, habit.on):
                yield from self._settled(number, habit, day)

    def _habitual(self, day: date) -> tuple[Movement, ...]:
        """Everything but refunds and what settles a month, which depend on it."""
        if day not in self._days:
            dice = random.Random(f"{self._seed}:{day.toordinal()}")
            habits = enumerate(self._persona.habits)
            done = [each for number, habit in habits for each in self._done(number, habit, day, dice)]
            self._days[day] = (*done, *self._rides_home(day, dice))
        return self._days[day]

    def _done(self, number: int, habit: Habit, day: date, dice: random.Random) -> Iterator[Movement]:
        match habit:
            case Monthly() if self._is_due(habit, day):
                cents = _spread(habit.cents + habit.rise * (day.year - EPOCH.year), habit.spread, dice)
                yield self._movement(f"{number}", habit.account, habit.merchant, cents, day, dice)
            case Paycheck() if calendars.is_payday(day, EPOCH + timedelta(weeks=number), habit.every):
                cents = _spread(habit.cents + habit.rise * (day.year - EPOCH.year), habit.spread, dice)
                yield self._movement(f"{number}", habit.account, habit.merchant, -cents, day, dice)
            case Yearly() if (day.month, day.day) == (habit.month, habit.on):
                once = self._movement(f"{number}", habit.account, habit.merchant, habit.cents, day, dice)
                yield once._replace(currency=habit.currency)
            case Move() if calendars.falls_on(day, habit.on):
                yield self._movement(f"{number}.out", habit.source, habit.out, habit.cents, day, dice)
                yield self._movement(f"{number}.in", habit.target, habit.into, -habit.cents, day, dice)
            case Often():
                yield from self._spontaneous(number, habit, day, dice)

    def _is_due(self, habit: Monthly, day: date) -> bool:
        """Cards are charged on any day, banks book on working days."""
        by_bank = merchants.ALL[habit.merchant].channel == "other"
        return calendars.falls_on(day, habit.on) if by_bank else calendars.is_the(habit.on, day)

    def _spontaneous(self, number: int, habit: Often, day: date, dice: random.Random) -> Iterator[Movement]:
        weekend = 1.4 if day.weekday() >= 4 else 0.85
        for index in range(int(habit.per_week * weekend / 7 + dice.random())):
            merchant, cents = dice.choice(habit.merchants), wobbles.price(habit.low, habit.high, dice)
            shops = wobbles.is_shop(merchants.ALL[merchant])
            if shops and dice.random() < self._persona.oddness:
                merchant, cents = dice.choice(wobbles.ODDITIES), wobbles.price(350, 4_000, dice)
            bought = self._movement(f"{number}.{index}", habit.account, merchant, cents, day, dice)
            bought = wobbles.misfiled(bought, dice) if shops else bought
            yield wobbles.held(bought, habit.style, dice) if shops else bought
            if shops and cents < TWIN_BELOW and dice.random() < 0.02:
                yield bought._replace(key=f"{bought.key}.twin")
            if merchant in ABROAD:
                fee = max(cents // 33, 1)
                yield self._movement(f"{number}.{index}.fee", habit.account, "foreign_fee", fee, day, dice)

    def _rides_home(self, day: date, dice: random.Random) -> Iterator[Movement]:
        """Two rides an hour apart around the moment at which the clock changes; in autumn both at the same hour."""
        for index, at in enumerate(calendars.around_clock_change(day, self._persona.place.zone)):
            spending = next(habit.account for habit in self._persona.habits if isinstance(habit, Often))
            ride = self._movement(f"night.{index}", spending, "uber", wobbles.price(900, 2_400, dice), day, dice)
            yield ride._replace(at=at)

    def _refunds(self, day: date) -> Iterator[Movement]:
        for bought in self._habitual(day - REFUND_AFTER):
            if bought.category.startswith("GENERAL_MERCHANDISE") and not bought.vanishes and bought.cents % 16 == 0:
                posts_on = calendars.working_day(day + timedelta(days=2))
                yield bought._replace(
                    key=f"{bought.key}.refund", day=day, posts_on=posts_on, cents=-bought.cents, at="",
                    held_cents=None, pends=True, matched=True, code="adjustment" if bought.code else "",
                    check_number="",
                )  # fmt: skip

    def _settled(self, number: int, habit: PayCard | Level, day: date) -> Iterator[Movement]:
        """Both legs of what last month's figures ask for."""
        dice = random.Random(f"{self._seed}:{number}:{day.toordinal()}")
        cents = self._due(habit, day.year, day.month)
        for leg, account, merchant, sign in _legs(habit, cents):
            moved = self._movement(f"{number}.{leg}", account, merchant, sign * abs(cents), day, dice)
            if merchant == "card_payment_in":
                moved = moved._replace(pends=True, posts_on=calendars.working_day(day + timedelta(days=1)))
            yield moved

    def _due(self, habit: PayCard | Level, year: int, month: int) -> int:
        before = date(year, month, 1) - timedelta(days=1)
        if isinstance(habit, PayCard):
            return max(self._spent(habit.card, before.year, before.month) * habit.percent // 100, 0)
        months = ((before.year * 12 + before.month - 1 - back) for back in range(SMOOTH))
        left = sum(self._left(habit.account, each // 12, each % 12 + 1) for each in months)
        return left // SMOOTH // WHOLE * WHOLE

    def _left(self, account: str, year: int, month: int) -> int:
        """What a month added to an account before it was levelled."""
        left = -self._spent(account, year, month)
        for habit in self._persona.habits:
            if isinstance(habit, PayCard) and habit.payer == account:
                left -= self._due(habit, year, month)
            elif isinstance(habit, Level) and habit.target == account:
                left += self._due(habit, year, month)
        return left

    def _unpaid(self, first: date) -> dict[str, int]:
        """What each card carried into the first day: spending whose payment comes later."""
        carried, before = {}, first.replace(day=1) - timedelta(days=1)
        for habit in self._persona.habits:
            if isinstance(habit, PayCard):
                days = (first.replace(day=number) for number in range(1, first.day))
                carried[habit.card] = self._total(habit.card, days)
                if first <= calendars.day_of(first.year, first.month, habit.on):
                    carried[habit.card] += self._spent(habit.card, before.year, before.month)
        return carried

    def _spent(self, account: str, year: int, month: int) -> int:
        wanted = (account, year, month)
        if wanted not in self._statements:
            self._statements[wanted] = self._total(account, calendars.days_of(year, month))
        return self._statements[wanted]

    def _total(self, account: str, days: Iterator[date]) -> int:
        found = (each for day in days for each in (*self._habitual(day), *self._refunds(day)))
        return sum(each.cents for each in found if each.account == account and not (each.vanishes or each.currency))

    def _movement(self, key: str, account: str, merchant: str, cents: int, day: date, dice: random.Random) -> Movement:
        other, place = merchants.ALL[merchant], self._persona.place
        wording = merchants.word(other, place, day, dice, card=self._persona.card, cents=cents)
        posts_on = calendars.working_day(day + timedelta(days=0 if other.channel == "other" else dice.choice(LAGS)))
        here = other.channel == "in store"
        return Movement(
            key=f"{day.toordinal()}.{key}",
            account=account,
            day=day,
            posts_on=posts_on,
            cents=cents,
            description=wording.text,
            party=other.party,
            category=other.category,
            confidence="VERY_HIGH" if other.party else "HIGH",
            channel=other.channel,
            code=wobbles.european_code(other) if place.country != "US" else "",
            pends=posts_on > day,
            matched=dice.random() > 0.08,
            store=wording.store if here else "",
            city=place.city if here else "",
            region=place.region if here else "",
            country=place.country if here else "",
            check_number=wording.store if merchant == "check" else "",
            at=calendars.some_moment(day, place.zone, dice),
        )


def _legs(habit: PayCard | Level, cents: int) -> Iterator[tuple[str, str, str, int]]:
    """Name, account, wording and sign of each row that settles `cents`; a negative amount comes back."""
    if isinstance(habit, PayCard) and cents:
        yield "out", habit.payer, habit.out, 1
        yield "in", habit.card, habit.into, -1
    elif isinstance(habit, Level) and cents > 0:
        yield "out", habit.account, habit.out, 1
        if habit.target:
            yield "in", habit.target, habit.into, -1
    elif isinstance(habit, Level) and cents < 0:
        yield "back", habit.account, habit.lent or "move_in", -1
        if not habit.lent:
            yield "lent", habit.target, "move_out", 1


def _spread(cents: int, percent: int, dice: random.Random) -> int:
    return cents + cents * dice.randint(-percent, percent) // 100 if percent else cents

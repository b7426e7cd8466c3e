"""Users named user_bulk_<n>: n transactions on five accounts in three years, for measuring."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from sandboxbank import merchants
from sandboxbank.lives import AccountPlan
from sandboxbank.merchants import Place
from sandboxbank.movements import Movement

DAYS = 3 * 365
ACCOUNTS = (
    AccountPlan("0", "Bulk Checking", "Bulk Checking", "depository", "checking", 1_234_567),
    AccountPlan("1", "Bulk Savings", "Bulk Savings", "depository", "savings", 7_654_321),
    AccountPlan("2", "Bulk Card", "Bulk Card", "credit", "credit card", 98_765, limit=1_000_000),
    AccountPlan("3", "Bulk Business", "Bulk Business", "depository", "checking", 5_000_050, holder="business"),
    AccountPlan("4", "Bulk Travel Card", "Bulk Travel Card", "credit", "credit card", 45_678, limit=2_000_000),
)
PLACE = Place("Portland", "OR")


class BulkLife:
    """As many movements in any 1,095 days in a row as the user name says, and so on for ever."""

    past_days: int | None = DAYS

    def __init__(self, number: int, *, seed: int) -> None:
        self._number, self._seed = number, seed
        self._merchants = [one for one in merchants.ALL.values() if one.channel != "other" and one.category]

    def accounts(self, *, today: date) -> list[AccountPlan]:
        """Five accounts."""
        return list(ACCOUNTS)

    def movements(self, *, first: date, last: date) -> Iterator[Movement]:
        """An even stream, the same for the same seed."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day, dice = date.fromordinal(ordinal), random.Random(f"{self._seed}:bulk:{ordinal}")
            count = (ordinal + 1) * self._number // DAYS - ordinal * self._number // DAYS
            for index in range(count):
                yield self._movement(day, f"{ordinal}.{index}", index, dice)

    def _movement(self, day: date, key: str, index: int, dice: random.Random) -> Movement:
        if index % 25 == 24:
            salary = merchants.ALL["salary_brightwater"]
            return Movement(key, "0", day, day, -dice.randrange(90_000, 400_000), "BRIGHTWATER SYS DES:PAYROLL",
                            party=salary.party, category=salary.category)  # fmt: skip
        merchant = self._merchants[int(dice.random() * len(self._merchants))]
        wording = merchants.word(merchant, PLACE, day, dice)
        pends = index % 3 == 0
        return Movement(
            key, str(int(dice.random() * 5)), day, day + timedelta(days=2) if pends else day,
            99 + int(dice.random() * 24_901), wording.text, party=merchant.party, category=merchant.category,
            channel=merchant.channel, pends=pends, store=wording.store, city=PLACE.city, region=PLACE.region,
            country="US",
        )  # fmt: skip

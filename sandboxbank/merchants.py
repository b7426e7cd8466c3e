"""Who takes and gives the money: statement wordings as American banks print them, from merchants.csv."""

import csv
import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sandboxbank.ids import derived
from sandboxbank.movements import Party

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True, slots=True)
class Merchant:
    """One other side. `statements` are the wordings it is seen under; `party` is None for one nobody knows."""

    key: str
    statements: tuple[str, ...]
    category: str
    channel: str
    party: Party | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person lives."""

    city: str
    region: str
    country: str = "US"
    zone: str = "America/Los_Angeles"
    transit: str = "TRIMET HOP FASTPASS"
    landlord: str = "CEDAR GROVE PROPERTY MGMT"


class Wording(NamedTuple):
    """A statement text and the store number in it."""

    text: str
    store: str


def word(
    merchant: Merchant, place: Place, day: date, dice: random.Random, *, card: str = "CARD", cents: int = 0
) -> Wording:
    """The text for one purchase, with the noise that real statements have."""
    pattern = merchant.statements[int(dice.random() * len(merchant.statements))]
    if "{" not in pattern:
        return Wording(pattern, "")
    noise = _Noise(place, day, dice, card, cents)
    return Wording(pattern.format_map(noise), noise.store if "{store" in pattern else "")


class _Noise(dict[str, str]):
    """What fills the gaps of a wording, made up only when it is asked for."""

    def __init__(self, place: Place, day: date, dice: random.Random, card: str, cents: int) -> None:
        super().__init__()
        self._place, self._day, self._dice, self._card, self._cents = place, day, dice, card, cents
        self.store = str(1000 + 37 * int(1 + dice.random() * 8))

    def __missing__(self, name: str) -> str:
        dice, city = self._dice, self._place.city.upper()
        match name:
            case "store":
                return self.store
            case "store3":
                return self.store[1:]
            case "store5":
                return f"{int(dice.random() * 9)}{self.store}"
            case "CITY":
                return city
            case "city3":
                return city[:3]
            case "region":
                return self._place.region
            case "transit":
                return self._place.transit
            case "landlord":
                return self._place.landlord
            case "ref":
                return f"{int(dice.random() * 36**8):08X}"[-8:]
            case "phone":
                return f"800-{200 + int(dice.random() * 799)}-{self.store}"
            case "dow":
                return WEEKDAYS[self._day.weekday()]
            case "hour":
                return str(1 + int(dice.random() * 11))
            case "CARD":
                return self._card
            case "foreign":
                euros = self._cents * 100 // 108
                return f"{euros // 100},{euros % 100:02d}"
            case "yen":
                return str(self._cents * 3 // 2)
        raise KeyError(name)


def _read() -> dict[str, Merchant]:
    path = Path(__file__).with_name("merchants.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["key"]: _merchant(row) for row in csv.DictReader(lines, delimiter="|", quoting=csv.QUOTE_NONE)}


def _merchant(row: dict[str, str]) -> Merchant:
    party = Party(row["name"], derived("merchant", row["name"]), row["website"], row["kind"]) if row["name"] else None
    return Merchant(row["key"], tuple(row["statement"].split(";")), row["category"], row["channel"], party)


ALL = _read()
CATEGORIES = sorted({merchant.category for merchant in ALL.values() if merchant.category})

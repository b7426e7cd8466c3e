"""What an amount tells where the text tells little: a lunch is rarely 900, a rent rarely 9.

The medians are round figures of what such things cost, written from common knowledge; nothing is fitted. The text
decides first: the amount weighs by the square of what the text leaves open, so a known name hears little of it.
"""

from bisect import bisect
from collections.abc import Mapping
from decimal import Decimal
from math import log

import numpy as np

from banking.categoriser.codes import CODES

USUAL: Mapping[str, tuple[float, float]] = {
    "GROCERIES": (35, 1.0),
    "DINING": (20, 0.85),
    "SHOPPING": (45, 1.2),
    "TRANSPORT": (22, 1.0),
    "TRAVEL": (180, 1.3),
    "HOUSING": (250, 1.6),
    "UTILITIES": (75, 0.9),
    "ENTERTAINMENT": (28, 1.1),
    "HEALTH": (45, 1.2),
    "PERSONAL_CARE": (42, 0.9),
    "SERVICES": (50, 1.5),
    "GOV_CHARITY": (70, 1.5),
    "DEBT": (350, 1.2),
    "FEES": (10, 1.2),
    "INCOME": (400, 2.0),
    "TRANSFER": (200, 1.7),
}
"""The median of each code in dollars, and how far the natural logarithm spreads around it."""
FARTHEST = -5.0
"""However odd an amount is for a code, it speaks against it only so much (log likelihood)."""

CENTRES = (1, 2, 4, 7, 12, 20, 35, 60, 100, 180, 320, 560, 1000, 1800, 3200)
_BORDERS = tuple((one * two) ** 0.5 for one, two in zip(CENTRES, CENTRES[1:], strict=False))
NONE = -1

UNITS: Mapping[str, float] = {
    **dict.fromkeys(("USD", "EUR", "GBP", "CHF"), 1.0),
    **dict.fromkeys(("CAD", "AUD", "NZD", "SGD"), 1.4),
    **dict.fromkeys(("PLN", "ILS", "AED", "SAR", "QAR", "MYR", "BRL"), 3.0),
    **dict.fromkeys(("DKK", "SEK", "NOK", "HKD", "CNY", "ZAR", "MXN"), 8.0),
    **dict.fromkeys(("CZK", "THB", "TWD", "INR", "TRY", "PHP"), 22.0),
    **dict.fromkeys(("JPY", "HUF", "PKR", "BDT"), 120.0),
}
"""How many units buy what a dollar buys, roughly; of other currencies an amount tells nothing."""


def place(amount: Decimal, currency: str | None = None) -> int:
    """The place in CENTRES of a money amount, NONE where it tells nothing; without a currency as of dollars."""
    units = UNITS.get(currency or "USD")
    return NONE if units is None or not amount else bisect(_BORDERS, abs(float(amount)) / units)


def likelihoods() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Log likelihoods of the codes, one line per place, and a last one of zeros for NONE."""
    table = np.zeros((len(CENTRES) + 1, len(CODES)), dtype=np.float32)
    for line, centre in enumerate(CENTRES):
        for at, code in enumerate(CODES):
            median, spread = USUAL[code]
            table[line, at] = max(-0.5 * (log(centre / median) / spread) ** 2, FARTHEST) - log(spread)
    return table

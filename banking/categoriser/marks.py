"""What the mark before a name tells: a payment through Toast is a restaurant's, one through Ticketmaster a ticket.

The marks are cut from the texts (`normalise`), since they name no merchant; here they shift the odds of the codes.
Written from what the processors say of themselves; the weights are round logits, not fitted.
"""

import re
from collections.abc import Mapping

import numpy as np

from banking.categoriser.codes import CODES

_FOOD = {"DINING": 2.0}
_TICKETS = {"ENTERTAINMENT": 2.5}
_TICKETS_ONLY = {"ENTERTAINMENT": 4.0}
"""Who sells tickets and nothing else: what is named is who plays there, whatever else is called so."""
_SMALL_TRADE = {"DINING": 0.5, "SHOPPING": 0.3, "PERSONAL_CARE": 0.3, "TRANSFER": -4.0}
_SHOP = {"SHOPPING": 2.0}
_SOFTWARE = {"SERVICES": 0.8, "SHOPPING": 0.5}

TOLD: Mapping[str, Mapping[str, float]] = {
    "tst": {"DINING": 2.5},
    "toast": {"DINING": 2.5},
    "dd": {"DINING": 2.5},
    **dict.fromkeys(("spo", "par", "olo", "sunday", "flipdish", "levy"), _FOOD),
    **dict.fromkeys(("cke", "til", "ctlp", "nya", "nyx"), {"DINING": 1.5}),
    **dict.fromkeys(("tm", "axs"), _TICKETS_ONLY),
    **dict.fromkeys(("eb", "wl"), _TICKETS),
    "fh": {"ENTERTAINMENT": 2.0, "TRAVEL": 1.0},
    **dict.fromkeys(("sp", "etsy", "shopify"), _SHOP),
    **dict.fromkeys(("ebay", "klarna", "afterpay"), {"SHOPPING": 1.5}),
    **dict.fromkeys(("paypal", "pp"), {"SHOPPING": 0.7}),
    **dict.fromkeys(("sq", "sumup", "smp", "zettle", "izettle", "iz", "clover"), _SMALL_TRADE),
    **dict.fromkeys(("fs", "fsp", "cbi", "dri"), _SOFTWARE),
    "vagaro": {"PERSONAL_CARE": 2.0},
    "in": {"SERVICES": 1.2},
    "act": {"ENTERTAINMENT": 1.0},
    "sqc": {"TRANSFER": 2.0},
}
NONE = -1
NAMES = tuple(TOLD)
_PLACES = {name: place for place, name in enumerate(NAMES)}
_STARRED = re.compile(r"\s*([a-z]{2,8})[ _]{0,2}\*", re.IGNORECASE)
_SHOPIFY = re.compile(r"sp (?!plus\b)\w", re.IGNORECASE)


def mark(description: str) -> int:
    """The place in NAMES of the mark at the start, NONE where there is none that tells anything."""
    if "*" in description[:12]:
        found = _STARRED.match(description)
        return _PLACES.get(found[1].lower(), NONE) if found else NONE
    return _PLACES["sp"] if description[:3] in ("SP ", "sp ", "Sp ") and _SHOPIFY.match(description) else NONE


def told(place: int, code: str) -> str | None:
    """The mark as it is written, where it speaks for the code."""
    return NAMES[place].upper() if place != NONE and TOLD[NAMES[place]].get(code, 0.0) > 0 else None


def shifts() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """One line of logits per name of NAMES, and a last one of zeros for NONE."""
    table = np.zeros((len(NAMES) + 1, len(CODES)), dtype=np.float32)
    for line, name in enumerate(NAMES):
        for code, shift in TOLD[name].items():
            table[line, CODES.index(code)] = shift
    return table

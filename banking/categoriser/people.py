"""Whether a text is somebody's name and nothing else: "mrs l oconnor", "patel r". On statements that is a transfer."""

from collections.abc import Sequence
from functools import cache

from banking.categoriser import facts

TITLES = frozenset(["mr", "mrs", "miss", "ms", "mx"])
LEADS = frozenset(["to", "from", "upi", "imps", "neft", "rtgs", "p2a", "fpi", "fpo", "tfr", "trf"])
"""What stands before the name where a bank says that somebody is paid."""
DIRECTIONS = frozenset(["dr", "cr"])
"""Debit and credit after a lead; alone "dr" is a doctor."""
MOST = 4


def is_person(words: Sequence[str]) -> bool:
    """A title and a name; a first name and a surname; or a surname and initials. After a lead what follows is free."""
    leads = (at for at, word in enumerate(words) if word not in LEADS and not (at and word in DIRECTIONS))
    start = next(leads, len(words))
    name, led = words[start:], start > 0
    if len(name) > MOST and not led:
        return False
    if name and name[0] in TITLES:
        rest = name[1:MOST]
        return len(rest) > 1 and len(rest[0]) == 1 or any(word in _given() or word in _surnames() for word in rest)
    if len(name) < 2:
        return False
    return _named(name[:2]) if led else _named(name) or _with_initials(name)


def _named(name: Sequence[str]) -> bool:
    between = all(word in _given() or len(word) == 1 for word in name[1:-1])
    return name[0] in _given() and name[-1] in _surnames() and between


def _with_initials(name: Sequence[str]) -> bool:
    """ "smith j" or "j smith", not "j crew"."""
    long = [word for word in name if len(word) > 1]
    return len(long) == 1 and long[0] in _surnames()


@cache
def _given() -> frozenset[str]:
    return frozenset(fact.text for fact in facts.shipped() if fact.kind == "given")


@cache
def _surnames() -> frozenset[str]:
    return frozenset(fact.text for fact in facts.shipped() if fact.kind == "surname")

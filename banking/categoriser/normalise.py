"""From a bank's description to plain words: one merchant, one key."""

import re
import unicodedata
from functools import cache, lru_cache

from banking.categoriser import facts
from banking.categoriser.wording import COUNTED, COUNTRIES, FORMS, NOISE, PREFIX, STARTS, STATES

LONGEST = 300
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:&[a-z0-9]+)*")
_WORD = re.compile(r"[^\W_]+(?:&[^\W_]+)*")
_NOISY = re.compile(r"[:/#]|\d[\-.,]\d|[a-z]\.[a-z]\.|\d[a-z]{3}\d|\)|card |value d|\bref| dollar|tap and|id ")
_LETTERS = re.compile(r"[^a-z]")
_INITIALS = re.compile(r"\b([a-z])\.(?=[a-z]\b)")
_WEB = frozenset(["www", "http", "https"])
_GLUED = re.compile(r"([a-z&]{4,}(?=\d+$)|[a-z]{3}(?=\d{6,}$))")
_UPPER = frozenset(
    [
        "atm",
        "cvs",
        "kfc",
        "bp",
        "usps",
        "ups",
        "irs",
        "dmv",
        "nhs",
        "hsbc",
        "bbq",
        "ihop",
        "gnc",
        "aaa",
        "mta",
        "h&m",
        "at&t",
        "ikea",
        "hmrc",
        "tfl",
        "bws",
        "iga",
    ]
)


@lru_cache(maxsize=50_000)
def normalise(description: str) -> str:
    """Lower-case words of the merchant or of the bank's wording; never empty unless nothing but signs came in.

    "SQ *BLUE BOTTLE COFF 1234 SF CA" -> "blue bottle coff". Safe on any Unicode.
    """
    return " ".join(_place_cut(_words(description)))


def merchant_key(description: str, merchant: str | None = None) -> str:
    """The stable name under which rows of one merchant meet; the provider's clean name wins where there is one."""
    return _key(merchant) if merchant and merchant.strip() else _key(description)


def display_name(description: str, merchant: str | None = None) -> str:
    """A name to show: "Blue Bottle Coff"."""
    if merchant and merchant.strip():
        return printable(merchant).strip()
    words = normalise(description).split()
    return " ".join(word.upper() if word in _UPPER else word.capitalize() for word in words[:6])


def printable(text: str) -> str:
    """The text without control, direction and formatting characters, at most LONGEST long."""
    text = text[:LONGEST]
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFKC", text)
    return "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text)


@lru_cache(maxsize=50_000)
def _key(text: str) -> str:
    return normalise(text) or printable(text).strip().casefold()


def _words(description: str) -> list[str]:
    text = _plain(description)
    start = PREFIX.match(text) if _has_lead(text) else None
    if start and start.end() < len(text.rstrip()):
        text = text[start.end() :]
    if _NOISY.search(text):
        text = _INITIALS.sub(r"\1", NOISE.sub(" ", text))
    found = (_ASCII_WORD if text.isascii() else _WORD).findall(text)
    return _kept(found) or _kept(_WORD.findall(_plain(description))) or found


def _has_lead(text: str) -> bool:
    return "*" in text[:10] or text[:1].isdigit() or text[:1] in "#x" or _LETTERS.split(text, 1)[0] in STARTS


def _plain(description: str) -> str:
    text = printable(description).lower()
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
        text = text.replace("’", "").replace("`", "")
    return text.replace("'", "")


def _kept(words: list[str]) -> list[str]:
    """The words without store numbers, ids and legal forms."""
    kept: list[str] = []
    for at, word in enumerate(words):
        if word.isalpha():
            if word not in FORMS or len(words) == 1 or at == 0 and word not in _WEB:
                kept.append(word)
        else:
            _keep_numbered(word, words, at, kept)
    return kept


def _keep_numbered(word: str, words: list[str], at: int, kept: list[str]) -> None:
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    if (
        "&" in word
        and not any(sign.isdigit() for sign in word)
        or (before, word) in _numbered_names()
        or (word, after) in _numbered_names()
        or (word, "") in _numbered_names()
    ):
        kept.append(word)
    elif glued := _GLUED.match(word):
        kept.append(glued[1])
    elif before in COUNTED and kept and kept[-1] == before and len(kept) > 1:
        kept.pop()


def _place_cut(words: list[str]) -> list[str]:
    """The words without the city, state and country at their end; at least one word stays."""
    while len(words) > 1 and (words[-1] in STATES or words[-1] in COUNTRIES) and tuple(words) not in _places_kept():
        words = words[:-1]
    if tuple(words) in _places_kept():
        return words
    for length in (3, 2, 1):
        if len(words) > length and words[-length - 1] != "of" and tuple(words[-length:]) in _cities():
            return words[:-length]
    return words


@cache
def _cities() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fact.text.lower().split()) for fact in facts.shipped() if fact.kind == "city")


@cache
def _places_kept() -> frozenset[tuple[str, ...]]:
    """Brands of two words that end in a place, unless the first word alone is the same: "mint mobile", "new china"."""
    codes = {
        tuple(_ASCII_WORD.findall(fact.text.lower())): fact.code for fact in facts.shipped() if fact.kind == "brand"
    }
    two = {name: code for name, code in codes.items() if len(name) == 2 and codes.get(name[:1]) != code}
    return frozenset(name for name in two if len(name[1]) > 3 and (name[1:] in _cities() or name[1] in COUNTRIES))


@cache
def _numbered_names() -> frozenset[tuple[str, str]]:
    """Pairs of neighbours in brand names with digits ("motel 6"), and single words such as "o2" beside ""."""
    pairs: set[tuple[str, str]] = set()
    for fact in facts.shipped():
        if fact.kind not in ("brand", "word"):
            continue
        words = _ASCII_WORD.findall(fact.text.lower().replace("'", ""))
        pairs.update((one, two) for one, two in zip(words, words[1:], strict=False) if not (one + two).isalpha())
        pairs.update((word, "") for word in words if not word.isalpha() and not word.isdigit())
    return frozenset(pairs)

"""The merchant that a person names, and the one that a wording names."""

import unicodedata
from hashlib import sha256

from accounts.models import Book
from banking.actions.filing import key_and_name
from banking.actions.refusals import checked_text
from banking.models import Merchant
from banking.models.categories import LONGEST_KEY
from journal.actions import Recorder


def merchant_named(*, book: Book, name: str, recorder: Recorder | None = None) -> Merchant | None:
    """The merchant of exactly that name, whatever its capitals, made if there is none; None for an empty name.

    Raise Refused.
    """
    name = checked_text(name, field="merchant", length=120)
    if not name:
        return None
    known = Merchant.objects.filter(book=book, name__iexact=name).order_by("id").first()
    return known or _made(book, name, recorder)


def merchant_worded(*, book: Book, text: str, recorder: Recorder | None = None) -> Merchant | None:
    """The merchant that rows of this wording have, made if there is none; None where it names nobody."""
    key, name = key_and_name(text, "")
    name = text[:LONGEST_KEY] if _signs(key) == _signs(text) else name
    return _keyed(book, key, name, recorder)[0] if key else None


def _made(book: Book, name: str, recorder: Recorder | None) -> Merchant:
    """Recognised by what a bank would write, if that tells it from others and is free; else by the name alone."""
    key, _name = key_and_name(name, "")
    if key and _signs(key) == _signs(name):
        merchant, created = _keyed(book, key, name, recorder)
        if created:
            return merchant
    return _keyed(book, _own_key(name), name, recorder)[0]


def _keyed(book: Book, key: str, name: str, recorder: Recorder | None) -> tuple[Merchant, bool]:
    merchant, created = Merchant.objects.get_or_create(book=book, key=key, defaults={"name": name})
    if created and recorder is not None:
        recorder.created(merchant)
    return merchant, created


def _signs(text: str) -> str:
    """The letters and digits, without accents and capitals."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if sign.isalnum())


def _own_key(name: str) -> str:
    """A key that no wording has, as those consist of words."""
    key = f"={name.casefold()}"
    return key if len(key) <= LONGEST_KEY else f"={sha256(key.encode()).hexdigest()}"

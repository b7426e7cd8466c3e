"""The merchant that a person names, and the one that a wording names."""

import unicodedata
from hashlib import sha256

from django.db.models import F

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
    return known_by_name(book=book, name=name) or _made(book, name, recorder)


def known_by_name(*, book: Book, name: str) -> Merchant | None:
    """The merchant of that name, whatever its capitals, if there is one; for a merged name what it was merged into."""
    named = Merchant.objects.filter(book=book, name__iexact=name).select_related("merged_into")
    found = named.order_by(F("merged_into").asc(nulls_first=True), "id").first()
    return standing(found) if found else None


def standing(merchant: Merchant) -> Merchant:
    """The merchant itself, or the one that it was merged into."""
    return merchant.merged_into or merchant


def merchant_worded(*, book: Book, text: str, recorder: Recorder | None = None) -> Merchant | None:
    """The merchant that rows of this wording have, made if there is none; None where it names nobody."""
    key, name = key_and_name(text, "")
    name = text[:LONGEST_KEY] if _signs(key) == _signs(text) else name
    return standing(_keyed(book, key, name, recorder)[0]) if key else None


def _made(book: Book, name: str, recorder: Recorder | None) -> Merchant:
    """Recognised by what a bank would write, if that tells it from others and is free; else by the name alone."""
    key, _name = key_and_name(name, "")
    if key and _signs(key) == _signs(name):
        merchant, created = _keyed(book, key, name, recorder)
        if created:
            return merchant
        if merchant.merged_into and _signs(merchant.told_name) == _signs(name):
            return merchant.merged_into
    return standing(_keyed(book, _own_key(name), name, recorder)[0])


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

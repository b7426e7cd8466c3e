"""A file on its way into the book: received, understood, mapped and looked at, before anything is in the ledger."""

import base64
import hashlib
import secrets
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import currencies
from accounts.models import Book, User
from accounts.plain import tidied
from banking import importing
from banking.actions.import_categories import Choice, all_new, checked_categories
from banking.actions.matching_up import categories_for, targets_for
from banking.actions.refusals import Conflicting, Refused, checked_amount, checked_text
from banking.actions.staging import stage, summary_of
from banking.import_words import refusal_in_words
from banking.importing import Choices, Parsed, Part, Refusal, Row
from banking.importing.decoding import ENCODINGS
from banking.importing.roles import NAMED
from banking.models import AccountKind, Import, ImportFile, ImportRow
from banking.queries import imports as queries

ORDERS, DECIMALS, SIGNS, DELIMITERS = ("dmy", "mdy", "ymd"), (".", ","), ("as_is", "turned"), (",", ";", "\t", "|")
MOST_DRAFTS = 20


class ImportAmendment(TypedDict, total=False):
    """What to change; what is not named stays.

    `choices` replace guesses (an empty one goes back to the guess), `accounts` say for the place of each account of the
    file where it goes ({"account": id}, {"new": {...}} or {}), `categories` map the file's words to ids, to NEW or to
    None, and `all_new` makes new categories of all that are mapped to none then.
    """

    choices: Mapping[str, Any]
    accounts: Mapping[int, Mapping[str, Any]]
    categories: Mapping[str, Choice]
    all_new: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A file that somebody sent."""

    name: str
    content: bytes
    choices: Mapping[str, Any] = field(default_factory=dict)
    account: int | None = None


@dataclass(frozen=True, slots=True)
class Ticks:
    """Positions of the rows that a page showed, and of those that were ticked on it; no more than a page holds."""

    shown: frozenset[int] = frozenset()
    ticked: frozenset[int] = frozenset()


NO_TICKS = Ticks()


def receive_import(*, book: Book, by: User, file: Received, now: datetime) -> Import:
    """Read the file and lay out its rows; nothing is in the ledger yet. Raise Refused with the reason."""
    if Import.objects.filter(book=book, status=Import.Status.DRAFT).count() >= MOST_DRAFTS:
        raise Conflicting(_("There are many files waiting. Bring them in or delete them first."), field="file")
    choices = checked_choices(file.choices)
    parsed = _read(book, file.content, choices)
    fingerprint = parsed.fingerprint or _layout(parsed)
    remembered = queries.mapping(book=book, fingerprint=fingerprint)
    if remembered and remembered.choices and not choices:
        with suppress(Refused):  # what was chosen then need not fit this one
            parsed = _read(book, file.content, remembered.choices)
            choices = remembered.choices
    source = Import(
        book=book,
        by=by,
        name=tidied(file.name.replace("\\", "/").rsplit("/", 1)[-1], length=200) or _("file"),
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        fingerprint=fingerprint,
        choices=choices,
        created_at=now,
    )
    _understand(source, parsed)
    source.statements = targets_for(book=book, told=summary_of(parsed), remembered=remembered, account=file.account)
    source.categories = categories_for(book=book, words=_words(parsed), remembered=remembered)
    with transaction.atomic():
        source.save()
        packed = base64.b85encode(zlib.compress(file.content, 6)).decode()
        _keep(book, source, packed, now)
        stage(book=book, source=source, parsed=parsed, now=now)
    return source


def _keep(book: Book, source: Import, packed: str, now: datetime) -> None:
    kept = ImportFile(book=book, source=source, key=secrets.token_hex(16), created_at=now)
    kept.content = packed
    kept.save()


def _read(book: Book, content: bytes, choices: Mapping[str, Any]) -> Parsed:
    likely = "mdy" if book.currency == "USD" else "dmy"
    try:
        return importing.read(
            content, choices=_choices(choices), likely_order=likely, largest=settings.MAX_IMPORT_BYTES
        )
    except Refusal as refusal:
        raise Refused(refusal_in_words(refusal), field="file") from refusal


def _choices(choices: Mapping[str, Any]) -> Choices:
    given = {name: value for name, value in choices.items() if name != "columns"}
    return Choices(**given, columns={int(place): role for place, role in choices.get("columns", {}).items()})


def _layout(parsed: Parsed) -> str:
    """Of a file without columns: its format and accounts."""
    keys = "\x1f".join(sorted(each.key for each in parsed.statements))
    return hashlib.sha256(f"{parsed.format}\x1e{keys}".encode()).hexdigest()


def _understand(source: Import, parsed: Parsed) -> None:
    source.format, source.skipped = parsed.format, parsed.skipped
    source.guesses = [{**asdict(guess), "values": dict(guess.values)} for guess in parsed.guesses]
    source.columns = [asdict(column) for column in parsed.columns]
    source.groups = {each.category: each.group for each in _filed(parsed) if each.category and each.group}


def _filed(parsed: Parsed) -> Iterator[Row | Part]:
    """What has a category of the file's own."""
    for row in parsed.rows:
        yield row
        yield from row.parts


def _words(parsed: Parsed) -> set[str]:
    return {each.category for each in _filed(parsed) if each.category}


def checked_choices(given: Mapping[str, Any]) -> dict[str, Any]:
    """The choices that say something; raise Refused for one that is none."""
    offered = {"encoding": ENCODINGS, "delimiter": DELIMITERS, "decimal": DECIMALS, "date_order": ORDERS, "sign": SIGNS}
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name == "columns":
            columns = {str(place): role for place, role in value.items()}
            if any(
                role not in {*NAMED, ""} or not place.isdecimal() or len(place) > 3 for place, role in columns.items()
            ):
                raise Refused(_("There is no such column."), field="columns")
            if columns:
                found["columns"] = columns
        elif name not in offered or (value and value not in offered[name]):
            raise Refused(_("Choose one of those that are offered."), field=name)
        elif value:
            found[name] = value
    return found


def amend_import(*, book: Book, by: User, pk: int, changes: ImportAmendment, now: datetime) -> Import:
    """Change how a file is read or where its rows go; raise Refused, or Import.DoesNotExist.

    Another reading or account lays the rows out anew: what was ticked by hand is as it was found then.
    """
    with transaction.atomic():
        source = _draft(book, pk)
        again = False
        if "choices" in changes:
            merged = {**source.choices, **changes["choices"]}
            source.choices, again = checked_choices(merged), True
        parsed = _read(book, content_of(source), source.choices) if again or "accounts" in changes else None
        if parsed and again:
            told = summary_of(parsed)
            _understand(source, parsed)
            before = {each["key"]: each for each in source.statements}
            source.statements = [
                {**each, **_target(before[each["key"]])} if each["key"] in before else each for each in told
            ]
            source.statements = targets_for(book=book, told=source.statements, remembered=None, account=None)
            found = categories_for(book=book, words=_words(parsed), remembered=None)
            source.categories = {**found, **source.categories}
        for place, target in changes.get("accounts", {}).items():
            _aim(book, source, place, target)
        if parsed:
            stage(book=book, source=source, parsed=parsed, now=now)
        if "categories" in changes:
            source.categories |= checked_categories(book=book, source=source, given=changes["categories"])
        if changes.get("all_new"):
            source.categories |= all_new(book=book, source=source)
        source.by, source.error, source.status = by, "", Import.Status.DRAFT
        source.save()
    return source


def content_of(source: Import) -> bytes:
    """The file; raise Conflicting where it is not kept any more."""
    kept = ImportFile.objects.filter(book=source.book_id, source=source).first()
    if kept is None or kept.content is None:
        raise Conflicting(_("The file is not kept any more. Send it again."))
    return zlib.decompress(base64.b85decode(kept.content.reveal()))


def _target(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Where a person sends the rows, or where they were found to belong; a guess of a new account goes."""
    if statement.get("account"):
        return {"account": statement["account"]}
    return {"new": statement["new"], "aimed": True} if statement.get("aimed") and statement.get("new") else {}


def _aim(book: Book, source: Import, place: int, target: Mapping[str, Any]) -> None:
    if not 0 <= place < len(source.statements):
        raise Refused(_("The file has no such account."), field="accounts")
    statement = {name: value for name, value in source.statements[place].items() if name not in {"account", "new"}}
    if target.get("account"):
        account = next((each for each in queries.targets(book=book) if each.pk == target["account"]), None)
        if account is None:
            raise Refused(_("There is no such account here."), field="accounts")
        if statement["currency"] and account.currency != statement["currency"]:
            message = _("%(name)s is in %(ours)s, and these rows are in %(theirs)s.")
            values = {"name": account.name, "ours": account.currency, "theirs": statement["currency"]}
            raise Refused(message % values, field="accounts")
        statement["account"] = account.pk
    elif target.get("new"):
        new = _checked_account(target["new"])
        if statement["currency"] and new["currency"] != statement["currency"]:
            message = _("These rows are in %(theirs)s. Open the account in %(theirs)s too.")
            raise Refused(message % {"theirs": statement["currency"]}, field="accounts")
        statement["aimed"] = bool(statement.get("aimed")) or new != source.statements[place].get("new")
        statement["new"] = new
    source.statements[place] = statement


def _checked_account(new: Mapping[str, Any]) -> dict[str, str]:
    if new.get("currency") not in currencies.codes():
        raise Refused(_("This is not a currency: give its three letters, such as USD."), field="accounts")
    if new.get("kind") not in AccountKind.values:
        raise Refused(_("Choose one of: %(kinds)s.") % {"kinds": ", ".join(AccountKind.values)}, field="accounts")
    opening = checked_amount(Decimal(new.get("opening") or 0), currency=new["currency"], field="accounts")
    name = checked_text(new.get("name", ""), field="accounts", length=120, required=True)
    return {"name": name, "kind": new["kind"], "currency": new["currency"], "opening": str(opening)}


def choose_import_rows(
    *, book: Book, pk: int, chosen: bool, positions: Collection[int] | None = None, state: str = ""
) -> int:
    """Bring in or leave out these rows, or all of one state; how many. What cannot be read stays out.

    Raise Refused, or Import.DoesNotExist.
    """
    with transaction.atomic():
        rows = _choosable(_draft(book, pk))
        if positions is not None:
            rows = rows.filter(position__in=list(positions)[:2_000])
        if state:
            rows = rows.filter(state=state)
        return rows.update(chosen=chosen)


def keep_ticks(*, source: Import, ticks: Ticks) -> None:
    """Bring in what is ticked of the rows that were shown, and leave the rest of them out."""
    rows = _choosable(source)
    rows.filter(position__in=ticks.ticked & ticks.shown).update(chosen=True)
    rows.filter(position__in=ticks.shown - ticks.ticked).update(chosen=False)


def _choosable(source: Import) -> QuerySet[ImportRow]:
    rows = ImportRow.objects.filter(book=source.book_id, source=source)
    return rows.exclude(state=ImportRow.State.UNREADABLE).exclude(amount=0)


def discard_import(*, book: Book, pk: int) -> None:
    """Forget a file that was not brought in; raise Refused, or Import.DoesNotExist."""
    with transaction.atomic():
        source = _draft(book, pk)
        rows = ImportRow.objects.filter(book=book, source=source)
        rows._raw_delete(rows.db)  # what delete() does where nothing cascades
        source.delete()


def _draft(book: Book, pk: int) -> Import:
    source = Import.objects.select_for_update(of=("self",)).get(book=book, pk=pk)
    if not source.is_draft:
        raise Conflicting(_("This file is being brought in, or was already."))
    return source

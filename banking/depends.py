"""What later changes rest on: an undo that would take it from under them is refused, and says which they are.

The journal itself sees columns that were changed again, and rows that refer to one that would go. What it cannot see is
said here: what JSON mentions, and what must hold between rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import F, Model, Q, Sum

from accounts.models import Book
from banking.actions.refunding import FILING
from banking.models import (
    Category,
    EvidenceSource,
    Merchant,
    RefundLink,
    Reimbursement,
    ReviewItem,
    ReviewKind,
    ReviewState,
    Rule,
    SavedView,
    Transaction,
    TransactionTag,
    Transfer,
)
from journal import queries, writing
from journal.effects import Effect
from journal.keeping import Effects, InTheWay
from journal.models import Change, Operation

SIZE = frozenset({"amount", "currency", "account_id", "removed_at"})
DONE = (ReviewState.ACCEPTED, ReviewState.AUTO)
Mentioned = Mapping[str, Mapping[int, int]]


@contextmanager
def ties_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """Rows that were paired, refunded or owed since stay what can be, and stay filed as that filed them."""
    yield
    changed = [each for each in effects.get(Transaction._meta.label, ()) if each.before is not None]
    resized = [each.key for each in changed if SIZE & (each.before or {}).keys()]
    for some in writing.batches(resized):
        _refuse(original, Transfer, _broken_pairs(original.book, some))
        _refuse(original, RefundLink, _overdrawn(original.book, some))
        owing = Reimbursement.objects.filter(_is_gone("purchase") | Q(purchase__amount__gt=-F("amount")))
        _refuse(original, Reimbursement, _keys(owing.filter(book=original.book, purchase__in=some)))
    refiled = [each for each in changed if "category_id" in (each.before or {})]
    for some in writing.batches([each.key for each in refiled]):
        followed = RefundLink.objects.filter(book=original.book, purchase__in=some)
        _refuse(original, RefundLink, _keys(followed.filter(refund__category_source=EvidenceSource.MATCH)))
    matched = [each for each in refiled if (each.before or {}).get("category_source") == EvidenceSource.MATCH]
    for some in writing.batches([each.key for each in matched]):
        _refuse_parted(original, some)


def _broken_pairs(book: Book, rows: Sequence[int]) -> list[int]:
    unequal = Q(outgoing__currency=F("incoming__currency")) & ~Q(outgoing__amount=-F("incoming__amount"))
    gone = _is_gone("outgoing") | _is_gone("incoming")
    pairs = Transfer.objects.filter(Q(outgoing__in=rows) | Q(incoming__in=rows), book=book)
    return _keys(pairs.filter(unequal | gone | Q(outgoing__amount__gte=0)))


def _overdrawn(book: Book, rows: Sequence[int]) -> list[int]:
    """Links of refunds or purchases that hold less than is tied to them."""
    found: list[int] = []
    for side, sign in (("refund", 1), ("purchase", -1)):
        links = RefundLink.objects.filter(**{f"{side}__in": rows}, book=book)
        sums = links.order_by().values(side).annotate(tied=Sum("amount")).values_list(side, f"{side}__amount", "tied")
        short = [key for key, holds, tied in sums if tied > sign * holds]
        found += _keys(links.filter(Q(**{f"{side}__in": short}) | _is_gone(side)))
    return found


def _is_gone(side: str) -> Q:
    return Q(**{f"{side}__removed_at__isnull": False})


def _refuse_parted(original: Operation, rows: Sequence[int]) -> None:
    """Rows that are filed by their match again, and have none any more."""
    book = original.book
    ways = {Transfer: ("outgoing", "incoming"), RefundLink: ("refund",)}
    tied: set[int] = set()
    for model, sides in ways.items():
        for side in sides:
            tied.update(model._base_manager.filter(**{f"{side}__in": rows}, book=book).values_list(side, flat=True))
    loose = [str(key) for key in rows if key not in tied]
    for model, sides in ways.items() if loose else ():
        named = Q(*((f"before__{side}_id__in", loose) for side in sides), _connector=Q.OR)
        gone = Change.objects.filter(
            named, book=book, model=model._meta.label, after__isnull=True, operation__gt=original.pk
        )
        _refuse(original, model, list(gone.values_list("key", flat=True)))


@contextmanager
def carried_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """What another row took over from one that it replaces is not changed at the one that is replaced."""
    concerned = {each.key: set(each.before) for each in effects.get(Transaction._meta.label, ()) if each.before}
    for each in effects.get(TransactionTag._meta.label, ()):
        key = int(((each.before or each.after) or {}).get("transaction_id", 0))
        concerned.setdefault(key, set()).add("tags")
    for some in writing.batches(sorted(concerned)):
        replaced = Q(kind=ReviewKind.DUPLICATE, second__in=some) | Q(kind=ReviewKind.PENDING, first__in=some)
        items = ReviewItem.objects.filter(replaced, book=original.book, state__in=DONE)
        taken = [item.pk for item in items if _carried(item) & concerned[_gone_side(item)]]
        _refuse(original, ReviewItem, taken)
    yield


def _gone_side(item: ReviewItem) -> int:
    return (item.second_id or 0) if item.kind == ReviewKind.DUPLICATE else item.first_id


def _carried(item: ReviewItem) -> set[str]:
    """The columns that the row that stays has from the other one."""
    gone = _gone_side(item)
    entries = [each for each in item.undo if each["id"] != gone]
    names = {name for each in entries for name in each["after"]} - {"edited"}
    return names | ({"tags"} if any(each.get("tags") for each in entries) else set())


@contextmanager
def names_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """A name that another merchant or view got since is not given twice; no category is inside an archived one."""
    yield
    book = original.book
    merchants = _back(effects, Merchant, "name")
    for row in Merchant.objects.filter(book=book, pk__in=merchants, merged_into=None):
        others = Merchant.objects.filter(book=book, name__iexact=row.name, merged_into=None)
        _refuse(original, Merchant, _keys(others.exclude(pk=row.pk)))
    for view in SavedView.objects.filter(book=book, pk__in=_back(effects, SavedView, "name")):
        beside = Q(user=None) | Q(user=view.user) if view.user_id else Q(user=None)
        same = SavedView.objects.filter(beside, book=book, name__iexact=view.name)
        _refuse(original, SavedView, _keys(same.exclude(pk=view.pk)))
    inside = Category.objects.filter(book=book, pk__in=_back(effects, Category, "archived_at"), archived_at=None)
    _refuse(original, Category, _keys(Category.objects.filter(children__in=inside).exclude(archived_at=None)))


@contextmanager
def merchants_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """No row gets a merchant back that is part of another one since."""
    yield
    named = {
        str(each.before["merchant_id"]) for each in _all(effects) if each.before and each.before.get("merchant_id")
    }
    for some in writing.batches(sorted(int(key) for key in named if key != "None")):
        merged = Merchant.objects.filter(book=original.book, pk__in=some).exclude(merged_into=None)
        _refuse(original, Merchant, _keys(merged))


def _all(effects: Effects) -> Iterable[Effect]:
    return (each for some in effects.values() for each in some)


def _back(effects: Effects, model: type[Model], column: str) -> list[int]:
    """The rows that get the column back, or come back as a whole."""
    return [each.key for each in effects.get(model._meta.label, ()) if each.before and column in each.before]


def _keys(rows: Any) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _refuse(original: Operation, model: type[Model], keys: Sequence[int]) -> None:
    """Where that is so because of a later operation; else it was so before."""
    label = model._meta.label
    if keys and queries.changed_since(operation=original, places=[(label, keys)]).exists():
        raise InTheWay(label, keys)


def mentions_of_categories(book: Book, keys: Sequence[int]) -> Mentioned:
    """What goes back to a category when ties are parted, and the rules that split into it."""
    wanted = set(keys)
    filed = [(pk, [was]) for pk, was in RefundLink.objects.filter(book=book).values_list("pk", "filed")]
    decided = ReviewItem.objects.filter(book=book, state__in=DONE).exclude(undo=[]).values_list("pk", "undo")
    undone = [(pk, [each["before"] for each in undo]) for pk, undo in decided.iterator(chunk_size=5_000)]
    return {
        RefundLink._meta.label: _naming(filed, wanted),
        ReviewItem._meta.label: _naming(undone, wanted),
        Rule._meta.label: _in_rules(book, "category_id", wanted),
    }


def mentions_of_accounts(book: Book, keys: Sequence[int]) -> Mentioned:
    """The rules that ask for an account or split by one."""
    return {Rule._meta.label: _in_rules(book, "account_id", set(keys)) | _asking(book, set(keys))}


def _naming(found: Iterable[tuple[int, Sequence[Mapping[str, Any]]]], wanted: set[int]) -> dict[int, int]:
    columns = [name for name in FILING if name.endswith("_id")]
    return {pk: each[name] for pk, those in found for each in those for name in columns if each.get(name) in wanted}


def _in_rules(book: Book, name: str, wanted: set[int]) -> dict[int, int]:
    rules = Rule.objects.filter(book=book).values_list("pk", "actions")
    return {
        pk: part[name]
        for pk, does in rules
        for part in does.get("split", ())
        if isinstance(part, dict) and part.get(name) in wanted
    }


def _asking(book: Book, wanted: set[int]) -> dict[int, int]:
    rules = Rule.objects.filter(book=book).values_list("pk", "conditions")
    return {pk: key for pk, asks in rules for key in _accounts_in(asks) if key in wanted}


def _accounts_in(node: Any) -> Iterator[int]:
    if isinstance(node, dict):
        if node.get("field") == "account" and str(node.get("value")).isdecimal():
            yield int(str(node["value"]))
        for each in node.values():
            yield from _accounts_in(each)
    elif isinstance(node, list):
        for each in node:
            yield from _accounts_in(each)

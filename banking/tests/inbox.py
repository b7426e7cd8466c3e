"""The review inbox in tests: finding, deciding, and all that a decision may change."""

from accounts.tests.factories import NOW
from banking.actions import reviewing
from banking.actions.finding import find_matches
from banking.models import ReviewItem, Transaction
from banking.tests.factories import category_of, make_merchant, make_transaction

FILED = (
    "pk",
    "category__code",
    "category_source",
    "confidence",
    "reason",
    "suggestion",
    "note",
    "merchant",
    "excluded",
)
STATE = (*FILED, "edited", "removed_at", "discarded")


def state(book):
    tags = list(Transaction.tags.through.objects.filter(book=book).values_list("transaction", "tag"))
    return list(Transaction.objects.filter(book=book).order_by("pk").values_list(*STATE)), sorted(tags)


def find(book):
    return find_matches(book=book, now=NOW)


def only(kind, **where):
    return ReviewItem.objects.get(kind=kind, **where)


def decide(verb, book, cast, item, **more):
    return getattr(reviewing, verb)(book=book, by=cast.alice.user, pk=item.pk, now=NOW, **more)


def unsure(book, count, name="Blue Bottle", **more):
    merchant = make_merchant(book, name=name)
    rows = [make_transaction(book, merchant=merchant, category="UNCATEGORISED", **more) for _ in range(count)]
    kept = Transaction.objects.filter(pk__in=[row.pk for row in rows])
    kept.update(category_source="none", suggestion=category_of(book, "COFFEE"), confidence=0.5)
    return rows

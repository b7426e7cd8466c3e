"""The runs of rules."""

from django.db.models import QuerySet

from accounts.models import Book
from banking.models import Rule, RuleRun


def runs(*, book: Book, rule: Rule | None = None) -> QuerySet[RuleRun]:
    """Newest first, of one rule or of all, with who asked, the rule and the operation; one query."""
    found = RuleRun.objects.filter(book=book).select_related("by", "rule", "operation").order_by("-id")
    return found.filter(rule=rule) if rule is not None else found


def run(*, book: Book, pk: int) -> RuleRun:
    """One run; raise RuleRun.DoesNotExist."""
    return runs(book=book).get(pk=pk)

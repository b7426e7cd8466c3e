"""The rules of a book over everything in it: looking alone, and a whole run that changes many rows."""

from collections.abc import Iterator

from django.utils import timezone

from accounts.books import entered
from accounts.models import Book, User
from banking import actions
from banking.models import Category, Rule
from banking.queries import rule_survey, ruling
from financeapp.bench.timing import Line, seconds

RULES = 200
SHARE = 10
"""One rule in so many means rows that are there."""


def ran(user: User, book: Book, count: int) -> Iterator[Line]:
    """200 rules, of which every tenth means some merchants: a tenth of a percent of the rows each."""
    with entered(book):
        categories = list(Category.objects.filter(book=book, archived_at=None).order_by("pk")[:24])
        Rule.objects.bulk_create(_rule(book, number, categories) for number in range(RULES))
        asked = ruling.program(book=book)
        looking = seconds(lambda: sum(1 for _each in ruling.found(ruling.rows_of(book=book), book=book, program=asked)))
        yield Line(f"{RULES} rules over {count:,} rows, looking", f"{looking:10.2f} s", "≤ 4 s (100k)")
        draft = asked.rules[0]
        yield Line("  preview of one", f"{seconds(lambda: ruling.preview(book=book, draft=draft)):10.2f} s")
        yield Line("  counts, conflicts, dead rules", f"{seconds(lambda: rule_survey.survey(book=book)):10.2f} s")
    yield from _run(user, book)


def _run(user: User, book: Book) -> Iterator[Line]:
    changed = []

    def work() -> None:
        with entered(book):
            run = actions.ask_run(book=book, by=user, rule_id=None, now=timezone.now())
        done = actions.run_rules(book=book, run_id=run.pk, clock=timezone.now)
        if done is None or done.status != "success":
            raise RuntimeError("the run did not succeed")
        changed.append(done.changed)

    first, again = seconds(work), seconds(work)
    yield Line(f"  a run that changes {changed[0]:,}", f"{first:10.2f} s", "≤ 10 s (100k)")
    yield Line(f"  the same again, which changes {changed[1]:,}", f"{again:10.2f} s")
    with entered(book):
        Rule.objects.filter(book=book).delete()


def _rule(book: Book, number: int, categories: list[Category]) -> Rule:
    """Texts, a pattern, amounts and groups by turns."""
    shop = f"shop {number}" if number % SHARE == 0 else f"nothing {number}"
    text: dict[str, object] = {"field": "text", "op": "contains", "value": f"{shop} "}
    if number % 4 == 1:
        text = {"field": "description", "op": "regex", "value": f"NOTHING {number} STORE \\d+$"}
    size = {"field": "amount", "op": "between", "value": [str(number % 7), None]}
    either = {"any": [text, {"field": "merchant", "op": "equals", "value": shop}]}
    return Rule(
        book=book,
        name=f"Rule {number}",
        position=number,
        conditions={"all": [either, size]} if number % 2 else {"all": [either]},
        actions={"tags": ["bench"]} if number % 20 == 0 else {},
        category=categories[number % len(categories)],
    )

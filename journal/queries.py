"""Reading the journal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Book, User
from journal import wording
from journal.models import Change, Operation
from journal.sentences import Line, Names, lines, names_for, sentence, title

MOST_CHANGES = 30
LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Told:
    """An operation in words: `said` what kind of thing was done, `about` which row, `what` was done to it.

    `more` is how many further changes it made.
    """

    operation: Operation
    said: str
    about: str
    what: str
    more: int

    @property
    def text(self) -> str:
        """All in one line."""
        return ": ".join(part for part in (self.said, self.about) if part)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that an operation changed: what it is, what it is called, and its columns before and after."""

    noun: str
    title: str
    change: Change
    what: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a row's history."""

    operation: Operation
    what: str


def operations(*, book: Book, reader: User, person: int | None = None, kind: str = "") -> QuerySet[Operation]:
    """What was done in the book, newest first, with who did it and what it undid; by one person or of one kind.

    The person 0 stands for what the application did by itself. What others did to rows of their own stays theirs.
    """
    found = Operation.objects.filter(book=book).select_related("by", "undoes__undoes").order_by("-at", "-id")
    found = found.exclude(_of_others_alone(reader))
    if person is not None:
        found = found.filter(by=person or None)
    if kind == wording.OTHER:
        return found.exclude(verb__in=wording.VERBS)
    return found.filter(verb__in=wording.verbs_of(kind)) if kind else found


def _of_others_alone(reader: User) -> Q:
    """Operations of somebody else on rows that are, or once were, private to somebody else."""
    hidden = Q(pk__in=())
    for label, noun in wording.NOUNS.items():
        if not noun.private_to:
            continue
        private = Q()
        for state in ("before", "after"):
            owner = f"{state}__{noun.private_to}"
            private |= Q(**{f"{state}__has_key": noun.private_to}) & ~Q(**{owner: None}) & ~Q(**{owner: str(reader.pk)})
        told = Change.objects.filter(private, book=OuterRef("book"), model=label, key=OuterRef("key"))
        hidden |= Q(~Q(by=reader), Exists(told), model=label)
    return hidden


def operation(*, book: Book, reader: User, pk: int) -> Operation:
    """One operation; raise Operation.DoesNotExist."""
    return operations(book=book, reader=reader).get(pk=pk)


def changed_since(*, operation: Operation, places: Iterable[tuple[str, Sequence[int]]]) -> QuerySet[Operation]:
    """The later operations that stand and changed these rows, (label, keys) of each model; the newest first."""
    concerned = Q(pk__in=())
    for label, keys in places:
        concerned |= Q(model=label, key__in=keys[:LOOKED_AT])
    changes = Change.objects.filter(concerned, book=operation.book_id, operation__gt=operation.pk)
    later = Operation.objects.filter(book=operation.book_id, undone=False, pk__in=changes.values("operation"))
    return later.exclude(verb="undo").select_related("undoes__undoes").order_by("-id")


def made_by(row: Model) -> int | None:
    """The id of the person who added the row; None for what the application did, or what the journal does not know."""
    added = Change.objects.filter(model=row._meta.label, key=row.pk, before__isnull=True).order_by("id")
    return added.values_list("operation__by", flat=True).first()


def people(*, book: Book) -> list[User]:
    """Who may have done something in the book: its members now."""
    return list(User.objects.filter(memberships__book=book).order_by("name", "email", "id"))


def told(*, book: Book, operations: Sequence[Operation]) -> list[Told]:
    """Operations of one page in words; the same number of queries however many there are."""
    meant = {each.pk: each.meant() for each in operations}
    mains = _main_changes(book, list(meant.values()))
    rows = {(each.model, each.key) for each in meant.values() if each.key is not None}
    names = names_for(book=book, changes=mains.values(), rows=rows)
    return [_told(each, meant[each.pk], mains.get(meant[each.pk].pk), names) for each in operations]


def others_of(*, operation: Operation) -> int:
    """How many rows it changed, or added, as it did the one that it is called by; two queries."""
    if operation.size < 2 or operation.key is None:
        return 0
    alike = Change.objects.filter(operation=operation, model=operation.model)
    added = alike.filter(key=operation.key, before__isnull=True).exists()
    return max(alike.filter(before__isnull=added).values("key").distinct().count() - 1, 0)


def _main_changes(book: Book, operations: Sequence[Operation]) -> dict[int, Change]:
    """The change of each operation that it is called by; one query."""
    places = Q()
    for each in operations:
        if each.key is not None:
            places |= Q(model=each.model, key=each.key, operation=each)
    if not places:
        return {}
    return {each.operation_id: each for each in Change.objects.filter(places, book=book).order_by("-id")}


def _told(operation: Operation, meant: Operation, main: Change | None, names: Names) -> Told:
    said = wording.said(operation)
    if main is None:
        return Told(operation, said, names.get((meant.model, meant.key or 0), ""), "", max(meant.size - 1, 0))
    what = sentence(main, names)
    return Told(operation, said, title(main, names), what, max(meant.size - 1, 0))


def rows_of(*, operation: Operation) -> QuerySet[Change]:
    """What an operation changed, in the order in which it did; show with `shown`."""
    return Change.objects.filter(operation=operation).order_by("id")


def shown(*, book: Book, changes: Sequence[Change]) -> list[Row]:
    """Changes with the names of everything; as many queries as there are models among them."""
    names = names_for(book=book, changes=changes, rows=[(each.model, each.key) for each in changes])
    return [_row(each, names) for each in changes]


def _row(change: Change, names: Names) -> Row:
    noun = wording.NOUNS.get(change.model)
    one = str(noun.one) if noun else change.model.rpartition(".")[2].lower()
    return Row(one, title(change, names), change, sentence(change, names), lines(change, names))


def history_of(*, book: Book, model: str, key: int, beside: Sequence[tuple[str, str]] = ()) -> list[Entry]:
    """What was done to a row (`model` is its label), newest first, in words.

    `beside` are rows that belong to it, as (label, column that refers to it), such as its tags.
    """
    own = list(changes_of(book=book, model=model, key=key))
    found = [*own, *_beside(book, own, key, beside)]
    names = names_for(book=book, changes=found)
    entries: dict[int, list[str]] = {}
    for change in found:
        entries.setdefault(change.operation_id, []).append(sentence(change, names))
    return [
        Entry(change.operation, _in_line(change.operation, entries[change.operation_id]))
        for change in {change.operation_id: change for change in own}.values()
    ]


def _beside(book: Book, own: Sequence[Change], key: int, beside: Sequence[tuple[str, str]]) -> list[Change]:
    places = Q()
    for label, column in beside:
        for state in ("before", "after"):
            places |= Q(model=label, **{f"{state}__{column}": str(key)})
    if not own or not places:
        return []
    ids = [each.operation_id for each in own]
    return list(Change.objects.filter(places, book=book, operation__in=ids).order_by("id"))


def _in_line(operation: Operation, said: list[str]) -> str:
    """Without that the row was updated where something says what of it."""
    what = ", ".join([each for each in said if each != _("updated it")] or said[:1])
    if operation.undoes_id is None:
        return what
    words = _("undid a change: %(what)s") if operation.verb == "undo" else _("did it again: %(what)s")
    return words % {"what": what}


def changes_of(*, book: Book, model: str, key: int) -> QuerySet[Change]:
    """What was done to a row (`model` is its label), newest first, with operation and person; at most MOST_CHANGES."""
    found = Change.objects.filter(book=book, model=model, key=key).select_related("operation__by")
    return found.order_by("-id")[:MOST_CHANGES]


def latest_change_of(*, book: Book, model: str, key: int, fields: tuple[str, ...]) -> Change | None:
    """The newest change of a row that set one of these columns, with operation and person; one query."""
    named = Q(*(("after__has_key", name) for name in fields), _connector=Q.OR)
    found = Change.objects.filter(named, book=book, model=model, key=key).select_related("operation__by")
    return found.order_by("-id").first()

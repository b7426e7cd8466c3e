"""What operations and rows are called. The apps that own them say so at start-up; this app does not know them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.models import Operation

Words = str | Promise
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Verb:
    """An operation in words ("Filed transactions"), and the kind of thing it is about, by which a list is narrowed.

    `about` is the label of the rows that it is called by, where that is not the first of `NOUNS` among them.
    """

    said: Words
    kind: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Noun:
    """Rows of a model: what one is called, and which columns people read, in this order, each with its name.

    `titled` names the column that a row is called by; `amounts` those that hold money, in the currency of another.
    `told` says what it means that a column was set, of a yes or no and of a moment also that it was taken away; in it,
    %(value)s stands for the new value. `added` and `deleted` say it of the whole row, with the columns' values;
    %(noun)s stands for `one`.
    `worded` puts the value of a JSON column into words. `private_to` names a column: a row that it is set in concerns
    that user alone. `called` makes the name of a row out of what a change kept of it, empty where that is too little:
    for rows that are later called otherwise, while what was done stays what it was.
    """

    one: Words
    columns: Mapping[str, Words]
    titled: str = ""
    amounts: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Words | tuple[Words, Words]] = field(default_factory=dict)
    added: Words = gettext_lazy("added the %(noun)s")
    deleted: Words = gettext_lazy("deleted the %(noun)s")
    worded: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    private_to: str = ""
    called: Callable[[Mapping[str, Any]], str] | None = None


KINDS: dict[str, Words] = {}
VERBS: dict[str, Verb] = {
    "undo": Verb(gettext_lazy("Undid"), "undo"),
    "redo": Verb(gettext_lazy("Did again"), "undo"),
}
NOUNS: dict[str, Noun] = {}


def register(*, kinds: Mapping[str, Words], verbs: Mapping[str, Verb], nouns: Mapping[str, Noun]) -> None:
    """Add words; nouns by the label of the model."""
    KINDS.update(kinds)
    VERBS.update(verbs)
    NOUNS.update(nouns)


def said(operation: Operation) -> str:
    """The operation in words, without its rows; loaded as `Operation.meant` asks."""
    meant = operation.meant()
    about = "" if meant is operation else f": {verb_of(meant.verb)}"
    return f"{verb_of(operation.verb)}{about}"


def verb_of(verb: str) -> str:
    """The words for a verb; of one that nobody registered its own name."""
    known = VERBS.get(verb)
    return str(known.said) if known else verb.replace("_", " ").capitalize()


def kinds() -> dict[str, str]:
    """Every kind by which operations can be narrowed, in words."""
    return {name: str(words) for name, words in KINDS.items()} | {"undo": _("Undo"), OTHER: _("Other things")}


def rank(verb: str, label: str) -> int:
    """Which row an operation is called by, the least first: what its verb names, or the noun registered first."""
    if verb in VERBS and VERBS[verb].about == label:
        return -1
    return list(NOUNS).index(label) if label in NOUNS else len(NOUNS)


def verbs_of(kind: str) -> list[str]:
    """The verbs of a kind."""
    return [name for name, verb in VERBS.items() if verb.kind == kind]

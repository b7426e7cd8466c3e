"""Tags on a transaction."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from accounts.models import Book
from banking.actions.refusals import Refused, checked_text
from banking.models import Tag, Transaction, TransactionTag
from journal.actions import Recorder

MOST_TAGS, LONGEST_TAG = 20, 40


def set_tags(*, book: Book, row: Transaction, names: Sequence[str], recorder: Recorder) -> bool:
    """Make these the row's tags, creating new ones; whether that changed anything. Raise Refused."""
    wanted = {tag.pk: tag for tag in (tag_named(book, name, recorder) for name in _checked(names))}
    there = {link.tag_id: link for link in TransactionTag.objects.filter(book=book, transaction=row)}
    for pk, link in there.items():
        if pk not in wanted:
            recorder.deleted(link)
            link.delete()
    for pk, tag in wanted.items():
        if pk not in there:
            recorder.created(TransactionTag.objects.create(book=book, transaction=row, tag=tag))
    return wanted.keys() != there.keys()


def _checked(names: Sequence[str]) -> list[str]:
    found = [checked_text(name, field="tags", length=LONGEST_TAG, required=True) for name in names]
    if len(found) > MOST_TAGS:
        raise Refused(_("At most %(count)d tags.") % {"count": MOST_TAGS}, field="tags")
    return list({name.casefold(): name for name in found}.values())


def tag_named(book: Book, name: str, recorder: Recorder) -> Tag:
    """The tag of that name, whatever its capitals, made if there is none."""
    tag, created = Tag.objects.get_or_create(book=book, name__iexact=name, defaults={"name": name})
    if created:
        recorder.created(tag)
    return tag


def tags_named(book: Book, names: Collection[str], recorder: Recorder) -> dict[str, Tag]:
    """The tags of these names by their casefolded ones, those that are new made and recorded; in few statements."""
    known = _by_name(book)
    new = {name.casefold(): name for name in sorted(names, reverse=True) if name.casefold() not in known}
    if new:
        Tag.objects.bulk_create(
            [Tag(book=book, name=name) for _key, name in sorted(new.items())], ignore_conflicts=True, batch_size=1_000
        )
        known = _by_name(book)
        for key in sorted(new.keys() & known.keys()):
            recorder.created(known[key])
    return known


def _by_name(book: Book) -> dict[str, Tag]:
    return {tag.name.casefold(): tag for tag in Tag.objects.filter(book=book)}

"""What there is to tell in a book about goals: the numbers are those of the pages."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Book
from banking.news import amount_words
from goals.planning.pace import Track
from goals.queries import Standing, open_goals
from notifications.rules import Event, Find

AWRY = frozenset({Track.BEHIND, Track.OVERDUE})


def reached(book: Book, now: datetime) -> Iterator[Event]:
    """Goals of which all is there; one with another target is reached anew."""
    for each in open_goals(book=book, today=book.today(now)):
        if each.track == Track.REACHED:
            words = _("%(name)s is paid off") if each.goal.is_debt else _("%(name)s is reached")
            body = _("All %(target)s are there.")
            yield _event(each, str(each.target), words, body)


def off_track(book: Book, now: datetime) -> Iterator[Event]:
    """Goals that are behind or whose day has gone, each once a month."""
    today = book.today(now)
    for each in open_goals(book=book, today=today):
        if each.track in AWRY:
            late = each.track == Track.OVERDUE
            words = _("The day for %(name)s has gone") if late else _("%(name)s has fallen behind")
            body = _("%(amount)s of %(target)s are there, %(left)s are missing.")
            yield _event(each, f"{today:%Y-%m}-{each.track.value}", words, body)


def _event(each: Standing, period: str, words: str, body: str) -> Event:
    amounts = {"amount": each.amount, "target": each.target, "left": each.left}
    return Event(
        key=str(each.goal.pk),
        period=period,
        title=words % {"name": each.goal.name},
        body=amount_words(body, **{name: (amount, each.currency) for name, amount in amounts.items()}),
        url=each.address,
    )


FINDS: dict[str, Find] = {"goal_reached": reached, "goal_off_track": off_track}

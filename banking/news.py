"""What there is to tell in a book about banks, files and movements."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Book
from banking.models import Connection, Import
from banking.queries import Filters, matching, title
from banking.queries.arriving import RECENT, arrived_lately
from banking.queries.standing_out import standing_out
from banking.templatetags.figures import formatted, locale_named
from notifications.rules import Event, Find

Written = Callable[[str], str]


def amount_words(text: str, **amounts: tuple[Decimal, str]) -> Written:
    """The text with these amounts in place of their names, as a reader's locale writes them."""
    return partial(_written, text, amounts)


def _written(text: str, amounts: dict[str, tuple[Decimal, str]], locale: str) -> str:
    known = locale_named(locale)
    return text % {name: formatted(amount, currency, known) for name, (amount, currency) in amounts.items()}


def day_words(text: str, day: date) -> Written:
    """The same with a day."""
    return lambda locale: text % {"day": format_date(day, "medium", locale=locale_named(locale))}


def income(book: Book, now: datetime) -> Iterator[Event]:
    """Booked money of an income category that has arrived lately."""
    filters = Filters(end=book.today(now) + timedelta(days=1), kind="income", direction="in", counted=True)
    rows = matching(book=book, filters=filters).filter(arrived_lately(book=book, now=now))
    for row in rows.select_related("merchant").order_by("id"):
        yield Event(
            key=str(row.pk),
            period="",
            title=_("Income arrived: %(name)s") % {"name": title(row)},
            body=amount_words("%(amount)s", amount=(row.amount, row.currency)),
            url=reverse("transaction", args=[row.pk]),
        )


def large_transactions(book: Book, now: datetime) -> Iterator[Event]:
    """Payments that have arrived lately and stand out."""
    lately = arrived_lately(book=book, now=now)
    for row, usual in standing_out(book=book, today=book.today(now), among=lately):
        words = _("%(amount)s; %(usual)s is usual there.") if usual else "%(amount)s"
        amounts = {"amount": (-row.amount, row.currency)} | ({"usual": (usual, row.currency)} if usual else {})
        yield Event(
            key=str(row.pk),
            period="",
            title=(_("Unusual payment: %(name)s") if usual else _("Large payment: %(name)s")) % {"name": title(row)},
            body=amount_words(words, **amounts),
            url=reverse("transaction", args=[row.pk]),
        )


def connections(book: Book, now: datetime) -> Iterator[Event]:
    """Banks that a person has to do something about. The same trouble lasts until the bank is read again."""
    for row in _connections(book):
        if row.status == Connection.Status.REAUTH:
            yield _about(row, "reauth", _("%(bank)s needs you to sign in"), row.problem, _since(row))
        elif row.expires_on is not None:
            day = row.expires_on
            ends = day_words(_("Access ends on %(day)s. Renew it there."), day)
            yield _about(row, "expires", _("Access to %(bank)s ends soon"), ends, day.isoformat())
        elif row.new_accounts:
            body = _("There are accounts that were not there before. Choose whether they are read.")
            yield _about(
                row, "accounts", _("New accounts at %(bank)s"), body, _moment(row.new_accounts_at or row.linked_at)
            )


def failures(book: Book, now: datetime) -> Iterator[Event]:
    """Banks that cannot be read at the moment, told once until they can again."""
    for row in _connections(book):
        if row.status == Connection.Status.ERROR:
            yield _about(row, "error", _("%(bank)s cannot be read"), row.problem, _since(row))


def _connections(book: Book) -> Iterable[Connection]:
    return Connection.objects.filter(book=book).select_related("institution").order_by("id")


def _since(row: Connection) -> str:
    return _moment(row.synced_at or row.linked_at)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _about(row: Connection, what: str, words: str, body: str | Written, period: str) -> Event:
    bank = row.institution.name if row.institution else row.provider
    url = reverse("connection", args=[row.pk])
    private = "" if callable(body) else body
    return Event(f"{what}:{row.pk}", period, words % {"bank": bank}, body, private, url)


def imports(book: Book, now: datetime) -> Iterator[Event]:
    """Files that were brought in, or could not be, told to who sent them."""
    ended = [Import.Status.DONE, Import.Status.FAILED]
    rows = Import.objects.filter(book=book, status__in=ended, finished_at__gte=now - RECENT, by__isnull=False)
    for row in rows.order_by("id"):
        done = row.status == Import.Status.DONE
        words = _("%(file)s was brought in") if done else _("%(file)s could not be brought in")
        body = _("%(count)d rows are new in your books.") % {"count": row.added} if done else row.error
        yield Event(
            key=str(row.pk),
            period=row.finished_at.isoformat(timespec="seconds") if row.finished_at else "",
            title=words % {"file": row.name},
            body=body,
            private_body=body,
            url=reverse("import", args=[row.pk]),
            only=row.by_id,
        )


FINDS: dict[str, Find] = {
    "income": income,
    "large_transaction": large_transactions,
    "connection": connections,
    "sync_failed": failures,
    "import_finished": imports,
}

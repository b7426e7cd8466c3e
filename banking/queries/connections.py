"""Reads about connections and their runs."""

from django.db.models import Aggregate, Count, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.books import entered
from accounts.models import Book, User
from banking.models import Account, Connection, LinkSession, Sync, UnreadRow


def connections(*, book: Book) -> "QuerySet[Connection]":
    """The book's connections with institution, accounts and newest runs; three queries, whatever their number."""
    accounts = Account.objects.order_by("name", "id")
    return (
        Connection.objects.filter(book=book)
        .select_related("institution")
        .prefetch_related(Prefetch("accounts", queryset=accounts))
        .annotate(
            account_count=Count("accounts"), unread_count=_unread(Count("pk")), unread_since=_unread(Min("since"))
        )
        .order_by("created_at", "id")
    )


def _unread(aggregate: Aggregate) -> Subquery:
    rows = UnreadRow.objects.filter(connection=OuterRef("pk")).order_by().values("connection")
    return Subquery(rows.annotate(found=aggregate).values("found"))


def connection(*, book: Book, connection_id: int) -> Connection | None:
    """One connection of the book, or None; enters the book by itself."""
    with entered(book):
        return connections(book=book).filter(pk=connection_id).first()


def needing_attention(*, book: Book) -> "QuerySet[Connection]":
    """Connections that a person has to do something about, or that fail."""
    troubled = Q(status__in=[Connection.Status.REAUTH, Connection.Status.ERROR])
    asking = Q(new_accounts=True) | Q(expires_on__isnull=False) | ~Q(problem="")
    return connections(book=book).filter(troubled | asking)


def being_read(*, book: Book) -> bool:
    """Whether a bank was linked whose first reading is still going on."""
    return Connection.objects.filter(book=book, status=Connection.Status.ACTIVE, synced_at=None, problem="").exists()


def syncs(*, book: Book, connection: Connection) -> "QuerySet[Sync]":
    """The runs of a connection, newest first."""
    return Sync.objects.filter(book=book, connection=connection).order_by("-id")


def newest_syncs(*, book: Book) -> dict[int, Sync]:
    """The newest run of each connection of the book, by connection; one query."""
    newest = Sync.objects.filter(book=book).values("connection").annotate(newest=Max("pk")).values("newest")
    return {run.connection_id: run for run in Sync.objects.filter(pk__in=newest)}


def sync(*, book: Book, sync_id: int) -> Sync | None:
    return Sync.objects.filter(book=book, pk=sync_id).select_related("connection").first()


def link_session(*, book: Book, session_id: int) -> LinkSession | None:
    return LinkSession.objects.filter(book=book, pk=session_id).select_related("connection", "user").first()


def link_session_of(*, book: Book, user: User, state: str = "", token: str = "") -> LinkSession | None:
    """The link session that this user opened in this book, by our state or the provider's token."""
    if not (state or token):
        return None
    named = {"state": state} if state else {"token": token}
    return LinkSession.objects.filter(book=book, user=user, **named).select_related("connection", "user").first()


def connection_of(*, book: Book, account_id: int) -> Connection | None:
    """The connection behind an account; None for a manual or unknown one."""
    return Connection.objects.filter(book=book, accounts=account_id).select_related("institution").first()


def readable(*, book: Book, account_ids: list[int] | None) -> list[Connection] | None:
    """The linked connections behind these accounts; None when an account is not of the book.

    Without accounts all that can be read, leaving out those that wait for their user.
    """
    found = Connection.objects.filter(book=book).exclude(status=Connection.Status.UNLINKED).order_by("pk")
    if account_ids is None:
        return list(found.exclude(status=Connection.Status.REAUTH))
    if Account.objects.filter(book=book, pk__in=account_ids).count() != len(set(account_ids)):
        return None
    return list(found.filter(accounts__in=account_ids).distinct())

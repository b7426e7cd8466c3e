"""Linking, reading and unlinking banks over the API."""

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.books import entered
from accounts.rest import SAFE, BookView
from banking import tasks
from banking.actions import connections, link
from banking.actions.connections import Asked
from banking.actions.errors import AlreadyLinked, LinkRefused, NotLinked, Unreadable, said_at_once
from banking.api import connection_shapes as shapes
from banking.models import Connection, Sync
from banking.providers import registry
from banking.providers.base import BankError
from banking.queries import connections as queries

PATIENCE = 10  # seconds


class Refused(APIException):
    """The bank connection cannot do this now; 409, and changes nothing."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"

    def __init__(self, message: str, *, code: str, connection_id: int | None = None) -> None:
        super().__init__(message, code)
        self.fields = {"connection_id": [str(connection_id)]} if connection_id else {}


class BankUnavailable(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    wait = 30
    default_code = "bank_unavailable"


def refusal(error: Exception) -> APIException:
    """What a person is told when linking or unlinking fails."""
    if isinstance(error, AlreadyLinked):
        return Refused(str(error), code=error.code, connection_id=error.connection_id)
    if isinstance(error, LinkRefused):
        return Refused(str(error), code=error.code)
    if isinstance(error, BankError) and error.kind == "config" and error.code.startswith("INVALID"):
        return Refused("The bank does not accept this token. Start linking again.", code="link_refused")
    return BankUnavailable(said_at_once(error) if isinstance(error, BankError) else str(error))


class BankView(BookView):
    """An endpoint that talks to a provider or finds a connection of the book. To look how it stands costs nothing."""

    @property
    def throttle_scope(self) -> str:
        return "" if self.request.method in SAFE else "sync"

    def connection(self, connection_id: int) -> Connection:
        found = queries.connection(book=self.book, connection_id=connection_id)
        if found is None:
            raise Http404
        return found

    def ask(self, connection: Connection) -> Sync:
        try:
            run = connections.ask(connection=connection, kind=Sync.Kind.MANUAL, now=timezone.now())
        except Unreadable as error:
            raise Refused(str(error), code=error.code) from error
        tasks.enqueue([Asked(self.book.pk, connection.pk)])
        return run

    def start(self, provider: str, repair: Connection | None = None) -> link.Started:
        try:
            return link.start(
                book=self.book,
                user=self.user,
                vendor=registry.vendor(provider),
                return_url=f"{settings.SITE_URL}/connections/return",
                repair=repair,
                now=timezone.now(),
            )
        except BankError as error:
            raise refusal(error) from error


class CreateLinkToken(BankView):
    """Begin to link a bank."""

    network = True

    @extend_schema(request=None, responses={201: shapes.LinkToken})
    def post(self, request: Request) -> Response:
        return Response(shapes.LinkToken(self.start("plaid")).data, status=status.HTTP_201_CREATED)


class Link(BankView):
    """Finish linking: confirm the session with the provider, refuse a duplicate, exchange, and begin to read."""

    network = True

    @extend_schema(request=shapes.LinkRequest, responses={201: shapes.Linked})
    def post(self, request: Request) -> Response:
        wanted = shapes.LinkRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            finished = self._finish(**wanted.validated_data)
        except (LinkRefused, BankError) as error:
            raise refusal(error) from error
        tasks.enqueue([Asked(self.book.pk, finished.connection.pk)])
        found = self.connection(finished.connection.pk)
        answer = {"connection": shapes.ConnectionShape(found).data, "sync": shapes.SyncShape(finished.sync).data}
        return Response(answer, status=status.HTTP_201_CREATED)

    def _finish(self, *, link_token: str = "", public_token: str = "") -> link.Finished:
        now = timezone.now()
        if public_token:
            vendor = registry.vendor("plaid")
            return link.exchange(
                book=self.book, user=self.user, vendor=vendor, public_token=public_token, now=now, patience=PATIENCE
            )
        with entered(self.book):
            session = queries.link_session_of(book=self.book, user=self.user, token=link_token)
        if session is None:
            raise Http404
        vendor = registry.vendor(session.provider)
        return link.finish(book=self.book, session=session, vendor=vendor, now=now, patience=PATIENCE)


class ConnectionList(BankView):
    """The banks that the book is linked to."""

    network = True

    @extend_schema(operation_id="connections_list", responses={200: shapes.ConnectionsShape})
    def get(self, request: Request) -> Response:
        with entered(self.book):
            found = list(queries.connections(book=self.book))
        return Response({"results": shapes.ConnectionShape(found, many=True).data})

    @extend_schema(request=shapes.ConnectRequest, responses={201: shapes.LinkToken})
    def post(self, request: Request) -> Response:
        """Begin to link a bank of the named provider."""
        wanted = shapes.ConnectRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        if wanted.validated_data["provider_id"] not in registry.enabled():
            raise Refused("This provider is not set up on this server.", code="not_set_up")
        started = self.start(wanted.validated_data["provider_id"])
        return Response(shapes.LinkToken(started).data, status=status.HTTP_201_CREATED)


class ConnectionDetail(BankView):
    """One connection."""

    network = True

    @extend_schema(responses={200: shapes.ConnectionShape})
    def get(self, request: Request, connection_id: int) -> Response:
        return Response(shapes.ConnectionShape(self.connection(connection_id)).data)

    @extend_schema(request=shapes.ConnectionChange, responses={200: shapes.ConnectionShape})
    def patch(self, request: Request, connection_id: int) -> Response:
        """How often the bank is read by itself."""
        change = shapes.ConnectionChange(data=request.data)
        change.is_valid(raise_exception=True)
        found = self.connection(connection_id)
        with entered(self.book):
            hours = change.validated_data["sync_frequency_hours"]
            connections.set_frequency(connection=found, hours=hours, by=self.user, now=timezone.now())
        return Response(shapes.ConnectionShape(self.connection(connection_id)).data)

    @extend_schema(
        parameters=[OpenApiParameter("data", enum=["keep", "erase"], description="What becomes of the transactions")],
        responses={204: None},
    )
    def delete(self, request: Request, connection_id: int) -> Response:
        """Unlink: the right is given back to the bank; the data is kept unless `data=erase`."""
        unlink(self, self.connection(connection_id), keep=keeps(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def keeps(request: Request) -> bool:
    """Whether the data is kept: `data` is keep, as when it is left out, or erase."""
    wanted = request.query_params.get("data", "keep")
    if wanted not in {"keep", "erase"}:
        raise ValidationError({"data": ["This must be keep or erase."]})
    return wanted == "keep"


def unlink(view: BookView, connection: Connection, *, keep: bool) -> None:
    """Unlink for an endpoint; also what deleting one of its accounts means."""
    try:
        connections.unlink(
            book=view.book,
            connection=connection,
            by=view.user,
            vendor=registry.vendor(connection.provider),
            keep=keep,
            now=timezone.now(),
        )
    except BankError as error:
        raise refusal(error) from error


class ConnectionRepair(BankView):
    """Begin to mend a login that the bank no longer accepts."""

    network = True

    @extend_schema(request=None, responses={201: shapes.LinkToken})
    def post(self, request: Request, connection_id: int) -> Response:
        found = self.connection(connection_id)
        if found.secret is None:
            raise Refused(str(NotLinked()), code="not_linked")
        started = self.start(found.provider, repair=found)
        return Response(shapes.LinkToken(started).data, status=status.HTTP_201_CREATED)


class ConnectionSync(BankView):
    """Runs of a connection."""

    @extend_schema(operation_id="connection_sync_list", responses={200: shapes.SyncsShape})
    def get(self, request: Request, connection_id: int) -> Response:
        found = queries.syncs(book=self.book, connection=self.connection(connection_id))[:50]
        return Response({"results": shapes.SyncShape(found, many=True).data})

    @extend_schema(request=None, responses={202: shapes.SyncShape})
    def post(self, request: Request, connection_id: int) -> Response:
        """Read the bank now."""
        run = self.ask(self.connection(connection_id))
        return Response(shapes.SyncShape(run).data, status=status.HTTP_202_ACCEPTED)


class SyncDetail(BankView):
    """One run: look here until it is done."""

    @extend_schema(responses={200: shapes.SyncShape})
    def get(self, request: Request, sync_id: int) -> Response:
        run = queries.sync(book=self.book, sync_id=sync_id)
        if run is None:
            raise Http404
        return Response(shapes.SyncShape(run).data)


class AccountSync(BankView):
    """Read the bank behind an account now."""

    @extend_schema(request=None, responses={202: shapes.SyncShape})
    def post(self, request: Request, account_id: int) -> Response:
        connection = queries.connection_of(book=self.book, account_id=account_id)
        if connection is None:
            raise Http404
        return Response(shapes.SyncShape(self.ask(connection)).data, status=status.HTTP_202_ACCEPTED)


class FinancialSync(BankView):
    """Read the banks behind these accounts now, or all of them; 200 where there is none to read."""

    @extend_schema(
        request=shapes.FinancialSyncRequest, responses={200: shapes.FinancialSync, 202: shapes.FinancialSync}
    )
    def post(self, request: Request) -> Response:
        wanted = shapes.FinancialSyncRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        ids = wanted.validated_data.get("account_ids")
        found = queries.readable(book=self.book, account_ids=ids)
        if found is None:
            raise Http404
        runs = [self.ask(connection) for connection in found]
        if not runs:
            return Response({"job_id": None, "status": "nothing_to_read", "syncs": []})
        answer = {"job_id": runs[0].pk, "status": "queued", "syncs": runs}
        return Response(shapes.FinancialSync(answer).data, status=status.HTTP_202_ACCEPTED)

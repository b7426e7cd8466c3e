"""Transactions over the API."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor, Page, page_read
from accounts.rest import BookView
from banking import actions, queries
from banking.api import transaction_shapes as shapes
from banking.api.filters import FILTERS, PAGE, PAGING, filters_of, limit_of, some_filters_of
from banking.api.refusing import CONFLICT, named_category, told
from banking.export import download
from banking.models import Account
from banking.tasks import enqueue_matching


class TransactionView(BookView):
    """An endpoint that answers one transaction."""

    def shown(self, pk: int) -> dict[str, Any]:
        with told():
            row = queries.plain_transaction(book=self.book, pk=pk)
        parts = queries.plain_parts(book=self.book, pk=pk) if row.is_split else []
        return shapes.transaction(row, queries.names(book=self.book, rows=[row, *parts]), parts)


class TransactionList(TransactionView):
    """The transactions of the book, newest first."""

    @extend_schema(operation_id="transaction_list", parameters=[*FILTERS, *PAGE], responses=shapes.TransactionPage)
    def get(self, request: Request) -> Response:
        filters = filters_of(request.query_params, book=self.book, beside=PAGING)
        page = self._page(request, filters)
        names = queries.names(book=self.book, rows=page.rows)
        rows = [shapes.transaction(row, names) for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})

    @extend_schema(request=shapes.TransactionInput, responses={201: shapes.TransactionShape})
    def post(self, request: Request) -> Response:
        """Record a transaction by hand, in a manual account."""
        body = shapes.TransactionInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        account = self._account(given.pop("account_id"), given.pop("currency", ""))
        if "category_id" in given:
            given["category"] = named_category(self.book, given.pop("category_id"))
        with told():
            entry = actions.Entry(**given)
            row = actions.record(book=self.book, by=self.user, account=account, entry=entry, now=timezone.now())
        enqueue_matching(book_id=self.book.pk)
        return Response(self.shown(row.pk), status=status.HTTP_201_CREATED)

    def _page(self, request: Request, filters: queries.Filters) -> Page[queries.PlainRow]:
        rows, cursor = queries.listed(book=self.book, filters=filters), request.query_params.get("cursor")
        try:
            return page_read(rows, cursor=cursor, size=limit_of(request), read=queries.plain)
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error

    def _account(self, pk: int, currency: str) -> Account:
        try:
            account = queries.account_rows(book=self.book, closed=True).get(pk=pk)
        except Account.DoesNotExist as error:
            raise ValidationError({"account_id": [_("There is no such account here.")]}) from error
        if currency and currency != account.currency:
            message = _("This account is in %(currency)s.") % {"currency": account.currency}
            raise ValidationError({"currency": [message]})
        return account


class TransactionDetail(TransactionView):
    """One transaction."""

    @extend_schema(operation_id="transaction_retrieve", responses=shapes.TransactionShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.shown(pk))

    @extend_schema(request=shapes.TransactionChange, responses={200: shapes.AmendedShape, 409: CONFLICT})
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named; no later sync changes it again. `alike` counts what may follow a category."""
        body = shapes.TransactionChange(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        if "category_id" in given:
            given["category"] = named_category(self.book, given.pop("category_id"))
        with told():
            changes = actions.Amendment(**given)  # type: ignore[typeddict-item]  # the serializer's names
            actions.amend(book=self.book, by=self.user, pk=pk, changes=changes, now=timezone.now())
        offer = queries.offer(book=self.book, ids=[pk]) if "category" in given else None
        return Response({**self.shown(pk), "alike": offer.count if offer else 0})

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove it. A bank's transaction stays removed when the bank tells it again."""
        with told():
            actions.remove(book=self.book, by=self.user, pk=pk, now=timezone.now())
        enqueue_matching(book_id=self.book.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TransactionsAlike(BookView):
    """Transactions like one that was filed by hand, which may follow it.

    Those of the same merchant and direction under another category that neither a person nor a rule filed.
    """

    @extend_schema(operation_id="transaction_alike", responses=shapes.AlikeShape)
    def get(self, request: Request, pk: int) -> Response:
        with told():
            row = queries.transaction(book=self.book, pk=pk)
        count = queries.alike(book=self.book, row=row).count()
        return Response({"count": count, "category_id": row.category_id, "category": row.category.name})

    @extend_schema(request=None, responses={200: shapes.FiledAlikeShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        """File them all under the category of this one, as one operation."""
        with told():
            done = actions.categorise_alike(book=self.book, by=self.user, pk=pk, now=timezone.now())
        return Response({"count": done.count, "operation_id": done.operation_id})


class TransactionStats(BookView):
    """Totals over the transactions that the filters list, by currency, category, merchant and month."""

    @extend_schema(parameters=FILTERS, responses=shapes.StatisticsShape)
    def get(self, request: Request) -> Response:
        filters = filters_of(request.query_params, book=self.book)
        return Response(shapes.statistics(queries.stats(book=self.book, filters=filters)))


class TransactionExport(BookView):
    """The transactions that the filters list as CSV. Texts that a spreadsheet would calculate get an apostrophe."""

    @extend_schema(parameters=FILTERS, responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        filters = filters_of(request.query_params, book=self.book)
        return download(book=self.book, user=self.user, filters=filters, now=timezone.now())


class BulkCategorise(BookView):
    """File many transactions under one category."""

    @extend_schema(request=shapes.BulkInput, responses=shapes.BulkShape)
    def post(self, request: Request) -> Response:
        body = shapes.BulkInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        category = named_category(self.book, given["category_id"])
        filters = some_filters_of(given["filter"], book=self.book, field="filter") if "filter" in given else None
        ids = given.get("ids")
        if given["preview"]:
            found = actions.to_be_filed(book=self.book, category=category, ids=ids, filters=filters)
            return Response({"count": found.count(), "preview": True, "operation_id": None})
        with told():
            done = actions.categorise_many(
                book=self.book, by=self.user, category=category, ids=ids, filters=filters, now=timezone.now()
            )
        return Response({"count": done.count, "preview": False, "operation_id": done.operation_id})

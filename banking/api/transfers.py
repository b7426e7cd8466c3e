"""Transfers over the API."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor, page_of
from accounts.rest import BookView
from banking import queries
from banking.actions import transferring
from banking.api import review_shapes as shapes
from banking.api.filters import PAGE, limit_of
from banking.api.refusing import CONFLICT, told
from banking.models import Transaction
from banking.queries import review


class TransferList(BookView):
    """The transfers of the book, the latest pairing first."""

    @extend_schema(operation_id="transfer_list", parameters=PAGE, responses=shapes.TransferPage)
    def get(self, request: Request) -> Response:
        found = review.transfers(book=self.book)
        try:
            page = page_of(found, cursor=request.query_params.get("cursor"), size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        results = [shapes.transfer(each) for each in page.rows]
        return Response({"results": results, "next": page.next, "previous": page.previous})

    @extend_schema(request=shapes.TransferInput, responses={201: shapes.TransferShape, 409: CONFLICT})
    def post(self, request: Request) -> Response:
        """Pair two transactions by hand."""
        body = shapes.TransferInput(data=request.data)
        body.is_valid(raise_exception=True)
        outgoing, incoming = (self._row(body.validated_data, name) for name in ("outgoing_id", "incoming_id"))
        with told():
            made = transferring.pair(
                book=self.book, by=self.user, outgoing=outgoing, incoming=incoming, now=timezone.now()
            )
        found = review.transfers(book=self.book).get(pk=made.pk)
        return Response(shapes.transfer(found), status=status.HTTP_201_CREATED)

    def _row(self, given: dict[str, int], name: str) -> Transaction:
        try:
            return queries.transaction(book=self.book, pk=given[name])
        except Transaction.DoesNotExist as error:
            raise ValidationError({name: [_("There is no such transaction here.")]}) from error


class TransferDetail(BookView):
    """One transfer."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Take it apart: both transactions are filed as before, and never paired again by a machine."""
        with told():
            transferring.unpair(book=self.book, by=self.user, pk=pk, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

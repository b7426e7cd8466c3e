"""Removed transactions and locked fields over the API."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor, page_of
from accounts.plain import plain_text
from accounts.rest import BookView
from accounts.strict import StrictSerializer
from banking import actions
from banking.api import transaction_shapes as shapes
from banking.api.filters import PAGE, limit_of
from banking.api.refusing import told
from banking.api.transactions import TransactionView
from banking.models import Transaction
from banking.queries.trash import removed
from banking.tasks import enqueue_matching


class RemovedShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    day = serializers.DateField()
    amount = shapes.amount_shape()
    currency = serializers.CharField()
    description = serializers.CharField()
    account_id = serializers.IntegerField()
    account = serializers.CharField()
    merchant = serializers.CharField()
    category_id = serializers.IntegerField()
    category = serializers.CharField()
    removed_at = serializers.DateTimeField(help_text="It can be restored for 30 days from then on.")


class RemovedPage(serializers.Serializer[Any]):
    results = RemovedShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class UnlockInput(StrictSerializer):
    """Which fields sync, rules and the categoriser may set again."""

    locks = serializers.ListField(
        child=serializers.CharField(max_length=40, validators=[plain_text]), allow_empty=False, max_length=20
    )


def _removed(row: Transaction) -> dict[str, Any]:
    return {
        "id": row.pk,
        "day": row.day,
        "amount": str(row.amount),
        "currency": row.currency,
        "description": row.description,
        "account_id": row.account_id,
        "account": row.account.name,
        "merchant": row.merchant.name if row.merchant else "",
        "category_id": row.category_id,
        "category": row.category.name,
        "removed_at": row.removed_at,
    }


class Trash(BookView):
    """What was removed by hand within 30 days, the newest removal first."""

    @extend_schema(operation_id="transaction_trash", parameters=PAGE, responses=RemovedPage)
    def get(self, request: Request) -> Response:
        found = removed(book=self.book, now=timezone.now())
        try:
            page = page_of(found, cursor=request.query_params.get("cursor"), size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        rows = [_removed(row) for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})


class Restore(TransactionView):
    @extend_schema(request=None, responses={200: shapes.TransactionShape})
    def post(self, request: Request, pk: int) -> Response:
        """Take a transaction out of the trash; 404 for one that is not in it."""
        with told():
            actions.restore(book=self.book, by=self.user, pk=pk, now=timezone.now())
        enqueue_matching(book_id=self.book.pk)
        return Response(self.shown(pk))


class Unlock(TransactionView):
    @extend_schema(request=UnlockInput, responses={200: shapes.TransactionShape})
    def post(self, request: Request, pk: int) -> Response:
        """Hand fields back to the bank and the categoriser; the category is decided anew by what is known."""
        body = UnlockInput(data=request.data)
        body.is_valid(raise_exception=True)
        fields = set(body.validated_data["locks"])
        with told():
            actions.unlock(book=self.book, by=self.user, pk=pk, fields=fields, now=timezone.now())
        return Response(self.shown(pk))

"""Refunds of purchases, and what others owe, over the API."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor, page_of
from accounts.plain import plain_text
from accounts.rest import BookView
from accounts.strict import StrictSerializer
from banking import actions, queries
from banking.api import transaction_shapes as shapes
from banking.api.amounts import AmountInput
from banking.api.filters import PAGE, limit_of
from banking.api.refusing import CONFLICT, told
from banking.models import RefundLink, Reimbursement, Transaction
from banking.queries import Owed, RefundCandidate


class RefundInput(StrictSerializer):
    refund_id = shapes.id_input()
    amount = AmountInput(required=False, help_text="Positive. If not given, as much as both hold.")


class RefundShape(shapes.Shape):
    refund_id = serializers.IntegerField()
    purchase_id = serializers.IntegerField()
    amount = shapes.amount_shape()
    currency = serializers.CharField()


class RefundCandidateShape(shapes.Shape):
    refund_id = serializers.IntegerField()
    purchase_id = serializers.IntegerField()
    left = serializers.CharField(help_text="What of the purchase can be paid back.")
    score = serializers.FloatField(help_text="From 0 to 1.")
    reason = serializers.CharField()


class RefundsShape(shapes.Shape):
    """The links of a transaction, as refund or as purchase, and what else may belong to it."""

    refunds = RefundShape(many=True)
    candidates = RefundCandidateShape(many=True)


class OwedInput(StrictSerializer):
    amount = AmountInput(required=False, help_text="Positive. If not given, the whole purchase.")
    who = serializers.CharField(max_length=120, required=False, allow_blank=True, validators=[plain_text])


class OwedShape(shapes.Shape):
    id = serializers.IntegerField()
    purchase_id = serializers.IntegerField()
    amount = shapes.amount_shape()
    back = serializers.CharField(help_text="What came back.")
    left = serializers.CharField(help_text="What is still owed.")
    currency = serializers.CharField()
    who = serializers.CharField()
    description = serializers.CharField()
    day = serializers.DateField()


class OwedPage(shapes.Shape):
    totals = serializers.DictField(child=serializers.CharField(), help_text="What is still owed, by currency.")
    results = OwedShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class RefundsOfPurchase(BookView):
    """What a purchase got back."""

    @extend_schema(responses=RefundsShape)
    def get(self, request: Request, pk: int) -> Response:
        with told():
            row = queries.transaction(book=self.book, pk=pk)
        links = queries.links_of(book=self.book, pk=pk)
        found = queries.candidates_for(book=self.book, row=row)
        return Response(
            {"refunds": [_link(each) for each in links], "candidates": [_candidate(each) for each in found]}
        )

    @extend_schema(request=RefundInput, responses={201: RefundShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        """Say that a transaction of money in pays this one back. It takes the category of the purchase."""
        with told():
            queries.plain_transaction(book=self.book, pk=pk)
        body = RefundInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        pair = {"refund": self._refund(given["refund_id"]), "purchase": pk}
        with told():
            link = actions.link_refund(
                book=self.book, by=self.user, amount=given.get("amount"), now=timezone.now(), **pair
            )
        return Response(_link(link), status=status.HTTP_201_CREATED)

    def _refund(self, pk: int) -> int:
        try:
            return queries.plain_transaction(book=self.book, pk=pk).id
        except Transaction.DoesNotExist as error:
            raise ValidationError({"refund_id": [_("There is no such transaction here.")]}) from error


class RefundOfPurchase(BookView):
    """One refund of a purchase."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int, refund_id: int) -> Response:
        """Part them. A refund that belongs to nothing else is filed as it was before."""
        with told():
            actions.unlink_refund(book=self.book, by=self.user, refund=refund_id, purchase=pk, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class OwedOfPurchase(BookView):
    """What others owe of a purchase."""

    @extend_schema(request=OwedInput, responses={200: OwedShape, 409: CONFLICT})
    def put(self, request: Request, pk: int) -> Response:
        """Say that others owe it, or some of it, instead of what was said before."""
        with told():
            queries.plain_transaction(book=self.book, pk=pk)
        body = OwedInput(data=request.data)
        body.is_valid(raise_exception=True)
        with told():
            actions.expect_back(book=self.book, by=self.user, pk=pk, now=timezone.now(), **body.validated_data)
        found = queries.reimbursement_of(book=self.book, pk=pk)
        assert found is not None
        return Response(_owed(found))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Nothing of it is owed any longer."""
        with told():
            actions.expect_nothing_back(book=self.book, by=self.user, pk=pk, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class OwedList(BookView):
    """What others still owe, newest first."""

    @extend_schema(parameters=PAGE, responses=OwedPage)
    def get(self, request: Request) -> Response:
        rows, cursor = queries.owed(book=self.book), request.query_params.get("cursor")
        try:
            page = page_of(rows, cursor=cursor, size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        totals = {currency: str(amount) for currency, amount in queries.owed_totals(book=self.book).items()}
        results = [_owed(queries.as_owed(each)) for each in page.rows]
        return Response({"totals": totals, "results": results, "next": page.next, "previous": page.previous})


def _link(link: RefundLink) -> dict[str, Any]:
    return {
        "refund_id": link.refund_id,
        "purchase_id": link.purchase_id,
        "amount": str(link.amount),
        "currency": link.purchase.currency,
    }


def _candidate(found: RefundCandidate) -> dict[str, Any]:
    return {
        "refund_id": found.refund.pk,
        "purchase_id": found.purchase.pk,
        "left": str(found.left),
        "score": found.score,
        "reason": found.reason,
    }


def _owed(found: Owed) -> dict[str, Any]:
    row: Reimbursement = found.reimbursement
    return {
        "id": row.pk,
        "purchase_id": row.purchase_id,
        "amount": str(row.amount),
        "back": str(found.back),
        "left": str(found.left),
        "currency": row.purchase.currency,
        "who": row.who,
        "description": row.purchase.description,
        "day": row.purchase.day,
    }

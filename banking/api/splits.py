"""Splits over the API."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.plain import plain_lines, plain_text
from accounts.strict import StrictSerializer
from banking import actions, queries
from banking.api import transaction_shapes as shapes
from banking.api.amounts import AmountInput
from banking.api.refusing import CONFLICT, named_category, told
from banking.api.transactions import TransactionView


class SplitPartInput(StrictSerializer):
    """An `amount`, a `percent` of the whole, or the `remainder`: one of them. What is not named stays."""

    id = shapes.id_input(required=False)
    amount = AmountInput(required=False)
    percent = AmountInput(required=False, help_text="More than 0, at most 100.")
    remainder = serializers.BooleanField(
        default=False, help_text="Takes what the others leave, and what the bank changes."
    )
    category_id = shapes.id_input(required=False)
    merchant = serializers.CharField(max_length=120, required=False, allow_blank=True, validators=[plain_text])
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, validators=[plain_lines])
    tags = shapes.names_input()


class SplitInput(StrictSerializer):
    """The parts add up to the transaction. A part that is there and not named by its `id` is deleted."""

    parts = serializers.ListField(child=SplitPartInput(), min_length=2, max_length=50)


class TransactionSplit(TransactionView):
    """The parts of a transaction."""

    @extend_schema(request=SplitInput, responses={200: shapes.TransactionShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        """Divide the transaction into these parts, instead of those that it has."""
        with told():
            queries.plain_transaction(book=self.book, pk=pk)
        body = SplitInput(data=request.data)
        body.is_valid(raise_exception=True)
        parts = [self._part(given) for given in body.validated_data["parts"]]
        with told():
            actions.split(book=self.book, by=self.user, pk=pk, parts=parts, now=timezone.now())
        return Response(self.shown(pk))

    @extend_schema(responses={204: None, 409: CONFLICT})
    def delete(self, request: Request, pk: int) -> Response:
        """Delete the parts; the transaction is listed and counted again itself."""
        with told():
            actions.unsplit(book=self.book, by=self.user, pk=pk, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _part(self, given: dict[str, Any]) -> actions.Part:
        named = {"pk" if name == "id" else name: value for name, value in given.items() if name != "category_id"}
        if "category_id" in given:
            try:
                named["category"] = named_category(self.book, given["category_id"])
            except ValidationError as error:
                raise ValidationError({"parts": error.detail["category_id"]}) from error  # type: ignore[call-overload]  # ours
        return actions.Part(**named)

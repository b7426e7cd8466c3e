"""Changing many transactions at once over the API."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.plain import plain_lines, plain_text
from accounts.rest import BookView
from accounts.strict import StrictSerializer
from banking import actions
from banking.api.filters import some_filters_of
from banking.api.refusing import CONFLICT, named_category, told
from banking.api.transaction_shapes import id_input, names_input
from banking.tasks import enqueue_matching


class BulkEditInput(StrictSerializer):
    """Either `ids`, or `filter` with the names and values of the list's filters, at least one; and what to change.

    What is not named stays. An empty `merchant` or `note` takes it away.
    """

    ids = serializers.ListField(child=id_input(), required=False, allow_empty=False, max_length=5_000)
    filter = serializers.DictField(required=False)
    category_id = id_input(required=False)
    merchant = serializers.CharField(max_length=120, required=False, allow_blank=True, validators=[plain_text])
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, validators=[plain_lines])
    excluded = serializers.BooleanField(required=False)
    add_tags = names_input()
    remove_tags = names_input()
    delete = serializers.BooleanField(required=False, help_text="Remove the transactions; with nothing else.")
    preview = serializers.BooleanField(default=False, help_text="Only count.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("ids" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError(_("Give either ids or filter."))
        return attrs


class BulkEditShape(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="Transactions that were, or would be, changed.")
    preview = serializers.BooleanField()
    operation_id = serializers.IntegerField(allow_null=True, help_text="What was done; null where nothing was.")


class BulkEdit(BookView):
    """Change or remove many transactions, in one operation."""

    @extend_schema(request=BulkEditInput, responses={200: BulkEditShape, 409: CONFLICT})
    def post(self, request: Request) -> Response:
        body = BulkEditInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        filters = some_filters_of(given["filter"], book=self.book, field="filter") if "filter" in given else None
        edits, ids = self._edits(given), given.get("ids")
        with told():
            if given["preview"]:
                found = actions.to_be_edited(book=self.book, edits=edits, ids=ids, filters=filters)
                return Response({"count": found.count(), "preview": True, "operation_id": None})
            done = actions.edit_many(
                book=self.book, by=self.user, edits=edits, ids=ids, filters=filters, now=timezone.now()
            )
        if edits.delete:
            enqueue_matching(book_id=self.book.pk)
        return Response({"count": done.count, "preview": False, "operation_id": done.operation_id})

    def _edits(self, given: dict[str, Any]) -> actions.Edits:
        return actions.Edits(
            category=named_category(self.book, given["category_id"]) if "category_id" in given else None,
            merchant=given.get("merchant"),
            note=given.get("note"),
            excluded=given.get("excluded"),
            add_tags=tuple(given.get("add_tags", ())),
            remove_tags=tuple(given.get("remove_tags", ())),
            delete=given.get("delete", False),
        )

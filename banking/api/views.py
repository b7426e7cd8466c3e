"""Saved views of the list over the API."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Book
from accounts.plain import plain_text
from accounts.rest import BookView
from accounts.strict import StrictSerializer
from banking import actions, queries
from banking.api.filters import some_filters_of
from banking.api.refusing import CONFLICT, told
from banking.forms.viewing import query_of
from banking.models import SavedView


class ViewShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    filter = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="Lists of values by filter."
    )
    query = serializers.CharField(help_text="The same as the query string of `/api/transactions`.")
    shared = serializers.BooleanField(help_text="Seen by all members of the book.")
    position = serializers.IntegerField()


class ViewList(serializers.Serializer[Any]):
    results = ViewShape(many=True)


class ViewInput(StrictSerializer):
    """A name for filters of the list, at least one of them."""

    name = serializers.CharField(max_length=40, validators=[plain_text])
    filter = serializers.DictField()
    shared = serializers.BooleanField(default=False)


class ViewChange(StrictSerializer):
    """What is not named stays. `position` is the place among the views that you see, from 0."""

    name = serializers.CharField(max_length=40, required=False, validators=[plain_text])
    filter = serializers.DictField(required=False)
    shared = serializers.BooleanField(required=False)
    position = serializers.IntegerField(min_value=0, max_value=1_000, required=False)


def shape(row: SavedView) -> dict[str, Any]:
    """As ViewShape."""
    return {
        "id": row.pk,
        "name": row.name,
        "filter": dict(QueryDict(row.query).lists()),
        "query": row.query,
        "shared": row.is_shared,
        "position": row.position,
    }


def _query(given: Mapping[str, Any], book: Book) -> str:
    """The query string of filters that the list takes; 400 for others."""
    some_filters_of(given, book=book, field="filter")
    return query_of(given, book=book)


class ViewCollection(BookView):
    """The views of the book that you see: shared ones and your own, in their order."""

    @extend_schema(operation_id="view_list", responses=ViewList)
    def get(self, request: Request) -> Response:
        found = queries.saved_views(book=self.book, user=self.user)
        return Response({"results": [shape(row) for row in found]})

    @extend_schema(request=ViewInput, responses={201: ViewShape, 409: CONFLICT})
    def post(self, request: Request) -> Response:
        """Save filters under a name."""
        body = ViewInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        query = _query(given["filter"], self.book)
        with told():
            row = actions.save_view(
                book=self.book,
                by=self.user,
                name=given["name"],
                query=query,
                shared=given["shared"],
                now=timezone.now(),
            )
        return Response(shape(row), status=status.HTTP_201_CREATED)


class ViewDetail(BookView):
    """One saved view."""

    @extend_schema(operation_id="view_retrieve", responses=ViewShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(self._shown(pk))

    @extend_schema(request=ViewChange, responses={200: ViewShape, 409: CONFLICT})
    def patch(self, request: Request, pk: int) -> Response:
        """Rename it, filter anew, share it or move it."""
        self._shown(pk)
        body = ViewChange(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        if "filter" in given:
            given["query"] = _query(given.pop("filter"), self.book)
        if not given:
            raise ValidationError({"non_field_errors": [_("Name what to change.")]})
        with told():
            changes = actions.ViewAmendment(**given)  # type: ignore[typeddict-item]  # the serializer's names
            actions.amend_view(book=self.book, by=self.user, pk=pk, changes=changes, now=timezone.now())
        return Response(self._shown(pk))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget the view; the transactions stay."""
        with told():
            actions.delete_view(book=self.book, by=self.user, pk=pk, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _shown(self, pk: int) -> dict[str, Any]:
        with told():
            return shape(queries.saved_view(book=self.book, user=self.user, pk=pk))

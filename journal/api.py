"""What was done, over the API, and taking it back."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import LARGEST_PAGE, PAGE_SIZE, BadCursor, page_of
from accounts.rest import BookView
from journal import actions, queries, wording
from journal.actions import CannotUndo
from journal.forms import ActivityQuery
from journal.models import Operation

CONFLICT = OpenApiResponse(
    {"$ref": "#/components/schemas/Error"}, "What it did does not stand any more, or something later depends on it."
)
PAGE = [
    OpenApiParameter("cursor", str, description="`next` or `previous` of another page."),
    OpenApiParameter("limit", int, description=f"Rows of a page: {PAGE_SIZE}, at most {LARGEST_PAGE}."),
]
FILTERS = [
    OpenApiParameter("person", str, description="The id of a member, or 0 for what was done by itself."),
    OpenApiParameter("kind", str, enum=sorted(wording.kinds()), description="What it is about."),
]
Shape = serializers.Serializer[Any]


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class DoneBy(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()


class OperationShape(Shape):
    id = serializers.IntegerField()
    verb = serializers.CharField(help_text="For programs: never translated.")
    said = serializers.CharField(help_text="What kind of thing was done, in words.")
    about = serializers.CharField(help_text="What the first row is called.")
    what = serializers.CharField(help_text="What was done to it, in words.")
    size = serializers.IntegerField(help_text="How many rows it changed.")
    at = serializers.DateTimeField()
    by = DoneBy(allow_null=True, help_text="Null for what was done by itself.")
    undoes = serializers.IntegerField(allow_null=True, help_text="The operation that this one took back or did again.")
    undone = serializers.BooleanField(help_text="What it did does not stand, at the moment.")
    final = serializers.BooleanField(help_text="It can never be undone.")


class OperationPage(Shape):
    results = OperationShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class DifferenceShape(Shape):
    column = serializers.CharField()
    words = serializers.CharField(help_text="What the column is called.")
    before = serializers.CharField(help_text="Names instead of ids; empty where there was nothing.")
    after = serializers.CharField()


class ChangeShape(Shape):
    model = serializers.CharField()
    key = serializers.IntegerField(help_text="The id of the row.")
    noun = serializers.CharField(help_text="What kind of row it is, in words.")
    title = serializers.CharField(help_text="What it is called.")
    what = serializers.CharField(help_text="What was done to it, in words.")
    lines = DifferenceShape(many=True)


class OperationDetailShape(OperationShape):
    changes = ChangeShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page of changes.")
    previous = serializers.CharField(allow_null=True)


def shape(told: queries.Told) -> dict[str, Any]:
    """As OperationShape."""
    operation, by = told.operation, told.operation.by
    return {
        "id": operation.pk,
        "verb": operation.verb,
        "said": told.said,
        "about": told.about,
        "what": told.what,
        "size": operation.size,
        "at": operation.at,
        "by": {"id": by.pk, "name": by.get_short_name()} if by else None,
        "undoes": operation.undoes_id,
        "undone": operation.undone,
        "final": operation.final,
    }


def _change(row: queries.Row) -> dict[str, Any]:
    lines = [
        {"column": each.column, "words": each.label, "before": each.before.plain, "after": each.after.plain}
        for each in row.lines
    ]
    change = row.change
    named = {"noun": row.noun, "title": row.title, "what": row.what, "lines": lines}
    return {"model": change.model, "key": change.key, **named}


class OperationView(BookView):
    """An endpoint that answers one operation."""

    def found(self, operation_id: int) -> Operation:
        try:
            return queries.operation(book=self.book, reader=self.user, pk=operation_id)
        except (Operation.DoesNotExist, OverflowError) as error:
            raise NotFound from error

    def told(self, operation: Operation) -> dict[str, Any]:
        [told] = queries.told(book=self.book, operations=[operation])
        return shape(told)

    def asked(self, request: Request) -> dict[str, Any]:
        form = ActivityQuery(request.query_params, book=self.book)
        if not form.is_valid():
            raise ValidationError({name: [str(each) for each in found] for name, found in form.errors.items()})
        return form.cleaned_data

    def turned(self, operation_id: int, action: Callable[..., Operation]) -> Response:
        found = self.found(operation_id)
        try:
            done = action(book=self.book, by=self.user, pk=found.pk, now=timezone.now())
        except CannotUndo as error:
            raise Conflict(str(error)) from error
        return Response(self.told(self.found(done.pk)))


class OperationList(OperationView):
    """What was done in the book, newest first."""

    @extend_schema(operation_id="operation_list", parameters=[*FILTERS, *PAGE], responses=OperationPage)
    def get(self, request: Request) -> Response:
        asked = self.asked(request)
        found = queries.operations(book=self.book, reader=self.user, person=asked["person"], kind=asked["kind"])
        try:
            page = page_of(found, cursor=asked["cursor"], size=asked["limit"])
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        told = queries.told(book=self.book, operations=page.rows)
        return Response({"results": [shape(each) for each in told], "next": page.next, "previous": page.previous})


class OperationDetail(OperationView):
    """One operation, with a page of the rows that it changed."""

    @extend_schema(operation_id="operation_retrieve", parameters=PAGE, responses=OperationDetailShape)
    def get(self, request: Request, operation_id: int) -> Response:
        operation, asked = self.found(operation_id), self.asked(request)
        try:
            page = page_of(queries.rows_of(operation=operation), cursor=asked["cursor"], size=asked["limit"])
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        changes = [_change(row) for row in queries.shown(book=self.book, changes=page.rows)]
        told = self.told(operation)
        return Response({**told, "changes": changes, "next": page.next, "previous": page.previous})


class Undo(OperationView):
    @extend_schema(request=None, responses={200: OperationShape, 409: CONFLICT})
    def post(self, request: Request, operation_id: int) -> Response:
        """Put every row back as it was before; 409 names what depends on it, and nothing is changed.

        The answer is the operation that did so, which can be undone in turn.
        """
        return self.turned(operation_id, actions.undo)


class Redo(OperationView):
    @extend_schema(request=None, responses={200: OperationShape, 409: CONFLICT})
    def post(self, request: Request, operation_id: int) -> Response:
        """Do again what was undone."""
        return self.turned(operation_id, actions.redo)

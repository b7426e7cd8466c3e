"""Categories and rules over the API."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.plain import plain_text
from accounts.rest import BookView
from accounts.strict import StrictSerializer
from banking import actions, queries
from banking.api.filters import is_on
from banking.api.refusing import CONFLICT, named_category, told
from banking.api.transaction_shapes import id_input
from banking.models import Category, CategoryKind


class CategoryShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(CategoryKind.choices)
    parent_id = serializers.IntegerField(allow_null=True)
    code = serializers.CharField(help_text="Names a category that every book has; empty for one's own.")
    icon = serializers.CharField()
    colour = serializers.IntegerField()
    archived = serializers.BooleanField()


class CategoryList(serializers.Serializer[Any]):
    results = CategoryShape(many=True)


class CategoryInput(StrictSerializer):
    """A category of one's own: inside another one, or at the top with a kind."""

    name = serializers.CharField(max_length=80, validators=[plain_text])
    kind = serializers.ChoiceField(CategoryKind.choices, required=False)
    parent_id = id_input(required=False)
    icon = serializers.RegexField(r"^[a-z0-9-]{1,40}$", required=False)
    colour = serializers.IntegerField(min_value=0, max_value=11, required=False)


class CategoryChange(StrictSerializer):
    """What is not named stays."""

    name = serializers.CharField(max_length=80, required=False, validators=[plain_text])
    archived = serializers.BooleanField(required=False)


def shape(row: Category) -> dict[str, Any]:
    """As CategoryShape."""
    return {
        "id": row.pk,
        "name": row.name,
        "kind": row.kind,
        "parent_id": row.parent_id,
        "code": row.code,
        "icon": row.icon,
        "colour": row.colour,
        "archived": row.archived_at is not None,
    }


class CategoryCollection(BookView):
    """The categories that can be chosen, by name; `archived=true` lists the archived ones too."""

    @extend_schema(
        operation_id="category_list",
        parameters=[OpenApiParameter("archived", bool, description="Also the archived ones.")],
        responses=CategoryList,
    )
    def get(self, request: Request) -> Response:
        archived = is_on(request, "archived")
        return Response({"results": [shape(row) for row in queries.category_rows(book=self.book, archived=archived)]})

    @extend_schema(request=CategoryInput, responses={201: CategoryShape})
    def post(self, request: Request) -> Response:
        """Create a category of one's own."""
        body = CategoryInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        if "parent_id" in given:
            given["parent"] = named_category(self.book, given.pop("parent_id"), "parent_id")
        with told():
            new = actions.NewCategory(**given)
            row = actions.create_category(book=self.book, by=self.user, new=new, now=timezone.now())
        return Response(shape(row), status=status.HTTP_201_CREATED)


class CategoryDetail(BookView):
    """One category."""

    @extend_schema(operation_id="category_retrieve", responses=CategoryShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shape(self._category(pk)))

    @extend_schema(request=CategoryChange, responses={200: CategoryShape, 409: CONFLICT})
    def patch(self, request: Request, pk: int) -> Response:
        """Rename or archive it."""
        body = CategoryChange(data=request.data)
        body.is_valid(raise_exception=True)
        given, now = body.validated_data, timezone.now()
        with told():
            if "name" in given:
                actions.rename_category(book=self.book, by=self.user, pk=pk, name=given["name"], now=now)
            if "archived" in given:
                archived = given["archived"]
                actions.archive_category(book=self.book, by=self.user, pk=pk, archived=archived, now=now)
        return Response(shape(self._category(pk)))

    @extend_schema(responses={204: None, 409: CONFLICT})
    def delete(self, request: Request, pk: int) -> Response:
        """Archive it: what is filed there stays filed."""
        with told():
            actions.archive_category(book=self.book, by=self.user, pk=pk, archived=True, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _category(self, pk: int) -> Category:
        try:
            return queries.category(book=self.book, pk=pk)
        except Category.DoesNotExist as error:
            raise NotFound from error

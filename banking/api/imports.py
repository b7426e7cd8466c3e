"""Bringing in files over the API: send, look and change, choose rows, start, take back."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor, Page, page_of
from accounts.rest import BookView
from banking import actions, tasks
from banking.actions import ImportAmendment, Received
from banking.api import import_answers as answers
from banking.api import import_shapes as shapes
from banking.api.filters import PAGE, limit_of
from banking.api.refusing import CONFLICT, told
from banking.models import NEW, Import, ImportRow
from banking.queries import imports as queries
from banking.queries.import_categories import planned_of

STATE = OpenApiParameter("state", enum=list(ImportRow.State.values), description="Only rows in this state.")


class ImportView(BookView):
    """An endpoint that answers one import."""

    def found(self, pk: int) -> Import:
        with told():
            return queries.import_of(book=self.book, pk=pk)

    def shown(self, pk: int) -> dict[str, Any]:
        source = self.found(pk)
        return answers.detailed(source, queries.counts(source=source), planned_of(source=source))

    def page(self, request: Request, rows: "QuerySet[Any]") -> "Page[Any]":
        try:
            return page_of(rows, cursor=request.query_params.get("cursor"), size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error


class ImportCollection(ImportView):
    """The files that were brought in, newest first."""

    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="import_list", parameters=PAGE, responses=shapes.ImportPage)
    def get(self, request: Request) -> Response:
        page = self.page(request, queries.imports(book=self.book))
        results = [answers.imported(each) for each in page.rows]
        return Response({"results": results, "next": page.next, "previous": page.previous})

    @extend_schema(
        request={"multipart/form-data": shapes.ImportFileInput},
        responses={201: shapes.ImportDetailShape, 409: CONFLICT},
    )
    def post(self, request: Request) -> Response:
        """Send a file. It is read and laid out; nothing is in the ledger before it is started."""
        body = shapes.ImportFileInput(data=request.data)
        body.is_valid(raise_exception=True)
        sent, account = body.validated_data["file"], body.validated_data.get("account_id")
        if account and account not in {each.pk for each in queries.targets(book=self.book)}:
            raise ValidationError({"account_id": [_("There is no such account here.")]})
        file = Received(sent.name or "", sent.read(), account=account)
        with told():
            source = actions.receive_import(book=self.book, by=self.user, file=file, now=timezone.now())
        return Response(self.shown(source.pk), status=status.HTTP_201_CREATED)


class ImportDetail(ImportView):
    """One import: what was understood, where its rows go, and how many are new."""

    @extend_schema(operation_id="import_retrieve", responses=shapes.ImportDetailShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.shown(pk))

    @extend_schema(request=shapes.ImportChange, responses={200: shapes.ImportDetailShape, 409: CONFLICT})
    def patch(self, request: Request, pk: int) -> Response:
        """Change how it is read or where its rows go. Another reading forgets which rows were chosen."""
        source = self.found(pk)
        body = shapes.ImportChange(data=request.data)
        body.is_valid(raise_exception=True)
        changes = _amendment(body.validated_data, source)
        with told():
            actions.amend_import(book=self.book, by=self.user, pk=pk, changes=changes, now=timezone.now())
        return Response(self.shown(pk))

    @extend_schema(responses={204: None, 409: CONFLICT})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget a file that was not brought in."""
        with told():
            actions.discard_import(book=self.book, pk=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _amendment(given: dict[str, Any], source: Import) -> ImportAmendment:
    changes = ImportAmendment()
    choices = {name: "\t" if value == "tab" else value for name, value in given.get("choices", {}).items()}
    if "columns" in given:
        kept = {str(place): column["role"] for place, column in enumerate(source.columns) if column["role"]}
        chosen = {str(each["place"]): each["role"] for each in given["columns"]}
        choices["columns"] = {**source.choices.get("columns", {}), **kept, **chosen}
    if choices:
        changes["choices"] = choices
    if "accounts" in given:
        changes["accounts"] = {
            each["place"]: {"account": each.get("account_id"), "new": each.get("new")} for each in given["accounts"]
        }
    if "categories" in given:
        chosen_words = given["categories"]
        changes["categories"] = {each["name"]: NEW if each.get("new") else each["category_id"] for each in chosen_words}
    if given.get("all_new"):
        changes["all_new"] = True
    return changes


class ImportRows(ImportView):
    """The rows of a file as they will land, in its order."""

    @extend_schema(operation_id="import_rows", parameters=[STATE, *PAGE], responses=shapes.ImportRowPage)
    def get(self, request: Request, pk: int) -> Response:
        source, state = self.found(pk), request.query_params.get("state", "")
        if state and state not in ImportRow.State.values:
            raise ValidationError({"state": [_("There is no such state.")]})
        page = self.page(request, queries.import_rows(source=source, state=state))
        landed = source.status == Import.Status.DONE
        results = [answers.row(each, landed=landed) for each in queries.landings(source=source, rows=page.rows)]
        return Response({"results": results, "next": page.next, "previous": page.previous})

    @extend_schema(request=shapes.RowsChange, responses={200: shapes.RowsChanged, 409: CONFLICT})
    def patch(self, request: Request, pk: int) -> Response:
        """Bring rows in or leave them out."""
        self.found(pk)
        body = shapes.RowsChange(data=request.data)
        body.is_valid(raise_exception=True)
        with told():
            count = actions.choose_import_rows(book=self.book, pk=pk, **body.validated_data)
        return Response({"count": count})


class ImportStart(ImportView):
    """Bring the chosen rows in, in the background."""

    @extend_schema(request=None, responses={202: shapes.ImportDetailShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        with told():
            actions.start_import(book=self.book, by=self.user, pk=pk, now=timezone.now())
        tasks.enqueue_import(book_id=self.book.pk, import_id=pk)
        return Response(self.shown(pk), status=status.HTTP_202_ACCEPTED)


class ImportRevert(ImportView):
    """Take a whole import back; 409 where one of its rows was changed since."""

    @extend_schema(request=None, responses={200: shapes.ImportDetailShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        with told():
            actions.revert_import(book=self.book, by=self.user, pk=pk, now=timezone.now())
        return Response(self.shown(pk))

"""The review inbox over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor, page_of
from accounts.rest import BookView
from banking import queries
from banking.actions import reviewing
from banking.api import review_shapes as shapes
from banking.api.filters import PAGE, PAGING, limit_of
from banking.api.refusing import CONFLICT, named_category, told
from banking.models import Account, ReviewItem, ReviewKind, ReviewState
from banking.queries import review

KIND = OpenApiParameter("kind", str, enum=ReviewKind.values, description="Only this kind.")
STATE = OpenApiParameter("state", str, enum=ReviewState.values, description="By default the open ones.")


class ItemView(BookView):
    """An endpoint that answers one item."""

    def shown(self, pk: int) -> Response:
        found = review.item(book=self.book, pk=pk)
        return Response(shapes.item(found, review.groups(book=self.book, found=[found]).get(pk, [])))


class ReviewList(BookView):
    """What a person should look at, newest first."""

    @extend_schema(operation_id="review_list", parameters=[KIND, STATE, *PAGE], responses=shapes.ReviewPage)
    def get(self, request: Request) -> Response:
        try:
            page = page_of(self._items(request), cursor=request.query_params.get("cursor"), size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        groups = review.groups(book=self.book, found=page.rows)
        results = [shapes.item(each, groups.get(each.pk, [])) for each in page.rows]
        counts = review.counts(book=self.book)
        return Response({"results": results, "next": page.next, "previous": page.previous, "counts": counts})

    def _items(self, request: Request) -> QuerySet[ReviewItem]:
        given = request.query_params
        for name in given:
            if name not in {"kind", "state", *PAGING}:
                raise ValidationError({name[:80]: [_("There is no filter “%(name)s”.") % {"name": name[:80]}]})
        kind, state = given.get("kind", ""), given.get("state") or ReviewState.OPEN
        if kind and kind not in ReviewKind.values:
            raise ValidationError({"kind": [_("Choose one of %s.") % ", ".join(ReviewKind.values)]})
        if state not in ReviewState.values:
            raise ValidationError({"state": [_("Choose one of %s.") % ", ".join(ReviewState.values)]})
        return review.items(book=self.book, kind=kind, state=state)


class ReviewAccept(ItemView):
    """Carry out what an item proposes."""

    @extend_schema(request=shapes.AcceptInput, responses={200: shapes.ReviewShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        body = shapes.AcceptInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        with told():
            review.item(book=self.book, pk=pk)
        category = named_category(self.book, given["category_id"]) if "category_id" in given else None
        with told():
            reviewing.accept(
                book=self.book, by=self.user, pk=pk, now=timezone.now(), category=category, rule=given["rule"]
            )
            return self.shown(pk)


class ReviewReject(ItemView):
    """Never propose it again; take back what accepting it did."""

    @extend_schema(request=None, responses={200: shapes.ReviewShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        with told():
            reviewing.reject(book=self.book, by=self.user, pk=pk, now=timezone.now())
            return self.shown(pk)


class ReviewBulk(BookView):
    """Decide many items at once, at most 500."""

    @extend_schema(request=shapes.BulkDecisionInput, responses=shapes.BulkDecisionShape)
    def post(self, request: Request) -> Response:
        body = shapes.BulkDecisionInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        with told():
            done = reviewing.decide_many(
                book=self.book,
                by=self.user,
                accepted=given["decision"] == "accept",
                ids=given.get("items"),
                kind=given.get("kind", ""),
                now=timezone.now(),
            )
        return Response({"count": done.count, "left": done.left, "operation_id": done.operation_id})


class ReviewSettings(BookView):
    """What may be accepted without a person."""

    @extend_schema(operation_id="review_settings", responses=shapes.SettingList)
    def get(self, request: Request) -> Response:
        return Response(self._shown())

    @extend_schema(request=shapes.SettingInput, responses=shapes.SettingList)
    def put(self, request: Request) -> Response:
        """Set one kind, for the book or for an account."""
        body = shapes.SettingInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        if given["automatic"] is None and "account_id" not in given:
            raise ValidationError({"automatic": [_("Choose on or off.")]})
        account = self._account(given["account_id"]) if "account_id" in given else None
        with told():
            choices = {(given["kind"], account): given["automatic"]}
            reviewing.set_automatic(book=self.book, by=self.user, choices=choices, now=timezone.now())
        return Response(self._shown())

    def _account(self, pk: int) -> Account:
        try:
            return queries.account_rows(book=self.book, closed=True).get(pk=pk)
        except Account.DoesNotExist as error:
            raise ValidationError({"account_id": [_("There is no such account here.")]}) from error

    def _shown(self) -> dict[str, Any]:
        return {"results": [shapes.setting(each) for each in review.automatic(book=self.book).values()]}

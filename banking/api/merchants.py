"""Merchants over the API."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor, page_of
from accounts.plain import hidden_in, plain_text
from accounts.rest import BookView
from accounts.strict import StrictSerializer
from banking import actions, queries
from banking.api.filters import PAGE, limit_of
from banking.api.refusing import CONFLICT, named_category, told
from banking.api.transaction_shapes import LARGEST_ID, TotalShape, id_input
from banking.queries import KnownMerchant

LONGEST_SEARCH = 100


class MerchantShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    initials = serializers.CharField(help_text="One or two letters in the place of a logo.")
    category_id = serializers.IntegerField(allow_null=True, help_text="Where its rows go from now on, if set.")
    category = serializers.CharField()
    bank_name = serializers.CharField(help_text="What it was called before it was renamed; empty if it never was.")
    merged = serializers.ListField(child=serializers.CharField(), help_text="Names of merchants merged into it.")
    totals = TotalShape(many=True, help_text="Posted rows that are not left out, by currency.")
    latest = serializers.DateField(allow_null=True, help_text="The newest day of these rows.")


class MerchantPage(serializers.Serializer[Any]):
    results = MerchantShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class MerchantChange(StrictSerializer):
    """What is not named stays. The category null takes it away. With `past` rows that nobody filed follow too."""

    name = serializers.CharField(max_length=120, required=False, validators=[plain_text])
    category_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, allow_null=True)
    past = serializers.BooleanField(default=False)


class MergeInput(StrictSerializer):
    merchant_id = id_input()


class MergeShape(serializers.Serializer[Any]):
    merchant = MerchantShape()
    count = serializers.IntegerField(help_text="Transactions that name the other merchant now.")
    operation_id = serializers.IntegerField()


def shape(known: KnownMerchant) -> dict[str, Any]:
    """As MerchantShape."""
    row = known.merchant
    return {
        "id": row.pk,
        "name": row.name,
        "initials": row.initials,
        "category_id": row.category_id,
        "category": row.category.name if row.category else "",
        "bank_name": row.bank_name,
        "merged": list(known.also),
        "totals": [
            {
                "currency": total.currency,
                "count": total.count,
                "money_in": str(total.money_in),
                "money_out": str(total.money_out),
                "net": str(total.net),
            }
            for total in known.totals
        ],
        "latest": known.latest,
    }


class MerchantView(BookView):
    """An endpoint that answers one merchant."""

    def shown(self, pk: int) -> dict[str, Any]:
        with told():
            row = queries.merchant(book=self.book, pk=pk)
        return shape(queries.with_totals(book=self.book, rows=[row])[0])


class MerchantList(MerchantView):
    """The merchants of the book, by name, each with what totals count of it."""

    @extend_schema(
        operation_id="merchant_list",
        parameters=[OpenApiParameter("q", str, description="Occurs in the name, or in one merged into it."), *PAGE],
        responses=MerchantPage,
    )
    def get(self, request: Request) -> Response:
        found = queries.merchants(book=self.book, text=_searched(request))
        try:
            page = page_of(found, cursor=request.query_params.get("cursor"), size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        rows = [shape(each) for each in queries.with_totals(book=self.book, rows=page.rows)]
        return Response({"results": rows, "next": page.next, "previous": page.previous})


def _searched(request: Request) -> str:
    text = request.query_params.get("q", "").strip()
    if len(text) > LONGEST_SEARCH or hidden_in(text):
        message = _("Give plain text of at most %(most)d characters.")
        raise ValidationError({"q": [message % {"most": LONGEST_SEARCH}]})
    return str(text)


class MerchantDetail(MerchantView):
    """One merchant. One that was merged into another is no more."""

    @extend_schema(operation_id="merchant_retrieve", responses=MerchantShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.shown(pk))

    @extend_schema(request=MerchantChange, responses={200: MerchantShape, 409: CONFLICT})
    def patch(self, request: Request, pk: int) -> Response:
        """Rename it, or say where its rows go from now on."""
        body = MerchantChange(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        past = given.pop("past")
        if "category_id" in given:
            category_id = given.pop("category_id")
            given["category"] = None if category_id is None else named_category(self.book, category_id)
        with told():
            changes = actions.MerchantAmendment(**given)  # type: ignore[typeddict-item]  # the serializer's names
            amend = actions.amend_merchant_and_past if past else actions.amend_merchant
            amend(book=self.book, by=self.user, pk=pk, changes=changes, now=timezone.now())
        return Response(self.shown(pk))


class MerchantMerge(MerchantView):
    """Make a merchant part of another one."""

    @extend_schema(request=MergeInput, responses=MergeShape)
    def post(self, request: Request, pk: int) -> Response:
        """All that names it names the other one from now on, and its wording is recognised as that."""
        body = MergeInput(data=request.data)
        body.is_valid(raise_exception=True)
        into = body.validated_data["merchant_id"]
        with told():
            done = actions.merge_merchants(book=self.book, by=self.user, pk=pk, into=into, now=timezone.now())
        merchant = self.shown(done.merchant.pk)
        return Response({"merchant": merchant, "count": done.count, "operation_id": done.operation_id})

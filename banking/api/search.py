"""Search over the API: the same language, queries and reasons as the page."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import BadCursor
from accounts.rest import BookView
from banking import queries
from banking.api import transaction_shapes as shapes
from banking.api.filters import PAGE, limit_of
from banking.queries.searching import Hits, page_found, understood
from banking.queries.understanding import parameters, parts
from banking.searching.language import LONGEST

QUERY = OpenApiParameter(
    "q",
    str,
    required=True,
    description="Words, “phrases”, amounts (>100, 100..200), days (last march), category:, account:, tag:, merchant:, "
    "note:, in:, out:, is:pending, is:excluded; a minus before a term leaves out. What is none of these is a word.",
)


class HitShape(shapes.TransactionShape):
    score = serializers.IntegerField(help_text="How well it fits, from 0 to 100; the best come first.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Why it was found, in sentences.")


class UnderstoodShape(shapes.Shape):
    written = serializers.CharField()
    meaning = serializers.CharField()


class FoundShape(shapes.Shape):
    understood = UnderstoodShape(many=True)
    filters = serializers.DictField(help_text="What /api/transactions can say of it, by parameter.")
    results = HitShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")


class TransactionSearch(BookView):
    """The transactions that a text finds, the best first."""

    @extend_schema(operation_id="transaction_search", parameters=[QUERY, *PAGE], responses=FoundShape)
    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "")
        if len(text) > LONGEST:
            raise ValidationError({"q": [_("Give at most %d characters.") % LONGEST]})
        locale = getattr(self.user, "locale", "") or "en"
        found = understood(book=self.book, text=text, today=self.book.today(timezone.now()), locale=locale)
        if found.is_empty:
            raise ValidationError({"q": [_("Give something to look for, such as “coffee last month”.")]})
        try:
            rows = queries.listed(book=self.book)
            cursor = request.query_params.get("cursor", "")
            page = page_found(found, rows=rows, read=queries.plain, size=limit_of(request), cursor=cursor)
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        said = [{"written": each.written, "meaning": each.meaning} for each in parts(found, locale=locale)]
        return Response(
            {"understood": said, "filters": parameters(found), "results": self._shown(page, said), "next": page.next}
        )

    def _shown(self, page: Hits[queries.PlainRow], said: list[dict[str, str]]) -> list[dict[str, object]]:
        """Where nothing but filters were given, they are the reason."""
        filtered = [each["meaning"] for each in said]
        names = queries.names(book=self.book, rows=[hit.row for hit in page.hits])
        return [
            {**shapes.transaction(hit.row, names), "score": hit.score, "reasons": list(hit.reasons) or filtered}
            for hit in page.hits
        ]

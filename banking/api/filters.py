"""The filters of the list as parameters of the API."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.models import Book
from accounts.paging import LARGEST_PAGE, PAGE_SIZE
from banking.forms import TransactionFilter
from banking.forms.filtering import NO, YES, IdsField, WhoseField
from banking.queries import Filters
from banking.queries.filtering import EVERYTHING

NOTES = {
    "start": "First day.",
    "until": "Last day, inclusive.",
    "end": "The day after the last one: exclusive.",
    "account": "Ids; may be repeated.",
    "category": "Ids, or `uncategorised`; may be repeated. Includes the categories inside.",
    "exact": "True: without the categories inside the given ones.",
    "merchant": "Ids; may be repeated.",
    "tag": "Ids; may be repeated.",
    "amount_min": "Size without regard to the sign.",
    "amount_max": "Size without regard to the sign.",
    "q": "Every word in merchant, description or note.",
    "find": "What /api/transactions/search understands: words, amounts, days, operators and meaning.",
    "pending": "Only those or none of those; without it all.",
    "excluded": "Only those or none of those; without it all.",
    "kind": "Of the category; `flow` is income and expenses. Money in that nobody has filed yet is income.",
    "currency": "Three letters, or what an account here is in.",
    "counted": "True: only rows that totals count: posted and not left out.",
    "whose": "`12:5.6`: of category 12 only what is on accounts of the members 5 and 6; `12:-5` all but theirs. May be "
    "repeated.",
}


def _parameter(name: str, field: forms.Field) -> OpenApiParameter:
    many = isinstance(field, IdsField | WhoseField)
    choices: Any = getattr(field, "choices", ())
    enum = [value for value, _label in choices if value] if isinstance(field, forms.ChoiceField) else None
    kind: Any = OpenApiTypes.STR
    if isinstance(field, forms.DateField):
        kind = OpenApiTypes.DATE
    elif isinstance(field, forms.DecimalField):
        kind = OpenApiTypes.DECIMAL
    elif isinstance(field, forms.BooleanField):
        kind = OpenApiTypes.BOOL
    elif many and name not in {"category", "whose"}:
        kind = OpenApiTypes.INT64
    return OpenApiParameter(name, kind, description=NOTES.get(name, ""), many=many, enum=None if many else enum)


FILTERS = [_parameter(name, field) for name, field in TransactionFilter.base_fields.items()]
PAGING = frozenset({"cursor", "limit"})
PAGE = [
    OpenApiParameter("cursor", str, description="`next` or `previous` of another page."),
    OpenApiParameter("limit", int, description=f"Rows of a page: {PAGE_SIZE}, at most {LARGEST_PAGE}."),
]


def filters_of(given: Mapping[str, Any], *, book: Book, field: str = "", beside: Collection[str] = ()) -> Filters:
    """The filters of a query string or a body; 400 for one that is unknown, unless `beside` names it, or unreadable."""
    form = TransactionFilter(given, book=book, strict=True, beside=beside)
    if form.is_valid():
        return form.filters()
    names = {"__all__": "non_field_errors", **({} if given.get("until") else {"until": "end"})}
    errors = {names.get(name, name): [str(each) for each in found] for name, found in form.errors.items()}
    raise ValidationError({field: errors} if field else errors)


def some_filters_of(given: Mapping[str, Any], *, book: Book, field: str) -> Filters:
    """As filters_of, for what changes all that is found; 400 where nothing is filtered."""
    filters = filters_of(given, book=book, field=field)
    if filters == EVERYTHING:
        raise ValidationError({field: [_("Name at least one filter: without one these are all transactions.")]})
    return filters


def is_on(request: Request, name: str) -> bool:
    """A parameter that is true or false, and false when left out; 400 for another word."""
    word = request.query_params.get(name, "").lower()
    if word and word not in YES | NO:
        raise ValidationError({name: [_("Give true or false.")]})
    return word in YES


def limit_of(request: Request) -> int:
    """How many rows the client wants; 400 when it is no number from 1 to LARGEST_PAGE."""
    text = request.query_params.get("limit") or str(PAGE_SIZE)
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= LARGEST_PAGE):
        raise ValidationError({"limit": [_("Give a number from 1 to %(most)d.") % {"most": LARGEST_PAGE}]})
    return int(text)

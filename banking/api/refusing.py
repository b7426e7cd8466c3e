"""What the API answers when an action refuses."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError

from accounts.models import Book
from banking.actions.refusals import Conflicting, Refused
from banking.models import Category
from banking.queries.categorising import category

ERROR = {"$ref": "#/components/schemas/Error"}
CONFLICT = OpenApiResponse(ERROR, "It collides with what is there already.")
UNAVAILABLE = OpenApiResponse(ERROR, "The bank does not answer; `Retry-After` says when to try again.")
IN_BODIES = {
    "account": "account_id",
    "category": "category_id",
    "incoming": "incoming_id",
    "into": "merchant_id",
    "member": "member_id",
    "outgoing": "outgoing_id",
    "parent": "parent_id",
    "refund": "refund_id",
    "source": "source_id",
    "target": "target_id",
}
"""What a field of an action is called in the body of a request, where that is something else."""


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


@contextmanager
def told(names: Mapping[str, str] = IN_BODIES) -> Iterator[None]:
    """Answer 404 where there is no such row in the book, 409 for a conflict, else 400 with the field to correct.

    `names` says what fields of the action are called in the body, where that is something else.
    """
    try:
        yield
    except ObjectDoesNotExist as error:
        raise NotFound(_("There is nothing here.")) from error
    except Conflicting as error:
        raise Conflict(str(error)) from error
    except Refused as error:
        field = names.get(error.field, error.field) or "non_field_errors"
        raise ValidationError({field: [str(error)]}) from error


def named_category(book: Book, pk: int, field: str = "category_id") -> Category:
    """The category that a body names; 400 when it is not in the book."""
    try:
        return category(book=book, pk=pk)
    except Category.DoesNotExist as error:
        raise ValidationError({field: [_("There is no such category here.")]}) from error

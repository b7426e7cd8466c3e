"""Whose a row is, in lists of the admin: books are nearly all called the same."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Book, Membership, Role

OWNER = "book__memberships__user__email"


class OwnersShown(admin.ModelAdmin[Any]):
    """Gives `owner` as a column, for one query more however many rows there are; add `OWNER` to `search_fields`."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        owners = Membership.objects.filter(role=Role.OWNER).select_related("user").order_by("id")
        path = "memberships" if self.model is Book else "book__memberships"
        return super().get_queryset(request).prefetch_related(Prefetch(path, owners, to_attr="owned_by"))

    @admin.display(description=_("Owner"))
    def owner(self, row: Any) -> str:
        book: Any = row if isinstance(row, Book) else row.book
        return ", ".join(membership.user.email for membership in book.owned_by)

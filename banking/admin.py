"""Connections, their runs and categories in the admin. No secret, cursor, amount or account number is shown."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.owners import OWNER, OwnersShown
from accounts.staff import ReadOnlyAdmin
from banking import tasks
from banking.actions import connections
from banking.actions.connections import Asked
from banking.actions.errors import Unreadable
from banking.models import Category, Connection, Institution, Sync


def read_again(request: HttpRequest, found: QuerySet[Connection]) -> tuple[int, int]:
    """Ask for these connections to be read; (asked, unlinked ones left out)."""
    asked = []
    for connection in found:
        try:
            connections.ask(connection=connection, kind=Sync.Kind.MANUAL, now=timezone.now())
        except Unreadable:
            continue
        asked.append(Asked(connection.book_id, connection.pk))
    tasks.enqueue(asked)
    return len(asked), len(found) - len(asked)


class RetryAdmin(OwnersShown, ReadOnlyAdmin):
    """A list with the action that reads the connections behind the chosen rows again."""

    actions = ("retry",)

    @admin.action(description=_("Read the bank again"), permissions=["act"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        asked, left_out = read_again(request, self.connections_of(queryset))
        for sentence in _outcome(asked, left_out):
            self.message_user(request, sentence)

    def connections_of(self, queryset: QuerySet[Any]) -> QuerySet[Connection]:
        return Connection.objects.filter(pk__in=queryset.values("pk")).order_by("pk")


def _outcome(asked: int, left_out: int) -> Iterator[str]:
    if asked:
        yield ngettext("%s connection is read again.", "%s connections are read again.", asked) % asked
    if left_out:
        yield (
            ngettext("%s unlinked connection is left out.", "%s unlinked connections are left out.", left_out)
            % left_out
        )


@admin.register(Connection)
class ConnectionAdmin(RetryAdmin):
    list_display = (
        "id",
        "institution",
        "owner",
        "book",
        "provider",
        "status",
        "failures",
        "asked",
        "done",
        "synced_at",
    )
    list_filter = ("status", "provider", "new_accounts")
    list_select_related = ("book", "institution")
    search_fields = ("id", "external_id", "institution__name", OWNER)
    fields = (
        "book",
        "owner",
        "provider",
        "institution",
        "external_id",
        "status",
        "problem",
        "failures",
        "asked",
        "done",
        "complete",
        "sync_frequency_hours",
        "synced_at",
        "next_sync_at",
        "created_at",
    )
    readonly_fields = fields
    ordering = ("-id",)


@admin.register(Sync)
class SyncAdmin(RetryAdmin):
    list_display = (
        "id",
        "connection",
        "owner",
        "book",
        "kind",
        "status",
        "added",
        "modified",
        "removed",
        "error_code",
        "created_at",
    )
    list_filter = ("status", "kind")
    list_select_related = ("book", "connection__institution")
    search_fields = ("request_id", "error_code", "=connection__id", "connection__institution__name", OWNER)
    fields = (
        "book",
        "owner",
        "connection",
        "kind",
        "status",
        "added",
        "modified",
        "removed",
        "error",
        "error_code",
        "request_id",
        "created_at",
        "started_at",
        "finished_at",
    )
    readonly_fields = fields
    ordering = ("-id",)
    show_full_result_count = False

    def connections_of(self, queryset: QuerySet[Any]) -> QuerySet[Connection]:
        return Connection.objects.filter(pk__in=queryset.values("connection")).order_by("pk")


@admin.register(Category)
class CategoryAdmin(OwnersShown, ReadOnlyAdmin):
    list_display = ("id", "owner", "book", "name", "kind", "parent", "code", "archived_at")
    list_filter = ("kind",)
    list_select_related = ("book", "parent")
    search_fields = ("code", OWNER)
    fields = ("book", "owner", "name", "kind", "parent", "code", "icon", "colour", "archived_at")
    readonly_fields = fields
    ordering = ("-id",)


@admin.register(Institution)
class InstitutionAdmin(ReadOnlyAdmin):
    list_display = ("id", "provider", "external_id", "name", "url")
    search_fields = ("name", "external_id")
    fields = ("provider", "external_id", "name", "url", "colour")
    readonly_fields = fields
    ordering = ("name",)

"""Goals in the admin: that they are there and in what state, without amounts or names."""

from django.contrib import admin

from accounts.owners import OWNER, OwnersShown
from accounts.staff import ReadOnlyAdmin
from goals.models import Goal


@admin.register(Goal)
class GoalAdmin(OwnersShown, ReadOnlyAdmin):
    list_display = ("id", "owner", "book", "kind", "state", "due_on", "created_at")
    list_filter = ("kind", "state")
    list_select_related = ("book",)
    search_fields = ("id", OWNER)
    fields = ("book", "owner", "kind", "state", "priority", "due_on", "started_on", "paused_on", "strategy")
    readonly_fields = fields
    ordering = ("-id",)

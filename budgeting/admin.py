"""Budgets in the admin: that they are there and for what periods, without amounts or names."""

from django.contrib import admin

from accounts.owners import OWNER, OwnersShown
from accounts.staff import ReadOnlyAdmin
from budgeting.models import Budget


@admin.register(Budget)
class BudgetAdmin(OwnersShown, ReadOnlyAdmin):
    list_display = ("id", "owner", "book", "period", "start", "end", "rollover", "created_at")
    list_filter = ("period", "rollover")
    list_select_related = ("book",)
    search_fields = ("id", OWNER)
    fields = ("book", "owner", "period", "anchor", "first_day", "first_month", "shift", "start", "end", "rollover")
    readonly_fields = fields
    ordering = ("-id",)

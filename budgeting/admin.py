"""Budgets and recurring items in the admin: that they are there and when, without amounts or names."""

from django.contrib import admin

from accounts.owners import OWNER, OwnersShown
from accounts.staff import ReadOnlyAdmin
from budgeting.models import Budget, RecurringItem


@admin.register(Budget)
class BudgetAdmin(OwnersShown, ReadOnlyAdmin):
    list_display = ("id", "owner", "book", "period", "start", "end", "rollover", "created_at")
    list_filter = ("period", "rollover")
    list_select_related = ("book",)
    search_fields = ("id", OWNER)
    fields = ("book", "owner", "period", "anchor", "first_day", "first_month", "shift", "start", "end", "rollover")
    readonly_fields = fields
    ordering = ("-id",)


@admin.register(RecurringItem)
class RecurringItemAdmin(OwnersShown, ReadOnlyAdmin):
    list_display = ("id", "owner", "book", "state", "source", "frequency", "next_on", "last_on", "created_at")
    list_filter = ("state", "source", "frequency")
    list_select_related = ("book",)
    search_fields = ("id", OWNER)
    fields = ("book", "owner", "state", "source", "frequency", "next_on", "last_on", "trial_ends_on", "created_at")
    readonly_fields = fields
    ordering = ("-id",)

"""Addresses of the pages."""

from django.urls import path

from budgeting import forecast_pages, moving_pages, recurring_pages, views

urlpatterns = [
    path("budgets", views.budgets, name="budgets"),
    path("budgets/new", views.new, name="budget_new"),
    path("budgets/suggested", views.suggested, name="budgets_suggested"),
    path("budgets/copy", views.copy, name="budgets_copy"),
    path("budgets/move", moving_pages.move, name="budgets_move"),
    path("budgets/mode", moving_pages.choose_mode, name="budgets_mode"),
    path("budgets/<int:pk>", views.budget, name="budget"),
    path("budgets/<int:pk>/assign", moving_pages.assign_rest, name="budget_assign"),
    path("budgets/<int:pk>/remove", views.remove, name="budget_remove"),
    path("recurring", recurring_pages.recurring, name="recurring"),
    path("recurring/calendar", forecast_pages.recurring_calendar, name="recurring_calendar"),
    path("recurring/new", recurring_pages.new, name="recurring_new"),
    path("recurring/<int:pk>", recurring_pages.one, name="recurring_item"),
    path("recurring/<int:pk>/confirm", recurring_pages.confirm, name="recurring_confirm"),
    path("recurring/<int:pk>/ignore", recurring_pages.ignore, name="recurring_ignore"),
    path("recurring/<int:pk>/remove", recurring_pages.remove, name="recurring_remove"),
    path("forecast", forecast_pages.forecast, name="forecast"),
    path("forecast/widget", forecast_pages.forecast_widget, name="forecast_widget"),
]

"""Addresses of the API of budgets and of what comes again; literal ones before those with an id."""

from django.urls import path

from budgeting.api import forecast, recurring, views

urlpatterns = [
    path("budgets", views.BudgetCollection.as_view(), name="api_budgets"),
    path("budgets/summary", views.BudgetSummary.as_view(), name="api_budget_summary"),
    path("budgets/suggestions", views.BudgetSuggestions.as_view(), name="api_budget_suggestions"),
    path("budgets/copy", views.BudgetCopy.as_view(), name="api_budget_copy"),
    path("budgets/mode", views.BudgetModeDetail.as_view(), name="api_budget_mode"),
    path("budgets/move", views.BudgetMoves.as_view(), name="api_budget_move"),
    path("budgets/<int:pk>", views.BudgetDetail.as_view(), name="api_budget"),
    path("budgets/<int:pk>/progress", views.BudgetProgress.as_view(), name="api_budget_progress"),
    path("recurring", recurring.RecurringList.as_view(), name="api_recurring"),
    path("recurring/upcoming", recurring.RecurringUpcoming.as_view(), name="api_recurring_upcoming"),
    path("recurring/<int:pk>", recurring.RecurringDetail.as_view(), name="api_recurring_item"),
    path("recurring/<int:pk>/confirm", recurring.RecurringConfirm.as_view(), name="api_recurring_confirm"),
    path("recurring/<int:pk>/ignore", recurring.RecurringIgnore.as_view(), name="api_recurring_ignore"),
    path("forecast", forecast.ForecastView.as_view(), name="api_forecast"),
    path("forecast/safe-to-spend", forecast.SafeToSpend.as_view(), name="api_safe_to_spend"),
]

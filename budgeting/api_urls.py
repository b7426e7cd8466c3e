"""Addresses of the API of budgets; literal ones before those with an id."""

from django.urls import path

from budgeting.api import views

urlpatterns = [
    path("budgets", views.BudgetCollection.as_view(), name="api_budgets"),
    path("budgets/summary", views.BudgetSummary.as_view(), name="api_budget_summary"),
    path("budgets/suggestions", views.BudgetSuggestions.as_view(), name="api_budget_suggestions"),
    path("budgets/copy", views.BudgetCopy.as_view(), name="api_budget_copy"),
    path("budgets/move", views.BudgetMoves.as_view(), name="api_budget_move"),
    path("budgets/<int:pk>", views.BudgetDetail.as_view(), name="api_budget"),
    path("budgets/<int:pk>/progress", views.BudgetProgress.as_view(), name="api_budget_progress"),
]

"""Addresses of the pages."""

from django.urls import path

from budgeting import views

urlpatterns = [
    path("budgets", views.budgets, name="budgets"),
    path("budgets/new", views.new, name="budget_new"),
    path("budgets/suggested", views.suggested, name="budgets_suggested"),
    path("budgets/copy", views.copy, name="budgets_copy"),
    path("budgets/move", views.move, name="budgets_move"),
    path("budgets/<int:pk>", views.budget, name="budget"),
    path("budgets/<int:pk>/remove", views.remove, name="budget_remove"),
]

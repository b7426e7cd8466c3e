"""Addresses of the pages; literal ones before those with an id."""

from django.urls import path

from goals import payoff_pages, views

urlpatterns = [
    path("goals", views.goals, name="goals"),
    path("goals/new", views.new, name="goal_new"),
    path("goals/payoff/new", payoff_pages.new, name="payoff_new"),
    path("goals/payoff/<int:pk>", payoff_pages.compare, name="payoff"),
    path("goals/payoff/<int:pk>/edit", payoff_pages.edit, name="payoff_edit"),
    path("goals/payoff/<int:pk>/debts/new", payoff_pages.add, name="debt_new"),
    path("goals/debts/<int:pk>", payoff_pages.debt, name="debt"),
    path("goals/debts/<int:pk>/remove", payoff_pages.remove, name="debt_remove"),
    path("goals/<int:pk>", views.goal, name="goal"),
    path("goals/<int:pk>/edit", views.edit, name="goal_edit"),
    path("goals/<int:pk>/state", views.state, name="goal_state"),
    path("goals/<int:pk>/remove", views.remove, name="goal_remove"),
    path("goals/<int:pk>/contribute", views.contribute, name="goal_contribute"),
    path(
        "goals/<int:pk>/contributions/<int:contribution_id>/remove",
        views.remove_contribution,
        name="goal_contribution_remove",
    ),
    path("goals/<int:pk>/accounts/new", views.link, name="goal_link"),
    path("goals/<int:pk>/accounts/<int:account_id>/remove", views.unlink, name="goal_unlink"),
]

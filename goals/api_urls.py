"""Addresses of the API of goals."""

from django.urls import path

from goals.api import views

urlpatterns = [
    path("goals", views.GoalCollection.as_view(), name="api_goals"),
    path("goals/<int:pk>", views.GoalDetail.as_view(), name="api_goal"),
    path("goals/<int:pk>/progress", views.GoalProgress.as_view(), name="api_goal_progress"),
    path("goals/<int:pk>/projections", views.GoalProjections.as_view(), name="api_goal_projections"),
    path("goals/<int:pk>/contributions", views.GoalContributions.as_view(), name="api_goal_contributions"),
    path(
        "goals/<int:pk>/contributions/<int:contribution_id>",
        views.GoalContribution.as_view(),
        name="api_goal_contribution",
    ),
]

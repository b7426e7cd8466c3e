"""Addresses of the dashboard's API."""

from django.urls import path

from reports import api, explain_api

urlpatterns = [
    path("dashboard/summary", api.DashboardSummary.as_view(), name="api_dashboard_summary"),
    path("dashboard/layout", api.DashboardLayout.as_view(), name="api_dashboard_layout"),
    path("explain/<str:figure>", explain_api.Explain.as_view(), name="api_explain"),
    path("financial/overview", api.FinancialOverview.as_view(), name="api_financial_overview"),
]

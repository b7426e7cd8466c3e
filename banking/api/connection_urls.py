"""Addresses of the connections API."""

from django.urls import path

from banking.api import connections as api
from banking.api import webhook

urlpatterns = [
    path("webhook/plaid", webhook.PlaidWebhook.as_view(), name="api_webhook_plaid"),
    path("plaid/create_link_token", api.CreateLinkToken.as_view(), name="api_create_link_token"),
    path("plaid/exchange_public_token", api.Link.as_view(), name="api_exchange_public_token"),
    path("create_link_token", api.CreateLinkToken.as_view()),
    path("exchange_public_token", api.Link.as_view()),
    path("accounts/link-token", api.CreateLinkToken.as_view(), name="api_account_link_token"),
    path("accounts/link", api.Link.as_view(), name="api_account_link"),
    path("accounts/<int:account_id>/sync", api.AccountSync.as_view(), name="api_account_sync"),
    path("connections", api.ConnectionList.as_view(), name="api_connections"),
    path("connections/connect", api.ConnectionList.as_view(http_method_names=["post"]), name="api_connect"),
    path("connections/<int:connection_id>", api.ConnectionDetail.as_view(), name="api_connection"),
    path("connections/<int:connection_id>/repair", api.ConnectionRepair.as_view(), name="api_connection_repair"),
    path("connections/<int:connection_id>/sync", api.ConnectionSync.as_view(), name="api_connection_sync"),
    path("syncs/<int:sync_id>", api.SyncDetail.as_view(), name="api_sync"),
    path("financial/sync", api.FinancialSync.as_view(), name="api_financial_sync"),
]

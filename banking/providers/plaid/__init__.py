"""Plaid, and any server that speaks its protocol."""

from banking.providers.plaid.client import PlaidSettings
from banking.providers.plaid.feed import PlaidFeed
from banking.providers.plaid.webhooks import PlaidWebhooks

__all__ = ["PlaidFeed", "PlaidSettings", "PlaidWebhooks"]

"""Connections, accounts, transactions and categories."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    name = "banking"

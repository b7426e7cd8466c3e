"""PocketPilot: settings, addresses and what ties the apps together."""

from financeapp.celery import app as celery_app

__all__ = ["celery_app"]

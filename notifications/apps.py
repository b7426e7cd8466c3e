"""Telling a person something."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

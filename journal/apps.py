"""What was changed, by whom, and how it was before."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "journal"

"""Telling a person something."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from accounts import audit
        from notifications import receivers, rules

        rules.register_direct("sign_in")
        audit.register(receivers.look_at)

"""What ties the apps together."""

from django.apps import AppConfig


class FinanceappConfig(AppConfig):
    name = "financeapp"

    def ready(self) -> None:
        from financeapp import checks, sentry  # noqa: F401  registers the checks

        sentry.start()

"""What ties the apps together."""

from django.apps import AppConfig


class FinanceappConfig(AppConfig):
    name = "financeapp"

    def ready(self) -> None:
        from financeapp import checks, metrics, sentry, task_logs  # noqa: F401  register checks and receivers

        sentry.start()

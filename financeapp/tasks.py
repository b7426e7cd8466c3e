"""What the clock asks of this app: a sign of life."""

from celery import shared_task
from django.utils import timezone

from financeapp import heartbeat


@shared_task(name="financeapp.beat")
def beat() -> None:
    """Every minute: the clock ticks and a worker works."""
    heartbeat.note(timezone.now())

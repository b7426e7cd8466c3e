"""What the clock asks of this app: to forget what is kept for a time only."""

import structlog
from celery import shared_task
from django.utils import timezone

from accounts import actions

log = structlog.get_logger(__name__)


@shared_task(name="accounts.forget_expired")
def forget_expired() -> None:
    """Every night."""
    log.info("expired_forgotten", **actions.forget_expired(now=timezone.now()))

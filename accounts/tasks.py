"""What the clock asks of this app: to forget what is kept for a time only, and to look through the audit log."""

import structlog
from celery import shared_task
from django.utils import timezone

from accounts import actions, audit, outbox

log = structlog.get_logger(__name__)


@shared_task(name="accounts.forget_expired")
def forget_expired() -> None:
    """Every night."""
    now = timezone.now()
    log.info("expired_forgotten", letters=outbox.forget(now=now), **actions.forget_expired(now=now))


@shared_task(name="accounts.check_audit_log")
def check_audit_log() -> None:
    """Every night, so that somebody hears of a forgery who watches the log for errors."""
    if forged := audit.tampered():
        log.error("audit_log_forged", chains=forged[:20], count=len(forged))

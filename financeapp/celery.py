"""The Celery application and its timetable."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from django.conf import settings

from financeapp.collecting import collect_rarely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "financeapp.settings")

app = Celery("financeapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sync-due-connections": {"task": "banking.sync_due", "schedule": crontab(minute=7)},
    "sync-all-overnight": {"task": "banking.sync_all", "schedule": crontab(hour=2, minute=0)},
    "forget-expired": {"task": "accounts.forget_expired", "schedule": crontab(hour=3, minute=17)},
    "forget-receipts": {"task": "banking.forget_receipts", "schedule": crontab(hour=3, minute=32)},
    "check-audit-log": {"task": "accounts.check_audit_log", "schedule": crontab(hour=3, minute=47)},
    "fetch-rates": {"task": "banking.fetch_rates", "schedule": crontab(hour="16,20", minute=23)},
    "find-recurring": {"task": "budgeting.find_recurring_everywhere", "schedule": crontab(hour=4, minute=12)},
    "tell-news": {"task": "notifications.look_everywhere", "schedule": crontab(hour=5, minute=2)},
    "send-due": {"task": "notifications.sweep", "schedule": 30.0, "options": {"expires": 30}},
    "show-life": {"task": "financeapp.beat", "schedule": 60.0},
    "sweep-unfinished": {"task": "banking.sweep", "schedule": 20.0},
}


@signals.setup_logging.connect
def log_as_elsewhere(**_: Any) -> None:
    """Workers and the timetable write the lines of the settings; Celery's own set-up would hide all but errors."""
    dictConfig(settings.LOGGING)


@signals.worker_process_init.connect
def set_up(**_: Any) -> None:
    """Each process that works for a worker."""
    collect_rarely()

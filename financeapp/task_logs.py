"""Each line that a task logs carries its name and id, and the id of the request that asked for it or one of its own."""

from collections.abc import Mapping
from contextvars import Token
from typing import Any

from celery import signals
from structlog.contextvars import bind_contextvars, reset_contextvars

from financeapp.logs import new_request_id, request_id

_before: dict[str, Mapping[str, Token[Any]]] = {}


@signals.before_task_publish.connect
def _send_along(headers: dict[str, Any], **_: Any) -> None:  # Celery's signature
    if request_id():
        headers["request_id"] = request_id()


@signals.task_prerun.connect
def _name_run(task_id: str, task: Any, **_: Any) -> None:  # Celery's signature
    asked_in = task.request.get("request_id") or new_request_id()
    _before[task_id] = bind_contextvars(request_id=asked_in, task=task.name, task_id=task_id)


@signals.task_postrun.connect
def _forget_run(task_id: str, **_: Any) -> None:  # Celery's signature
    reset_contextvars(**_before.pop(task_id, {}))

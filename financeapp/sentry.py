"""Reports of errors to Sentry, if SENTRY_DSN is set: where something went wrong and how, never whose or with what."""

from typing import Any

from django.conf import settings

KEPT_REQUEST_KEYS = {"method"}


def start() -> None:
    """Begin reporting when there is somewhere to report to."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        before_send=scrubbed,
        before_send_transaction=lambda event, hint: None,
        environment=settings.PLAID_ENV,
    )


def scrubbed(event: Any, hint: Any) -> Any:
    """The event without people, amounts, tokens, descriptions or addresses."""
    for key in ("user", "extra", "breadcrumbs", "server_name", "logentry", "message", "contexts"):
        event.pop(key, None)
    if "request" in event:
        event["request"] = {key: event["request"].get(key) for key in KEPT_REQUEST_KEYS}
    for error in event.get("exception", {}).get("values", []):
        error["value"] = "…"
        for frame in error.get("stacktrace", {}).get("frames", []):
            frame.pop("vars", None)
    return event

"""What follows from what other apps do: it only enqueues."""

from accounts.models import AuditEvent
from notifications.signing_in import SIGN_INS
from notifications.tasks import enqueue_sign_in


def look_at(event: AuditEvent) -> None:
    """Somebody may have signed in."""
    if event.kind in SIGN_INS and event.address is not None:
        enqueue_sign_in(event_id=event.pk)

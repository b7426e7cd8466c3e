"""The audit log: what happened to a person's sign-in, data and permissions, in a chain that shows tampering."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import AuditChain, AuditEvent, AuditKind, Book, User
from accounts.origin import NOWHERE, Origin

STRANGERS = "strangers"


@transaction.atomic
def record(
    *,
    kind: AuditKind,
    subject: User | None = None,
    book: Book | None = None,
    by: User | None = None,
    origin: Origin = NOWHERE,
    details: dict[str, str | int] | None = None,
    now: datetime | None = None,
) -> AuditEvent:
    """Add one event. `subject` is whom it is about, `by` who did it (none: a machine or a stranger).

    Details are few, plain and never personal data of others, secrets or amounts.
    """
    name = _chain_of(subject, book, by)
    AuditChain.objects.get_or_create(name=name)
    chain = AuditChain.objects.select_for_update().get(name=name)
    event = AuditEvent(
        chain=name,
        at=now or timezone.now(),
        subject=subject,
        actor=f"user:{by.pk}" if by else "",
        book=book,
        kind=kind,
        address=origin.address,
        details=details or {},
        previous=chain.digest,
    )
    event.digest = event.computed_digest()
    event.save(force_insert=True)
    chain.digest = event.digest
    chain.save(update_fields=["digest"])
    return event


def _chain_of(subject: User | None, book: Book | None, by: User | None) -> str:
    if person := subject or (None if book else by):
        return f"user:{person.pk}"
    return f"book:{book.pk}" if book else STRANGERS


def tampered() -> list[str]:
    """The chains in which an event was changed, removed or slipped in; walks the whole log."""
    return [chain.name for chain in AuditChain.objects.order_by("name").iterator() if not _is_whole(chain)]


def _is_whole(chain: AuditChain) -> bool:
    last = ""
    for event in AuditEvent.objects.filter(chain=chain.name).order_by("id").iterator():
        if event.previous != last or event.digest != event.computed_digest():
            return False
        last = event.digest
    return last == chain.digest

"""The audit log: what happened to a person's sign-in, data and permissions, in a chain that shows tampering."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import AuditChain, AuditEvent, AuditKind, Book, User
from accounts.origin import NOWHERE, Origin

STRANGERS = "strangers"
Listener = Callable[[AuditEvent], None]
_listeners: list[Listener] = []


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many chains there are, how many got a new seal, and the names of those that cannot be vouched for."""

    chains: int
    renewed: int
    forged: tuple[str, ...]


def register(listener: Listener) -> None:
    """Call `listener(event)` in the transaction that adds each event. Other apps register at start-up."""
    if listener not in _listeners:
        _listeners.append(listener)


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
    AuditChain.objects.get_or_create(name=name, defaults={"seal": seal_of(name, "")})
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
    _extend(chain, event.digest)
    for listener in _listeners:
        listener(event)
    return event


def _extend(chain: AuditChain, digest: str) -> None:
    """A seal that was broken stays so: otherwise the next event would vouch for the forged ones."""
    if _is_sealed(chain):
        chain.seal = seal_of(chain.name, digest)
    chain.digest = digest
    chain.save(update_fields=["digest", "seal"])


def seal_of(name: str, digest: str, *, key: str = "") -> str:
    """What vouches for a chain that ends in this digest; under the key in use, or another one."""
    said, secret = f"{name}:{digest}", key or settings.ENCRYPTION_KEYS[0]
    return salted_hmac("accounts.audit", said, secret=secret, algorithm="sha256").hexdigest()


def _is_sealed(chain: AuditChain) -> bool:
    seals = [seal_of(chain.name, chain.digest, key=key) for key in settings.ENCRYPTION_KEYS]
    return any(constant_time_compare(chain.seal, seal) for seal in seals)


def _chain_of(subject: User | None, book: Book | None, by: User | None) -> str:
    if person := subject or (None if book else by):
        return f"user:{person.pk}"
    return f"book:{book.pk}" if book else STRANGERS


def tampered() -> list[str]:
    """The chains in which an event was changed, removed or slipped in; walks the whole log."""
    suspects = [chain for chain in AuditChain.objects.order_by("name").iterator() if not _is_whole(chain)]
    known = AuditChain.objects.filter(name=OuterRef("chain"))
    headless = AuditEvent.objects.filter(~Exists(known)).order_by("chain").values_list("chain", flat=True).distinct()
    return sorted([*(chain.name for chain in suspects if not _is_whole_for_sure(chain)), *headless])


def _is_whole(chain: AuditChain) -> bool:
    last = ""
    for event in AuditEvent.objects.filter(chain=chain.name).order_by("id").iterator():
        if event.previous != last or event.digest != event.computed_digest():
            return False
        last = event.digest
    return last == chain.digest and _is_sealed(chain)


def reseal() -> Resealed:
    """Seal every whole chain under the key in use, so that older keys can go. A chain that is not whole is left."""
    names = list(AuditChain.objects.order_by("name").values_list("name", flat=True))
    renewed = sum(_sealed_again(name) for name in names)
    return Resealed(len(names), renewed, tuple(tampered()))


@transaction.atomic
def _sealed_again(name: str) -> bool:
    """Whether the chain needed a seal under the key in use and got one; no event is added meanwhile."""
    chain = AuditChain.objects.select_for_update().get(name=name)
    fresh = seal_of(name, chain.digest)
    if constant_time_compare(chain.seal, fresh) or not _is_whole(chain):
        return False
    chain.seal = fresh
    chain.save(update_fields=["seal"])
    return True


@transaction.atomic
def _is_whole_for_sure(chain: AuditChain) -> bool:
    """Looked at again while no event can be added: one may have been, between reading the end and the events."""
    return _is_whole(AuditChain.objects.select_for_update().get(pk=chain.pk))

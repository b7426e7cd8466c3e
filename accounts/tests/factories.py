"""People and books for tests."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from allauth.account.models import EmailAddress

from accounts import actions
from accounts.models import Book, BookKind, Role, User

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


def make_user(
    email: str = "alice@example.com", *, name: str = "Alice", password: str = PASSWORD, verified: bool = True
) -> User:
    """A person without books who can sign in."""
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def make_book(
    owner: User | None = None,
    *,
    name: str = "Personal",
    kind: str = BookKind.PERSONAL,
    currency: str = "USD",
    time_zone: str = "UTC",
    now: datetime = NOW,
) -> Book:
    """A book as sign-up opens it, with what the other apps put into it."""
    owner = owner or make_user()
    return actions.open_book(user=owner, kind=kind, name=name, currency=currency, time_zone=time_zone, now=now)


@dataclass
class Person:
    """A user and the book that the test is about (a stranger's own book is another)."""

    user: User
    book: Book


@dataclass
class Cast:
    """Alice owns a book, bob may edit it, carol may only look, stranger has none of it but a book of their own."""

    alice: Person
    bob: Person
    carol: Person

    @cached_property
    def stranger(self) -> Person:
        """Made when a test first asks for them, as most never do."""
        user = make_user("stranger@example.com", name="Stranger")
        return Person(user, make_book(user, name="Stranger's book"))

    @property
    def book(self) -> Book:
        return self.alice.book


def make_cast() -> Cast:
    """Alice, bob, carol and a stranger, each able to sign in with PASSWORD."""
    users = {name: make_user(f"{name}@example.com", name=name.title()) for name in ("alice", "bob", "carol")}
    book = make_book(users["alice"], name="Alice's book")
    actions.grant(book=book, user=users["bob"], role=Role.EDITOR, by=users["alice"], now=NOW)
    actions.grant(book=book, user=users["carol"], role=Role.VIEWER, by=users["alice"], now=NOW)
    return Cast(
        alice=Person(users["alice"], book),
        bob=Person(users["bob"], book),
        carol=Person(users["carol"], book),
    )

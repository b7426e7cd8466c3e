"""Every read about people and books."""

from accounts.models import Membership, User


def memberships(*, user: User) -> list[Membership]:
    """The user's books with roles, oldest first; one query."""
    return list(Membership.objects.filter(user=user).select_related("book").order_by("created_at", "id"))


def membership(*, user: User, book_id: int | None) -> Membership | None:
    """The role in that book, else in the default book, else in the oldest; None only for a user without books."""
    mine = memberships(user=user)
    wanted = {m.book_id: m for m in mine}
    return wanted.get(book_id) or wanted.get(user.default_book_id) or (mine[0] if mine else None)


def membership_of(*, user: User, book_id: int) -> Membership | None:
    """The role in exactly that book."""
    return Membership.objects.filter(user=user, book_id=book_id).select_related("book").first()

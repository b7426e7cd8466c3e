"""Every write about people and books, one verb each."""

from accounts.actions.books import amend_book, amend_user, choose_default, open_book, open_first_books
from accounts.actions.forgetting import forget_expired
from accounts.actions.members import (
    AlreadyMember,
    LastOwner,
    NoSuchInvitation,
    WrongPerson,
    accept,
    arrange_dashboard,
    change_role,
    grant,
    invite,
    remove,
    withdraw,
)
from accounts.actions.sign_ins import Pair, RefusedToken, end_all, refresh, revoke, sign_in, sign_out, sign_out_with

__all__ = [
    "AlreadyMember",
    "LastOwner",
    "NoSuchInvitation",
    "Pair",
    "RefusedToken",
    "WrongPerson",
    "accept",
    "amend_book",
    "amend_user",
    "arrange_dashboard",
    "change_role",
    "choose_default",
    "end_all",
    "forget_expired",
    "grant",
    "invite",
    "open_book",
    "open_first_books",
    "refresh",
    "remove",
    "revoke",
    "sign_in",
    "sign_out",
    "sign_out_with",
    "withdraw",
]

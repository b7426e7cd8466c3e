"""Every write of banking: one verb each, atomic, the clock passed in.

from banking import actions

actions.amend(book=book, by=user, pk=1, changes={"category": coffee}, now=now)
"""

from banking.actions.accounts import (
    AccountAmendment,
    NewAccount,
    amend_account,
    close_account,
    open_account,
    reopen_account,
)
from banking.actions.bulk import Filed, categorise_many, to_be_filed
from banking.actions.categories import (
    NewCategory,
    archive_category,
    create_category,
    rename_category,
    seed_categories,
)
from banking.actions.refusals import Conflicting, NotYours, Refused, TooMany
from banking.actions.restoring import restore, unlock
from banking.actions.rules import NewRule, create_rule, delete_rule, refile
from banking.actions.transactions import Amendment, Entry, amend, record, remove

__all__ = [
    "AccountAmendment",
    "Amendment",
    "Conflicting",
    "Entry",
    "Filed",
    "NewAccount",
    "NewCategory",
    "NewRule",
    "NotYours",
    "Refused",
    "TooMany",
    "amend",
    "amend_account",
    "archive_category",
    "categorise_many",
    "close_account",
    "create_category",
    "create_rule",
    "delete_rule",
    "open_account",
    "record",
    "refile",
    "remove",
    "rename_category",
    "reopen_account",
    "restore",
    "seed_categories",
    "to_be_filed",
    "unlock",
]

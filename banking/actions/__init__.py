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
from banking.actions.dividing import Part
from banking.actions.refunding import expect_back, expect_nothing_back, link_refund, unlink_refund
from banking.actions.refusals import Conflicting, NotYours, Refused, TooMany
from banking.actions.rules import NewRule, create_rule, delete_rule, refile
from banking.actions.splitting import split, unsplit
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
    "Part",
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
    "expect_back",
    "expect_nothing_back",
    "link_refund",
    "open_account",
    "record",
    "refile",
    "remove",
    "rename_category",
    "reopen_account",
    "seed_categories",
    "split",
    "to_be_filed",
    "unlink_refund",
    "unsplit",
]

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
from banking.actions.attaching import attach, detach
from banking.actions.bulk import Filed, categorise_many, to_be_filed
from banking.actions.categories import (
    NewCategory,
    archive_category,
    create_category,
    rename_category,
    seed_categories,
)
from banking.actions.editing import Edited, Edits, edit_many, to_be_edited
from banking.actions.refusals import Conflicting, NotYours, Refused, TooMany
from banking.actions.renaming import MerchantAmendment, Merged, amend_merchant, merge_merchants
from banking.actions.rules import NewRule, create_rule, delete_rule, refile
from banking.actions.transactions import Amendment, Entry, amend, record, remove
from banking.actions.views import ViewAmendment, amend_view, delete_view, save_view

__all__ = [
    "AccountAmendment",
    "Amendment",
    "Conflicting",
    "Edited",
    "Edits",
    "Entry",
    "Filed",
    "MerchantAmendment",
    "Merged",
    "NewAccount",
    "NewCategory",
    "NewRule",
    "NotYours",
    "Refused",
    "TooMany",
    "ViewAmendment",
    "amend",
    "amend_account",
    "amend_merchant",
    "amend_view",
    "archive_category",
    "attach",
    "categorise_many",
    "close_account",
    "create_category",
    "create_rule",
    "delete_rule",
    "delete_view",
    "detach",
    "edit_many",
    "merge_merchants",
    "open_account",
    "record",
    "refile",
    "remove",
    "rename_category",
    "reopen_account",
    "save_view",
    "seed_categories",
    "to_be_edited",
    "to_be_filed",
]

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
from banking.actions.bringing_in import start_import
from banking.actions.bulk import Filed, categorise_many, to_be_filed
from banking.actions.categories import (
    NewCategory,
    archive_category,
    create_category,
    rename_category,
    seed_categories,
)
from banking.actions.importing import (
    ImportAmendment,
    Received,
    amend_import,
    choose_import_rows,
    discard_import,
    receive_import,
)
from banking.actions.refusals import Conflicting, NotYours, Refused, TooMany
from banking.actions.reverting import revert_import
from banking.actions.rules import NewRule, create_rule, delete_rule, refile
from banking.actions.transactions import Amendment, Entry, amend, record, remove

__all__ = [
    "AccountAmendment",
    "Amendment",
    "Conflicting",
    "Entry",
    "Filed",
    "ImportAmendment",
    "NewAccount",
    "NewCategory",
    "NewRule",
    "NotYours",
    "Received",
    "Refused",
    "TooMany",
    "amend",
    "amend_account",
    "amend_import",
    "archive_category",
    "categorise_many",
    "choose_import_rows",
    "close_account",
    "create_category",
    "create_rule",
    "delete_rule",
    "discard_import",
    "open_account",
    "receive_import",
    "record",
    "refile",
    "remove",
    "rename_category",
    "reopen_account",
    "revert_import",
    "seed_categories",
    "start_import",
    "to_be_filed",
]

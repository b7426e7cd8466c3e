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
from banking.actions.bringing_in import start_import
from banking.actions.bulk import categorise_alike, categorise_many, to_be_filed
from banking.actions.categories import (
    NewCategory,
    archive_category,
    create_category,
    rename_category,
    seed_categories,
)
from banking.actions.dividing import Part
from banking.actions.editing import Edited, Edits, edit_many, to_be_edited
from banking.actions.importing import (
    ImportAmendment,
    Received,
    amend_import,
    choose_import_rows,
    discard_import,
    receive_import,
)
from banking.actions.rates import NewRate, delete_rate, set_rate
from banking.actions.refunding import expect_back, expect_nothing_back, link_refund, unlink_refund
from banking.actions.refusals import Conflicting, NotYours, Refused, TooMany
from banking.actions.renaming import (
    MerchantAmendment,
    Merged,
    amend_merchant,
    amend_merchant_and_past,
    merge_merchants,
)
from banking.actions.restoring import restore, unlock
from banking.actions.reverting import revert_import
from banking.actions.rule_files import Imported, import_rules
from banking.actions.rule_keeping import (
    RuleChange,
    RuleWish,
    amend_rule,
    delete_rule,
    dismiss_suggestion,
    drafted,
    move_rule,
    reorder_rules,
    store_rule,
)
from banking.actions.rule_runs import ask_run, run_rules
from banking.actions.rules import NewRule, create_rule, refile
from banking.actions.splitting import split, unsplit
from banking.actions.transactions import Amendment, Entry, amend, record, remove
from banking.actions.views import ViewAmendment, amend_view, delete_view, save_view

__all__ = [
    "AccountAmendment",
    "Amendment",
    "Conflicting",
    "Edited",
    "Edits",
    "Entry",
    "Imported",
    "MerchantAmendment",
    "Merged",
    "ImportAmendment",
    "NewAccount",
    "NewCategory",
    "NewRate",
    "NewRule",
    "NotYours",
    "Part",
    "Received",
    "Refused",
    "RuleChange",
    "RuleWish",
    "TooMany",
    "ViewAmendment",
    "amend",
    "amend_account",
    "amend_rule",
    "archive_category",
    "ask_run",
    "amend_merchant",
    "amend_merchant_and_past",
    "amend_view",
    "amend_import",
    "archive_category",
    "attach",
    "categorise_alike",
    "categorise_many",
    "choose_import_rows",
    "close_account",
    "create_category",
    "create_rule",
    "delete_rate",
    "delete_rule",
    "expect_back",
    "expect_nothing_back",
    "link_refund",
    "dismiss_suggestion",
    "drafted",
    "import_rules",
    "move_rule",
    "delete_view",
    "detach",
    "edit_many",
    "merge_merchants",
    "discard_import",
    "open_account",
    "receive_import",
    "record",
    "refile",
    "remove",
    "rename_category",
    "reopen_account",
    "reorder_rules",
    "run_rules",
    "seed_categories",
    "split",
    "store_rule",
    "save_view",
    "set_rate",
    "seed_categories",
    "to_be_edited",
    "revert_import",
    "restore",
    "seed_categories",
    "start_import",
    "to_be_filed",
    "unlink_refund",
    "unsplit",
    "unlock",
]

"""Every write of goals. All take `book`, `by` and `now` by keyword, and are one operation of the journal."""

from banking.actions.refusals import Conflicting, Refused
from goals.actions.contributing import contribute, remove_contribution
from goals.actions.marking import link_account, unlink_account
from goals.actions.owing import put_debt, remove_debt
from goals.actions.setting import amend_goal, remove_goal, set_goal
from goals.actions.terms import NewDebt, Share, Terms

__all__ = [
    "Conflicting",
    "NewDebt",
    "Refused",
    "Share",
    "Terms",
    "amend_goal",
    "contribute",
    "link_account",
    "put_debt",
    "remove_contribution",
    "remove_debt",
    "remove_goal",
    "set_goal",
    "unlink_account",
]

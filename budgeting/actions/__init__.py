"""Every write of budgeting. All take `book`, `by` and `now` by keyword, and are one operation of the journal."""

from banking.actions.refusals import Conflicting, Refused
from budgeting.actions.choosing import choose_mode
from budgeting.actions.copying import copy_last, take_suggestions
from budgeting.actions.moving import move_money
from budgeting.actions.setting import Amendment, Plan, amend_budget, remove_budget, set_budget

__all__ = [
    "Amendment",
    "Conflicting",
    "Plan",
    "Refused",
    "amend_budget",
    "choose_mode",
    "copy_last",
    "move_money",
    "remove_budget",
    "set_budget",
    "take_suggestions",
]

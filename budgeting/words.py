"""What the operations and rows of budgeting are called in the journal."""

from django.utils.translation import gettext_lazy as _

from journal.wording import Noun, Verb

KINDS = {"budgets": _("Budgets"), "recurring": _("Bills and income")}
VERBS = {
    "set_budget": Verb(_("Set a budget"), "budgets"),
    "amend_budget": Verb(_("Changed a budget"), "budgets"),
    "remove_budget": Verb(_("Removed a budget"), "budgets"),
    "copy_budgets": Verb(_("Copied the budgets of the period before"), "budgets"),
    "move_money": Verb(_("Moved money between budgets"), "budgets"),
    "choose_mode": Verb(_("Changed the way of planning"), "budgets"),
    "find_recurring": Verb(_("Looked for what comes again"), "recurring"),
    "add_recurring": Verb(_("Added a bill or income"), "recurring"),
    "confirm_recurring": Verb(_("Confirmed a bill or income"), "recurring"),
    "ignore_recurring": Verb(_("Ignored what comes again"), "recurring"),
    "edit_recurring": Verb(_("Changed a bill or income"), "recurring"),
    "remove_recurring": Verb(_("Removed a bill or income"), "recurring"),
}
NOUNS = {
    "budgeting.Budget": Noun(
        _("budget"),
        {
            "category_id": _("category"),
            "member_id": _("for"),
            "amount": _("amount"),
            "period": _("period"),
            "start": _("first day"),
            "end": _("until before"),
            "rollover": _("goes on"),
            "cap": _("at most"),
        },
        amounts={"amount": "currency", "cap": "currency"},
        told={
            "amount": _("changed the amount to %(value)s"),
            "end": _("let it end before %(value)s"),
            "rollover": _("changed what goes on into the next period"),
            "cap": _("changed how much goes on at most"),
        },
        added=_("set %(amount)s for %(category_id)s"),
        deleted=_("removed %(amount)s for %(category_id)s"),
    ),
    "budgeting.BudgetMove": Noun(
        _("money moved"),
        {
            "source_id": _("from"),
            "source_member_id": _("from the budget of"),
            "target_id": _("to"),
            "target_member_id": _("to the budget of"),
            "amount": _("amount"),
            "start": _("period from"),
        },
        amounts={"amount": "currency"},
        added=_("moved %(amount)s from %(source_id)s to %(target_id)s"),
    ),
    "budgeting.BudgetMode": Noun(
        _("way of planning"),
        {"mode": _("way of planning")},
        told={"mode": _("changed the way of planning to %(value)s")},
        added=_("changed the way of planning to %(mode)s"),
    ),
    "budgeting.RecurringItem": Noun(
        _("bill or income"),
        {
            "name": _("name"),
            "merchant_id": _("merchant"),
            "amount": _("amount"),
            "frequency": _("how often"),
            "next_on": _("next on"),
            "state": _("state"),
            "category_id": _("category"),
            "account_id": _("account"),
            "last_on": _("last seen on"),
            "trial_ends_on": _("trial ends on"),
        },
        amounts={"amount": "currency"},
        told={
            "name": _("named it %(value)s"),
            "amount": _("changed the amount to %(value)s"),
            "next_on": _("expects it next on %(value)s"),
            "last_on": _("saw it on %(value)s"),
            "trial_ends_on": _("says that its trial ends on %(value)s"),
        },
        added=_("added %(amount)s"),
        deleted=_("removed %(amount)s"),
    ),
}

"""What the operations and rows of goals are called in the journal."""

from django.utils.translation import gettext_lazy as _

from journal.wording import Noun, Verb

KINDS = {"goals": _("Goals")}
GOAL, DEBT, CONTRIBUTION, MARK = "goals.Goal", "goals.Debt", "goals.Contribution", "goals.EarMark"
VERBS = {
    "set_goal": Verb(_("Set a goal"), "goals", about=GOAL),
    "amend_goal": Verb(_("Changed a goal"), "goals", about=GOAL),
    "pause_goal": Verb(_("Paused a goal"), "goals", about=GOAL),
    "complete_goal": Verb(_("Completed a goal"), "goals", about=GOAL),
    "archive_goal": Verb(_("Archived a goal"), "goals", about=GOAL),
    "reopen_goal": Verb(_("Opened a goal again"), "goals", about=GOAL),
    "remove_goal": Verb(_("Removed a goal"), "goals", about=GOAL),
    "contribute": Verb(_("Put money aside for a goal"), "goals", about=CONTRIBUTION),
    "withdraw": Verb(_("Took money out of a goal"), "goals", about=CONTRIBUTION),
    "remove_contribution": Verb(_("Removed an entry of a goal"), "goals", about=CONTRIBUTION),
    "link_goal_account": Verb(_("Ear-marked an account for a goal"), "goals", about=MARK),
    "unlink_goal_account": Verb(_("Took an account from a goal"), "goals", about=MARK),
    "add_debt": Verb(_("Added a debt"), "goals", about=DEBT),
    "set_debt": Verb(_("Changed a debt"), "goals", about=DEBT),
    "remove_debt": Verb(_("Removed a debt"), "goals", about=DEBT),
}
NOUNS = {
    GOAL: Noun(
        _("goal"),
        {
            "name": _("name"),
            "target": _("target"),
            "due_on": _("by"),
            "pace": _("each month"),
            "priority": _("priority"),
            "state": _("state"),
            "strategy": _("strategy"),
            "extra": _("extra payment each month"),
        },
        titled="name",
        amounts={"target": "currency", "pace": "currency", "extra": "currency"},
        told={
            "name": _("named it %(value)s"),
            "target": _("changed the target to %(value)s"),
            "due_on": _("moved it to %(value)s"),
            "pace": _("changed what is put aside each month to %(value)s"),
            "priority": _("changed the priority to %(value)s"),
            "extra": _("changed the extra payment to %(value)s"),
        },
    ),
    DEBT: Noun(
        _("debt"),
        {"name": _("name"), "balance": _("owed now"), "rate": _("percent a year"), "minimum": _("minimum payment")},
        titled="name",
        told={"balance": _("changed what is owed to %(value)s"), "rate": _("changed the rate to %(value)s percent")},
    ),
    CONTRIBUTION: Noun(
        _("entry of a goal"),
        {"goal_id": _("goal"), "amount": _("amount"), "day": _("day"), "note": _("note"), "debt_id": _("debt")},
        added=_("added %(amount)s on %(day)s"),
        deleted=_("removed %(amount)s of %(day)s"),
    ),
    MARK: Noun(
        _("ear-marked part"),
        {"goal_id": _("goal"), "account_id": _("account"), "amount": _("amount"), "percent": _("percent")},
        added=_("ear-marked a part of %(account_id)s for %(goal_id)s"),
        deleted=_("took %(account_id)s from %(goal_id)s"),
    ),
}

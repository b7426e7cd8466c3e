"""What the command palette offers: the pages of the application and the actions that begin on a page of their own."""

from dataclasses import dataclass

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True, slots=True)
class Entry:
    """`words` is what finds it, in lower case."""

    address: str
    label: str
    icon: str
    words: str


PAGES = (
    ("dashboard", "layout-dashboard", _("Dashboard"), _("home overview net worth")),
    ("transactions", "arrow-left-right", _("Transactions"), _("list ledger movements")),
    ("review", "inbox", _("Review"), _("inbox questions matches duplicates")),
    ("accounts", "wallet", _("Accounts"), _("balances money")),
    ("budgets", "piggy-bank", _("Budgets"), _("plan limits left to spend")),
    ("recurring", "calendar-clock", _("Bills and income"), _("recurring subscriptions upcoming")),
    ("goals", "target", _("Goals"), _("save target debts payoff")),
    ("rates", "arrow-right-left", _("Exchange rates"), _("currency convert euro dollar")),
    ("connections", "landmark", _("Connections"), _("banks sync")),
    ("categories", "shapes", _("Categories"), _("filing")),
    ("rules", "list-checks", _("Rules"), _("always file lab")),
    ("merchants", "store", _("Merchants"), _("shops payees")),
    ("imports", "file-up", _("Imports"), _("csv ofx qif file statement")),
    ("owed", "hand-coins", _("Owed to me"), _("reimbursements refunds lent")),
    ("views", "bookmark", _("Saved views"), _("filters")),
    ("notifications", "bell", _("Notifications"), _("news alerts told unread")),
    ("operations", "history", _("Activity"), _("undo history changes journal")),
    ("trash", "trash-2", _("Trash"), _("removed deleted restore")),
    ("books", "book-open", _("Books and members"), _("household business people")),
    ("settings", "settings", _("Settings"), _("profile security language")),
    ("more", "menu", _("Appearance"), _("dark light theme")),
    ("api_docs", "code", _("API"), _("developers")),
)
ACTIONS = (
    ("transaction_new", "plus", _("Add a transaction"), _("record new entry")),
    ("account_new", "plus", _("Add an account"), _("new wallet by hand")),
    ("connect", "landmark", _("Connect a bank"), _("link new")),
    ("budget_new", "plus", _("Set a budget"), _("new limit plan")),
    ("recurring_new", "plus", _("Add a bill or income"), _("new subscription recurring")),
    ("goal_new", "plus", _("Set a goal"), _("new save for target")),
    ("payoff_new", "plus", _("Plan to pay off debts"), _("new loan credit snowball avalanche")),
    ("category_new", "plus", _("Add a category"), _("new")),
    ("rule_editor", "plus", _("Add a rule"), _("new always file")),
)


@register.simple_tag(takes_context=True)
def palette_entries(context: template.Context) -> list[Entry]:
    """Those that exist and that the person's role in the book allows."""
    offered = PAGES + (ACTIONS if context["request"].membership.may_edit else ())
    found = (_entry(*each) for each in offered)
    return [each for each in found if each]


def _entry(name: str, icon: str, label: object, words: object) -> Entry | None:
    try:
        return Entry(reverse(name), str(label), icon, f"{label} {words}".lower())
    except NoReverseMatch:
        return None

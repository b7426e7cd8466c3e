"""What the operations and rows of banking are called in the journal."""

from django.utils.translation import gettext_lazy as _

from journal.wording import Noun, Verb

KINDS = {
    "transactions": _("Transactions"),
    "accounts": _("Accounts"),
    "categories": _("Categories"),
    "rules": _("Rules"),
    "connections": _("Connections"),
}
VERBS = {
    "record": Verb(_("Added a transaction"), "transactions"),
    "amend": Verb(_("Changed a transaction"), "transactions"),
    "remove": Verb(_("Removed a transaction"), "transactions"),
    "restore": Verb(_("Restored a transaction"), "transactions"),
    "unlock": Verb(_("Unlocked a transaction"), "transactions"),
    "categorise": Verb(_("Filed transactions"), "transactions"),
    "refile": Verb(_("Filed anew by rules and evidence"), "transactions"),
    "sync_filed": Verb(_("Filed anew what the bank has changed"), "transactions"),
    "open_account": Verb(_("Opened an account"), "accounts"),
    "amend_account": Verb(_("Changed an account"), "accounts"),
    "close_account": Verb(_("Closed an account"), "accounts"),
    "reopen_account": Verb(_("Reopened an account"), "accounts"),
    "create_category": Verb(_("Added a category"), "categories"),
    "rename_category": Verb(_("Renamed a category"), "categories"),
    "archive_category": Verb(_("Archived or brought back a category"), "categories"),
    "create_rule": Verb(_("Added a rule"), "rules"),
    "delete_rule": Verb(_("Deleted a rule"), "rules"),
    "set_frequency": Verb(_("Changed how often a bank is read"), "connections"),
    "erase": Verb(_("Erased what a bank had told"), "connections"),
}
NOUNS = {
    "banking.Transaction": Noun(
        _("transaction"),
        {
            "day": _("day"),
            "amount": _("amount"),
            "description": _("description"),
            "merchant_id": _("merchant"),
            "category_id": _("category"),
            "note": _("note"),
            "excluded": _("left out of totals"),
            "removed_at": _("removed"),
            "account_id": _("account"),
        },
        titled="description",
        amounts={"amount": "currency"},
        told={
            "category_id": _("filed it under %(value)s"),
            "merchant_id": _("named the merchant %(value)s"),
            "note": _("changed the note"),
            "excluded": (_("left it out of totals"), _("counted it in totals again")),
            "removed_at": (_("removed it"), _("put it back")),
            "day": _("moved it to %(value)s"),
            "amount": _("changed the amount to %(value)s"),
            "description": _("called it “%(value)s”"),
        },
    ),
    "banking.TransactionTag": Noun(
        _("tag on a transaction"),
        {"tag_id": _("tag"), "transaction_id": _("transaction")},
        added=_("tagged it %(tag_id)s"),
        deleted=_("took the tag %(tag_id)s off"),
    ),
    "banking.Tag": Noun(_("tag"), {"name": _("name")}, titled="name"),
    "banking.Merchant": Noun(_("merchant"), {"name": _("name")}, titled="name"),
    "banking.Category": Noun(
        _("category"),
        {"name": _("name"), "kind": _("kind"), "parent_id": _("part of"), "archived_at": _("archived")},
        titled="name",
    ),
    "banking.Rule": Noun(
        _("rule"),
        {
            "contains": _("description contains"),
            "category_id": _("category"),
            "direction": _("direction"),
            "amount_min": _("from amount"),
            "amount_max": _("to amount"),
        },
        titled="contains",
        amounts={"amount_min": "", "amount_max": ""},
    ),
    "banking.Account": Noun(
        _("account"),
        {
            "name": _("name"),
            "kind": _("kind"),
            "currency": _("currency"),
            "opening": _("opening balance"),
            "closed_at": _("closed"),
        },
        titled="name",
        amounts={"opening": "currency"},
    ),
    "banking.Connection": Noun(_("connection"), {"sync_frequency_hours": _("read every so many hours")}),
}

"""What the rows of banking are called in the journal; an operation is called by the one that comes first here."""

from django.utils.translation import gettext_lazy as _

from banking.views.rule_words import Names, asks, does
from journal.wording import Noun

UNNAMED = Names(accounts={}, categories={})

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
            "part_of_id": _("part of"),
            "is_split": _("split"),
        },
        titled="description",
        amounts={"amount": "currency"},
        told={
            "category_id": _("filed it under %(value)s"),
            "merchant_id": _("named the merchant %(value)s"),
            "note": _("changed the note"),
            "excluded": (_("left it out of totals"), _("counted it in totals again")),
            "removed_at": (_("removed it"), _("put it back")),
            "is_split": (_("split it"), _("put it together again")),
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
    "banking.Merchant": Noun(
        _("merchant"),
        {"name": _("name"), "category_id": _("category"), "merged_into_id": _("merged into")},
        titled="name",
        told={
            "name": _("called it “%(value)s”"),
            "category_id": _("filed it under %(value)s"),
            "merged_into_id": _("merged it into %(value)s"),
        },
    ),
    "banking.Category": Noun(
        _("category"),
        {"name": _("name"), "kind": _("kind"), "parent_id": _("part of"), "archived_at": _("archived")},
        titled="name",
    ),
    "banking.Rule": Noun(
        _("rule"),
        {
            "name": _("name"),
            "conditions": _("conditions"),
            "category_id": _("category"),
            "actions": _("what it does besides"),
            "active": _("switched on"),
            "stop": _("is the last one tried"),
            "position": _("place in the order"),
        },
        titled="name",
        worded={
            "conditions": lambda node: asks(node, UNNAMED) if node else "",
            "actions": lambda of: does(of, UNNAMED),
        },
        told={
            "active": (_("switched it on"), _("switched it off")),
            "position": _("moved it in the order"),
            "name": _("called it “%(value)s”"),
        },
    ),
    "banking.Import": Noun(
        _("import"),
        {"status": _("state"), "added": _("rows added")},
        titled="name",
        told={"status": _("its state is now “%(value)s”")},
    ),
    "banking.Account": Noun(
        _("account"),
        {
            "name": _("name"),
            "kind": _("kind"),
            "currency": _("currency"),
            "opening": _("opening balance"),
            "holder_id": _("whose it is"),
            "closed_at": _("closed"),
        },
        titled="name",
        amounts={"opening": "currency"},
    ),
    "banking.Connection": Noun(_("connection"), {"sync_frequency_hours": _("read every so many hours")}),
    "banking.Attachment": Noun(
        _("receipt"),
        {"name": _("name"), "removed_at": _("removed"), "transaction_id": _("transaction")},
        titled="name",
        told={"removed_at": (_("removed it"), _("put it back"))},
    ),
    "banking.Split": Noun(_("split"), {"transaction_id": _("transaction"), "rest_id": _("part that takes the rest")}),
    "banking.RefundLink": Noun(
        _("refund"),
        {"refund_id": _("refund"), "purchase_id": _("purchase"), "amount": _("amount")},
        amounts={"amount": ""},
    ),
    "banking.Reimbursement": Noun(
        _("what others owe"),
        {"purchase_id": _("purchase"), "amount": _("amount"), "who": _("who")},
        added=_("noted what others owe"),
        deleted=_("noted that others owe nothing"),
        amounts={"amount": ""},
    ),
    "banking.Transfer": Noun(_("transfer"), {"outgoing_id": _("money out"), "incoming_id": _("money in")}),
    "banking.ReviewItem": Noun(
        _("question of the review"),
        {"kind": _("kind"), "state": _("answer"), "first_id": _("transaction"), "second_id": _("other transaction")},
    ),
    "banking.ReviewSetting": Noun(
        _("setting of the review"),
        {"kind": _("kind"), "account_id": _("account"), "automatic": _("decided without asking")},
    ),
    "banking.SavedView": Noun(
        _("view"),
        {"name": _("name"), "query": _("filters"), "user_id": _("only for"), "position": _("place in the order")},
        titled="name",
        private_to="user_id",
    ),
    "banking.Rate": Noun(
        _("exchange rate"),
        {
            "day": _("day"),
            "base": _("one of"),
            "quote": _("is worth of"),
            "rate": _("rate"),
            "by_id": _("who"),
        },
        titled="base",
        told={"rate": _("changed the rate to %(value)s")},
        called=lambda kept: f"{kept['base']}/{kept['quote']}" if "base" in kept and "quote" in kept else "",
    ),
    "banking.DismissedSuggestion": Noun(_("declined suggestion"), {"key": _("suggestion")}),
}

"""Everything the banking app keeps."""

from banking.models.attachments import Attachment, AttachmentKind
from banking.models.categories import Category, CategoryKind, Merchant, Rule, Tag
from banking.models.connections import Account, AccountKind, Connection, Institution, LinkSession, Sync, UnreadRow
from banking.models.totals import DayTotal, MonthTotal
from banking.models.transactions import EvidenceSource, Origin, Transaction, TransactionTag
from banking.models.views import SavedView

__all__ = [
    "Account",
    "AccountKind",
    "Attachment",
    "AttachmentKind",
    "Category",
    "CategoryKind",
    "Connection",
    "DayTotal",
    "EvidenceSource",
    "Institution",
    "LinkSession",
    "Merchant",
    "MonthTotal",
    "Origin",
    "Rule",
    "SavedView",
    "Sync",
    "Tag",
    "Transaction",
    "TransactionTag",
    "UnreadRow",
]

"""Everything the banking app keeps."""

from banking.models.attachments import Attachment, AttachmentKind
from banking.models.categories import Category, CategoryKind, Merchant, Tag
from banking.models.connections import Account, AccountKind, Connection, Institution, LinkSession, Sync, UnreadRow
from banking.models.imports import NEW, Import, ImportFile, ImportMapping, ImportRow
from banking.models.rates import ECB, PIVOT, Rate, ReferenceRate
from banking.models.review import MatchProgress, ReviewItem, ReviewKind, ReviewSetting, ReviewState, Transfer
from banking.models.rules import DismissedSuggestion, Rule, RuleRun
from banking.models.splits import RefundLink, Reimbursement, Split
from banking.models.totals import DayTotal, MonthTotal
from banking.models.transactions import EvidenceSource, Origin, Transaction, TransactionTag
from banking.models.views import SavedView
from banking.models.words import Word

__all__ = [
    "NEW",
    "Account",
    "AccountKind",
    "Attachment",
    "AttachmentKind",
    "Category",
    "CategoryKind",
    "Connection",
    "DayTotal",
    "DismissedSuggestion",
    "ECB",
    "EvidenceSource",
    "Import",
    "ImportFile",
    "ImportMapping",
    "ImportRow",
    "Institution",
    "LinkSession",
    "MatchProgress",
    "Merchant",
    "MonthTotal",
    "Origin",
    "PIVOT",
    "Rate",
    "ReferenceRate",
    "RefundLink",
    "Reimbursement",
    "ReviewItem",
    "ReviewKind",
    "ReviewSetting",
    "ReviewState",
    "Rule",
    "Split",
    "RuleRun",
    "SavedView",
    "Sync",
    "Tag",
    "Transaction",
    "TransactionTag",
    "Transfer",
    "UnreadRow",
    "Word",
]

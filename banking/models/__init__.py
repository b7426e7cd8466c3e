"""Everything the banking app keeps."""

from banking.models.categories import Category, CategoryKind, Merchant, Rule, Tag
from banking.models.connections import Account, AccountKind, Connection, Institution, LinkSession, Sync, UnreadRow
from banking.models.review import MatchProgress, ReviewItem, ReviewKind, ReviewSetting, ReviewState, Transfer
from banking.models.totals import DayTotal, MonthTotal
from banking.models.transactions import EvidenceSource, Origin, Transaction, TransactionTag

__all__ = [
    "Account",
    "AccountKind",
    "Category",
    "CategoryKind",
    "Connection",
    "DayTotal",
    "EvidenceSource",
    "Institution",
    "LinkSession",
    "MatchProgress",
    "Merchant",
    "MonthTotal",
    "Origin",
    "ReviewItem",
    "ReviewKind",
    "ReviewSetting",
    "ReviewState",
    "Rule",
    "Sync",
    "Tag",
    "Transaction",
    "TransactionTag",
    "Transfer",
    "UnreadRow",
]

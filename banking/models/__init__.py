"""Everything the banking app keeps."""

from banking.models.categories import Category, CategoryKind, Merchant, Rule, Tag
from banking.models.connections import Account, AccountKind, Connection, Institution, LinkSession, Sync, UnreadRow
from banking.models.imports import Import, ImportFile, ImportMapping, ImportRow
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
    "Import",
    "ImportFile",
    "ImportMapping",
    "ImportRow",
    "Institution",
    "LinkSession",
    "Merchant",
    "MonthTotal",
    "Origin",
    "Rule",
    "Sync",
    "Tag",
    "Transaction",
    "TransactionTag",
    "UnreadRow",
]

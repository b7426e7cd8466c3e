"""Forms of pages, and the filters that pages and API share."""

from banking.forms.entering import AccountAmendForm, AccountForm, AmendForm, CategoryForm, EntryForm
from banking.forms.filtering import TransactionFilter

__all__ = ["AccountAmendForm", "AccountForm", "AmendForm", "CategoryForm", "EntryForm", "TransactionFilter"]

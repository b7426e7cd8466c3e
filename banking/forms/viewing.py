"""Naming what the list is filtered by."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Book
from accounts.plain import plain_text
from accounts.shown import AsShown
from banking.forms.filtering import TransactionFilter, query_string

MINE, SHARED = "mine", "shared"
WHOSE = [(MINE, _("Only me")), (SHARED, _("All members of this book"))]


class ViewForm(AsShown, forms.Form):
    """A view's name and who sees it."""

    name = forms.CharField(label=_("Name"), max_length=40, validators=[plain_text])
    whose = forms.ChoiceField(label=_("Who sees it"), choices=WHOSE, initial=MINE)

    @property
    def is_shared(self) -> bool:
        return bool(self.cleaned_data["whose"] == SHARED)


def query_of(given: Mapping[str, Any], *, book: Book) -> str:
    """The query string of filters that are valid; empty where nothing is filtered or something is wrong."""
    form = TransactionFilter(given, book=book)
    return query_string(form).urlencode() if form.is_active else ""

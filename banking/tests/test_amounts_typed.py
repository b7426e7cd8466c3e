"""Who types an amount as they write it at home is told how to type it here."""

import pytest

from accounts.books import entered
from banking.forms import AccountForm, EntryForm, TransactionFilter
from banking.forms.ruling import RuleForm


@pytest.mark.parametrize("typed", ["1,5", "1.250,50", "1 250", "five"])
@pytest.mark.parametrize(
    ("form", "field"),
    [(EntryForm, "amount"), (RuleForm, "amount_min"), (RuleForm, "amount_max"), (TransactionFilter, "amount_min")],
)
def test_the_refusal_says_what_to_type(cast, form, field, typed):
    with entered(cast.book):
        assert "such as 1250.50" in form({field: typed}, book=cast.book).errors[field][0]


def test_a_point_is_taken(cast):
    assert AccountForm({"opening": "1,5"}).errors["opening"]
    assert "opening" not in AccountForm({"opening": "1.5"}).errors

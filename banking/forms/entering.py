"""What a person enters on a page. The forms parse; the actions decide and may still refuse."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import currencies
from accounts.models import Book
from accounts.plain import plain_lines, plain_text
from accounts.shown import AsShown
from banking.actions.accounts import AccountAmendment, NewAccount
from banking.actions.categories import NewCategory
from banking.actions.transactions import Amendment, Entry
from banking.forms.amounts import AmountInput
from banking.models import Account, AccountKind, Category, CategoryKind, Transaction
from banking.money import PLACES
from banking.queries.balances import account_rows
from banking.queries.categorising import category_rows

DAY = forms.DateInput(attrs={"type": "date"})
NOTE = forms.Textarea(attrs={"rows": 3})


class TagsField(forms.CharField):
    """Names with commas between them; cleans to a list."""

    def clean(self, value: Any) -> Any:
        return [name.strip() for name in super().clean(value).split(",") if name.strip()]


class EntryForm(forms.Form):
    """A transaction by hand. `direction` gives the sign: the amount is entered without one."""

    account = forms.ModelChoiceField(label=_("Account"), queryset=Account.objects.none())
    direction = forms.ChoiceField(
        label=_("Direction"), choices=[("out", _("Money out")), ("in", _("Money in"))], initial="out"
    )
    amount = AmountInput(label=_("Amount"), max_digits=18, decimal_places=PLACES, min_value=0)
    day = forms.DateField(label=_("Day"), widget=DAY)
    description = forms.CharField(label=_("Description"), max_length=500, validators=[plain_text])
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("Find it for me")
    )
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=NOTE, validators=[plain_lines])
    tags = TagsField(label=_("Tags"), required=False, help_text=_("With commas between them."))

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = account_rows(book=book).filter(connection=None)  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["category"].queryset = category_rows(book=book)  # type: ignore[attr-defined]  # both have one

    def entry(self) -> Entry:
        """What `actions.record` takes, of a valid form."""
        given = self.cleaned_data
        return Entry(
            day=given["day"],
            amount=given["amount"] if given["direction"] == "in" else -given["amount"],
            description=given["description"],
            category=given["category"],
            note=given["note"],
            tags=given["tags"],
        )


class AmendForm(AsShown, forms.Form):
    """The drawer of a transaction. Day, amount (signed) and description are only there for a manual row."""

    category = forms.ModelChoiceField(label=_("Category"), queryset=Category.objects.none())
    merchant = forms.CharField(label=_("Merchant"), max_length=120, required=False, validators=[plain_text])
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=NOTE, validators=[plain_lines])
    tags = TagsField(label=_("Tags"), required=False, help_text=_("With commas between them."))
    excluded = forms.BooleanField(label=_("Leave out of totals"), required=False)
    day = forms.DateField(label=_("Day"), widget=DAY)
    amount = AmountInput(label=_("Amount"), max_digits=18, decimal_places=PLACES, help_text=_("Money out has a minus."))
    description = forms.CharField(label=_("Description"), max_length=500, validators=[plain_text])

    def __init__(self, *args: Any, row: Transaction, **kwargs: Any) -> None:  # Django's form signature
        """`row` comes from `queries.transaction`, with its tags."""
        kwargs["initial"] = {**_values(row), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        choices = category_rows(book=row.book, kept=[row.category_id])
        self.fields["category"].queryset = choices  # type: ignore[attr-defined]  # it has one
        if not row.is_manual:
            for name in ("day", "amount", "description"):
                del self.fields[name]
        if row.is_split:
            for name in ("category", "excluded"):
                del self.fields[name]

    def changes(self) -> Amendment:
        """What was changed, for `actions.amend`, of a valid form. Saving an unconfirmed category confirms it."""
        given = self.cleaned_data
        named = {name: given[name] for name in self.changed_data if name in given}
        category = given.get("category")
        if "category" not in named and category and category.archived_at is None:
            named["confirmed"] = category
        return cast(Amendment, named)


def _values(row: Transaction) -> dict[str, Any]:
    return {
        "category": row.category_id,
        "merchant": row.merchant.name if row.merchant else "",
        "note": row.note,
        "tags": ", ".join(tag.name for tag in row.tags.all()),
        "excluded": row.excluded,
        "day": row.day,
        "amount": row.amount,
        "description": row.description,
    }


class AccountForm(forms.Form):
    """A manual account. What is owed is entered with a minus."""

    name = forms.CharField(label=_("Name"), max_length=120, validators=[plain_text])
    kind = forms.ChoiceField(label=_("Kind"), choices=AccountKind.choices)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies.choices)
    opening = AmountInput(
        label=_("Balance to start with"),
        max_digits=18,
        decimal_places=PLACES,
        initial=0,
        help_text=_("What is owed has a minus."),
    )

    def new(self) -> NewAccount:
        given = self.cleaned_data
        return NewAccount(given["name"], given["kind"], given["currency"], given["opening"])


class AccountAmendForm(AsShown, forms.Form):
    """The name of any account, whose it is where a book has several members; the opening balance of a manual one."""

    name = forms.CharField(label=_("Name"), max_length=120, validators=[plain_text])
    opening = AmountInput(label=_("Balance to start with"), max_digits=18, decimal_places=PLACES)
    holder_id = forms.TypedChoiceField(
        label=_("Whose it is"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("What is spent on it counts in the budgets of that person first."),
    )

    def __init__(self, *args: Any, manual: bool, people: Mapping[int, str], **kwargs: Any) -> None:
        """Django's form signature; `people` are who an account may belong to, with their names."""
        super().__init__(*args, **kwargs)
        self.fields["holder_id"].choices = [("", _("Joint")), *people.items()]  # type: ignore[attr-defined]  # it has them
        if not manual:
            del self.fields["opening"]
        if not people:
            del self.fields["holder_id"]

    def changes(self) -> AccountAmendment:
        return cast(AccountAmendment, {name: self.cleaned_data[name] for name in self.changed_data})


class CategoryForm(forms.Form):
    """A category of one's own."""

    name = forms.CharField(label=_("Name"), max_length=80, validators=[plain_text])
    parent = forms.ModelChoiceField(
        label=_("Inside"), queryset=Category.objects.none(), required=False, empty_label=_("Nothing")
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=CategoryKind.choices,
        required=False,
        help_text=_("Inside another category it has the kind of that one."),
    )

    def __init__(self, *args: Any, book: Book, parent: str = "", **kwargs: Any) -> None:  # Django's form signature
        """`parent` is the id of the category that the new one is to be inside of, as an address names it."""
        tops = category_rows(book=book).filter(parent=None)
        chosen = next((each for each in tops if str(each.pk) == parent), None)
        kwargs["initial"] = {"parent": chosen, "kind": chosen.kind if chosen else CategoryKind.EXPENSE}
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = tops  # type: ignore[attr-defined]  # it has one

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("kind") and not given.get("parent"):
            raise ValidationError({"kind": _("Choose a kind, or the category that this one is inside of.")})
        return given

    def new(self) -> NewCategory:
        given = self.cleaned_data
        parent: Category | None = given["parent"]
        return NewCategory(name=given["name"], parent=parent, kind=parent.kind if parent else given["kind"])

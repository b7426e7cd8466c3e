"""Forms about merchants, receipts and changes of many rows."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Book
from accounts.plain import plain_lines, plain_text
from accounts.shown import AsShown
from banking.actions.editing import Edits
from banking.actions.renaming import MerchantAmendment
from banking.forms.entering import NOTE, TagsField
from banking.models import Category, Merchant
from banking.queries.categorising import UNCATEGORISED, category_rows

LEAVE = _("Leave as it is")


class MerchantForm(AsShown, forms.Form):
    """A merchant's name and where its rows go. With `past` what is there already follows."""

    name = forms.CharField(label=_("Name"), max_length=120, validators=[plain_text])
    category = forms.ModelChoiceField(
        label=_("Category"),
        queryset=Category.objects.none(),
        required=False,
        help_text=_("Where what comes from now on is filed, unless one of your rules says otherwise."),
    )
    past = forms.BooleanField(
        label=_("Also file what is there already"), required=False, help_text=_("What you filed yourself stays.")
    )

    def __init__(self, *args: Any, row: Merchant, **kwargs: Any) -> None:  # Django's form signature
        kwargs["initial"] = {"name": row.name, "category": row.category_id}
        super().__init__(*args, **kwargs)
        kept = [row.category_id] if row.category_id else []
        choices = category_rows(book=row.book, kept=kept).exclude(code=UNCATEGORISED)
        self.fields["category"].queryset = choices  # type: ignore[attr-defined]  # it has one

    def changes(self) -> MerchantAmendment:
        """What was changed, for `actions.amend_merchant`, of a valid form."""
        named = {name: self.cleaned_data[name] for name in self.changed_data if name in {"name", "category"}}
        return cast(MerchantAmendment, named)


class ReceiptForm(forms.Form):
    """A file to keep with a transaction."""

    file = forms.FileField(
        label=_("Receipt"),
        help_text=_("An image (JPEG, PNG, WebP, HEIC) or a PDF of at most 10 MB."),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf"}
        ),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
    )


class EditManyForm(forms.Form):
    """What to change on every row; what is left empty stays."""

    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=LEAVE
    )
    merchant = forms.CharField(label=_("Merchant"), max_length=120, required=False, validators=[plain_text])
    add_tags = TagsField(label=_("Add tags"), required=False, help_text=_("With commas between them."))
    remove_tags = TagsField(label=_("Remove tags"), required=False, help_text=_("With commas between them."))
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=NOTE,
        validators=[plain_lines],
        help_text=_("Takes the place of the notes that are there."),
    )
    clear_note = forms.BooleanField(label=_("Take the notes away"), required=False)
    excluded = forms.ChoiceField(
        label=_("Totals"),
        required=False,
        choices=[("", LEAVE), ("yes", _("Leave out of totals")), ("no", _("Count in totals"))],
    )
    delete = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = category_rows(book=book)  # type: ignore[attr-defined]  # it has one

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("note") and given.get("clear_note"):
            self.add_error("clear_note", _("Either write a note or take the notes away."))
        if not self.errors and self.edits().is_empty:
            raise ValidationError(_("Choose what to change."))
        return given

    def edits(self) -> Edits:
        """What `actions.edit_many` takes, of a valid form. To delete is to do nothing else."""
        given = self.cleaned_data
        if given.get("delete"):
            return Edits(delete=True)
        return Edits(
            category=given.get("category"),
            merchant=given.get("merchant") or None,
            note="" if given.get("clear_note") else given.get("note") or None,
            excluded={"yes": True, "no": False}.get(given.get("excluded", "")),
            add_tags=tuple(given.get("add_tags", ())),
            remove_tags=tuple(given.get("remove_tags", ())),
        )

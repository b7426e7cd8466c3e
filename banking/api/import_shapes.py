"""The JSON shapes of files that are brought in. Amounts are decimal strings; money in is positive."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.plain import plain_text
from accounts.strict import StrictSerializer
from banking.api.amounts import AmountInput
from banking.importing.decoding import ENCODINGS
from banking.importing.roles import NAMED
from banking.models import AccountKind, CategoryKind, Import, ImportRow

Shape = serializers.Serializer[Any]
LARGEST_KEY = 2**53


class GuessShape(Shape):
    what = serializers.CharField()
    value = serializers.CharField()
    evidence = serializers.CharField(help_text="Why it is read so, in a sentence.")


class ColumnShape(Shape):
    name = serializers.CharField()
    role = serializers.CharField(help_text="What it holds; empty where it is not used.")
    samples = serializers.ListField(child=serializers.CharField())


class NewAccountShape(Shape):
    name = serializers.CharField()
    kind = serializers.ChoiceField(AccountKind.choices)
    currency = serializers.CharField()
    opening = serializers.CharField()


class StatementShape(Shape):
    """One account of the file. It goes to `account_id`, to a `new` account, or with neither nowhere."""

    place = serializers.IntegerField()
    name = serializers.CharField()
    mask = serializers.CharField()
    currency = serializers.CharField(help_text="Empty where the file does not say.")
    rows = serializers.IntegerField()
    first = serializers.CharField(allow_null=True)
    last = serializers.CharField(allow_null=True)
    opening = serializers.CharField(allow_null=True)
    closing = serializers.CharField(allow_null=True)
    account_id = serializers.IntegerField(allow_null=True)
    new = NewAccountShape(allow_null=True)


class PlannedCategoryShape(Shape):
    name = serializers.CharField()
    kind = serializers.ChoiceField(CategoryKind.choices, help_text="By the sign of most of its rows.")
    inside = serializers.CharField(help_text="The name of the category that it will be part of; empty for none.")


class CategoryWordShape(Shape):
    name = serializers.CharField(help_text="As the file has it.")
    category_id = serializers.IntegerField(
        allow_null=True, help_text="Null: it is filed as any other row, or under a `new` category."
    )
    new = PlannedCategoryShape(
        allow_null=True,
        help_text="What is made of it when the file is brought in; an archived one of this name is brought back.",
    )


class ImportCountShape(Shape):
    rows = serializers.IntegerField()
    chosen = serializers.IntegerField()
    fresh = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    pending = serializers.IntegerField()
    void = serializers.IntegerField()
    unreadable = serializers.IntegerField()


class ImportShape(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    format = serializers.CharField()
    status = serializers.ChoiceField(Import.Status.choices)
    progress = serializers.IntegerField(help_text="In percent.")
    error = serializers.CharField()
    added = serializers.IntegerField()
    skipped = serializers.IntegerField(help_text="Lines that are no movements.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class ImportDetailShape(ImportShape):
    guesses = GuessShape(many=True)
    columns = ColumnShape(many=True)
    accounts = StatementShape(many=True)
    categories = CategoryWordShape(many=True)
    counts = ImportCountShape()


class ImportPage(Shape):
    results = ImportShape(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class ImportPartShape(Shape):
    amount = serializers.CharField()
    category = serializers.CharField()
    note = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())


class ImportRowShape(Shape):
    position = serializers.IntegerField()
    place = serializers.IntegerField(help_text="Of its account in the file.")
    line = serializers.IntegerField()
    day = serializers.DateField(allow_null=True)
    amount = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    description = serializers.CharField()
    payee = serializers.CharField()
    note = serializers.CharField()
    reference = serializers.CharField()
    file_category = serializers.CharField()
    category_id = serializers.IntegerField(allow_null=True, help_text="Where it will be filed.")
    new_category = serializers.CharField(help_text="The name of the category that will be made for it; empty for none.")
    tags = serializers.ListField(child=serializers.CharField())
    parts = ImportPartShape(many=True)
    state = serializers.ChoiceField(ImportRow.State.choices)
    reason = serializers.CharField()
    chosen = serializers.BooleanField()
    twin_id = serializers.IntegerField(allow_null=True, help_text="The transaction that it is, or looks like.")
    transaction_id = serializers.IntegerField(allow_null=True, help_text="The transaction that it became.")


class ImportRowPage(Shape):
    results = ImportRowShape(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class ImportFileInput(StrictSerializer):
    """A file, and the account that its rows go to where it is of one account."""

    file = serializers.FileField(allow_empty_file=True)
    account_id = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)


class ChoicesInput(StrictSerializer):
    """Instead of the guesses; an empty text goes back to the guess."""

    encoding = serializers.ChoiceField(ENCODINGS, required=False, allow_blank=True)
    delimiter = serializers.ChoiceField([",", ";", "tab", "|"], required=False, allow_blank=True)
    decimal = serializers.ChoiceField([".", ","], required=False, allow_blank=True)
    date_order = serializers.ChoiceField(["dmy", "mdy", "ymd"], required=False, allow_blank=True)
    sign = serializers.ChoiceField(["as_is", "turned"], required=False, allow_blank=True)


class ColumnInput(StrictSerializer):
    place = serializers.IntegerField(min_value=0, max_value=199)
    role = serializers.ChoiceField(NAMED, allow_blank=True)


class NewAccountInput(StrictSerializer):
    name = serializers.CharField(max_length=120, validators=[plain_text])
    kind = serializers.ChoiceField(AccountKind.choices)
    currency = serializers.RegexField(r"^[A-Z]{3}$", max_length=3, min_length=3)
    opening = AmountInput(required=False)


class TargetInput(StrictSerializer):
    """Where the rows of one account of the file go; with neither `account_id` nor `new` they stay out."""

    place = serializers.IntegerField(min_value=0, max_value=999)
    account_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=LARGEST_KEY)
    new = NewAccountInput(required=False, allow_null=True)


class CategoryWordInput(StrictSerializer):
    """One of ours by `category_id`, or `new`: a category is made of it when the file is brought in.

    One that has this name already is used instead.
    """

    name = serializers.CharField(max_length=200, trim_whitespace=False)
    category_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=LARGEST_KEY)
    new = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if bool(attrs.get("new")) == ("category_id" in attrs):
            raise serializers.ValidationError({"category_id": [_("Say either category_id or new.")]})
        return attrs


class ImportChange(StrictSerializer):
    """What is not named stays."""

    choices = ChoicesInput(required=False)
    columns = ColumnInput(many=True, required=False)
    accounts = TargetInput(many=True, required=False)
    categories = CategoryWordInput(many=True, required=False)
    all_new = serializers.BooleanField(
        required=False, help_text="Make new categories of all of the file's that are mapped to none."
    )


class RowsChange(StrictSerializer):
    """Rows by their positions, or all of one state; what cannot be read stays out."""

    chosen = serializers.BooleanField()
    positions = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), required=False, max_length=2_000
    )
    state = serializers.ChoiceField(ImportRow.State.choices, required=False)


class RowsChanged(Shape):
    count = serializers.IntegerField()

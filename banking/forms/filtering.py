"""The one set of filters of the list, the API, the export and every figure's link."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Book
from accounts.plain import plain_text
from banking.forms.amounts import AmountInput
from banking.models import Account, Category, CategoryKind, Merchant, Tag
from banking.queries.balances import account_rows
from banking.queries.categorising import UNCATEGORISED, category_rows
from banking.queries.filtering import FLOW, Filters, Whose
from banking.queries.searching import Search, fitting, understood
from banking.searching.language import LONGEST

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
LETTERS = 3
WHOSE = re.compile(r"(\d{1,18}):(-?)(\d{1,18}(?:\.\d{1,18}){0,99})", re.ASCII)
SWITCHES = frozenset({"exact", "counted"})
"""The filters that are on or off."""

YES, NO = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})
YES_OR_NO = [("", _("All")), ("yes", _("Only")), ("no", _("None"))]


CHOICES: dict[str, Callable[[Book], QuerySet[Any]]] = {
    "account": lambda book: account_rows(book=book, closed=True),
    "category": lambda book: category_rows(book=book, archived=True),
    "merchant": lambda book: Merchant.objects.filter(book=book).order_by("name"),
    "tag": lambda book: Tag.objects.filter(book=book).order_by("name"),
}


class IdsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Ids of rows of the book, given once or repeatedly; cleans to the rows. Not a number, too large: an error.

    An empty one is none: a browser without scripts sends the fields that nobody filled in.
    """

    def clean(self, value: Any) -> Any:
        given = _filled(value)
        if not given:
            return []
        for text in given:
            if not (text.isascii() and text.isdecimal() and len(text) < 19):
                raise ValidationError(self.error_messages["invalid_pk_value"], "invalid", {"pk": text[:40]})
        return super().clean(given)


class CategoriesField(IdsField):
    """Like IdsField; also takes the word `uncategorised`. One query for all of the book's categories."""

    def clean(self, value: Any) -> Any:
        given = _filled(value)
        if not given:
            return []
        rows = list(self.queryset or [])
        unfiled = next((str(row.pk) for row in rows if row.code == UNCATEGORISED), "")
        wanted = {unfiled if each == "uncategorised" else each for each in given}
        known = {str(row.pk): row for row in rows}
        if missing := sorted(wanted - known.keys()):
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": missing[0][:40]})
        return [known[pk] for pk in known if pk in wanted]


class SwitchField(forms.BooleanField):
    """On, off, or an error; the form has made one word of all that mean yes."""

    default_error_messages = {"invalid": _("Give true or false.")}

    def to_python(self, value: Any) -> bool:
        if value not in {None, "", "on"}:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return bool(value == "on")


class WhoseField(forms.Field):
    """Texts such as "12:5.6": what is in category 12 only on the accounts of the people 5 and 6; "12:-5": only on all
    others. Cleans to a set of `Whose`."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"invalid": _("Give a category and people, such as 12:5 or 12:-5.")}

    def clean(self, value: Any) -> frozenset[Whose]:
        found = [WHOSE.fullmatch(text) for text in _filled(value)]
        if not all(found):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return frozenset(
            Whose(int(each[1]), frozenset(map(int, each[3].split("."))), bool(each[2])) for each in found if each
        )


class TransactionFilter(forms.Form):
    """`start` is inclusive. `end` is exclusive, `until` the same inclusive for people: a page shows only `until`.

    `account`, `category`, `merchant`, `tag` may be repeated. A category includes its children unless `exact` is set.
    `amount_min`, `amount_max` are sizes: 10 to 20 finds -15 and 15. `counted` lists exactly the rows that totals count.
    `kind` flow means income and expenses together. `q` are words, `find` is in the language of the search. `filters()`
    gives the cleaned `Filters`.
    """

    start = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(label=_("Before"), required=False, widget=forms.HiddenInput)
    account = IdsField(label=_("Account"), queryset=Account.objects.none(), required=False)
    category = CategoriesField(label=_("Category"), queryset=Category.objects.none(), required=False)
    exact = SwitchField(label=_("Without the categories inside it"), required=False, widget=forms.HiddenInput)
    merchant = IdsField(label=_("Merchant"), queryset=Merchant.objects.none(), required=False)
    tag = IdsField(label=_("Tag"), queryset=Tag.objects.none(), required=False)
    amount_min = AmountInput(label=_("At least"), required=False, min_value=0, max_digits=18, decimal_places=4)
    amount_max = AmountInput(label=_("At most"), required=False, min_value=0, max_digits=18, decimal_places=4)
    q = forms.CharField(label=_("Text"), required=False, max_length=100, validators=[plain_text])
    find = forms.CharField(label=_("Search"), required=False, max_length=LONGEST, validators=[plain_text])
    pending = forms.ChoiceField(label=_("Pending"), required=False, choices=YES_OR_NO)
    excluded = forms.ChoiceField(label=_("Left out of totals"), required=False, choices=YES_OR_NO)
    direction = forms.ChoiceField(
        label=_("Direction"), required=False, choices=[("", _("Both")), ("in", _("Money in")), ("out", _("Money out"))]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *CategoryKind.choices, (FLOW, _("No transfers"))]
    )
    currency = forms.RegexField(
        r"^[A-Za-z]{3,8}$",
        label=_("Currency"),
        required=False,
        max_length=8,
        error_messages={"invalid": _("Give its three letters, such as USD.")},
    )
    counted = SwitchField(label=_("Only what totals count"), required=False, widget=forms.HiddenInput)
    whose = WhoseField(label=_("Whose accounts"), required=False)

    def __init__(
        self,
        given: Mapping[str, Any] | None,
        *,
        book: Book,
        strict: bool = False,
        beside: Collection[str] = (),
        locale: str = "",
    ) -> None:
        """`given` is a QueryDict, or values and lists by name. With `strict` a name that is unknown is an error.

        A strict form is not shown to anybody: it holds only the fields that were given. Names in `beside` are no
        filters, and no errors either. `locale` is the reader's, for the months in `find`.
        """
        self.strict, self.beside, self.locale = strict, beside, locale or "en"
        named = _switched(_ending_on_a_day(_lists(given or {})))
        if strict:
            fields = {name: field for name, field in self.base_fields.items() if name in named}
            self.base_fields = fields  # type: ignore[misc]  # Django copies the instance's
        super().__init__(named)
        for name, rows in CHOICES.items():
            if name in self.fields:
                self.fields[name].queryset = rows(book)  # type: ignore[attr-defined]  # these four have one
        self.book = book

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.strict:
            self._refuse_unknown()
        for name in ("start", "until", "end"):
            if given.get(name) and not FIRST_DAY <= given[name] <= LAST_DAY:
                self.add_error(name, _("Give a day between 1900 and 2200."))
        after, start = self._end(given), given.get("start")
        if start and after and start >= after:
            self.add_error("until" if given.get("until") else "end", _("This must be after the first day."))
        low, high = given.get("amount_min"), given.get("amount_max")
        if low is not None and high is not None and low > high:
            self.add_error("amount_max", _("This must be at least the other amount."))
        return given

    def clean_currency(self) -> str:
        """Three letters; or more where an account of the book has such a one, as its bank names it."""
        code = str(self.cleaned_data["currency"]).upper()
        if len(code) > LETTERS and not account_rows(book=self.book, closed=True).filter(currency=code).exists():
            raise ValidationError(self.fields["currency"].error_messages["invalid"], "invalid")
        return code

    def filters(self) -> Filters:
        """The cleaned filters of a valid form; a form without input filters nothing."""
        given, search = self.cleaned_data, self.search
        return Filters(
            start=given.get("start"),
            end=self._end(given),
            accounts=_ids(given.get("account")),
            categories=self._categories(given),
            merchants=frozenset(row.merged_into_id or row.pk for row in given.get("merchant") or ()),
            tags=_ids(given.get("tag")),
            amount_min=given.get("amount_min"),
            amount_max=given.get("amount_max"),
            text=given.get("q", ""),
            pending=_answer(given.get("pending", "")),
            excluded=_answer(given.get("excluded", "")),
            direction=given.get("direction", ""),
            counted=given.get("counted", False),
            kind=given.get("kind", ""),
            currency=given.get("currency", ""),
            whose=given.get("whose") or frozenset(),
            find=given["find"] if search else "",
            found=fitting(search) if search else None,
        )

    @cached_property
    def search(self) -> Search | None:
        """How `find` is understood, in a valid form; None where it says nothing."""
        text = self.cleaned_data.get("find", "")
        if not text:
            return None
        today = self.book.today(timezone.now())
        found = understood(book=self.book, text=text, today=today, locale=self.locale)
        return None if found.is_empty else found

    @property
    def is_active(self) -> bool:
        """Whether anything is filtered."""
        return self.is_valid() and self.filters() != Filters()

    def _end(self, given: Mapping[str, Any]) -> date | None:
        until: date | None = given.get("until")
        end: date | None = given.get("end")
        return until + timedelta(days=1) if until and until < LAST_DAY else end

    def _categories(self, given: Mapping[str, Any]) -> frozenset[int]:
        ids = _ids(given.get("category"))
        if given.get("exact") or not ids:
            return ids
        known = self.fields["category"].queryset  # type: ignore[attr-defined]  # loaded when it was cleaned
        return ids | {row.pk for row in known if row.parent_id in ids}

    def _refuse_unknown(self) -> None:
        unknown = [name for name in self.data if name not in self.fields and name not in self.beside]
        for name in sorted(unknown)[:20]:
            self.add_error(None, ValidationError(_("There is no filter “%(name)s”."), params={"name": name[:80]}))


def query_string(form: TransactionFilter) -> QueryDict:
    """The filters in force as a query string, without the place in the list."""
    wanted = QueryDict(mutable=True)
    for name, values in cast(MultiValueDict[str, str], form.data).lists():
        kept = [value for value in values if value]
        if name in form.fields and kept:
            wanted.setlist(name, kept)
    return wanted


def _lists(given: Mapping[str, Any]) -> MultiValueDict[str, Any]:
    if isinstance(given, MultiValueDict):
        return given.copy()
    lists = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    return MultiValueDict({name: [_text(each) for each in values] for name, values in lists.items()})


def _text(value: Any) -> str:
    """A JSON value as a query string would have it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _ending_on_a_day(given: MultiValueDict[str, Any]) -> MultiValueDict[str, Any]:
    """An exclusive `end` as the inclusive `until` that a page shows, so that a figure's link fills the fields."""
    if given.get("end") and not given.get("until"):
        try:
            given["until"] = (date.fromisoformat(str(given["end"])) - timedelta(days=1)).isoformat()
            del given["end"]
        except (ValueError, OverflowError):  # an unreadable end stays and gets its error
            pass
    return given


def _switched(given: MultiValueDict[str, Any]) -> MultiValueDict[str, Any]:
    """A word for yes as `on`, one for no as none at all; another word stays and gets its error."""
    for name in SWITCHES & given.keys():
        word = str(given[name]).lower()
        given[name] = "on" if word in YES else "" if word in NO else given[name]
    return given


def _filled(values: Iterable[Any] | None) -> list[str]:
    return [text for text in map(str, values or []) if text]


def _ids(rows: Iterable[Model] | None) -> frozenset[int]:
    return frozenset(row.pk for row in rows or ())


def _answer(given: str) -> bool | None:
    return {"yes": True, "no": False}.get(given)

"""What the frame around every page needs: navigation, books, appearance, form controls."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms, template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import queries
from accounts.models import Membership
from accounts.once import FIELD as ONCE
from accounts.once import new_token
from accounts.pages import FIELD
from banking.forms import TransactionFilter
from banking.models import Account, AccountKind, Category
from banking.queries import review
from banking.queries.alike import Offer
from banking.queries.categorising import Branch
from banking.queries.locks import Lock
from banking.templatetags.figures import on_day_text, reader_of
from banking.templatetags.icons import icon

register = template.Library()
THEMES = {"light", "dark"}
HUES = 12
OFFER = re.compile(r"\balike-(\d+)-(\d+)\b", re.ASCII)
LONGEST_ID = 18
OPTION, OPTIONS = '<option value="{}"{}>{}</option>', '<optgroup label="{}">{}</optgroup>'
CARRIED = ("merchant", "exact", "currency", "counted", "whose", "q")
CHOSEN_ONCE = ("account", "category", "tag")
UNSHOWN = (*CARRIED, *CHOSEN_ONCE, "end", "find")
FIELDS = {
    "category": gettext_lazy("category"),
    "merchant": gettext_lazy("merchant"),
    "note": gettext_lazy("note"),
    "tags": gettext_lazy("tags"),
    "excluded": gettext_lazy("left out of totals"),
    "day": gettext_lazy("day"),
    "amount": gettext_lazy("amount"),
    "description": gettext_lazy("description"),
    "removed_at": gettext_lazy("removed"),
    "is_split": gettext_lazy("split"),
}
ACCOUNT_ICONS: dict[str, str] = {
    AccountKind.DEPOSITORY: "landmark",
    AccountKind.CREDIT: "credit-card",
    AccountKind.LOAN: "hand-coins",
    AccountKind.INVESTMENT: "chart-candlestick",
    AccountKind.OTHER: "wallet",
}


@register.simple_tag(takes_context=True)
def appearance_attributes(context: template.Context) -> SafeString:
    """The attributes of <html> for the person's own appearance and way of writing numbers; works without a request."""
    request = context.get("request")
    cookies = request.COOKIES if isinstance(request, HttpRequest) else {}
    theme = cookies.get("theme", "") if cookies.get("theme") in THEMES else "auto"
    privacy = "on" if cookies.get("privacy") == "on" else "off"
    locale = str(reader_of(context)).replace("_", "-")
    return format_html('data-theme="{}" data-privacy="{}" data-locale="{}"', theme, privacy, locale)


@register.inclusion_tag("frame/_nav.html", takes_context=True)
def nav(context: template.Context, name: str, icon: str, label: str, count: str | None = None) -> dict[str, Any]:
    """One entry of the navigation, with how many things wait there, None where nothing can; none without the page."""
    try:
        address = reverse(name)
    except NoReverseMatch:
        return {"address": ""}
    path = context["request"].path
    current = path == address if address == "/" else f"{path}/".startswith(f"{address.rstrip('/')}/")
    return {"address": address, "icon": icon, "label": label, "current": current, "count": count}


@register.simple_tag(takes_context=True)
def waiting_for_review(context: template.Context) -> str:
    """How many things wait in the review inbox, on a page of a book; empty for none and elsewhere; one query."""
    book = getattr(context["request"], "book", None)
    count = review.open_count(book=book) if book else 0
    return f"{review.MOST_COUNTED}+" if count > review.MOST_COUNTED else str(count or "")


@register.simple_tag
def owners_of_namesakes(mine: Sequence[Membership]) -> dict[int, str]:
    """{book: its owner's name} of the books that have the name of another one; at most one query."""
    return queries.owners_of_namesakes(mine=mine)


@register.filter
def of_book(owners: Mapping[int, str], book_id: int) -> str:
    """The owner's name, where the book needs it."""
    return owners.get(book_id, "")


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's control; it names its hint and errors, so that a screen reader says them."""
    named = [f"{field.auto_id}_hint"] if field.help_text else []
    attrs: dict[str, Any] = {}
    if field.errors:
        named.append(f"{field.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if named:
        attrs["aria-describedby"] = " ".join(named)
    return field.as_widget(attrs=attrs) + shown(field)


@register.simple_tag
def shown(field: BoundField) -> SafeString:
    """What the field was shown with, hidden, for a form that writes only what a person changed."""
    return field.as_hidden(only_initial=True) if field.field.show_hidden_initial else SafeString()


@register.simple_tag(takes_context=True)
def in_drawer(context: template.Context, address: str) -> SafeString | str:
    """What a form in the drawer needs to get its answer there; nothing on a page, which the answer replaces."""
    if not getattr(context["request"], "htmx", False):
        return ""
    return format_html('data-hx-post="{}" data-hx-target="#drawer"', address)


@register.simple_tag(takes_context=True)
def in_book(context: template.Context) -> SafeString:
    """The book that a form is about, so that it changes no other one."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, context["request"].membership.book_id)


@register.simple_tag
def once() -> SafeString:
    """What makes each form that is shown another one, so that sending it twice creates nothing twice."""
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE, new_token())


@register.simple_tag
def category_glyph(category: Category, size: int = 20) -> SafeString:
    """The category's icon on its own colour; decoration, so the name stands beside it."""
    return format_html('<span class="glyph hue-{}">{}</span>', category.colour % HUES, icon(category.icon, size))


@register.simple_tag
def account_glyph(account: Account) -> SafeString:
    """The icon of the account's kind; a wallet for cash that no bank keeps."""
    is_purse = account.is_manual and account.kind == AccountKind.DEPOSITORY
    return format_html('<span class="glyph">{}</span>', icon("wallet" if is_purse else ACCOUNT_ICONS[account.kind], 20))


@register.simple_tag
def category_options(categories: Iterable[Branch], chosen: int | None = None) -> SafeString:
    """The options of a choice of category: each top category and what is inside it, `chosen` selected."""
    return SafeString("".join(_options(branch, chosen) for branch in categories))


def _options(branch: Branch, chosen: int | None) -> str:
    options = "".join(_option(each, chosen) for each in (branch.category, *branch.children))
    return format_html(OPTIONS, branch.category.name, SafeString(options)) if branch.children else options


def _option(category: Category, chosen: int | None) -> SafeString:
    return format_html(OPTION, category.pk, " selected" if category.pk == chosen else "", category.name)


@register.filter
def chosen_category(form: forms.Form) -> int | None:
    """The category that the form's choice shows as chosen, the first of several."""
    value = form["category"].value()
    first = (value[0] if value else None) if isinstance(value, list) else value
    text = str(first)
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else None


@register.filter
def number_of(text: str) -> int | None:
    """The id that a text is, if it is one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None


@register.inclusion_tag("banking/_filter_select.html")
def filter_select(field: BoundField, everything: str) -> dict[str, Any]:
    """One filter of many values as a plain choice of one; further values are carried."""
    chosen = [str(value) for value in field.value() or []]
    rows = field.field.queryset  # type: ignore[attr-defined]  # a choice of rows
    return {
        "field": field,
        "everything": everything,
        "rows": [(str(row.pk), str(row)) for row in rows],
        "chosen": chosen[:1],
    }


@register.inclusion_tag("banking/_unshown_errors.html")
def unshown_errors(form: TransactionFilter) -> dict[str, Any]:
    """What is wrong with filters that the form shows no control, or no message, for."""
    found = [(form.fields[name].label, error) for name in UNSHOWN for error in form.errors.get(name, [])]
    return {"found": found}


@register.inclusion_tag("banking/_carried.html")
def carried(form: TransactionFilter) -> dict[str, Any]:
    """The filters in force that the form shows no control for, so that another choice keeps them."""
    given = cast(MultiValueDict[str, str], form.data)
    pairs = [(name, value) for name in CARRIED for value in given.getlist(name) if value]
    pairs += [(name, value) for name in CHOSEN_ONCE for value in given.getlist(name)[1:] if value]
    return {"pairs": pairs}


@register.simple_tag(takes_context=True)
def lock_words(context: template.Context, lock: Lock) -> str:
    """The field and who set it when: "Category: you set this on Mar 3, and no update changes it."."""
    named = capfirst(str(FIELDS.get(lock.field, lock.field)))
    person = {"field": named, "day": on_day_text(context, lock.at) if lock.at else ""}
    if lock.by is None:
        words = _("%(field)s: set by hand, and no update changes it.")
    elif lock.by == context["request"].user:
        words = _("%(field)s: you set this on %(day)s, and no update changes it.")
    else:
        person["name"] = lock.by.get_short_name()
        words = _("%(field)s: %(name)s set this on %(day)s, and no update changes it.")
    return words % person


@register.inclusion_tag("journal/_message_turn.html", takes_context=True)
def message_turn(context: template.Context, message: Message) -> dict[str, Any]:
    """The button beside a message that undoes what it tells, or does it again."""
    turn, _rest, key = (message.extra_tags or "").partition(" ")[0].partition("-")
    is_turn = turn in {"undo", "redo"} and key.isdecimal()
    address = reverse(f"operation_{turn}", args=[int(key)]) if is_turn else ""
    request = context["request"]
    token = context.get("csrf_token")
    return {"turn": is_turn, "redo": turn == "redo", "address": address, "request": request, "csrf_token": token}


@register.inclusion_tag("banking/_alike.html", takes_context=True)
def message_offer(context: template.Context, message: Message) -> dict[str, Any]:
    """The button beside a message that does to others like the transaction what was done to it."""
    found = OFFER.search(message.extra_tags or "")
    offer = Offer(int(found[1]), int(found[2])) if found else None
    return {"offer": offer, "request": context["request"], "csrf_token": context.get("csrf_token")}


@register.filter
def code_in_words(code: str) -> str:
    """`FOOD_AND_DRINK_FAST_FOOD` as "Food and drink fast food"."""
    return code.replace("_", " ").capitalize()

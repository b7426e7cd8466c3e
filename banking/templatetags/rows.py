"""The rows of a list of transactions. They are most of what a page costs, so they are put together here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale
from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from banking.models import Transaction
from banking.queries import title
from banking.templatetags.figures import amount_of, day_of, reader_of, zone_of
from banking.templatetags.frame import category_glyph
from banking.templatetags.icons import icon

register = template.Library()
NOTE_LENGTH = 60

ROW = (
    '<li><div class="item{state}">{choice}{glyph}<div class="item-body"><span class="item-title">'
    '<a class="item-link" href="{address}{pk}" id="row-{pk}" dir="auto" data-drawer>{name}</a>{badges}</span>'
    '<span class="item-note">{note}</span>{reason}</div><div class="item-end">{amount}{balance}</div></div></li>'
)
CHOICE = (
    '<label class="item-select"><input type="checkbox" name="transaction" value="{pk}" form="selection"'
    ' aria-labelledby="row-{pk}" data-select></label>'
)
BALANCE = '<span class="small num"><span class="visually-hidden">{label} </span>{amount}</span>'
REASON = '<span class="item-note item-reason" dir="auto">{}</span>'
BADGE = '<span class="badge {look}">{inside}</span>'
FOLDED = '{icon}<span class="folds">{text}</span>'


@dataclass(frozen=True, slots=True)
class Look:
    """What all rows of one list have in common."""

    locale: Locale
    today: date
    address: str
    choosable: bool
    with_day: bool
    with_account: bool
    all_badges: bool


@register.simple_tag(takes_context=True)
def transaction_rows(
    context: template.Context,
    rows: Iterable[Transaction],
    *,
    choosable: bool = False,
    with_day: bool = False,
    with_account: bool = True,
    all_badges: bool = True,
    balances: Mapping[int, Decimal] | None = None,
    reasons: Mapping[int, str] | None = None,
) -> SafeString:
    """One list item for each row, from `queries.transactions`. `balances`: what the account held after each row.

    `reasons`: why each row is in the list.
    """
    today = timezone.now().astimezone(zone_of(context)).date()
    address = reverse("transaction", args=[0]).removesuffix("0")
    look = Look(reader_of(context), today, address, choosable, with_day, with_account, all_badges)
    why = reasons or {}
    return SafeString("".join(_row(row, look, (balances or {}).get(row.pk), why.get(row.pk, "")) for row in rows))


@register.simple_tag
def row_title(row: Transaction) -> str:
    """What a row is called, as in a list."""
    return title(row)


def _row(row: Transaction, look: Look, balance: Decimal | None, reason: str) -> SafeString:
    return format_html(
        ROW,
        state=f"{' pending' if row.pending else ''}{' left-out' if row.excluded else ''}",
        choice=format_html(CHOICE, pk=row.pk) if look.choosable else "",
        glyph=category_glyph(row.category),
        address=look.address,
        pk=row.pk,
        name=title(row),
        badges=_badges(row, look),
        note=_note(row, look),
        reason=format_html(REASON, reason) if reason else "",
        amount=amount_of(row.amount, row.currency, look.locale, signed=True),
        balance=_balance(row, look, balance),
    )


def _badges(row: Transaction, look: Look) -> SafeString:
    found = []
    if row.pending:
        found.append(_badge(format_html(FOLDED, icon=icon("clock", 12), text=_("Pending"))))
    if row.excluded:
        found.append(_badge(format_html(FOLDED, icon=icon("circle-slash", 12), text=_("Left out"))))
    if look.all_badges and row.suggestion:
        text = _("%(name)s?") % {"name": row.suggestion.name}
        found.append(_badge(text, f"hue-{row.suggestion.colour} wide-only"))
    if look.all_badges:
        found += [_badge(tag.name, "wide-only") for tag in row.tags.all()]
    return SafeString("".join(found))


def _badge(inside: str, look: str = "") -> SafeString:
    return format_html(BADGE, look=look, inside=inside)


def _note(row: Transaction, look: Look) -> SafeString:
    parts = [day_of(row.day, look.today, "head", look.locale)] if look.with_day else []
    parts.append(conditional_escape(row.category.name))
    if row.part_of is not None:
        parts.append(_whole(row.part_of, look))
    if look.with_account:
        parts.append(format_html("<bdi>{}</bdi>", row.account))
    if row.note:
        parts.append(format_html("<bdi>{}</bdi>", Truncator(row.note).chars(NOTE_LENGTH)))
    return SafeString(" · ".join(parts))


def _whole(row: Transaction, look: Look) -> SafeString:
    amount = amount_of(abs(row.amount), row.currency, look.locale)
    return format_html(_("part of {amount} at {name}"), amount=amount, name=format_html("<bdi>{}</bdi>", title(row)))


def _balance(row: Transaction, look: Look, balance: Decimal | None) -> SafeString | str:
    if balance is None:
        return ""
    amount = amount_of(balance, row.account.currency, look.locale)
    return format_html(BALANCE, label=_("Balance after it:"), amount=amount)

"""Keeping a person's rules: making, changing, ordering and deleting them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db.models import Min
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking import ruling
from banking.actions.refusals import Refused, checked_text
from banking.models import Account, Category, DismissedSuggestion, Rule, RuleRun
from banking.queries.ruling import DRAFT
from journal import actions as journal

MOST_RULES = 500
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class RuleWish:
    """A rule as somebody gives it: conditions and actions are JSON as `banking.ruling` reads it.

    Without a name it is called after what it looks for.
    """

    name: str
    conditions: object
    actions: object
    active: bool = True
    stop: bool = False


class RuleChange(TypedDict, total=False):
    """What to change; what is not named stays."""

    name: str
    conditions: object
    actions: object
    active: bool
    stop: bool


def drafted(*, book: Book, wish: RuleWish, pk: int = DRAFT) -> ruling.Rule:
    """The rule that is wished for, checked; raise Refused, whose field is name, conditions or actions."""
    try:
        conditions, effects = ruling.tree(wish.conditions), ruling.effects_of(wish.actions)
    except ruling.BadRule as error:
        place = _(" (condition %(path)s)") % {"path": error.path} if error.path else ""
        raise Refused(f"{error}{place}", field=error.field) from error
    _known(book, conditions, effects)
    rule = ruling.Rule(pk, "", conditions, effects, wish.stop)
    name = checked_text(wish.name, field="name", length=LONGEST_NAME)
    name = name or " ".join(rule.wording.split())[:LONGEST_NAME] or _("My rule")
    return ruling.Rule(pk, name, conditions, effects, wish.stop)


def store_rule(*, book: Book, by: User, wish: RuleWish, now: datetime) -> Rule:
    """Keep a new rule, which is tried first; raise Refused."""
    draft = drafted(book=book, wish=wish)
    with journal.operation(book=book, by=by, verb="create_rule", now=now) as recorder:
        room_for(book=book, count=1)
        rule = _row(book, draft, wish.active, now)
        first: int | None = Rule.objects.filter(book=book).aggregate(first=Min("position"))["first"]
        rule.position = first - 1 if first is not None else 0
        rule.save()
        recorder.created(rule)
    return rule


def room_for(*, book: Book, count: int) -> None:
    """Raise Refused where so many more rules are too many."""
    if Rule.objects.filter(book=book).count() + count > MOST_RULES:
        raise Refused(_("At most %(count)d rules. Delete one first.") % {"count": MOST_RULES})


def store_all(*, book: Book, wishes: Sequence[RuleWish], recorder: journal.Recorder, now: datetime) -> list[Rule]:
    """Keep rules in their order, after those that are there; inside an operation. Raise Refused."""
    room_for(book=book, count=len(wishes))
    last = Rule.objects.filter(book=book).order_by("-position").values_list("position", flat=True).first() or 0
    rows = []
    for place, wish in enumerate(wishes, start=1):
        row = _row(book, drafted(book=book, wish=wish), wish.active, now)
        row.position = last + place
        row.save()
        recorder.created(row)
        rows.append(row)
    return rows


def amend_rule(*, book: Book, by: User, pk: int, changes: RuleChange, now: datetime) -> Rule:
    """Change what is named; raise Refused, or Rule.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="amend_rule", now=now) as recorder:
        rule = Rule.objects.select_for_update(of=("self",)).get(book=book, pk=pk)
        before = journal.snapshot(rule)
        wish = RuleWish(
            changes.get("name", rule.name),
            changes.get("conditions", rule.conditions),
            changes.get("actions", rule.effects),
            changes.get("active", rule.active),
            changes.get("stop", rule.stop),
        )
        if changes.keys() - {"active"}:
            _fill(rule, drafted(book=book, wish=wish, pk=pk))
        rule.active = wish.active
        rule.save()
        recorder.changed(rule, before)
    return rule


def delete_rule(*, book: Book, by: User, pk: int, now: datetime) -> None:
    """What it filed stays filed. Raise Rule.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="delete_rule", now=now) as recorder:
        rule = Rule.objects.select_for_update(of=("self",)).get(book=book, pk=pk)
        for run in RuleRun.objects.select_for_update(of=("self",)).filter(book=book, rule=rule).order_by("pk"):
            before = journal.snapshot(run)
            run.rule = None
            run.save(update_fields=["rule"])
            recorder.changed(run, before)
        recorder.deleted(rule)
        rule.delete()


def move_rule(*, book: Book, by: User, pk: int, up: bool, now: datetime) -> None:
    """Exchange a rule with its neighbour; the first stays first, the last last. Raise Rule.DoesNotExist."""
    order = list(Rule.objects.filter(book=book).order_by("position", "id").values_list("pk", flat=True))
    if pk not in order:
        raise Rule.DoesNotExist
    place = order.index(pk)
    other = min(max(place + (-1 if up else 1), 0), len(order) - 1)
    order[place], order[other] = order[other], order[place]
    reorder_rules(book=book, by=by, order=order, now=now)


def reorder_rules(*, book: Book, by: User, order: Sequence[int], now: datetime) -> None:
    """Try the rules in this order of their ids; raise Refused unless each rule is named exactly once."""
    with journal.operation(book=book, by=by, verb="reorder_rules", now=now) as recorder:
        rules = {row.pk: row for row in Rule.objects.select_for_update(of=("self",)).filter(book=book).order_by("pk")}
        if sorted(order) != sorted(rules):
            raise Refused(_("Name each rule of the book exactly once."), field="order")
        for place, pk in enumerate(order, start=1):
            row = rules[pk]
            if row.position != place:
                before = journal.snapshot(row)
                row.position = place
                recorder.changed(row, before)
        Rule.objects.bulk_update(rules.values(), ["position"], batch_size=500)


def dismiss_suggestion(*, book: Book, by: User, key: str, now: datetime) -> None:
    """Never suggest this again; raise Refused for what cannot be a suggestion."""
    key = checked_text(key, field="key", length=200, required=True)
    with journal.operation(book=book, by=by, verb="dismiss_suggestion", now=now) as recorder:
        row, created = DismissedSuggestion.objects.get_or_create(book=book, key=key, defaults={"created_at": now})
        if created:
            recorder.created(row)


def _row(book: Book, draft: ruling.Rule, active: bool, now: datetime) -> Rule:
    rule = Rule(book=book, active=active, created_at=now)
    _fill(rule, draft)
    return rule


def _fill(rule: Rule, draft: ruling.Rule) -> None:
    does = ruling.effects_shape(draft.effects)
    rule.name, rule.stop, rule.conditions = draft.name, draft.stop, ruling.shape(draft.conditions)
    rule.category_id = does.pop("category_id", None)
    rule.actions = does


def _known(book: Book, conditions: ruling.Group, effects: ruling.Effects) -> None:
    """Refuse what names an account or category that is not in this book, or a category that is archived."""
    named = {part.category for part in effects.split} | {effects.category}
    wanted = {pk for pk in named if pk is not None}
    if wanted and Category.objects.filter(book=book, pk__in=wanted, archived_at=None).count() != len(wanted):
        raise Refused(_("There is no such category here, or it is archived."), field="actions")
    asked = {int(str(each.value)) for each in ruling.every(conditions) if each.field == "account"}
    _known_accounts(book, asked, "conditions")
    _known_accounts(book, {part.account for part in effects.split if part.account is not None}, "actions")


def _known_accounts(book: Book, ids: set[int], field: str) -> None:
    if ids and Account.objects.filter(book=book, pk__in=ids).count() != len(ids):
        raise Refused(_("There is no such account here."), field=field)

"""The pieces of the dashboard, in the order and with those folded that a person chose in a book."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

UP, DOWN, FOLD, UNFOLD = "up", "down", "fold", "unfold"
MOVES = (UP, DOWN, FOLD, UNFOLD)


@dataclass(frozen=True, slots=True)
class Widget:
    """`wide` is one that takes the whole row."""

    name: str
    title: Any
    wide: bool = False

    @property
    def template(self) -> str:
        return f"reports/_{self.name}.html"


WIDGETS = {
    each.name: each
    for each in (
        Widget("everything", _("Everything in one currency"), wide=True),
        Widget("worth", _("Net worth")),
        Widget("flow", _("This month")),
        Widget("safe", _("Safe to spend")),
        Widget("forecast", _("Forecast")),
        Widget("budgets", _("Budgets")),
        Widget("bills", _("Bills and income")),
        Widget("spending", _("Spending by category")),
        Widget("cash_flow", _("Six months")),
        Widget("goals", _("Goals")),
        Widget("latest", _("Latest")),
        Widget("accounts", _("Accounts")),
        Widget("currencies", _("In other currencies"), wide=True),
    )
}
CHOICES = [(each.name, each.title) for each in WIDGETS.values()]


@dataclass(frozen=True, slots=True)
class Layout:
    """All widgets by name, in order; `folded` are those of which the title alone is shown."""

    order: tuple[str, ...] = tuple(WIDGETS)
    folded: frozenset[str] = frozenset()

    def kept(self) -> dict[str, list[str]]:
        """As it is stored."""
        return {"widgets": list(self.order), "folded": [name for name in self.order if name in self.folded]}


@dataclass(frozen=True, slots=True)
class Placed:
    """A widget where it stands."""

    widget: Widget
    folded: bool
    is_first: bool
    is_last: bool


def layout_of(kept: Mapping[str, Sequence[str]]) -> Layout:
    """What was stored; a widget that it does not know yet stands behind the one that it follows by default."""
    order = [name for name in dict.fromkeys(kept.get("widgets", ())) if name in WIDGETS]
    names = list(WIDGETS)
    for place, name in enumerate(names):
        if name not in order:
            order.insert(order.index(names[place - 1]) + 1 if place else 0, name)
    return Layout(tuple(order), frozenset(kept.get("folded", ())) & WIDGETS.keys())


def moved(layout: Layout, *, name: str, move: str, shown: Collection[str] = tuple(WIDGETS)) -> Layout:
    """Move a widget before or behind the next of those that are `shown`, or fold or unfold it.

    Where there is no next one nothing changes. Raise KeyError for a name or move that does not exist.
    """
    if name not in WIDGETS or move not in MOVES:
        raise KeyError(name)
    if move == FOLD:
        return Layout(layout.order, layout.folded | {name})
    if move == UNFOLD:
        return Layout(layout.order, layout.folded - {name})
    order = list(layout.order if move == DOWN else reversed(layout.order))
    place = order.index(name)
    behind = next((at for at in range(place + 1, len(order)) if order[at] in shown), None)
    if behind is not None:
        order.insert(behind, order.pop(place))
    return Layout(tuple(order if move == DOWN else reversed(order)), layout.folded)


def placed(layout: Layout, *, shown: Iterable[str]) -> list[Placed]:
    """Those that are shown, in order."""
    there = set(shown)
    names = [name for name in layout.order if name in there]
    return [
        Placed(WIDGETS[name], name in layout.folded, is_first=place == 0, is_last=place == len(names) - 1)
        for place, name in enumerate(names)
    ]

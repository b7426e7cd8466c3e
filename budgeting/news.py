"""What there is to tell in a book about budgets and bills: the numbers are those of the pages."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Book
from banking.news import amount_words, day_words
from banking.queries.arriving import read_until
from budgeting.queries import State, Status, standing_on
from budgeting.queries.recurring import Coming, Meeting, costs, upcoming
from notifications.rules import Event, Find

THRESHOLDS = (50, 80, 100)
SOON_DAYS = 3
RISEN = timedelta(days=45)


def budgets(book: Book, now: datetime) -> Iterator[Event]:
    """Each threshold that a budget has reached in its period; only the highest is told, and no lower one later."""
    for each in _standing(book, now):
        percent = 100 if each.state == State.OVER else each.percent or 0
        reached = [threshold for threshold in THRESHOLDS if percent >= threshold]
        for threshold in reached:
            yield _budget_event(each, threshold, silent=threshold != reached[-1])


def _standing(book: Book, now: datetime) -> list[Status]:
    today = book.today(now)
    return standing_on(book=book, day=today, today=today)


def _budget_event(each: Status, threshold: int, *, silent: bool) -> Event:
    over = each.state == State.OVER
    words = _("The budget for %(name)s is exceeded") if over else _("%(percent)d %% of the budget for %(name)s")
    left = each.left.amount
    said = (
        _("%(spent)s of %(available)s spent, %(left)s left.") if left >= 0 else _("%(spent)s of %(available)s spent.")
    )
    return Event(
        key=f"{_line(each)}:{threshold}",
        period=each.period.start.isoformat(),
        title=words % {"name": each.name, "percent": threshold},
        body=amount_words(
            said,
            spent=(each.used, each.currency),
            available=(each.available, each.currency),
            left=(left, each.currency),
        ),
        url=_page_of(each),
        only=each.budget.member_id,
        silent=silent,
    )


def _line(each: Status) -> str:
    member = each.budget.member_id
    return f"{each.category.pk}:{each.budget.cycle.name}" + (f":{member}" if member else "")


def _page_of(each: Status) -> str:
    return f"{reverse('budget', args=[each.budget.pk])}?on={each.period.start.isoformat()}"


def courses(book: Book, now: datetime) -> Iterator[Event]:
    """Budgets that are not exceeded yet and will be, as it looks."""
    for each in _standing(book, now):
        if each.state == State.AHEAD and each.projected is not None:
            yield Event(
                key=_line(each),
                period=each.period.start.isoformat(),
                title=_("The budget for %(name)s is on course to be exceeded") % {"name": each.name},
                body=amount_words(
                    _("%(projected)s by the end, as it looks, of %(available)s."),
                    projected=(each.projected, each.currency),
                    available=(each.available, each.currency),
                ),
                url=_page_of(each),
                only=each.budget.member_id,
            )


def bills_due(book: Book, now: datetime) -> Iterator[Event]:
    """Bills that are expected within three days or were on a day that has just gone."""
    soon = book.today(now) + timedelta(days=SOON_DAYS)
    for each in _bills(book, book.today(now)):
        if each.is_open and each.day <= soon:
            yield _bill(each, _("%(name)s is due"), _("%(amount)s is expected."))


def bills_missed(book: Book, now: datetime) -> Iterator[Event]:
    """Bills that did not come when they were expected, as far as the banks were read."""
    seen = read_until(book=book, today=book.today(now))
    for each in _bills(book, seen) if seen else ():
        if each.state == Meeting.MISSED:
            yield _bill(each, _("%(name)s was not seen"), _("%(amount)s was expected and no such payment is there."))


def _bills(book: Book, today: date) -> list[Coming]:
    found = upcoming(book=book, today=today, days=SOON_DAYS + 1)
    return [each for each in found if each.item.amount < 0]


def _bill(each: Coming, words: str, said: str) -> Event:
    return Event(
        key=str(each.item.pk),
        period=each.day.isoformat(),
        title=words % {"name": each.item.called},
        body=lambda locale: (
            f"{day_words('%(day)s', each.day)(locale)}: "
            f"{amount_words(said, amount=(-each.amount, each.item.currency))(locale)}"
        ),
        private_body=day_words(_("Expected on %(day)s."), each.day),
        url=reverse("recurring"),
    )


def price_rises(book: Book, now: datetime) -> Iterator[Event]:
    """Bills of which the price has lately risen."""
    since = book.today(now) - RISEN
    for each in costs(book=book):
        item = each.item
        before, after = item.price_before, item.price_after
        if each.is_dearer and item.price_on and item.price_on >= since and before is not None and after is not None:
            yield Event(
                key=str(item.pk),
                period=item.price_on.isoformat(),
                title=_("%(name)s costs more") % {"name": item.called},
                body=amount_words(
                    _("%(after)s instead of %(before)s, %(yearly)s a year."),
                    after=(-after, item.currency),
                    before=(-before, item.currency),
                    yearly=(-each.yearly, item.currency),
                ),
                url=reverse("recurring"),
            )


FINDS: dict[str, Find] = {
    "budget": budgets,
    "budget_course": courses,
    "bill_due": bills_due,
    "bill_missed": bills_missed,
    "price_rise": price_rises,
}

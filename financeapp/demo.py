"""A person with linked banks, for a first look and for screenshots. Only on a machine of one's own."""

from datetime import datetime, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET
from plaid.model.products import Products
from plaid.model.sandbox_public_token_create_request import SandboxPublicTokenCreateRequest
from plaid.model.sandbox_public_token_create_request_options import SandboxPublicTokenCreateRequestOptions

from accounts import queries as people
from accounts.actions import open_book
from accounts.books import entered
from accounts.models import Book, BookKind, User
from banking import queries as banking
from banking.actions import link, sync
from banking.actions.errors import AlreadyLinked
from banking.actions.finding import find_matches
from banking.models import Connection, Sync
from banking.providers import registry
from banking.providers.plaid import PlaidFeed
from banking.queries import months_back
from banking.totals import month_of
from budgeting import queries as budgets
from budgeting.actions import Plan, set_budget
from budgeting.actions.finding_recurring import find_recurring
from budgeting.actions.recurring import confirm_recurring
from budgeting.items import ItemState
from budgeting.periods import MONTHLY
from budgeting.queries import recurring
from goals import actions as saving
from goals import queries as goals
from goals.actions import NewDebt, Share, Terms
from goals.planning.debts import Loan
from notifications.actions import look

EMAIL = "demo@example.com"
PASSWORD = "pocketpilot demo"  # noqa: S105  published: it opens only the demonstration on one's own machine
SALT, HOURS = "demo", 12
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
RUNS = 20
PLANNED = "GROCERIES"
"""Inside its group this one has a budget of its own."""

CARDS = (
    NewDebt("Store card", Decimal("640.20"), Decimal("9.9"), Decimal(25)),
    NewDebt("Visa", Decimal("2310.75"), Decimal("19.9"), Decimal(60)),
    NewDebt("Car loan", Decimal("5400.00"), Decimal("6.4"), Decimal(180)),
)


def make(now: datetime) -> User:
    """The demonstration's person with two books and three logins read to the end; what is there already stays."""
    user = User.objects.filter(email=EMAIL).first() or User.objects.create_user(EMAIL, PASSWORD, name="Maya Moreno")
    EmailAddress.objects.get_or_create(user=user, email=EMAIL, defaults={"verified": True, "primary": True})
    personal = _book(user, BookKind.PERSONAL, "Personal", now)
    studio = _book(user, BookKind.BUSINESS, "Moreno Studio", now)
    _link(personal, user, "user_good", "ins_109508", now)
    _link(personal, user, "user_student", "ins_109512", now)
    _link(studio, user, "user_freelance", "ins_109510", now)
    for book in (personal, studio):
        find_matches(book=book, now=now)
        find_recurring(book=book, now=now)
    with entered(personal):
        _plan(personal, user, now)
        _expect(personal, user, now)
        _aim(personal, user, now)
    for book in (personal, studio):
        look(book=book, now=now)
    return user


def address_for(user: User) -> str:
    """A link that signs in as this person for some hours; it works only where the site is local."""
    return f"{settings.SITE_URL}{reverse('demo', args=[signing.dumps(user.pk, salt=SALT)])}"


@require_GET
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Follow such a link."""
    if not settings.LOCAL:
        raise Http404
    try:
        user = User.objects.get(pk=signing.loads(token, salt=SALT, max_age=HOURS * 3600), email=EMAIL)
    except (signing.BadSignature, User.DoesNotExist) as error:
        raise Http404 from error
    login(request, user, backend=BACKEND)
    return redirect("dashboard")


def _plan(book: Book, user: User, now: datetime) -> None:
    """Budgets for what is usually spent, since three months ago; some is rolled over."""
    if budgets.budget_rows(book=book).exists():
        return
    start = months_back(month_of(book.today(now)), 3)
    found = budgets.suggestions(book=book, cycle=MONTHLY, day=book.today(now))
    apart = {each.category.parent_id: each.amount for each in found if each.category.code == PLANNED}
    for place, each in enumerate(found):
        if each.is_group or each.category.code == PLANNED:
            amount = each.amount - apart.get(each.category.pk, 0)
            rollover = ("both", "surplus", "none")[place % 3]
            set_budget(book=book, by=user, plan=Plan(each.category, amount, start, rollover=rollover), now=now)


def _expect(book: Book, user: User, now: datetime) -> None:
    """All but the last two of what was found are confirmed, so that there is something to decide about."""
    found = recurring.items(book=book)
    if not found.exclude(state=ItemState.SUGGESTED).exists():
        for row in list(found)[:-2]:
            confirm_recurring(book=book, by=user, pk=row.pk, now=now)


def _aim(book: Book, user: User, now: datetime) -> None:
    """Something saved for in an account, something by hand that is behind, and debts to be paid off."""
    if goals.goals(book=book).exists():
        return
    today = book.today(now)
    held = [each for each in banking.accounts(book=book, today=today) if not each.is_owed and each.balance > 0]
    shares = [Share(each.account, percent=Decimal(40)) for each in sorted(held, key=lambda one: -one.balance)[:1]]
    due, begun = today.replace(day=1) + timedelta(days=540), now - timedelta(days=130)
    rain = Terms(target=Decimal(20_000), due_on=due, priority=1, shares=shares)
    trip = Terms(target=Decimal(1800), pace=Decimal(150))
    debts = Terms(kind="debt", extra=Decimal(120), loan=Loan(Decimal("8.9"), Decimal(150), 36), debts=CARDS)
    for name, terms, start in (
        ("Rainy days", rain, now),
        ("Trip to Lisbon", trip, begun),
        ("Free of debts", debts, now),
    ):
        saving.set_goal(book=book, by=user, name=name, terms=terms, now=start)
    lisbon = goals.goals(book=book).get(name="Trip to Lisbon").pk
    for days, amount in ((120, 150), (60, 120), (10, 80)):
        day = today - timedelta(days=days)
        saving.contribute(book=book, by=user, pk=lisbon, amount=Decimal(amount), day=day, now=now)


def _book(user: User, kind: str, name: str, now: datetime) -> Book:
    known = {m.book.name: m.book for m in people.memberships(user=user)}
    return known.get(name) or open_book(
        user=user, kind=kind, name=name, currency="USD", time_zone="America/Los_Angeles", now=now
    )


def _link(book: Book, user: User, login_name: str, institution: str, now: datetime) -> None:
    vendor = registry.vendor("plaid")
    assert isinstance(vendor.feed, PlaidFeed)
    request = SandboxPublicTokenCreateRequest(
        institution_id=institution,
        initial_products=[Products("transactions")],
        options=SandboxPublicTokenCreateRequestOptions(override_username=login_name, override_password="pass_good"),  # noqa: S106  the pretend bank's
    )
    token = vendor.feed.client.call(vendor.feed.api.sandbox_public_token_create, request)["public_token"]
    try:
        connection = link.exchange(book=book, user=user, vendor=vendor, public_token=token, now=now).connection
    except AlreadyLinked:
        return
    for _ in range(RUNS):
        run = sync.sync(book=book, connection_id=connection.pk, feed=vendor.feed, clock=timezone.now)
        with entered(book):
            if Connection.objects.get(pk=connection.pk).complete and run.status == Sync.Status.SUCCESS:
                return

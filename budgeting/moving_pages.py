"""The pages that give out money: from one budget to another, from and to what is to assign; and how a book plans."""

from decimal import Decimal
from functools import partial

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.once import once
from accounts.pages import BookRequest
from banking.templatetags.figures import formatted, reader_of
from banking.views.panels import done, edit_page, refuse, sorry, status_of
from budgeting import actions
from budgeting.actions import Refused
from budgeting.forms import ASSIGN, MoveForm
from budgeting.models import Budget, Mode
from budgeting.queries import Status, ToAssign
from budgeting.views import TOPIC, Place, assignable, board_at, place_of, shown, status_in


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def move(request: BookRequest) -> HttpResponse:
    """Take from one budget and give to another."""
    place = place_of(request)
    board = board_at(request, place)
    there = assignable(request, today_in=board.today in board.period)
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        places=_places(request, board.statuses, there),
        initial={name: request.GET.get(name, "") for name in ("source", "target", "amount")},
    )
    if form.is_bound and form.is_valid():
        try:
            once(request, partial(_move, request, place, **form.cleaned_data))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Moved."), back=place.address, topic=TOPIC)
    context = {"form": form, "button": _("Move money"), "address": request.get_full_path()}
    return shown(request, "frame/_panel_form.html", context, _("Move money"), place, status_of(form))


def _places(request: BookRequest, statuses: tuple[Status, ...], there: ToAssign | None) -> list[tuple[int | str, str]]:
    """Budgets and what is to assign, each with what is left there."""
    locale = reader_of({"request": request})  # type: ignore[arg-type]  # all that it reads of a context

    def left(amount: Decimal, currency: str) -> str:
        return _("%(amount)s left") % {"amount": formatted(amount, currency, locale)}

    found: list[tuple[int | str, str]] = []
    if there is not None:
        found.append((ASSIGN, f"{_('To assign')} ({left(there.amount, there.currency)})"))
    return found + [(each.budget.pk, f"{each.name} ({left(each.left.amount, each.currency)})") for each in statuses]


@require_POST
@edit_page
def assign_rest(request: BookRequest, pk: int) -> HttpResponse:
    """Give all that is to assign to one envelope."""
    status = status_in(request, pk)
    place = Place(status.budget.cycle, status.period.start)
    try:
        _move(request, place, source=None, target=status.budget.pk, amount=None)
    except Refused as error:
        return sorry(request, str(error), back=place.address)
    return done(request, _("Every coin has a job."), back=place.address, topic=TOPIC)


def _move(request: BookRequest, place: Place, *, source: int | None, target: int | None, amount: Decimal | None) -> int:
    now = timezone.now()
    try:
        made = actions.move_money(
            book=request.book,
            by=request.user,
            source=source,
            target=target,
            amount=amount,
            day=place.day,
            today=request.book.today(now),
            now=now,
        )
    except Budget.DoesNotExist as error:
        raise Http404 from error
    return made.pk


@require_POST
@edit_page
def choose_mode(request: BookRequest) -> HttpResponse:
    """Plan with limits, or with envelopes."""
    place = place_of(request)
    try:
        row = actions.choose_mode(
            book=request.book, by=request.user, mode=request.POST.get("mode", ""), now=timezone.now()
        )
    except Refused as error:
        return sorry(request, str(error), back=place.address)
    envelopes = row.mode == Mode.ENVELOPES
    message = _("Now every coin gets a job.") if envelopes else _("Budgets are limits now.")
    return done(request, message, back=place.address, topic=TOPIC)

"""Members of a book, invitations to it, and accepting one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, attempts, letters, origin, queries
from accounts.actions.members import digest_of
from accounts.forms import InvitationForm, RoleForm
from accounts.middleware import SESSION_KEY
from accounts.models import Invitation, Membership, Role
from accounts.once import once
from accounts.views.books import membership_or_404
from accounts.views.people import status_of, user_of

LAST_OWNER = gettext_lazy("A book must keep an owner. Make somebody else an owner first.")
MEMBER_ALREADY = gettext_lazy("This person is in the book already.")


@require_safe
@login_required
def members(request: HttpRequest, book_id: int) -> HttpResponse:
    return _members_page(request, membership_or_404(request, book_id), InvitationForm())


def _members_page(request: HttpRequest, mine: Membership, form: InvitationForm) -> HttpResponse:
    context = {
        "mine": mine,
        "book": mine.book,
        "members": queries.members(book=mine.book),
        "invitations": queries.open_invitations(book=mine.book, now=timezone.now()),
        "form": form,
        "roles": Role.choices,
    }
    return render(request, "accounts/members.html", context, status=status_of(form))


@require_POST
@login_required
def invite(request: HttpRequest, book_id: int) -> HttpResponse:
    mine = membership_or_404(request, book_id, role=Role.OWNER)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _members_page(request, mine, form)
    try:
        made = _invited(request, mine, form)
    except actions.AlreadyMember:
        form.add_error("email", MEMBER_ALREADY)
        return _members_page(request, mine, form)
    for invitation, token in made:
        letters.send_invitation(request=request, invitation=invitation, token=token)
    messages.success(request, _("The invitation is on its way."))
    return redirect("members", book_id)


def _invited(request: HttpRequest, mine: Membership, form: InvitationForm) -> list[tuple[Invitation, str]]:
    """The invitation with its token; none where the form was sent before."""
    made = []

    def write() -> str:
        attempts.count("invite", str(mine.user_id))
        who, when, where = user_of(request), timezone.now(), origin.of(request)
        made.append(actions.invite(book=mine.book, by=who, now=when, origin=where, **form.cleaned_data))
        return str(made[0][0].pk)

    once(request, write)
    return made


@require_POST
@login_required
def withdraw_invitation(request: HttpRequest, book_id: int, invitation_id: int) -> HttpResponse:
    mine = membership_or_404(request, book_id, role=Role.OWNER)
    invitation = get_object_or_404(Invitation, pk=invitation_id, book=mine.book, accepted_at=None)
    actions.withdraw(invitation=invitation, by=user_of(request), now=timezone.now(), origin=origin.of(request))
    messages.success(request, _("The invitation is withdrawn. Its link no longer works."))
    return redirect("members", book_id)


@require_POST
@login_required
def change_role(request: HttpRequest, book_id: int, user_id: int) -> HttpResponse:
    mine = membership_or_404(request, book_id, role=Role.OWNER)
    theirs = get_object_or_404(queries.members(book=mine.book), user_id=user_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("There is no such role."))
        return redirect("members", book_id)
    try:
        actions.change_role(
            book=mine.book,
            user=theirs.user,
            role=form.cleaned_data["role"],
            by=user_of(request),
            now=timezone.now(),
            origin=origin.of(request),
        )
        messages.success(request, _("The role is changed."))
    except actions.LastOwner:
        messages.error(request, LAST_OWNER)
    return redirect("members", book_id)


@require_POST
@login_required
def remove_member(request: HttpRequest, book_id: int, user_id: int) -> HttpResponse:
    """An owner removes anybody; everybody may remove themselves, which is leaving."""
    leaving = user_id == user_of(request).pk
    mine = membership_or_404(request, book_id, role=Role.VIEWER if leaving else Role.OWNER)
    theirs = get_object_or_404(queries.members(book=mine.book), user_id=user_id)
    try:
        actions.remove(
            book=mine.book, user=theirs.user, by=user_of(request), now=timezone.now(), origin=origin.of(request)
        )
    except actions.LastOwner:
        messages.error(request, LAST_OWNER)
        return redirect("members", book_id)
    messages.success(request, _("You have left the book.") if leaving else _("They can no longer see the book."))
    return redirect("books") if leaving else redirect("members", book_id)


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an e-mailed link opens. Looking changes nothing; accepting takes a signed-in user and a button."""
    found = queries.invitations(digest=digest_of(token), now=timezone.now()).first()
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    if request.method == "POST":
        if not request.user.is_authenticated:
            raise Http404
        return _accept(request, found, token)
    return _invitation_page(request, found)


def _invitation_page(request: HttpRequest, found: Invitation, *, status: int = 200) -> HttpResponse:
    mine = request.user.is_authenticated and queries.is_for(invitation=found, user=user_of(request))
    return render(request, "accounts/invitation.html", {"invitation": found, "mine": mine}, status=status)


def _accept(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    try:
        membership = actions.accept(token=token, user=user_of(request), now=timezone.now(), origin=origin.of(request))
    except actions.NoSuchInvitation:
        return render(request, "accounts/invitation_gone.html", status=404)
    except actions.WrongPerson:
        return _invitation_page(request, found, status=403)
    except actions.AlreadyMember:
        messages.info(request, _("You are in this book already."))
        return redirect("books")
    request.session[SESSION_KEY] = membership.book_id
    messages.success(request, _("Welcome. You are in the book now."))
    return redirect("/")

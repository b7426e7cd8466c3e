"""A person's own pages: profile, security, devices, activity."""

from typing import cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, audit, origin, queries
from accounts.forms import ProfileForm
from accounts.models import AuditKind, SignIn, User
from accounts.paging import BadCursor, page_of


def user_of(request: HttpRequest) -> User:
    """The signed-in person."""
    return cast(User, request.user)


def status_of(form: BaseForm) -> int:
    """422 for a form that was refused."""
    return 422 if form.errors else 200


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(pk=user_of(request).pk)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        actions.amend_user(user=user, changes=form.changes())
        messages.success(request, _("Saved."))
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form}, status=status_of(form))


@require_safe
@login_required
def security(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    factors = list(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    context = {
        "has_password": user.has_usable_password(),
        "addresses": EmailAddress.objects.filter(user_id=user.pk).order_by("-primary", "email"),
        "has_totp": Authenticator.Type.TOTP in factors,
        "has_codes": Authenticator.Type.RECOVERY_CODES in factors,
        "keys": factors.count(Authenticator.Type.WEBAUTHN),
    }
    return render(request, "accounts/security.html", context)


@require_safe
@login_required
def devices(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    sessions = sorted(UserSession.objects.purge_and_list(user), key=lambda s: s.last_seen_at, reverse=True)
    sign_ins = queries.sign_ins(user=user, now=timezone.now())
    return render(request, "accounts/devices.html", {"sessions": sessions, "sign_ins": sign_ins})


@require_POST
@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=session_id, user_id=user_of(request).pk)
    _note_ended(request, 1)
    session.end()
    messages.success(request, _("That browser is signed out."))
    return redirect("devices")


@require_POST
@login_required
def end_sign_in(request: HttpRequest, sign_in_id: int) -> HttpResponse:
    found = SignIn.objects.filter(user_id=user_of(request).pk, revoked_at=None).select_related("user")
    actions.sign_out(sign_in=get_object_or_404(found, pk=sign_in_id), origin=origin.of(request), now=timezone.now())
    messages.success(request, _("That client is signed out."))
    return redirect("devices")


@require_POST
@login_required
def end_all(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    others = UserSession.objects.filter(user_id=user.pk).exclude(session_key=request.session.session_key)
    ended = actions.end_all(user=user, now=timezone.now())
    for session in others:
        session.end()
        ended += 1
    _note_ended(request, ended)
    messages.success(request, _("Every other device is signed out."))
    return redirect("devices")


def _note_ended(request: HttpRequest, count: int) -> None:
    user = user_of(request)
    audit.record(
        kind=AuditKind.SESSIONS_ENDED, subject=user, by=user, origin=origin.of(request), details={"count": count}
    )


@require_safe
@login_required
def activity(request: HttpRequest) -> HttpResponse:
    found = queries.audit_events(user=user_of(request))
    try:
        page = page_of(found, cursor=request.GET.get("page"))
    except BadCursor as error:
        raise Http404 from error
    people = {f"user:{pk}": name for pk, name in queries.fellows(user=user_of(request)).items()}
    people[f"user:{user_of(request).pk}"] = _("You")
    return render(request, "accounts/activity.html", {"page": page, "people": people})

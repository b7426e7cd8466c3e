"""How a person is told: the page of their choices, their phones and browsers."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from notifications import actions, queries
from notifications.actions import NotAllowed
from notifications.channels import configured, push
from notifications.forms import CodeForm, MannerForm, PhoneForm, table, ticked
from notifications.kinds import Channel
from notifications.models import Device
from notifications.tasks import enqueue_code


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    choices, channels = queries.choices(user=user), queries.channels()
    form = MannerForm(request.POST or None, instance=queries.manner(user=user))
    if request.method == "POST" and form.is_valid():
        actions.choose(user=user, choices=ticked(request.POST, choices, channels), manner=form.manner())
        messages.success(request, _("Saved."))
        return redirect("notification_preferences")
    return _page(request, form=form)


def _page(request: HttpRequest, **forms: object) -> HttpResponse:
    user = _user(request)
    choices, channels = queries.choices(user=user), queries.channels()
    context = {
        "rows": table(choices, channels),
        "channels": channels,
        "form": MannerForm(instance=queries.manner(user=user)),
        "phone_form": PhoneForm(),
        "code_form": CodeForm(),
        "devices": queries.devices(user=user),
        "sms": configured(Channel.SMS),
        "push_key": push.public_key(),
        **forms,
    }
    refused = any(getattr(form, "errors", None) for form in forms.values())
    return render(request, "notifications/preferences.html", context, status=422 if refused else 200)


@require_POST
@login_required
def add_phone(request: HttpRequest) -> HttpResponse:
    if not configured(Channel.SMS):
        raise Http404
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _page(request, phone_form=form)
    try:
        row = actions.add_phone(user=_user(request), number=form.cleaned_data["number"], now=timezone.now())
    except NotAllowed as error:
        form.add_error(None, str(error))
        return _page(request, phone_form=form)
    return _on_its_way(request, row)


@require_POST
@login_required
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _device(request, pk), CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, code_form=form)
    try:
        actions.verify(device=row, code=form.cleaned_data["code"].strip(), now=timezone.now())
    except NotAllowed as error:
        form.add_error("code", str(error))
        return _page(request, code_form=form)
    messages.success(request, _("This phone is yours. Choose above what it is told."))
    return redirect("notification_preferences")


@require_POST
@login_required
def send_code(request: HttpRequest, pk: int) -> HttpResponse:
    row = _device(request, pk)
    try:
        actions.allow_code(device=row, now=timezone.now())
    except NotAllowed as error:
        messages.error(request, str(error))
        return redirect("notification_preferences")
    return _on_its_way(request, row)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    actions.remove_device(device=_device(request, pk))
    messages.success(request, _("Nothing is sent there any more."))
    return redirect("notification_preferences")


def _on_its_way(request: HttpRequest, row: Device) -> HttpResponse:
    """Send a code to a phone that needs one."""
    if row.verified_at is None:
        enqueue_code(device_id=row.pk)
        messages.success(request, _("A code is on its way to your phone."))
    return redirect("notification_preferences")


def _device(request: HttpRequest, pk: int) -> Device:
    try:
        return queries.device(user=_user(request), pk=pk)
    except (Device.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)

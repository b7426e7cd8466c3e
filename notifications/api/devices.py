"""Where a person is reached besides, over the API."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import CreatingView
from accounts.models import User
from notifications import actions, queries
from notifications.actions import NotAllowed
from notifications.api import shapes
from notifications.channels import configured, outbound, push, sealing
from notifications.kinds import Channel
from notifications.models import Device
from notifications.tasks import enqueue_code

GONE = {204: OpenApiResponse(description="Nothing is sent there any more.")}
OFF = gettext_lazy("This installation sends none.")


class DeviceView(CreatingView):
    @property
    def throttle_scope(self) -> str:
        """What sends a text or tries a code counts as signing in does."""
        return "auth" if self.request.method == "POST" else ""

    def named(self, pk: int) -> Device:
        try:
            return queries.device(user=self.user, pk=pk)
        except (Device.DoesNotExist, OverflowError) as error:
            raise NotFound(_("There is no such device.")) from error

    def unverified(self, pk: int) -> Device:
        """A phone of the person's that still needs its code."""
        row = self.named(pk)
        if row.verified_at is not None:
            raise ValidationError({"non_field_errors": [_("This is verified already.")]})
        return row


class Devices(DeviceView):
    """Browsers and phones that you are reached at. A number is shown masked."""

    network = True  # the name of a push service is looked up; adding is one transaction by itself

    @extend_schema(operation_id="devices_list", responses=shapes.DevicesShape)
    def get(self, request: Request) -> Response:
        found = [shapes.device(row) for row in queries.devices(user=self.user)]
        return Response({"results": found, "push_key": push.public_key()})

    @extend_schema(operation_id="devices_create", request=shapes.DeviceInput, responses={201: shapes.DeviceShape})
    def post(self, request: Request) -> Response:
        """Add one. A phone is sent a code, which makes it yours at `verify`."""
        body = shapes.DeviceInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        try:
            if given["kind"] == Device.Kind.PHONE:
                row = self._phone(given["number"])
            else:
                row = subscribe(self.user, given["endpoint"], **given["keys"])
        except NotAllowed as error:
            raise ValidationError({"non_field_errors": [str(error)]}) from error
        return Response(shapes.device(row), status=201)

    def _phone(self, number: str) -> Device:
        if not configured(Channel.SMS):
            raise ValidationError({"kind": [OFF]})
        row = actions.add_phone(user=self.user, number=number, now=timezone.now())
        if row.verified_at is None:
            enqueue_code(device_id=row.pk)
        return row


def subscribe(user: User, endpoint: str, p256dh: str, auth: str) -> Device:
    """Keep a browser's subscription; raise ValidationError, NotAllowed."""
    if not configured(Channel.PUSH):
        raise ValidationError({"kind": [OFF]})
    try:
        outbound.place_of(endpoint, loopback=settings.PUSH_LOOPBACK)
        sealing.keys_of(p256dh, auth)
    except outbound.Forbidden as error:
        raise ValidationError({"endpoint": [str(error)]}) from error
    except sealing.BadKeys as error:
        raise ValidationError({"keys": [str(error)]}) from error
    hint = urlsplit(endpoint).hostname or ""
    return actions.add_push(user=user, endpoint=endpoint, p256dh=p256dh, auth=auth, hint=hint, now=timezone.now())


class OneDevice(DeviceView):
    """DELETE: send nothing there any more."""

    @extend_schema(operation_id="devices_destroy", responses=GONE)
    def delete(self, request: Request, pk: int) -> Response:
        actions.remove_device(device=self.named(pk))
        return Response(status=204)


class VerifyDevice(DeviceView):
    """POST: the code that a phone was sent. Five tries, ten minutes."""

    network = True  # a wrong try counts, so it is not rolled back

    @extend_schema(operation_id="devices_verify", request=shapes.CodeInput, responses=shapes.DeviceShape)
    def post(self, request: Request, pk: int) -> Response:
        row = self.unverified(pk)
        body = shapes.CodeInput(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            actions.verify(device=row, code=body.validated_data["code"].strip(), now=timezone.now())
        except NotAllowed as error:
            raise ValidationError({"code": [str(error)]}) from error
        return Response(shapes.device(row))


class SendCode(DeviceView):
    """POST: another code for a phone that is not verified yet."""

    @extend_schema(operation_id="devices_send_code", request=None, responses={202: shapes.DeviceShape})
    def post(self, request: Request, pk: int) -> Response:
        row = self.unverified(pk)
        try:
            actions.allow_code(device=row, now=timezone.now())
        except NotAllowed as error:
            raise ValidationError({"non_field_errors": [str(error)]}) from error
        enqueue_code(device_id=row.pk)
        return Response(shapes.device(row), status=202)

"""Signed-in browsers and API clients."""

from allauth.usersessions.models import UserSession
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, audit, origin, queries
from accounts.api.views import PersonView
from accounts.models import AuditKind, SignIn
from accounts.serializers import ClientShape

DONE = {204: OpenApiResponse(description="Signed out.")}


class DeviceView(PersonView):
    """An endpoint that signs devices out."""

    def note_ended(self, request: Request, count: int) -> None:
        where = origin.of(request._request)
        audit.record(
            kind=AuditKind.SESSIONS_ENDED, subject=self.user, by=self.user, origin=where, details={"count": count}
        )


class Devices(DeviceView):
    """GET: where the user is signed in. DELETE: sign out everywhere but here."""

    @extend_schema(operation_id="sessions_list", responses=ClientShape(many=True))
    def get(self, request: Request) -> Response:
        clients = [_client(row, request) for row in queries.sign_ins(user=self.user, now=timezone.now())]
        browsers = [_browser(row, request) for row in UserSession.objects.purge_and_list(self.user)]
        found = sorted([*clients, *browsers], key=lambda device: str(device["used_at"]), reverse=True)
        return Response(ClientShape(found, many=True).data)

    @extend_schema(operation_id="sessions_end_all", responses=DONE)
    def delete(self, request: Request) -> Response:
        now = timezone.now()
        clients = SignIn.objects.filter(user=self.user, revoked_at=None)
        here = request.auth.pk if isinstance(request.auth, SignIn) else 0
        ended = clients.exclude(pk=here).update(revoked_at=now)
        for session in UserSession.objects.filter(user_id=self.user.pk).exclude(session_key=_key(request)):
            session.end()
            ended += 1
        self.note_ended(request, ended)
        return Response(status=204)


class OneDevice(DeviceView):
    """DELETE: sign one device out, by its id from the list."""

    @extend_schema(operation_id="sessions_end", responses=DONE)
    def delete(self, request: Request, kind: str, device_id: int) -> Response:
        if kind == "browser":
            session = UserSession.objects.filter(pk=device_id, user_id=self.user.pk).first()
            if session is None:
                raise NotFound(_("There is no such device."))
            session.end()
            self.note_ended(request, 1)
            return Response(status=204)
        found = SignIn.objects.filter(pk=device_id, user=self.user, revoked_at=None).select_related("user").first()
        if found is None:
            raise NotFound(_("There is no such device."))
        actions.sign_out(sign_in=found, origin=origin.of(request._request), now=timezone.now())
        return Response(status=204)


def _key(request: Request) -> str | None:
    return request._request.session.session_key


def _client(row: SignIn, request: Request) -> dict[str, object]:
    return {
        "id": f"client/{row.pk}",
        "kind": "client",
        "user_agent": row.user_agent,
        "address": row.address,
        "used_at": row.used_at,
        "current": row.pk == getattr(request.auth, "pk", None),
    }


def _browser(row: UserSession, request: Request) -> dict[str, object]:
    return {
        "id": f"browser/{row.pk}",
        "kind": "browser",
        "user_agent": row.user_agent,
        "address": row.ip,
        "used_at": row.last_seen_at,
        "current": row.session_key == _key(request),
    }

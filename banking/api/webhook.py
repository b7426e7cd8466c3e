"""What a provider sends by itself: believed only when it is signed, answered at once, done by a worker."""

from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from banking import tasks
from banking.actions import connections
from banking.api.refusing import ERROR
from banking.providers.base import BankError, Forged
from banking.providers.registry import vendor

log = structlog.get_logger(__name__)


class TooLarge(exceptions.APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = _("The body is too large.")


class NotSigned(exceptions.APIException):
    status_code = 401
    default_code = "forged"


class Uncheckable(exceptions.APIException):
    status_code = 503
    default_code = "unavailable"
    default_detail = _("The signature cannot be checked now.")
    wait = 30


class PlaidWebhook(APIView):
    """POST, by Plaid alone: notice of what is new at a bank. Whoever else calls is refused and changes nothing."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes: list[Any] = []

    @extend_schema(
        operation_id="webhook_plaid",
        parameters=[
            OpenApiParameter(
                "Plaid-Verification",
                str,
                OpenApiParameter.HEADER,
                description="A JWT signed with ES256 that holds the hash of the body, five minutes old at most.",
            )
        ],
        request={"application/json": {"type": "object"}},
        responses={
            200: inline_serializer("WebhookHeard", {"status": serializers.CharField()}),
            401: OpenApiResponse(ERROR, "Not signed by Plaid, or too long ago."),
            413: OpenApiResponse(ERROR, "The body is too large."),
            503: OpenApiResponse(ERROR, "The signature cannot be checked now; Plaid sends it again."),
        },
    )
    def post(self, request: Request) -> Response:
        """Verify the signature over the raw bytes, note what is asked for, enqueue. An unknown login is ignored."""
        body = request._request.body
        if len(body) > settings.MAX_WEBHOOK_BYTES:
            raise TooLarge
        now = timezone.now()
        try:
            notice = vendor("plaid").webhooks.verify(body=body, headers=request.headers, now=now)
        except Forged as error:
            log.warning("webhook_refused", reason=str(error))
            raise NotSigned(str(error)) from error
        except BankError as error:
            raise Uncheckable from error
        if notice.topic == "linked":
            session = connections.link_ended(link_token=notice.link_token, now=now)
            if session is not None:
                tasks.enqueue_link(book_id=session[0], session_id=session[1])
        else:
            tasks.enqueue(connections.hear(notice=notice, provider="plaid", now=now))
        log.info("webhook_heard", topic=notice.topic)
        return Response({"status": "heard"})

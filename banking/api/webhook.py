"""What a provider sends by itself: believed only when it is signed, answered at once, done by a worker."""

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from banking import tasks
from banking.actions import connections
from banking.providers.base import BankError, Forged
from banking.providers.registry import vendor

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def plaid(request: HttpRequest) -> HttpResponse:
    """Verify the signature over the raw bytes, note what is asked for, enqueue. An unknown login is ignored."""
    body = request.body
    if len(body) > settings.MAX_WEBHOOK_BYTES:
        return _refused("too_large", "The body is too large.", 413)
    try:
        notice = vendor("plaid").webhooks.verify(body=body, headers=request.headers, now=timezone.now())
    except Forged as reason:
        log.warning("webhook_refused", reason=str(reason))
        return _refused("forged", str(reason), 401)
    except BankError:
        return _refused("unavailable", "The signature cannot be checked now.", 503)
    if notice.topic == "linked":
        session = connections.link_ended(link_token=notice.link_token, now=timezone.now())
        if session is not None:
            tasks.enqueue_link(book_id=session[0], session_id=session[1])
    else:
        tasks.enqueue(connections.hear(notice=notice, provider="plaid", now=timezone.now()))
    log.info("webhook_heard", topic=notice.topic)
    return JsonResponse({"status": "heard"})


def _refused(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)

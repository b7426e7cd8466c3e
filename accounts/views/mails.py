"""The mails of a local machine, for somebody who has no mail server."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import outbox


@never_cache
@require_safe
def outbox_page(request: HttpRequest) -> HttpResponse:
    if not outbox.is_readable(request):
        raise Http404
    return render(request, "accounts/outbox.html", {"letters": outbox.letters()})


@never_cache
@require_safe
def outbox_letter(request: HttpRequest, name: str) -> HttpResponse:
    letter = outbox.letter(name) if outbox.is_readable(request) else None
    if letter is None:
        raise Http404
    return render(request, "accounts/letter.html", {"letter": letter})

"""A stored file as an answer that can do nothing in a browser but be looked at or saved."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from banking import vault
from banking.models import Attachment

CLOSED = "default-src 'none'; sandbox; frame-ancestors 'none'"


def served(attachment: Attachment) -> HttpResponse:
    """The bytes, never sniffed and never run; an image may be shown in a page. Raise vault.Gone."""
    content = vault.get(book_id=attachment.book_id, name=attachment.file)
    response = HttpResponse(content, content_type=attachment.kind)
    disposition = content_disposition_header(not attachment.is_shown, attachment.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = CLOSED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response

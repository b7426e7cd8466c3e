"""E-mail, through whatever Django sends with: SMTP, SendGrid, or the files of a local machine."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from notifications.channels.base import Message, Refused, TryAgain, Unknown

LASTING = range(500, 600)


def configured() -> bool:
    """Always: without a server, mail is written to files."""
    return True


def send(message: Message) -> None:
    """Send it under a Message-ID that is the same at every attempt, so that a mailbox keeps one of two."""
    try:
        _letter(message).send()
    except AnymailAPIError as error:  # an OSError, too
        code = error.status_code or 0
        lasting = 400 <= code < 500 and code not in {401, 403, 408, 429}
        raise (Refused if lasting else TryAgain)(f"SendGrid {code}") from error
    except AnymailError as error:
        raise Refused(type(error).__name__) from error
    except SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        raise (Refused if all(code in LASTING for code in codes) else TryAgain)(f"SMTP {codes}") from error
    except SMTPResponseException as error:
        raise TryAgain(f"SMTP {error.smtp_code}") from error  # about us, not about who is written to
    except TimeoutError as error:
        raise Unknown("no answer in time") from error
    except (SMTPException, OSError) as error:
        raise TryAgain(type(error).__name__) from error


def _letter(message: Message) -> EmailMultiAlternatives:
    context: dict[str, Any] = {"message": message, "site_name": message.sender_name}
    letter = EmailMultiAlternatives(
        subject=_subject(message),
        body=render_to_string("notifications/mail/message.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to],
        headers={
            "Message-ID": f"<{message.reference}@{message.site}>",
            "List-Unsubscribe": f"<{message.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    letter.metadata = {"delivery": message.reference}  # type: ignore[attr-defined]  # anymail's: SendGrid tells it back
    letter.attach_alternative(render_to_string("notifications/mail/message.html", context), "text/html")
    return letter


def _subject(message: Message) -> str:
    if len(message.lines) == 1:
        return " ".join(message.lines[0].title.split())
    return _("%(count)d things in %(book)s") % {"count": len(message.lines), "book": " ".join(message.book.split())}

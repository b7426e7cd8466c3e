"""Text that people type and others read: one line, and nothing in it that hides or turns round what is shown."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
JOINERS = {"\u200c", "\u200d"}  # needed to write Persian, Indic scripts and some emoji


def hidden_in(text: str) -> set[str]:
    """The control, direction and other invisible characters of a text."""
    return {c for c in text if unicodedata.category(c) in HIDDEN and c not in JOINERS}


def plain_text(text: str) -> None:
    """Validator: raise ValidationError if the text holds control or direction-changing characters."""
    if hidden_in(text):
        raise ValidationError(
            _("This holds invisible characters (control or text-direction marks). Please type it without them."),
            code="invisible",
        )


def plain_lines(text: str) -> None:
    """Validator like `plain_text` for notes: line breaks and tabs are welcome."""
    plain_text(text.translate({ord(c): " " for c in "\r\n\t"}))


def tidied(text: str, *, length: int) -> str:
    """The text without hidden characters, cut to a length: for names that come from elsewhere, such as Google."""
    hidden = hidden_in(text)
    return "".join(" " if c in hidden else c for c in text).strip()[:length]

"""Rows for clients that still speak the first version of the categories."""

from sandboxbank.encoding import decode, encode
from sandboxbank.movements import OLD_NAMES, primary


def in_old_terms(transaction: str) -> str:
    """The transaction's JSON with its category renamed as version 1 has it."""
    shown = decode(transaction)
    assert isinstance(shown, dict)
    category = shown["personal_finance_category"]
    if category:
        detailed = OLD_NAMES.get(category["detailed"], category["detailed"])
        category |= {"detailed": detailed, "primary": primary(detailed), "version": "v1"}
    return encode(shown)

"""Rows for clients that still speak the first version of the categories."""

from sandboxbank.encoding import Prepared, decode
from sandboxbank.movements import OLD_NAMES, primary


def in_old_terms(whole: Prepared) -> dict[str, object]:
    """The transaction with its category renamed as version 1 has it."""
    shown = decode(whole)
    assert isinstance(shown, dict)
    category = shown["personal_finance_category"]
    if category:
        detailed = OLD_NAMES.get(category["detailed"], category["detailed"])
        category |= {"detailed": detailed, "primary": primary(detailed), "version": "v1"}
    return shown

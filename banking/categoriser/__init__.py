"""Which category a bank row belongs to, how sure that is, and why.

    from banking import categoriser

    categoriser.categorise_one("STARBUCKS COFFEE 1234", Decimal("-5.50"))   # Decision(label='COFFEE', ...)

Knows neither Django nor the database: rules, history and labels are passed in.
"""

from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from banking.categoriser.artefact import ModelUnavailable, load, stamp
from banking.categoriser.codes import CODES, SYSTEM_CATEGORIES, UNCATEGORISED, SystemCategory, of_provider
from banking.categoriser.decide import FILE_FROM, categorise
from banking.categoriser.embedding import embed
from banking.categoriser.evidence import Alternative, Decision, Evidence
from banking.categoriser.labels import SYSTEM, Labels
from banking.categoriser.memory import Filed, Memory
from banking.categoriser.model import Model
from banking.categoriser.normalise import display_name, merchant_key, normalise
from banking.categoriser.rules import Rules, RuleWord

__all__ = [
    "CODES",
    "FILE_FROM",
    "SYSTEM",
    "SYSTEM_CATEGORIES",
    "UNCATEGORISED",
    "Alternative",
    "Decision",
    "Evidence",
    "Filed",
    "Labels",
    "Memory",
    "Model",
    "ModelUnavailable",
    "RuleWord",
    "Rules",
    "SystemCategory",
    "categorise",
    "categorise_one",
    "display_name",
    "embed",
    "load",
    "load_or_none",
    "merchant_key",
    "normalise",
    "of_provider",
]


def load_or_none(folder: Path) -> Model | None:
    """The model, or None where there is none to use: rules, history and the provider still decide.

    It is read once, and again when another one was saved.
    """
    return _loaded(folder, stamp(folder))


@lru_cache(maxsize=1)
def _loaded(folder: Path, _stamp: object) -> Model | None:
    try:
        return load(folder)
    except ModelUnavailable:
        return None


def categorise_one(
    description: str,
    amount: Decimal,
    *,
    merchant: str | None = None,
    rules: Rules | None = None,
    memory: Memory | None = None,
    model: Model | None = None,
    labels: Labels = SYSTEM,
) -> Decision:
    """The decision for one row, with its top three and their reasons. Positive is money in."""
    row = Evidence(description, amount, merchant=merchant)
    return categorise([row], rules=rules, memory=memory, model=model, labels=labels)[0]

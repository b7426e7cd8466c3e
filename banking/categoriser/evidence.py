"""What goes into a decision and what comes out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from banking.categoriser.reasons import Reason

Source = Literal["rule", "history", "provider", "model", "none"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row to file. Positive is money in; `provider_code` is Plaid's detailed category, v1 or v2.

    Account and note are there for the person's rules only. An amount without a currency counts as one of dollars.
    """

    description: str
    amount: Decimal
    merchant: str | None = None
    day: date | None = None
    provider_code: str | None = None
    provider_primary: str | None = None
    provider_confidence: str | None = None
    account: int = 0
    note: str = ""
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """One possible label; `code` is one of the sixteen, `system` the finer system category."""

    label: str
    code: str | None
    system: str | None
    confidence: float
    source: Source
    because: Reason

    @property
    def reason(self) -> str:
        return str(self.because)


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the row goes. `label` is None when nothing is sure enough: the row stays Uncategorized and
    `alternatives[0]` is the suggestion. `confidence` is that of the best alternative, 0..1; at most three of them.
    """

    label: str | None
    code: str | None
    source: Source
    confidence: float
    because: Reason
    alternatives: tuple[Alternative, ...]
    rule_id: str | None = None

    @property
    def reason(self) -> str:
        return str(self.because)

    @property
    def suggestion(self) -> Alternative | None:
        """The best alternative, filed or not."""
        return self.alternatives[0] if self.alternatives else None

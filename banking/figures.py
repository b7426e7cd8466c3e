"""A computed amount together with the rows behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount that explains itself.

    `filters` are the values (or lists of them) of `TransactionFilter` that list exactly the rows whose sum is `amount`
    (times `sign`, for spending that is shown without its minus). `id` is stable across page loads. `address` is set
    where the rows behind the figure are not transactions but another page (a balance links to its account).
    """

    id: str
    amount: Decimal
    currency: str
    filters: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    sign: int = 1
    address: str = ""

    @property
    def href(self) -> str:
        return self.address or f"{reverse('transactions')}?{urlencode(self.filters, doseq=True)}"

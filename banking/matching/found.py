"""What was found, how sure it is, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

AUTOMATIC_FROM = {"transfer": 0.97, "duplicate": 0.97, "pending": 0.97}
"""From which score on a machine decides alone. What is not named, a person always decides.

On the labelled population of the tests each has a precision of at least 0.995.
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for or against: a code that is put into words where it is shown, and what the words name.

    `weight` is in log-odds: +0.7 doubles the odds, -0.7 halves them.
    """

    code: str
    weight: float
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two rows that may belong together, by their ids; `score` is the chance that they do, from 0 to 1.

    Of a transfer `first` is the row out, of a duplicate the row that stays, of a pending match the pending row, of a
    refund the purchase. `sure` says that nothing else explains either row nearly as well.
    """

    kind: str
    first: int
    second: int
    score: float
    evidence: tuple[Evidence, ...]
    sure: bool = True
    contested: bool = False

    @property
    def is_automatic(self) -> bool:
        """Whether it may be accepted without a person: never against what one set by hand."""
        return self.sure and not self.contested and self.score >= AUTOMATIC_FROM.get(self.kind, 2)


def score_of(prior: float, evidence: Iterable[Evidence]) -> float:
    """The chance that the log-odds add up to."""
    return 1 / (1 + exp(-max(min(prior + sum(each.weight for each in evidence), 30), -30)))


def odds(score: float) -> float:
    """The log-odds of a chance."""
    held = min(max(score, 1e-9), 1 - 1e-9)
    return log(held / (1 - held))

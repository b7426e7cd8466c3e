"""Taking times, and saying them."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

REPEATS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: what was done, its figure, and the goal it is held against."""

    work: str
    figure: str
    goal: str = ""

    def __str__(self) -> str:
        return f"  {self.work:<46} {self.figure:<38} {self.goal}"


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median_ms(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The median of many times, in milliseconds, after three to warm up."""
    for _ in range(3):
        work()
    return statistics.median(seconds(work) for _ in range(repeats)) * 1000


def compared(work: str, ours: float, raw: float, goal: str) -> Line:
    """Two times in milliseconds and their ratio."""
    return Line(work, f"{ours:8.2f} ms  raw {raw:8.2f}  = {ours / raw:6.2f} ×", goal)

"""Taking times, and saying them."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

REPEATS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: what was done, its figure and the time behind it, and the goal it is held against."""

    work: str
    figure: str
    goal: str = ""
    milliseconds: float = 0.0

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
    return Line(work, f"{ours:8.2f} ms  raw {raw:8.2f}  = {ours / raw:6.2f} ×", goal, ours)


def flat(took: Mapping[str, Mapping[int, float]], goals: Mapping[str, str]) -> Iterator[Line]:
    """How much longer the work takes in the largest book than in the smallest, by milliseconds of each size."""
    for work, goal in goals.items():
        small, large = min(took[work]), max(took[work])
        if small != large:
            grown = f"{took[work][large] / took[work][small]:8.2f} ×"
            yield Line(f"{work.split(' / ')[0]}, {large:,} / {small:,}", grown, goal)

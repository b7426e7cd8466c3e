"""A small model for tests: a dozen facts, trained in well under a second."""

from functools import cache
from pathlib import Path

from banking.categoriser import training
from banking.categoriser.facts import Fact
from banking.categoriser.model import Model

FACTS = (
    ("brand", "starbucks", "DINING"),
    ("brand", "blue bottle", "DINING"),
    ("brand", "safeway", "GROCERIES"),
    ("brand", "shell oil", "TRANSPORT"),
    ("brand", "netflix", "ENTERTAINMENT"),
    ("word", "coffee", "DINING"),
    ("word", "taqueria", "DINING"),
    ("word", "market", "GROCERIES"),
    ("word", "dental", "HEALTH"),
    ("template", "{CO} PAYROLL", "INCOME"),
    ("template", "ONLINE TRANSFER TO SAV {n4}", "TRANSFER"),
    ("city", "BOSTON", ""),
    ("company", "ACME CORP", ""),
    ("name", "rosie", ""),
)


@cache
def model() -> Model:
    return training.fit([Fact(*fact) for fact in FACTS], digest="small")


def write(folder: Path) -> Path:
    """The facts as a folder of lists."""
    lines = ["kind,text,category", *(",".join(fact) for fact in FACTS)]
    (folder / "own.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder

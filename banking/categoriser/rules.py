"""A person's own rules against a row."""

from collections.abc import Iterable, Sequence

from banking.categoriser.evidence import Evidence, RuleEvidence

Compiled = tuple[str, RuleEvidence]


def compiled(rules: Iterable[RuleEvidence]) -> list[Compiled]:
    return [(plain(rule.contains), rule) for rule in rules]


def first(rules: Sequence[Compiled], row: Evidence) -> RuleEvidence | None:
    """The first rule that fits the row."""
    if not rules:
        return None
    text = plain(f"{row.merchant or ''} {row.description}")
    return next((rule for wanted, rule in rules if wanted in text and _fits(rule, row)), None)


def plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _fits(rule: RuleEvidence, row: Evidence) -> bool:
    size = abs(row.amount)
    return (
        (rule.amount_min is None or size >= rule.amount_min)
        and (rule.amount_max is None or size <= rule.amount_max)
        and (rule.direction is None or (rule.direction == "in") == (row.amount > 0))
    )

"""The order of evidence: the person's rule, their history, the provider, the model, nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from banking.categoriser import amounts
from banking.categoriser.children import child
from banking.categoriser.codes import CODES, SYSTEM_OF_CODE
from banking.categoriser.evidence import Alternative, Decision, Evidence, Source
from banking.categoriser.labels import SYSTEM, Labels
from banking.categoriser.marks import mark
from banking.categoriser.memory import Memory, Vote, sign_of
from banking.categoriser.mixing import Mixture, mixed
from banking.categoriser.model import Model
from banking.categoriser.normalise import merchant_key, normalise
from banking.categoriser.reasons import Reason
from banking.categoriser.rules import Rules, RuleWord

FILE_FROM: Mapping[Source, float] = {"rule": 0.0, "history": 0.8, "provider": 0.85, "model": 0.92}
"""Rows are filed from this confidence on, by the evidence that named the label.

On development data 95 in 100 rows that the model files are right, and 94 in 100 distinct merchants; from 0.85 on it
would be 91 and 87. `docs/categoriser.md` has the figures.
"""
CERTAIN_HISTORY = 0.5
NOTHING = Reason("nothing")


def categorise(
    rows: Sequence[Evidence],
    *,
    rules: Rules | None = None,
    memory: Memory | None = None,
    model: Model | None = None,
    labels: Labels = SYSTEM,
    file_from: Mapping[Source, float] = FILE_FROM,
    most: int = 3,
) -> list[Decision]:
    """One decision per row, in order, with at most `most` alternatives.

    Without a model rules, history and the provider still decide.
    """
    texts = [text_of(row) for row in rows]
    keys = [merchant_key(row.description, row.merchant) for row in rows] if memory is not None else texts
    alike: dict[_Alike, int] = {}
    groups = [
        alike.setdefault(
            (
                text,
                key,
                sign_of(row.amount),
                mark(row.description),
                amounts.place(row.amount, row.currency),
                row.provider_code,
                row.provider_primary,
                row.provider_confidence,
            ),
            len(alike),
        )
        for row, text, key in zip(rows, texts, keys, strict=True)
    ]
    found = _decided(list(alike), memory, model, labels, file_from, most)
    if rules is None:
        return [found[group] for group in groups]
    return [_ruled(rules.word(row), found[group], labels) for row, group in zip(rows, groups, strict=True)]


_Alike = tuple[str, str, int, int, int, str | None, str | None, str | None]
"""Text, key, sign, mark, size of the amount and what the provider says: rows that share them are decided once."""


def _decided(
    rows: Sequence[_Alike],
    memory: Memory | None,
    model: Model | None,
    labels: Labels,
    file_from: Mapping[Source, float],
    most: int,
) -> list[Decision]:
    mixture = mixed(
        texts=[row[0] for row in rows],
        keys=[row[1] for row in rows],
        signs=[row[2] for row in rows],
        marked=[row[3] for row in rows],
        sizes=[row[4] for row in rows],
        provided=[row[5:] for row in rows],
        memory=memory,
        model=model,
        labels=labels,
    )
    decisions = []
    for at, row in enumerate(rows):
        alternatives = _alternatives(at, row[0], mixture, labels, most)
        vote = memory.exact(row[1], row[2]) if memory is not None else None
        if vote is not None and vote.standing >= CERTAIN_HISTORY:
            alternatives = _before(_of_vote(vote, labels), _left(alternatives, vote))
        decisions.append(_decision(alternatives, file_from))
    return decisions


def _ruled(rule: RuleWord | None, other: Decision, labels: Labels) -> Decision:
    if rule is None:
        return other
    first = _of_rule(rule, labels)
    kept = _before(first, other.alternatives)
    return Decision(first.label, first.code, "rule", 1.0, first.because, kept, rule.id)


def text_of(row: Evidence) -> str:
    """The words the model reads: the provider's clean name first, then what else the bank wrote."""
    text = normalise(row.description)
    if not row.merchant:
        return text
    named = normalise(row.merchant).split()
    return " ".join([*named, *(word for word in text.split() if word not in named)])


def _decision(alternatives: tuple[Alternative, ...], file_from: Mapping[Source, float]) -> Decision:
    if not alternatives:
        return Decision(None, None, "none", 0.0, NOTHING, ())
    best = alternatives[0]
    sure = best.confidence >= file_from[best.source]
    return Decision(
        label=best.label if sure else None,
        code=best.code if sure else None,
        source=best.source if sure else "none",
        confidence=best.confidence,
        because=best.because,
        alternatives=alternatives,
    )


def _before(first: Alternative, others: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    return (first, *(each for each in others if each.label != first.label))[:3]


def _left(others: tuple[Alternative, ...], vote: Vote) -> tuple[Alternative, ...]:
    """The others share what a vote leaves that is in doubt."""
    if vote.agreeing == vote.total:
        return others
    most = min(vote.confidence, 1 - vote.confidence)
    return tuple(replace(each, confidence=min(each.confidence, most)) for each in others)


def _of_rule(rule: RuleWord, labels: Labels) -> Alternative:
    return Alternative(rule.label, labels.code(rule.label), labels.system.get(rule.label), 1.0, "rule", rule.because)


def _of_vote(vote: Vote, labels: Labels) -> Alternative:
    values = (str(vote.agreeing), str(vote.total), vote.name, labels.name(vote.label))
    system = labels.system.get(vote.label)
    return Alternative(
        vote.label, labels.code(vote.label), system, vote.confidence, "history", Reason("history", values)
    )


def _alternatives(at: int, text: str, mixture: Mixture, labels: Labels, most: int) -> tuple[Alternative, ...]:
    found = []
    for group, confidence in mixture.best(at)[:most]:
        label, system, source = _label(at, text, group, mixture, labels)
        if label is not None:
            because = mixture.reason(at, group, source, labels.name(label))
            found.append(Alternative(label, labels.code(label), system, confidence, source, because))
    return tuple(found)


def _label(at: int, text: str, group: str, mixture: Mixture, labels: Labels) -> tuple[str | None, str | None, Source]:
    """The finest label within the group, and which evidence named it."""
    near = mixture.neighbour(at, group)
    if near is not None:
        return near[1], labels.system.get(near[1]), "history"
    if group not in CODES:
        return group, labels.system.get(group), "history"
    provided = mixture.provided[at]
    if provided is not None and provided[0] == group:
        return labels.label(provided[1]), provided[1], "provider"
    system = child(text, group) or SYSTEM_OF_CODE[group]
    return labels.label(system), system, "model"

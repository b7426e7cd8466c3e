"""The parts of a split movement, as far as they can be kept."""

from collections.abc import Sequence

LONGEST = 2_000


def with_parts(note: str, parts: Sequence[Sequence[str]]) -> str:
    """The note with the wording of the parts behind it: amount, category and note of each."""
    if not parts:
        return note
    lines = [f"{amount} {category}{f' ({said})' if said else ''}".strip() for amount, category, said in parts]
    return "\n".join([note, *lines] if note else lines)[:LONGEST]

"""Tags as other programs write them: several in one field."""

import re

BETWEEN = re.compile(r"[,;|\n]")
LONGEST_TAG, MOST_TAGS = 40, 100


def labels_in(text: str) -> tuple[str, ...]:
    """The tags of a field, between commas, semicolons or bars, each once whatever its capitals and without its `#`.

    One that is longer than a tag may be is cut.
    """
    if not text:
        return ()
    names = (" ".join(part.split()).lstrip("#").strip()[:LONGEST_TAG].strip() for part in BETWEEN.split(text))
    found: dict[str, str] = {}
    for name in names:
        if name:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())[:MOST_TAGS]


def together(*several: tuple[str, ...]) -> tuple[str, ...]:
    """All of these tags, each once."""
    found: dict[str, str] = {}
    for names in several:
        for name in names:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())

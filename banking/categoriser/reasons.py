"""Why a row was filed where it was: a kind and its values, and the English sentence made from them."""

from dataclasses import dataclass

SENTENCES = {
    "rule": "Your rule “{0}” matched “{1}”",
    "ruled": "Your rule “{0}” fits",
    "merchant": "You file everything from “{0}” under {1}",
    "history": "You filed {0} of {1} “{2}” under {3}",
    "similar": "Like “{0}”, which you filed under {1}",
    "provider": "Your bank's data says {0}",
    "agreed": "Your bank's data says {0}, and “{1}” fits",
    "known": "“{0}” is known as {1}",
    "wording": "“{0}” usually means {1}",
    "words": "“{0}” and “{1}” usually mean {2}",
    "mark": "Payments marked “{0}” are mostly {1}",
    "amount": "The text tells little; an amount like this is most likely {0}",
    "guess": "Most rows like this are {0}",
    "nothing": "Nothing is known about this one yet",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """`kind` is a key of SENTENCES, so that a page can show the sentence in the reader's language."""

    kind: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return SENTENCES[self.kind].format(*self.values)

import pytest
from django.core.exceptions import ValidationError

from accounts.plain import plain_lines, plain_text, tidied


@pytest.mark.parametrize("text", ["José Núñez", "李小龙", "می‌خواهم", "👩‍👩‍👧", "O'Brien & Sons", "עברית", "Zoë 🏳️‍🌈"])
def test_names_of_people_are_welcome(text):
    plain_text(text)


@pytest.mark.parametrize(
    "mark", ["\x00", "\x07", "\x7f", "\n", "\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\ud800"]
)
def test_invisible_characters_are_refused_with_a_message(mark):
    with pytest.raises(ValidationError, match="invisible characters"):
        plain_text(f"Ann{mark}a")


def test_notes_may_have_lines():
    plain_lines("one\ntwo\tthree")
    with pytest.raises(ValidationError):
        plain_lines("one\u202etwo")


def test_names_from_elsewhere_are_tidied():
    assert tidied(" Ann\u202eLee\x00", length=100) == "Ann Lee"
    assert tidied("x" * 200, length=10) == "x" * 10

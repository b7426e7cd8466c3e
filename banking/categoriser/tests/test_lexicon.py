from banking.categoriser.lexicon import Lexicon

KNOWN = Lexicon(["harris teeter", "district council", "district court", "vet clinic", "vet centre", "navy yard"])


def test_glued_name_is_taken_apart():
    assert KNOWN.split("harristeeter rockville") == ["harris", "teeter", "rockville"]


def test_glued_words_are_taken_apart():
    assert KNOWN.split("districtvet") == ["district", "vet"]


def test_what_cannot_be_taken_apart_stays():
    assert KNOWN.split("xylophonist") == ["xylophonist"]
    assert KNOWN.split("") == []


def test_places_at_the_end_stay():
    assert KNOWN.split("one two districtvet") == ["one", "two", "districtvet"]

"""The facts are well formed: every code is known, and no two of them gainsay each other."""

import csv
from collections import defaultdict

import pytest

from banking.categoriser import facts, gazetteer
from banking.categoriser.codes import CODES
from banking.categoriser.facts import Fact
from banking.categoriser.normalise import normalise

KINDS = {"brand", "word", "template"}
PLAIN = {"city", "state", "bank", "person", "company", "name", "clear", "given", "surname"}
FIRST = {"own", "brands_us", "brands_world", "wording", "words", "places", "names"}
OWN = [path for path in facts.sources() if path.name != "nsi.csv"]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_each_row_has_a_known_kind_and_code(path):
    assert [row for row in _rows(path) if not _well_formed(row)] == []


def test_own_facts_of_one_kind_do_not_gainsay_each_other():
    codes = defaultdict(set)
    for fact in facts.shipped():
        if fact.kind in ("brand", "word") or (fact.kind == "template" and "{" not in fact.text):
            codes[fact.kind, normalise(fact.text)].add(fact.code)
    assert {text: found for text, found in codes.items() if len(found) > 1} == {}


def test_the_later_lists_add_something_with_every_row():
    seen = {(row["kind"], _form(row)) for path in OWN if path.stem in FIRST for row in _rows(path)}
    for path in OWN:
        forms = [(row["kind"], _form(row)) for row in _rows(path)] if path.stem not in FIRST else []
        assert len(set(forms)) == len(forms), path
        assert not seen & set(forms), path
        seen |= set(forms)


def test_clear_names_are_single_words_and_brands():
    brands = {normalise(fact.text) for fact in facts.shipped() if fact.kind in ("brand", "chain")}
    assert [fact.text for fact in facts.shipped() if fact.kind == "clear" and fact.text not in brands] == []


def test_a_clear_brand_stays_one_beside_longer_names():
    told = [Fact("brand", "walmart", "SHOPPING"), Fact("brand", "walmart pharmacy", "HEALTH")]
    assert _kind_of("walmart", told) == "common"
    assert _kind_of("walmart", [*told, Fact("clear", "walmart", "")]) == "brand"


def test_no_brand_of_ours_is_cut_down_to_a_word_that_tells_nothing():
    empty = {"the", "its", "of", "and", "a", "to", "in", "my", "city", "tax", "online", "delivery"}
    assert [fact for fact in facts.shipped() if fact.kind == "brand" and normalise(fact.text) in empty] == []


def test_chains_do_not_gainsay_our_brand_of_the_name():
    cafe, shop = Fact("chain", "IKEA", "DINING"), Fact("chain", "Ikea", "HOUSING")
    assert gazetteer.settled([Fact("brand", "ikea", "HOUSING"), cafe, shop])[1:] == [shop]
    assert gazetteer.settled([cafe, shop]) == [cafe]


def _rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _form(row):
    return row["text"].lower() if row["kind"] == "template" else normalise(row["text"])


def _kind_of(text, told):
    return next(gazetteer.KINDS[phrase.kind] for phrase in gazetteer.phrases(told) if phrase.text == text)


def _well_formed(row):
    known = row["kind"] in KINDS and row["category"] in CODES or row["kind"] in PLAIN and not row["category"]
    return known and row["text"] == row["text"].strip() and bool(normalise(row["text"]))

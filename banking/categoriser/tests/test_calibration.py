from decimal import Decimal

import numpy as np
import pytest

from banking.categoriser import Evidence, calibration, categorise
from banking.categoriser.gazetteer import Match, Phrase
from banking.categoriser.tests.small import model


def test_best_code_keeps_its_place_and_the_rest_share_what_is_left():
    before = np.array([[0.7, 0.2, 0.1], [0.4, 0.35, 0.25]], dtype=np.float32)
    after = calibration.applied(before, np.array([0.9, 0.34], dtype=np.float32))
    assert after[0].tolist() == pytest.approx([0.9, 0.2 / 3, 0.1 / 3], abs=1e-6)
    assert after.argmax(axis=1).tolist() == [0, 0]
    assert (after.sum(axis=1) <= 1 + 1e-6).all()


def test_fit_finds_how_often_each_kind_is_right():
    lines = np.zeros((2000, calibration.WIDTH), dtype=np.float32)
    lines[:1000, 0] = lines[1000:, len(calibration.GROUPS) - 1] = 1.0
    right = np.arange(2000) % 10 < np.where(np.arange(2000) < 1000, 9, 3)
    found = calibration.fitted(lines, right, np.ones(2000, dtype=np.float32))
    told = calibration.confidence(lines, found, np.zeros(2000, dtype=np.int64))[[0, 1999]]
    assert told.tolist() == pytest.approx([0.9 * 0.97, 0.3 * 0.93], abs=0.01)


def test_a_whole_brand_tells_more_than_its_words_elsewhere():
    brand = Phrase("blue bottle", 1, 0)
    places = [calibration.group(Match(brand, start, start + 2), words) for start, words in ((0, 2), (0, 4), (2, 4))]
    assert [calibration.GROUPS[place] for place in places] == [
        "brand of several words is all",
        "brand of several words first",
        "brand later",
    ]


def test_mark_of_a_till_tells_what_its_name_does_not():
    plain, marked = categorise([Evidence(text, Decimal(-9)) for text in ("XQZT", "TST* XQZT")], model=model())
    assert marked.confidence > plain.confidence
    assert marked.alternatives[0].code == "DINING"
    assert marked.reason == "Payments marked “TST” are mostly Restaurants"


def test_transfer_that_says_what_it_is_for_is_that():
    words = ["transfer to", "rent"]
    phrases = [Phrase(words[0], 15, 1), Phrase(words[1], 5, 1)]
    matches = [Match(phrases[0], 0, 2), Match(phrases[1], 3, 4)]
    spans = model()._spans([["transfer", "to", "jane", "rent"]], [matches], [-1])
    assert spans.weight[1] > spans.weight[0]


def test_pay_from_a_shop_is_income_only_where_money_came_in():
    matches = [Match(Phrase("safeway", 0, 0), 0, 1), Match(Phrase("salary", 14, 1), 1, 2)]
    comes, goes = (model()._spans([["safeway", "salary"]], [matches], [sign]).weight[1] for sign in (1, -1))
    assert comes > goes


def test_person_paid_by_card_at_a_till_sells_something():
    sold = categorise([Evidence("SQ *JANE SMITH", Decimal(-40))], model=model())[0]
    sent = categorise([Evidence("JANE SMITH", Decimal(-40))], model=model())[0]
    assert sent.alternatives[0].code == "TRANSFER"
    assert sold.alternatives[0].confidence < sent.alternatives[0].confidence or sold.alternatives[0].code != "TRANSFER"

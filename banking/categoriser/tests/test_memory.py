import tracemalloc
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from banking.categoriser import Evidence, Filed, Labels, Memory, categorise
from banking.categoriser.tests.small import model


def filed(label, day=1, description="BLUE BOTTLE 12", *, corrected=False):
    return Filed(description, Decimal(-4), label, date(2026, 1, day), corrected=corrected)


def test_votes_decay_with_age():
    vote = Memory([filed("a", 1), filed("a", 2), filed("b", 3)]).exact("blue bottle", -1)
    assert vote.label == "a"
    assert vote.confidence == pytest.approx((0.8 + 0.64 + 0.2) / (1 + 0.8 + 0.64 + 0.4))
    assert (vote.agreeing, vote.total) == (2, 3)


def test_days_decide_the_order():
    memory = Memory([filed("new", 9), filed("old", 1)])
    assert memory.exact("blue bottle", -1).label == "new"


def test_one_correction_changes_the_next_answer():
    memory = Memory([filed("a", day) for day in range(1, 9)])
    memory.learn(filed("b", 20, corrected=True))
    assert memory.exact("blue bottle", -1).label == "b"


def test_a_correction_of_many_is_predicted_but_not_filed_alone():
    memory = Memory([filed("a", day) for day in range(1, 11)])
    memory.learn(filed("b", 20, corrected=True))
    [decision] = categorise([Evidence("BLUE BOTTLE 99", Decimal(-4))], memory=memory, model=model())
    assert (decision.label, decision.alternatives[0].label) == (None, "b")
    assert decision.reason == "You filed 1 of 11 “Blue Bottle” under b"
    assert [each.confidence for each in decision.alternatives] == sorted(
        (each.confidence for each in decision.alternatives), reverse=True
    )


def test_a_second_row_like_the_correction_is_filed():
    memory = Memory([filed("a", day) for day in range(1, 11)])
    for day in (20, 21):
        memory.learn(filed("b", day, corrected=True))
    assert categorise([Evidence("BLUE BOTTLE 99", Decimal(-4))], memory=memory)[0].label == "b"


def test_a_correction_of_one_row_is_filed():
    memory = Memory([filed("a", 1, corrected=True), filed("b", 2, corrected=True)])
    vote = memory.exact("blue bottle", -1)
    assert (vote.label, vote.agreeing, vote.total) == ("b", 1, 2)
    assert vote.confidence > 0.8


def test_a_third_label_is_not_filed_alone():
    memory = Memory([filed(label, day, corrected=True) for day, label in enumerate("abc", 1)])
    assert memory.exact("blue bottle", -1).label == "c"
    assert memory.exact("blue bottle", -1).confidence < 0.8


def test_what_goes_to_and_fro_is_not_filed_alone():
    memory = Memory([filed("ab"[day % 2], day, corrected=True) for day in range(1, 21)])
    vote = memory.exact("blue bottle", -1)
    assert (vote.label, vote.agreeing, vote.total) == ("a", 10, 20)
    assert vote.confidence < 0.8


def test_near_spellings_help():
    memory = Memory([filed("COFFEE", description="BLUE BOTTLE COFFEE")] * 3)
    decision = categorise([Evidence("BLUE BOTTLE COFFE ROASTRS", Decimal(-4))], memory=memory)[0]
    assert decision.alternatives[0].label == "COFFEE"
    assert decision.reason == "Like “Blue Bottle Coffee”, which you filed under Coffee"


def test_far_spellings_do_not():
    memory = Memory([filed("COFFEE", description="BLUE BOTTLE COFFEE")])
    assert categorise([Evidence("QZXW", Decimal(-4))], memory=memory)[0].alternatives == ()


def test_habits_reach_merchants_never_seen():
    own = Labels({"RESTAURANTS": "12", "COFFEE": "12"}, {"12": "RESTAURANTS"}, {"77": "Treats"})
    names = ("ROSIE COFFEE", "BLUE BOTTLE", "STARBUCKS", "BOSTON COFFEE", "COFFEE")
    memory = Memory([filed("77", description=name) for name in names * 6])
    decision = categorise([Evidence("LAS TAQUERIA", Decimal(-9))], memory=memory, model=model(), labels=own)[0]
    assert "77" in [each.label for each in decision.alternatives]


def test_many_rows_beside_many_merchants_take_little_memory():
    known, asked = (
        ["".join(Random(n).choices("abcdefgh", k=6)) for n in numbers] for numbers in (range(800), range(3_000))
    )
    memory = Memory([filed("a", description=name) for name in known])
    tracemalloc.start()
    found = memory.near(asked, [-1] * len(asked))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [line[0][2].lower() for line in found[:800]] == known
    assert found[2_999:] == memory.near(asked[2_999:], [-1])
    assert peak < 30_000_000

from decimal import Decimal

from banking.categoriser import Evidence, Filed, Memory, RuleWord, categorise, categorise_one
from banking.categoriser.tests.small import model

DAY_OUT = Decimal("-6.50")


class WorkCoffee:
    """Starbucks from 5 on, money out."""

    def word(self, row):
        fits = "STARBUCKS" in row.description and row.amount <= -5
        return RuleWord("7", "Work coffee", "SERVICES", "starbucks") if fits else None


def one(description, amount=DAY_OUT, **given):
    return categorise([Evidence(description, amount)], **given)[0]


def test_rule_comes_first():
    memory = Memory([Filed("STARBUCKS", DAY_OUT, "BARS")] * 4)
    decision = one("STARBUCKS 123", rules=WorkCoffee(), memory=memory, model=model())
    assert (decision.label, decision.source, decision.confidence, decision.rule_id) == ("SERVICES", "rule", 1.0, "7")
    assert decision.reason == "Your rule “Work coffee” matched “starbucks”"


def test_a_rule_that_says_nothing_leaves_the_rest():
    assert one("STARBUCKS", Decimal("-4"), rules=WorkCoffee(), model=model()).source == "model"
    assert one("STARBUCKS", Decimal("6.50"), rules=WorkCoffee(), model=model()).source != "rule"


def test_history_beats_provider_and_model():
    memory = Memory([Filed("SQ *STARBUCKS 1", DAY_OUT, "my-label")] * 4)
    row = Evidence("STARBUCKS 99", DAY_OUT, provider_code="FOOD_AND_DRINK_COFFEE", provider_confidence="VERY_HIGH")
    decision = categorise([row], memory=memory, model=model())[0]
    assert (decision.label, decision.source) == ("my-label", "history")
    assert decision.reason == "You filed 4 of 4 “Starbucks” under my-label"


def test_history_of_the_other_sign_is_not_used():
    memory = Memory([Filed("ZELLE ROSIE", Decimal(20), "REFUNDS")])
    assert one("ZELLE ROSIE", Decimal(-20), memory=memory).source == "none"


def test_provider_outweighs_an_unsure_model():
    row = Evidence("XQZT PLC", DAY_OUT, provider_code="MEDICAL_DENTAL_CARE", provider_confidence="VERY_HIGH")
    decision = categorise([row], model=model())[0]
    assert (decision.alternatives[0].label, decision.alternatives[0].source) == ("DENTIST", "provider")


def test_agreement_is_nearly_certain():
    row = Evidence("STARBUCKS", DAY_OUT, provider_code="FOOD_AND_DRINK_COFFEE", provider_confidence="LOW")
    decision = categorise([row], model=model())[0]
    assert decision.confidence >= 0.97 - 1e-6
    assert (decision.label, decision.code) == ("COFFEE", "DINING")


def test_unsure_rows_stay_uncategorised_with_a_suggestion():
    decision = one("XQZT", model=model())
    assert (decision.label, decision.source) == (None, "none")
    assert decision.suggestion is not None
    assert len(decision.alternatives) == 3


def test_odd_input_gets_an_answer():
    for description in ("", "😀", "\u202e", "1234"):
        assert 0 <= one(description, model=model()).confidence <= 1


def test_one_and_many_agree():
    rows = [Evidence(text, DAY_OUT) for text in ("STARBUCKS", "XQZT", "ROSIE DENTAL")]
    assert categorise(rows, model=model()) == [categorise_one(row.description, DAY_OUT, model=model()) for row in rows]


def test_nothing_in_nothing_out():
    assert categorise([], model=model(), memory=Memory()) == []

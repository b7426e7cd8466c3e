from decimal import Decimal

from banking.categoriser import Evidence, Filed, Memory, RuleWord, categorise

OUT = Decimal(-9)


class Landlord:
    def word(self, row):
        return RuleWord("1", "Rent", "RENT", "landlord") if "LANDLORD" in row.description else None


def test_without_a_model_rules_history_and_provider_decide():
    rows = [
        Evidence("LANDLORD LTD", OUT),
        Evidence("BLUE BOTTLE", OUT),
        Evidence("XQZT", OUT, provider_code="TRAVEL_FLIGHTS", provider_confidence="VERY_HIGH"),
        Evidence("XQZT", OUT, provider_code="TRAVEL_FLIGHTS", provider_confidence="LOW"),
        Evidence("STARBUCKS", OUT),
    ]
    memory = Memory([Filed("BLUE BOTTLE", OUT, "COFFEE")])
    decisions = categorise(rows, rules=Landlord(), memory=memory)
    assert [each.source for each in decisions] == ["rule", "history", "provider", "none", "none"]
    assert [each.label for each in decisions] == ["RENT", "COFFEE", "FLIGHTS", None, None]
    assert decisions[3].suggestion.label == "FLIGHTS"
    assert decisions[4].reason == "Nothing is known about this one yet"

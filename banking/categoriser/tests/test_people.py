import pytest

from banking.categoriser import gazetteer
from banking.categoriser.facts import Fact
from banking.categoriser.people import is_person

PEOPLE = ["john smith", "mrs l oconnor", "patel r", "j bloggs", "sarah jane khan", "upi ramesh kumar okaxis"]
OTHERS = ["joes pizza", "j crew", "dr pepper", "blue bottle", "to go", "miss sixty", "john"]


@pytest.mark.parametrize("name", PEOPLE)
def test_names_of_people_are_known(name):
    assert is_person(name.split())


@pytest.mark.parametrize("name", OTHERS)
def test_names_of_merchants_are_none(name):
    assert not is_person(name.split())


def test_brand_named_like_a_person_stays_a_brand():
    known = gazetteer.Gazetteer(gazetteer.phrases([Fact("brand", "paul smith", "SHOPPING")]))
    assert [match.phrase.code for match in known.find(["paul", "smith"])] == [2]
    assert [match.phrase.code for match in known.find(["john", "smith"])] == [15]

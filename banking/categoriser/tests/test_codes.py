import csv

from banking.categoriser import codes


def test_twelve_parents_as_wished():
    parents = [each.name for each in codes.SYSTEM_CATEGORIES if each.parent_code is None]
    wished = "Food & Dining,Shopping,Transportation,Bills & Utilities,Entertainment,Healthcare,Travel,Personal Care"
    assert set(parents) == {*wished.split(","), "Education", "Income", "Transfer", "Uncategorized"}


def test_a_child_follows_its_parent_and_shares_its_kind():
    seen = {}
    for each in codes.SYSTEM_CATEGORIES:
        assert each.code not in seen
        if each.parent_code:
            assert (seen[each.parent_code].kind, seen[each.parent_code].colour) == (each.kind, each.colour)
        seen[each.code] = each


def test_every_code_has_a_category_and_every_category_a_code():
    assert set(codes.SYSTEM_OF_CODE) == set(codes.CODES)
    assert all(codes.CODE_OF_SYSTEM[codes.SYSTEM_OF_CODE[code]] == code for code in codes.CODES)
    assert all(each.judged in codes.CODES for each in codes.SYSTEM_CATEGORIES if each.code != codes.UNCATEGORISED)


def test_every_plaid_identifier_is_known():
    with (codes.FACTS / "pfc.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len({row["identifier"] for row in rows}) >= 130
    for row in rows:
        found = codes.of_provider(row["identifier"])
        assert found is None or (found[0] in codes.CODES and codes.CODE_OF_SYSTEM[found[1]] == found[0])


def test_new_identifiers_fall_back_to_their_primary():
    assert codes.of_provider("TRAVEL_SPACE_FLIGHTS") == ("TRAVEL", "TRAVEL")
    assert codes.of_provider("NEW_THING", "MEDICAL") == ("HEALTH", "HEALTHCARE")
    assert codes.of_provider("NEW_THING") is None
    assert codes.of_provider("OTHER_OTHER", "OTHER") is None
    assert codes.of_provider(None) is None

"""What rules ask and say, without a database: against a naive evaluator, and to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from banking import ruling
from banking.ruling.conditions import pattern
from banking.ruling.program import plain

words = st.text(alphabet="aB é", min_size=1, max_size=5).filter(str.strip)
texts = st.text(alphabet="aB é", max_size=8)
sizes = st.decimals("0", "5", places=1).map(str)
days = st.dates(date(2026, 1, 28), date(2026, 2, 3))


def condition(field, op, value):
    return st.builds(lambda value: {"field": field, "op": op, "value": value}, value)


def pairs(values):
    ordered = st.tuples(values, values).map(lambda pair: [str(each) for each in sorted(pair)])
    return ordered | values.map(lambda each: [None, str(each)]) | values.map(lambda each: [str(each), None])


conditions = st.one_of(
    *(condition(f, op, words) for f in ("text", "description", "merchant", "note") for op in ("contains", "equals")),
    condition("description", "starts", words),
    condition("text", "regex", st.sampled_from(["a+b", "^a", "b$", "é|x", "[^a]"])),
    *(condition("amount", op, sizes) for op in ("equals", "more", "less", "least", "most")),
    condition("amount", "between", pairs(st.decimals("0", "5", places=1))),
    condition("direction", "equals", st.sampled_from(["in", "out"])),
    condition("account", "equals", st.integers(1, 2)),
    *(condition("day", op, days.map(str)) for op in ("equals", "more", "less")),
    condition("day", "between", pairs(days)),
    condition("day_of_month", "more", st.integers(1, 31)),
)
modes = st.sampled_from(["all", "any", "none"])


def grouped(inside):
    return st.builds(lambda mode, parts: {mode: parts}, modes, st.lists(inside, min_size=1, max_size=3))


groups = st.recursive(grouped(conditions), lambda inner: grouped(inner | conditions), max_leaves=3)
names = st.sampled_from(["", "aB", "B"])
effects = st.builds(
    ruling.Effects,
    category=st.none() | st.integers(1, 3),
    merchant=names,
    note=names,
    tags=st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True).map(tuple),
    exclude=st.none() | st.booleans(),
)
rows = st.builds(
    ruling.Row,
    description=texts,
    merchant=texts,
    note=texts,
    amount=st.decimals("-5", "5", places=1),
    day=days,
    account=st.integers(1, 2),
    locked=st.sets(st.sampled_from(["merchant", "note"])).map(frozenset),
)
NUMBERS = {
    "equals": lambda it, value: it == value,
    "more": lambda it, value: it > value,
    "less": lambda it, value: it < value,
    "least": lambda it, value: it >= value,
    "most": lambda it, value: it <= value,
    "between": lambda it, pair: (pair[0] is None or it >= pair[0]) and (pair[1] is None or it <= pair[1]),
}


def naive(node, row):
    """As the words say, one row at a time."""
    if isinstance(node, ruling.Group):
        held = [naive(each, row) for each in node.parts]
        return {"all": all(held), "any": any(held), "none": not any(held)}[node.mode]
    if node.field in ("text", "description", "merchant", "note"):
        either = [f"{row.merchant} {row.description}".strip(), row.merchant, row.description]
        return any(naive_of_text(node, raw) for raw in (either if node.field == "text" else [getattr(row, node.field)]))
    if node.field == "direction":
        return (row.amount > 0) == (node.value == "in")
    if node.field == "account":
        return row.account == node.value
    asked = {"amount": abs(row.amount), "day": row.day, "day_of_month": row.day.day}[node.field]
    return NUMBERS[node.op](asked, node.value)


def naive_of_text(node, raw):
    text, value = plain(raw), plain(node.value)
    if node.op == "regex":
        return bool(raw) and pattern(node.value).search(raw) is not None
    held = {"contains": value in text, "equals": text == value, "starts": text.startswith(value)}
    return bool(raw) and held[node.op]


rule_sets = st.lists(st.tuples(groups, effects, st.booleans()), min_size=1, max_size=4)


def program_of(given):
    rules = [ruling.Rule(n, str(n), ruling.tree(tree), does, stop) for n, (tree, does, stop) in enumerate(given, 1)]
    return ruling.Program(rules)


@settings(max_examples=80, deadline=None)
@given(rule_sets, rows)
def test_the_program_and_the_words_agree(given, row):
    program = program_of(given)
    expected = []
    for place, rule in enumerate(program.rules):
        if naive(rule.conditions, row):
            expected.append(place)
            if rule.stop:
                break
    assert program.matching(row) == expected
    every = [place for place, rule in enumerate(program.rules) if naive(rule.conditions, row)]
    assert program.matching(row, stopping=False) == every


def carried_out(stored, row, said):
    """The row as it is stored after the changes, as both the categoriser and a run see it."""
    found, _kept = ruling.changes(stored, said)
    for change in found:
        if change.field == "category":
            stored = stored._replace(category=change.after, filed_by="rule")
        elif change.field == "tags":
            stored = stored._replace(tags=stored.tags | {name.casefold() for name in change.after})
        else:
            stored = stored._replace(**{change.field: change.after})
    return stored, row._replace(merchant=stored.merchant, note=stored.note)


@settings(max_examples=80, deadline=None)
@given(rule_sets, rows, st.sampled_from(["user", "model"]))
def test_the_second_time_nothing_changes(given, row, source):
    program, locked = program_of(given), row.locked | ({"category"} if source == "user" else set())
    stored = ruling.Stored(1, source, row.merchant, row.note, False, frozenset(), locked)
    said = program.settled(row)
    if said is None:
        return
    after, row = carried_out(stored, row, said)
    again = program.settled(row)
    assert again is None or ruling.changes(after, again)[0] == []
    for name in locked:
        assert getattr(after, name) == getattr(stored, name)


def test_rules_that_undo_one_another_leave_the_merchant():
    def named(number, old, new):
        tree = ruling.tree({"all": [{"field": "merchant", "op": "equals", "value": old}]})
        return ruling.Rule(number, old, tree, ruling.Effects(merchant=new, category=number))

    said = ruling.Program([named(1, "a", "b"), named(2, "b", "a")]).settled(ruling.Row("x", "a"))
    assert (said.merchant, said.category) == (None, (1, 1))
    said = ruling.Program([named(1, "a", "b"), named(2, "b", "c")]).settled(ruling.Row("x", "a"))
    assert (said.merchant, said.category) == ((2, "c"), (2, 2))


@pytest.mark.parametrize(
    ("op", "value", "row"),
    [
        ("regex", "^AMZN", ruling.Row("AMZN MKTP")),
        ("regex", "^AMZN", ruling.Row("AMZN MKTP", "Amazon")),
        ("equals", "netflix", ruling.Row("NETFLIX", "Netflix")),
        ("starts", "amazon", ruling.Row("AMZN MKTP", "Amazon")),
        ("contains", "amazon amzn", ruling.Row("AMZN MKTP", "Amazon")),
    ],
)
def test_a_text_is_the_merchant_the_description_or_both(op, value, row):
    asked = ruling.tree({"all": [{"field": "text", "op": op, "value": value}]})
    assert ruling.Program([ruling.Rule(1, "", asked, ruling.Effects(category=1))]).matching(row) == [0]


@settings(max_examples=30, deadline=None)
@given(groups)
def test_a_tree_is_written_as_it_was_read(given):
    assert ruling.tree(ruling.shape(ruling.tree(given))) == ruling.tree(given)


TEXT = {"field": "text", "op": "contains", "value": "x"}


@pytest.mark.parametrize(
    ("given", "says", "path"),
    [
        ([], "Give a group", ""),
        (TEXT, "Give a group", ""),
        ({"all": []}, "at least one condition", ""),
        ({"all": [TEXT], "any": []}, "exactly one of", ""),
        ({"all": [{"any": [{**TEXT, "value": " "}]}]}, "what to look for", "0.0"),
        ({"all": [TEXT, {**TEXT, "op": "regex", "value": "(a"}]}, "cannot be read: missing ): (a", "1"),
        ({"all": [{**TEXT, "op": "regex", "value": "(?<=a)b"}]}, "cannot be read", "0"),
        ({"all": [{**TEXT, "field": "colour"}]}, "The field is one of", "0"),
        ({"all": [{**TEXT, "op": "more"}]}, "the op is one of: contains", "0"),
        ({"all": [{**TEXT, "extra": 1}]}, "nothing else", "0"),
        ({"all": [{"field": "amount", "op": "more", "value": "-1"}]}, "without a minus", "0"),
        ({"all": [{"field": "amount", "op": "more", "value": "NaN"}]}, "without a minus", "0"),
        ({"all": [{"field": "amount", "op": "between", "value": ["2", "1"]}]}, "at least the first", "0"),
        ({"all": [{"field": "amount", "op": "between", "value": [None, None]}]}, "two values", "0"),
        ({"all": [{"field": "day", "op": "less", "value": "soon"}]}, "Give a day", "0"),
        ({"all": [{"field": "day_of_month", "op": "equals", "value": 32}]}, "1 to 31", "0"),
        ({"all": [{"field": "direction", "op": "equals", "value": "up"}]}, "in or out", "0"),
        ({"all": [{"field": "account", "op": "equals", "value": "Visa"}]}, "by its id", "0"),
        ({"all": [{"all": [{"all": [{"all": [{"all": [TEXT]}]}]}]}]}, "inside one another", ".".join("0000")),
        ({"all": [TEXT] * 51}, "At most 50", ""),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(given, says, path):
    with pytest.raises(ruling.BadRule, match=says.replace("(", r"\(").replace(")", r"\)")) as refused:
        ruling.tree(given)
    assert refused.value.path == path


def percent(share):
    return {"kind": "percent", "value": str(share)}


def fixed(size):
    return {"kind": "fixed", "value": str(size)}


def interest(rate):
    return {"kind": "interest", "value": str(rate), "account_id": 1}


REST, HALF = {"kind": "remainder"}, {"kind": "percent", "value": "50"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "at least one thing"),
        ({"colour": 1}, "Unknown action: colour"),
        ({"category_id": "1"}, "by its id"),
        ({"category_id": 1, "transfer": True}, "category of its own"),
        ({"exclude": "yes"}, "true or false"),
        ({"tags": "x"}, "list of at most"),
        ({"merchant": "a\u202eb"}, "."),
        ({"note": "x" * 2001}, "at most 2000"),
        ({"split": [REST]}, "2 to 20 parts"),
        ({"split": [HALF, {"kind": "fixed", "value": "1"}]}, "exactly one part"),
        ({"split": [REST, REST]}, "exactly one part"),
        ({"split": [HALF, HALF, HALF]}, "sum to 100"),
        ({"split": [{"kind": "percent", "value": "99"}] + [REST] + [HALF]}, "sum to 100"),
        ({"split": [{"kind": "interest", "value": "5"}, REST]}, "Name the loan"),
        ({"split": [{"kind": "fixed", "value": "0"}, REST]}, "above zero"),
        ({"split": [{"kind": "half", "value": "0"}, REST]}, "A part has a kind"),
    ],
)
def test_what_cannot_be_done_is_refused(given, says):
    with pytest.raises(ruling.BadRule, match=says) as refused:
        ruling.effects_of(given)
    assert refused.value.field == "actions"


def test_effects_are_written_as_they_were_read():
    given = {
        "merchant": "Landlord",
        "tags": ["home"],
        "exclude": False,
        "transfer": True,
        "split": [{"kind": "interest", "value": "4.5", "account_id": 3, "category_id": 2}, {**REST, "note": "rest"}],
    }
    assert ruling.effects_shape(ruling.effects_of(given)) == given


positive = st.decimals("0.01", "500", places=2)
parts = st.one_of(
    st.lists(positive, min_size=1, max_size=4).map(lambda found: [*map(fixed, found), REST]),
    st.integers(1, 99).map(lambda share: [percent(share), percent(100 - share)]),
    st.tuples(positive, st.decimals("0.1", "20", places=2)).map(lambda pair: [REST, interest(pair[1]), fixed(pair[0])]),
    st.just([percent("33.3333"), percent("33.3333"), REST]),
)


@settings(max_examples=80, deadline=None)
@given(st.decimals("-1000", "1000", places=2), parts, st.decimals("0", "300000", places=2))
@example(Decimal("-1200.00"), [{"kind": "interest", "value": "6", "account_id": 1}, REST], Decimal(100_000))
def test_parts_sum_to_the_cent(amount, given, owed):
    split = ruling.effects_of({"split": given}).split
    found = ruling.portions(amount, split, places=2, owed={1: owed})
    assert sum(found) == amount
    assert all(each == round(each, 2) and each * amount >= 0 for each in found)
    if given[0]["kind"] == "interest":
        assert found == [Decimal("-500.00"), Decimal("-700.00")]


def test_a_payment_below_the_interest_is_all_interest():
    split = ruling.effects_of({"split": [{"kind": "interest", "value": "6", "account_id": 1}, REST]}).split
    assert ruling.portions(Decimal(-100), split, places=2, owed={1: Decimal(100_000)}) == [Decimal(-100), 0]
    assert ruling.portions(Decimal(-1000), split, places=0, owed={1: Decimal(99_999)}) == [Decimal(-500), Decimal(-500)]


def test_a_pattern_takes_no_longer_than_its_text():
    tree = ruling.tree({"all": [{"field": "description", "op": "regex", "value": "(a+)+$"}]})
    program = ruling.Program([ruling.Rule(1, "x", tree, ruling.Effects(category=1))])
    assert program.matching(ruling.Row("a" * 5_000 + "!")) == []

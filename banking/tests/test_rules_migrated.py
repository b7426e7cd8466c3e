"""Rules of one text, two amounts and a direction become conditions and mean the same rows as before."""

from importlib import import_module
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from banking import ruling

migration = import_module("banking.migrations.0010_rules_of_conditions")
texts = st.text(alphabet="ab É\tß", min_size=1, max_size=4).filter(str.strip)
amounts = st.decimals("-3", "3", places=1)
sizes = st.none() | st.decimals("0", "3", places=1)


def as_before(rule, merchant, description, amount):
    """How the rules were evaluated that the migration rewrites."""

    def plain(text):
        return " ".join(text.casefold().split())

    size = abs(amount)
    return (
        plain(rule.contains) in plain(f"{merchant} {description}")
        and (rule.amount_min is None or size >= rule.amount_min)
        and (rule.amount_max is None or size <= rule.amount_max)
        and (not rule.direction or (rule.direction == "in") == (amount > 0))
    )


@settings(max_examples=50, deadline=None)
@given(texts, sizes, sizes, st.sampled_from(["", "in", "out"]), texts, texts, amounts)
def test_the_same_rows_are_meant(contains, low, high, direction, merchant, description, amount):
    if low is not None and high is not None and low > high:
        low, high = high, low
    old = SimpleNamespace(contains=contains, amount_min=low, amount_max=high, direction=direction)
    tree = ruling.tree({"all": migration.conditions_of(old)})
    program = ruling.Program([ruling.Rule(1, contains, tree, ruling.Effects(category=1))])
    row = ruling.Row(description, merchant, amount=amount)
    assert bool(program.matching(row)) == as_before(old, merchant, description, amount)

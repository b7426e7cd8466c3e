"""No amount of money ever becomes a binary fraction: what makes one is listed here, and none of it is money."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CONVERSIONS = {
    ("banking/providers/plaid/webhooks.py", "claims['iat']"): "a moment",
    ("banking/matching/assignment.py", "sum((rest[each] for each in _best(rest)))"): "a sum of odds",
    ("banking/matching/transfers.py", "into.amount / -out.amount"): "a rate, to be compared with a known one",
    ("banking/matching/transfers.py", "known"): "a rate, to be compared",
    (
        "banking/matching/wording.py",
        "one.casefold().split() == other.casefold().split() and bool(one.split())",
    ): "one where two wordings are the same",
    ("reports/queries/dashboard.py", "figure.amount / whole"): "a share of a whole, for the width of a bar",
    ("sandboxbank/faults.py", "plan['probability']"): "a probability",
    ("sandboxbank/mishaps.py", "plan.get('seconds', 1)"): "a time",
    ("sandboxbank/mishaps.py", "plan.get('seconds', HANG_SECONDS)"): "a time",
    ("sandboxbank/outbox.py", "plans['webhook_late'].get('seconds', 5)"): "a time",
}
FIELDS = {"confidence", "score", "share"}
MONEY = {
    *("amount", "balance", "net", "opening", "total", "income", "spending", "worth", "cents", "units", "reported"),
    *("rate", "factor"),
}
COMPARED = {("banking/matching/transfers.py", "_rate")}
"""What two amounts suggest, to be compared with what is usual; nothing is converted with it."""
ABOUT_MONEY = ("banking/providers/plaid/client.py", "financeapp/parsers.py", "sandboxbank/encoding.py")


def modules():
    """Every module of ours that may touch an amount: (path, its tree)."""
    apps = [found.parent for found in ROOT.glob("*/__init__.py")]
    listed = [found.relative_to(ROOT).as_posix() for app in apps for found in app.rglob("*.py")]
    apart = ("/tests/", "/migrations/", "/categoriser/", "/bench/")
    paths = sorted(path for path in listed if not any(part in path for part in apart))
    assert "banking/money.py" in paths
    return [(path, ast.parse((ROOT / path).read_text(encoding="utf-8"))) for path in paths]


def conversions(tree):
    """What is turned into a float."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called == "float":
            yield ast.unparse(node.args[0]) if node.args else ""
        elif called != "isinstance" and any(ast.unparse(given) == "float" for given in node.args):
            yield ast.unparse(node)


def float_fields(tree):
    """Names of columns, form fields and shapes that hold floats."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            kind = node.value.func
            if (kind.attr if isinstance(kind, ast.Attribute) else getattr(kind, "id", "")) == "FloatField":
                yield from (ast.unparse(target) for target in node.targets)


def annotated_floats(tree):
    """Names of values, arguments and functions that are said to be floats."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and "float" in ast.unparse(node.annotation):
            yield ast.unparse(node.target)
        elif isinstance(node, ast.arg) and node.annotation and "float" in ast.unparse(node.annotation):
            yield node.arg
        elif isinstance(node, ast.FunctionDef) and node.returns and "float" in ast.unparse(node.returns):
            yield node.name


@pytest.fixture(scope="module")
def trees():
    return modules()


def test_no_amount_is_converted(trees):
    assert {(path, what) for path, tree in trees for what in conversions(tree)} == CONVERSIONS.keys()


def test_no_column_or_field_for_money_holds_floats(trees):
    assert {name for _path, tree in trees for name in float_fields(tree)} == FIELDS


def test_nothing_named_after_money_is_a_float(trees):
    named = [(path, name) for path, tree in trees for name in annotated_floats(tree)]
    assert named
    assert {(path, name) for path, name in named if MONEY & set(name.split("_"))} == COMPARED


@pytest.mark.parametrize("path", ABOUT_MONEY)
def test_json_with_amounts_is_read_exactly(path):
    calls = [node for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.Call)]
    reading = [call for call in calls if ast.unparse(call.func) == "json.loads"]
    assert any(
        "Decimal" in ast.unparse(each) for call in reading for each in call.keywords if each.arg == "parse_float"
    )


@pytest.mark.parametrize(
    ("code", "finds", "what"),
    [
        ("x = float(row.amount)", conversions, ["row.amount"]),
        ("x = map(float, amounts)", conversions, ["map(float, amounts)"]),
        ("amount = models.FloatField()", float_fields, ["amount"]),
        ("def net(amount: float) -> float | None: ...", annotated_floats, ["net", "amount"]),
    ],
)
def test_each_way_is_noticed(code, finds, what):
    assert list(finds(ast.parse(code))) == what

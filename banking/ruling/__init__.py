"""A person's rules: what they say, which rows they mean, and what they do to them.

    program = ruling.Program([ruling.Rule(1, "Coffee", tree, effects)])
    program.settled(ruling.Row("BLUE BOTTLE", amount=Decimal(-5)))   # what becomes of the row, and by which rule

Knows no database: rows, rules and the ids in them are passed in.
"""

from banking.ruling.changing import FIELDS, Change, Stored, changes
from banking.ruling.conditions import FIELD_TESTS, BadRule, Condition, Group, Node, every, shape, tree
from banking.ruling.effects import Effects, effects_of, effects_shape
from banking.ruling.program import Program, Row, Rule, Said
from banking.ruling.splitting import Part, portions

__all__ = [
    "FIELDS",
    "FIELD_TESTS",
    "BadRule",
    "Change",
    "Condition",
    "Effects",
    "Group",
    "Node",
    "Part",
    "Program",
    "Row",
    "Rule",
    "Said",
    "Stored",
    "changes",
    "effects_of",
    "effects_shape",
    "every",
    "portions",
    "shape",
    "tree",
]

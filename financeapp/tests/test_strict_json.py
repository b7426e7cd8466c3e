"""What is not plain, shallow JSON is refused before anything looks at it."""

import contextlib
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from financeapp.parsers import _is_too_deep, loads
from financeapp.renderers import dumps


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'["\\u0000"]',
        b"\xff\xfe",
        b"",
        b"{",
        b"1" * 5000,
    ],
)
def test_is_refused(body):
    with pytest.raises(ParseError):
        loads(body)


def test_amounts_stay_exact():
    assert loads(b'{"amount": 0.1}') == {"amount": Decimal("0.1")}


def test_brackets_inside_text_are_not_depth():
    assert loads(b'"' + b"[" * 100 + b'"') == "[" * 100


def test_escaped_quote_does_not_hide_depth():
    with pytest.raises(ParseError):
        loads(b'"\\"' + b"[" * 3 + b'"' + b"[" * 100)


@pytest.mark.parametrize(
    "unit", [b'\\"', b"\\", b'"', b'"\\\\', b"[]", b"[", b'{"a":', b'"a\\"",', b"\\ud800", b"1", b"1.1,", b" "]
)
@pytest.mark.parametrize("end", [b"", b"\\", b'"'])
def test_the_largest_body_takes_a_moment(settings, unit, end):
    body = b"[" * 33 + b'"' + unit * (settings.MAX_BODY_BYTES // len(unit)) + end
    started = time.process_time()
    with pytest.raises(ParseError):
        loads(body)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("body", "deep"),
    [
        (b"[" * 32 + b"]" * 32, False),
        (b"[" * 33 + b"]" * 33, True),
        (b"[[],{}," * 31 + b"1" + b"]" * 31, False),
        (b'["\\\\",' * 32 + b'"' + b"[" * 99 + b'"' + b"]" * 32, False),
        (b'"\\\\"' + b"[" * 33, True),
    ],
)
def test_what_counts_as_deep(body, deep):
    assert _is_too_deep(body) is deep


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    with contextlib.suppress(ParseError):
        loads(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text() | st.decimals(allow_nan=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_anything_can_be_written(value):
    dumps(value).decode()


def test_half_a_surrogate_pair_is_written_as_a_mark():
    assert dumps({"a": "\ud800"}) == b'{"a": "?"}'


def test_amounts_are_written_as_text():
    assert dumps([Decimal("1.10"), Decimal("1E+3")]) == b'["1.10","1000"]'


@pytest.mark.parametrize("body", [b'{"a": "b\\u0000"}', b'{"\\ud800": 1}', b'[["\\udfff"]]'])
def test_valid_json_with_what_no_database_keeps_is_told_so(body):
    with pytest.raises(ParseError, match="cannot be kept"):
        loads(body)


def test_a_whole_pair_is_text():
    assert loads(b'"\\ud83d\\ude00"') == "\U0001f600"

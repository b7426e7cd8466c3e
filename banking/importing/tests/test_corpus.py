"""Each file of the corpus is read as its `.rows` say; odd and hostile ones are refused, and nothing else is raised."""

import io
import zipfile
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banking import importing
from banking.importing import Choices, Refusal
from banking.importing.amounts import amount_of, decimal_of
from banking.importing.days import day_of, order_of
from banking.importing.tests.corpus_cases import cases, told

CASES = list(cases())


def test_there_are_enough_cases():
    assert len(CASES) >= 100
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_read_as_expected(case):
    assert case.expected.strip(), "no rows are written for this file"
    assert told(importing.read(case.content)) == case.expected


def zipped():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", b"0" * 10_000_000)
    return packed.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Document>&b;</Document>'
FILE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><OFX><STMTRS>&f;</STMTRS></OFX>'
REFUSED = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n\t", "empty"),
    "zip": (zipped(), "zip"),
    "gzip": (b"\x1f\x8b\x08\x00rest", "zip"),
    "pdf": (b"%PDF-1.7\n%...", "pdf"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "excel"),
    "image": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "image"),
    "entities": (LAUGHS, "xml_entities"),
    "outside file": (FILE, "xml_entities"),
    "entities in utf-16": (LAUGHS.decode().encode("utf-16"), "xml_entities"),
    "broken xml": (b"<Document><Stmt></Document>", "xml_broken"),
    "other xml": (b"<invoice><total>3</total></invoice>", "xml_unknown"),
    "deep xml": (b"<Document>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</Document>", "too_deep"),
    "deep ofx": (b"<OFX>" + b"<STMTRS>" * 5_000, "too_deep"),
    "ofx without rows": (b"<OFX><STMTRS><CURDEF>USD</STMTRS></OFX>", "no_rows"),
    "nul": (b"Date,Amount\n2024-01-01,\x001\n2024-01-01,2,and more text here\n", "nul"),
    "nul in utf-16": ("Date,Amount\n2024-01-01,\0".encode("utf-16"), "nul"),
    "noise": (bytes(range(1, 32)) * 50, "binary"),
    "half a utf-8 mark": (b"\xef\xbb\xbfDate,Amount\n2024-01-01,1,\xff\xfe\xfd", "encoding"),
    "huge field": (b'Date,Description,Amount\n2024-01-01,"' + b"x" * 200_000 + b'",1.00\n', "huge_field"),
    "many columns": (b"Date,Amount\n" + b"," * 5_000 + b"\n", "too_many_columns"),
    "page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "html"),
    "json": (b'[{"date": "2024-01-01"}]', "json"),
    "prose": (b"Dear bank, please send me my statement.\nThank you, Ann.\n", "no_columns"),
    "no amount": (b"Date,Description\n2024-01-01,Coffee\n", "no_columns"),
    "heading only": (b"Date,Description,Amount\n", "no_rows"),
}


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_its_reason(content, code):
    with pytest.raises(Refusal) as refused:
        importing.read(content)
    assert refused.value.code == code


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(Refusal, match="too_large"):
        importing.read(b"x" * 2_000_000, largest=1_000_000)


def test_a_choice_comes_before_every_guess():
    text = "a;b;c\n03.04.2024;Tee;1,234\n"
    chosen = Choices(
        encoding="utf-8",
        delimiter=";",
        decimal=",",
        date_order="mdy",
        sign="turned",
        columns={0: "posted", 2: "amount"},
    )
    with pytest.raises(Refusal):
        importing.read(b"a;b\nx;y\n", choices=chosen)
    [row] = importing.read(f"Datum;Text;Betrag\n{text.splitlines()[1]}\n".encode(), choices=chosen).rows
    assert (row.day, row.amount) == (date(2024, 3, 4), Decimal("-1.234"))


def test_a_chosen_column_comes_before_the_net_amount():
    text = b"Date,Name,Gross,Fee,Net\n2024-01-15,Buyer,100.00,-3.20,96.80\n"
    chosen = Choices(columns={2: "amount", 3: ""})
    assert [row.amount for row in importing.read(text).rows] == [Decimal("96.80")]
    assert [row.amount for row in importing.read(text, choices=chosen).rows] == [Decimal("100.00")]


@pytest.mark.parametrize(
    ("text", "decimal", "amount"),
    [
        ("1,234.56", ".", "1234.56"),
        ("1.234,56", ",", "1234.56"),
        ("1'234.50", ".", "1234.50"),
        ("1 234,56 €", ",", "1234.56"),
        ("−1,00", ",", "-1.00"),
        ("(12.00)", ".", "-12.00"),
        ("12.00-", ".", "-12.00"),
        ("$1,250", ".", "1250"),
        ("₹1,23,456.00 Dr", ".", "-123456.00"),
        ("USD 12.00", ".", "12.00"),
        ("12.00CR", ".", "12.00"),
        ("+5", ".", "5"),
        ("R$ 1.234,50", ",", "1234.50"),
        ("1,5", ".", None),
        ("1.2.3", ".", None),
        ("12.34.56", ",", None),
        ("--5", ".", None),
        ("1e5", ".", None),
        ("NaN", ".", None),
        ("Infinity", ".", None),
        ("٣٫٥", ".", None),
        ("", ".", None),
    ],
)
def test_amounts_are_exact_or_not_read(text, decimal, amount):
    assert amount_of(text, decimal) == (None if amount is None else Decimal(amount))


def test_the_decimal_sign_says_what_shows_it():
    assert decimal_of(["1.234", "5,99"]).values["example"] == "5,99"
    assert decimal_of(["1,234"], likely=",").why == "decimal_assumed"


@given(st.dates(date(1971, 1, 1), date(2099, 12, 31)), st.sampled_from(["dmy", "mdy"]), st.sampled_from("/.-"))
def test_days_come_back(day, order, sign):
    parts = (day.day, day.month) if order == "dmy" else (day.month, day.day)
    assert day_of(f"{parts[0]:02}{sign}{parts[1]:02}{sign}{day.year}", order) == day


def test_the_order_of_days_is_what_their_sequence_shows():
    days = [date(2024, 1, 1) + timedelta(days=5 * n) for n in range(30)]
    for order, form in (("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y")):
        early = [day.strftime(form) for day in days if day.day <= 12]
        assert order_of(early, likely="ymd", why="days_likely").value == order


HEADS = (
    b"",
    b"Date,Description,Amount\n",
    b"!Type:Bank\n",
    b"<OFX><STMTRS>",
    b"<?xml version='1.0'?><Document>",
    b":20:\n:25:",
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(HEADS),
    st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode(errors="replace")),
)
def test_any_bytes_are_read_or_refused(head, body):
    with suppress(Refusal):
        importing.read(head + body)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_a_damaged_file_is_read_or_refused(case, data):
    at = data.draw(st.integers(0, len(case.content)))
    until = data.draw(st.integers(at, min(at + 40, len(case.content))))
    with suppress(Refusal):
        importing.read(case.content[:at] + data.draw(st.binary(max_size=8)) + case.content[until:])


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=30)
AMOUNTS = st.decimals(-99_999, 99_999, places=2).filter(lambda amount: amount != 0)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.dates(date(2000, 1, 1), date(2030, 1, 1)), AMOUNTS, TEXTS), min_size=1, max_size=15),
    st.sampled_from([(",", "."), (";", ","), ("\t", ","), ("|", ".")]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_written_table_is_read_back(rows, signs, encoding, newline):
    delimiter, decimal = signs

    def quoted(text):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'

    lines = [
        delimiter.join((day.isoformat(), quoted(text), quoted(format(amount, "f").replace(".", decimal))))
        for day, amount, text in rows
    ]
    text = newline.join((delimiter.join(("Date", "Description", "Amount")), *lines, ""))
    read = importing.read(text.encode(encoding)).rows
    assert sorted((row.day, row.amount) for row in read) == sorted((day, amount) for day, amount, _ in rows)

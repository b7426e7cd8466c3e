"""A text with separated values as rows of cells, where its heading is, and what its columns hold."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from banking.importing.amounts import amount_of, is_empty
from banking.importing.days import ORDERS, day_of
from banking.importing.facts import Guess, Refusal
from banking.importing.roles import AMOUNTS, DAYS, role_of

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", ":": "colon"}
TRIED = (",", ";", "\t", "|")
HEAD, SAMPLE = 60, 120
LEAST_DIGITS = 0.3
PAYMENT = re.compile(r"\bpayment\b|thank you", re.IGNORECASE)
MOST_ROWS, MOST_COLUMNS, MOST_LINES_INSIDE = 300_000, 200, 40
LONGEST_FIELD = 100_000


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are (number of the line, cells) after the heading; `before` are the lines above it."""

    heading: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    before: tuple[tuple[str, ...], ...]
    roles: tuple[str, ...]
    guesses: tuple[Guess, ...]


def table_of(text: str, *, delimiter: str = "") -> Table:
    """What nobody knows has no role; raise Refusal where the text is no table with days and amounts."""
    text, told = _hint(_unwrapped(text))
    sign = delimiter or told
    guess = Guess("delimiter", sign, "chosen" if delimiter else "delimiter_told") if sign else _delimiter(text)
    cells = _cells(text, guess.value)
    at, roles = _heading(cells[:HEAD])
    if at is None:
        return _unnamed(cells, guess)
    heading = tuple(cell.strip() for cell in cells[at][1])
    guesses = (guess, Guess("heading", str(cells[at][0]), "heading_words", {"count": sum(map(bool, roles))}))
    before = tuple(tuple(row) for _line, row in cells[:at])
    return Table(heading, cells[at + 1 :], before, roles, guesses)


def _hint(text: str) -> tuple[str, str]:
    """A first line such as `sep=;` tells the separator."""
    found = re.match(r"\"?sep=(.)\"?\s*\n", text, re.IGNORECASE)
    return (text[found.end() :], found[1]) if found else (text, "")


def _unwrapped(text: str) -> str:
    """Some programs put each whole line between quotes."""
    lines = text.splitlines()
    head = [line for line in lines[:20] if line.strip()]
    wrapped = [line for line in head if re.fullmatch(r'"(?:[^"]|"")*"', line.strip()) and re.search("[,;\t]", line)]
    if len(head) < 2 or len(wrapped) < len(head) - 1:
        return text
    return "\n".join(line.strip()[1:-1].replace('""', '"') if line.strip().startswith('"') else line for line in lines)


def _delimiter(text: str) -> Guess:
    """The one under which the first lines have columns that are known, as many in each line."""
    head = "\n".join(text.splitlines()[:SAMPLE])
    scored = []
    for place, sign in enumerate(TRIED):
        try:
            rows = [row for _line, row in _cells(head, sign)]
        except Refusal as refusal:
            if refusal.code != "no_table":
                raise
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda each: (each[1] * min(each[0], 6), each[0]))
        _at, roles = _heading([(0, row) for row in rows[:HEAD]])
        known = len({role for role in roles if role})
        scored.append((known * 3 + count / max(len(rows), 1) * min(width, 6), -place, sign, width, count))
    if not scored:
        raise Refusal("no_table")
    _score, _place, sign, width, count = max(scored)
    return Guess("delimiter", sign, "delimiter_columns", {"columns": width, "count": count})


def _cells(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    rows = _read(text, delimiter, quoted=True)
    broken = any(cell.count("\n") > MOST_LINES_INSIDE for _line, row in rows for cell in row if len(cell) > 400)
    if broken or text.count('"') % 2:
        plain = [(line, [cell.strip('"') for cell in row]) for line, row in _read(text, delimiter, quoted=False)]
        rows = max(rows, plain, key=_regular)
    return rows


def _regular(rows: list[tuple[int, list[str]]]) -> int:
    """How many lines have as many cells as most of them."""
    widths = Counter(len(row) for _line, row in rows if len(row) > 1)
    return max(widths.values(), default=0)


def _read(text: str, delimiter: str, *, quoted: bool) -> list[tuple[int, list[str]]]:
    """Lines that are not empty, each with the number of its first line."""
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
    reader = csv.reader(lines, delimiter=delimiter, quoting=0 if quoted else 3, skipinitialspace=delimiter != "\t")
    found: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            if any(cell and not cell.isspace() for cell in row):
                found.append((line, row))
            line = reader.line_num + 1
            if len(found) > MOST_ROWS:
                raise Refusal("too_many_rows", count=MOST_ROWS)
            if len(row) > MOST_COLUMNS:
                raise Refusal("too_many_columns", count=MOST_COLUMNS)
    except csv.Error as error:
        raise Refusal("huge_field" if "limit" in str(error) else "no_table", line=line) from error
    return found


def _heading(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[int | None, tuple[str, ...]]:
    """The line that names most columns: a day and an amount at the least."""
    best, chosen = 0, None
    found: tuple[str, ...] = ()
    for at, (_line, row) in enumerate(rows):
        roles = tuple(role_of(cell) for cell in row)
        kinds = set(roles) - {""}
        if not kinds & DAYS or not kinds & AMOUNTS:
            continue
        if len(kinds) > best:
            best, chosen, found = len(kinds), at, roles
    return chosen, found


def _unnamed(cells: list[tuple[int, list[str]]], guess: Guess) -> Table:
    """Columns by what their headings say, where known, and by what is in them: days, amounts, the longest text.

    Raise Refusal where there cannot be a day and an amount: both have digits.
    """
    width = Counter(len(row) for _line, row in cells).most_common(1)[0][0]
    at = _first_words(cells[:HEAD], width)
    body = cells if at is None else cells[at + 1 :]
    rows = [row for _line, row in body if len(row) == width][:SAMPLE]
    columns = [[row[place].strip() for row in rows] for place in range(width)]
    if sum(_share(values, _has_digit) > LEAST_DIGITS for values in columns) < 2:
        raise Refusal("no_columns")
    if at is None:
        heading, roles = [f"#{place + 1}" for place in range(width)], [""] * width
        told = Guess("heading", "", "heading_none")
    else:
        heading = [cell.strip() for cell in cells[at][1]]
        roles, told = [role_of(cell) for cell in heading], Guess("heading", str(cells[at][0]), "heading_first")
    _by_content(columns, roles, has_heading=at is not None)
    before = tuple(tuple(row) for _line, row in cells[: at or 0])
    return Table(tuple(heading), body, before, tuple(roles), (guess, told))


def _first_words(cells: list[tuple[int, list[str]]], width: int) -> int | None:
    """Where the fullest line of words stands, above the first with a day and an amount: it is the heading."""
    best, chosen = 1, None
    for at, (_line, row) in enumerate(cells):
        texts = [cell.strip() for cell in row if cell.strip()]
        days, amounts = (sum(map(test, texts)) for test in (_is_day, _is_amount))
        if days and amounts:
            break
        words = not days and not amounts and sum(map(_has_digit, texts)) * 2 <= len(texts)
        if len(row) == width and words and len(texts) > best:
            best, chosen = len(texts), at
    return chosen


def _by_content(columns: list[list[str]], roles: list[str], *, has_heading: bool) -> None:
    free = [place for place, role in enumerate(roles) if not role]
    days = [place for place in free if _share(columns[place], _is_day) > 0.8]
    numbers = [
        place
        for place in free
        if place not in days
        and _share([each for each in columns[place] if each], _is_amount) > 0.9
        and _some(columns[place])
    ]
    if days and not DAYS & set(roles):
        roles[days[0]] = "posted"
    if numbers and not AMOUNTS & set(roles):
        _amounts(columns, numbers, roles, has_heading=has_heading)
    texts = [place for place in free if not roles[place] and place not in days]
    if texts and DAYS & set(roles) and AMOUNTS & set(roles) and "description" not in roles:
        longest = max(texts, key=lambda place: sum(len(value) for value in columns[place]))
        roles[longest] = "description"


def _amounts(columns: list[list[str]], numbers: list[int], roles: list[str], *, has_heading: bool) -> None:
    """Two columns of which each line fills one are debit and credit; else the first that has signs or cents."""
    for one, two in zip(numbers, numbers[1:], strict=False):
        pairs = list(zip(columns[one], columns[two], strict=True))
        if pairs and all(is_empty(a) != is_empty(b) for a, b in pairs):
            paid = _is_paid_off(columns, one, two)
            roles[one], roles[two] = ("credit", "debit") if paid else ("debit", "credit")
            break
    else:
        moneyed = [place for place in numbers if any(re.search(r"[.,]\d{1,2}$|-", each) for each in columns[place])]
        numbers = moneyed or numbers
        signed = [place for place in numbers if any("-" in value or "(" in value for value in columns[place])]
        roles[(signed or numbers)[0]] = "amount"
    last = numbers[-1]
    if not roles[last] and len(numbers) > 1 and not has_heading:
        roles[last] = "balance"


def _is_paid_off(columns: list[list[str]], one: int, two: int) -> bool:
    """Whether the minus is that of a card: only the first column has some, where the words tell of payments."""
    texts = [" ".join(row) for row in zip(*columns, strict=True)]
    paid = [(value, text) for value, text in zip(columns[one], texts, strict=True) if not is_empty(value)]
    minus = all(value.startswith("-") and PAYMENT.search(text) for value, text in paid)
    return bool(paid) and minus and not any("-" in value for value in columns[two])


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values) if values else 0


def _some(values: Sequence[str]) -> bool:
    return sum(bool(value) for value in values) * 5 >= len(values)


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _is_day(text: str) -> bool:
    return len(text) >= 6 and any(day_of(text, order) for order in ORDERS)


def _is_amount(text: str) -> bool:
    return len(text) < 25 and (amount_of(text, ".") is not None or amount_of(text, ",") is not None)

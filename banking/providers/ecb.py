"""The reference rates of the European Central Bank: its files, and fetching one.

https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates publishes what one euro is worth
of some thirty currencies on each working day, about 16:00 in Frankfurt: of the day (eurofxref-daily.xml, eurofxref.csv)
and of all days since 1999 (eurofxref-hist.xml and .csv). A day on which a currency was not quoted has N/A.
"""

import csv
import io
import re
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import urllib3

from banking.importing.facts import Refusal
from banking.importing.xml_tree import tree

FIRST_DAY = date(1999, 1, 1)
MOST_BYTES = 32 * 1024 * 1024
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5, 20, 60
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
NOT_QUOTED = {"", "-", "N/A"}
CODE = re.compile(r"[A-Z]{3}")
NUMBER = re.compile(r"[0-9]{1,8}(\.[0-9]{1,10})?")
WORDED = re.compile(r"([0-9]{1,2}) ([A-Za-z]+) ([0-9]{4})")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class NotRates(Exception):
    """It is not a file of reference rates, or none could be fetched; the text says why."""


class Unreachable(NotRates):
    """The address may not be asked, or does not answer with a file."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What one euro was worth of the currency on the day."""

    day: date
    currency: str
    rate: Decimal


def read(content: bytes, *, latest: date) -> list[Quoted]:
    """Every rate of a file: XML, CSV, or an archive of one of them. Raise NotRates, also for a day after `latest`."""
    if len(content) > MOST_BYTES:
        raise NotRates(f"This is larger than {MOST_BYTES} bytes.")
    text = _text(_unpacked(content))
    found = list(_of_xml(text) if text.lstrip().startswith("<") else _of_csv(text))
    if not found:
        raise NotRates("There is not a single rate in it.")
    there: set[tuple[str, date]] = set()
    for each in found:
        if not FIRST_DAY <= each.day <= latest:
            raise NotRates(f"{each.day} is not a day that rates may be of.")
        if (each.currency, each.day) in there:
            raise NotRates(f"{each.currency} of {each.day} is in it twice.")
        there.add((each.currency, each.day))
    return found


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK\x03\x04"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(_only(archive.namelist())) as file:
            unpacked = file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise NotRates("This archive cannot be read.") from error
    if len(unpacked) > MOST_BYTES:
        raise NotRates(f"This is larger than {MOST_BYTES} bytes.")
    return unpacked


def _only(names: Sequence[str]) -> str:
    if len(names) != 1:
        raise NotRates("The archive must hold one file.")
    return names[0]


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotRates("This is no text.") from error
    if "\0" in text:
        raise NotRates("This is no text.")
    return text


def _of_csv(text: str) -> Iterator[Quoted]:
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise NotRates("This is no table of rates.") from error
    heading = [cell.strip() for cell in rows[0]] if rows else []
    currencies = [cell for cell in heading[1:] if cell]
    if not currencies or heading[0] != "Date":
        raise NotRates("The first line must begin with Date and name the currencies.")
    if len(set(currencies)) < len(currencies):
        raise NotRates("A currency is named twice in the first line.")
    for number, cells in enumerate(rows[1:], start=2):
        values = [cell.strip() for cell in cells]
        if not any(values):
            continue
        if len([*values[1:], *[""] * len(currencies)]) < len(currencies) or any(values[1 + len(currencies) :]):
            raise NotRates(f"Line {number} has other columns than the first line.")
        day = _day(values[0], f"Line {number}")
        for currency, value in zip(currencies, values[1:], strict=False):
            if value not in NOT_QUOTED:
                yield _quoted(day, currency, value, f"Line {number}")


def _of_xml(text: str) -> Iterator[Quoted]:
    try:
        root = tree(text)
    except (Refusal, IndexError) as error:
        raise NotRates("This XML cannot be read.") from error
    days = [each for each in root.within("Cube") if "time" in each.attributes]
    if root.name != "Envelope" or not days:
        raise NotRates("This XML is not the European Central Bank's: it has no Cube of a day.")
    for each in days:
        day = _day(each.attributes["time"], "A Cube")
        for rate in each.children("Cube"):
            where = f"The Cube of {day}"
            yield _quoted(day, rate.attributes.get("currency", ""), rate.attributes.get("rate", ""), where)


def _day(value: str, where: str) -> date:
    try:
        if (found := WORDED.fullmatch(value)) and found[2] in MONTHS:
            return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1]))
        return date.fromisoformat(value)
    except ValueError as error:
        raise NotRates(f"{where}: {value[:40]!r} is no day.") from error


def _quoted(day: date, currency: str, value: str, where: str) -> Quoted:
    if not CODE.fullmatch(currency) or currency == "EUR":
        raise NotRates(f"{where}: {currency[:40]!r} is no currency that a euro has a rate of.")
    if not NUMBER.fullmatch(value) or not Decimal(value):
        raise NotRates(f"{where}: {value[:40]!r} is no rate.")
    return Quoted(day, currency, Decimal(value))


def fetch(url: str) -> bytes:
    """What is there; raise Unreachable.

    Only over https, or from this very machine; a redirection is not followed, so that nobody but who sets the address
    decides where the request goes; and nothing is waited for or read for ever.
    """
    _check(url)
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    headers = {"Accept-Encoding": "identity", "User-Agent": "PocketPilot"}
    try:
        with urllib3.PoolManager(retries=False, timeout=timeout) as pool:
            response = pool.request("GET", url, redirect=False, preload_content=False, headers=headers)
            if response.status != 200:
                raise Unreachable(f"The address answers {response.status}.")
            return _body(response)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise Unreachable(f"The address does not answer ({type(error).__name__}).") from error


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise Unreachable("This is no address.") from error
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK)):
        raise Unreachable("The address must begin with https://.")
    if parts.username or parts.password:
        raise Unreachable("The address may not hold a password.")


def _body(response: urllib3.BaseHTTPResponse) -> bytes:
    until, body = time.monotonic() + WHOLE_SECONDS, b""
    for piece in response.stream(64 * 1024, decode_content=False):
        body += piece
        if len(body) > MOST_BYTES:
            raise Unreachable(f"The answer is larger than {MOST_BYTES} bytes.")
        if time.monotonic() > until:
            raise Unreachable("The answer takes too long.")
    return body

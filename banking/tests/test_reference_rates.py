"""The European Central Bank's files: read whole or refused, kept once, and fetched only where that is asked for."""

import io
import threading
import zipfile
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import CommandError, call_command

from banking.models import ReferenceRate
from banking.providers import ecb
from banking.tasks import fetch_rates

D = Decimal
LATEST = date(2026, 11, 28)
DAILY = "Date, USD, JPY, ISK, \n27 November 2026, 1.0867, 162.24, N/A, \n"
WHOLE = "Date,USD,JPY,\n2026-11-27,1.0867,162.24,\n2026-11-26,1.0801,N/A,\n"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
 <gesmes:subject>Reference rates</gesmes:subject>
 <Cube><Cube time="2026-11-27"><Cube currency="USD" rate="1.0867"/><Cube currency="JPY" rate="162.24"/></Cube></Cube>
</gesmes:Envelope>"""
TODAY = [("USD", D("1.0867")), ("JPY", D("162.24"))]


def zipped(text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref.csv", text)
    return packed.getvalue()


@pytest.mark.parametrize("content", [DAILY.encode(), XML.encode(), zipped(DAILY)], ids=["csv", "xml", "zip"])
def test_each_form_of_the_file_is_read(content):
    found = ecb.read(content, latest=LATEST)
    assert [(each.currency, each.rate) for each in found] == TODAY
    assert {each.day for each in found} == {date(2026, 11, 27)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "first line"),
        (b"\xff\xfe\x00", "no text"),
        (b"PK\x03\x04rubbish", "archive"),
        (b"Day,USD\n2026-11-27,1\n", "first line"),
        (b"Date,USD,USD\n2026-11-27,1,2\n", "twice"),
        (b"Date,usd\n2026-11-27,1\n", "no currency"),
        (b"Date,EUR\n2026-11-27,1\n", "no currency"),
        (b"Date,USD\n27/11/2026,1\n", "no day"),
        (b"Date,USD\n2026-11-29,1\n", "not a day"),
        (b"Date,USD\n1899-11-29,1\n", "not a day"),
        (b"Date,USD\n2026-11-27,0\n", "no rate"),
        (b"Date,USD\n2026-11-27,-1\n", "no rate"),
        (b"Date,USD\n2026-11-27,1e3\n", "no rate"),
        (b"Date,USD\n2026-11-27,N/A\n", "not a single"),
        (b"Date,USD\n2026-11-27,1,2\n", "other columns"),
        (b"Date,USD\n2026-11-27,1\n2026-11-27,1\n", "is in it twice"),
        (b"<html><body>Not found</body></html>", "not the European"),
        (b"<!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>", "cannot be read"),
        (b"<", "cannot be read"),
    ],
)
def test_anything_else_is_refused_with_what_is_wrong(content, said):
    with pytest.raises(ecb.NotRates, match=said):
        ecb.read(content, latest=LATEST)


def test_a_file_is_kept_once_and_a_correction_replaces(db, tmp_path, capsys):
    file = tmp_path / "eurofxref.csv"
    said = []
    for text in (WHOLE, WHOLE, WHOLE.replace("1.0867", "1.0868")):
        file.write_text(text)
        call_command("read_rates", str(file))
        said.append(capsys.readouterr().out.strip())
    assert [line.partition(": ")[2] for line in said] == ["3 new, 0 changed.", "0 new, 0 changed.", "0 new, 1 changed."]
    assert ReferenceRate.objects.get(currency="USD", day=date(2026, 11, 27)).rate == D("1.0868")
    file.write_text("Date,USD\n2026-11-27,one\n")
    with pytest.raises(CommandError, match="'one' is no rate"):
        call_command("read_rates", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("read_rates", str(tmp_path / "nothing.csv"))


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):  # the name that http.server asks for
        status, body = {
            "/daily.xml": (200, XML.encode()),
            "/moved": (302, b""),
            "/large": (200, b"x" * 3_000),
        }.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", "/daily.xml")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        """Nothing."""


@pytest.fixture
def answering():
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_rates_are_fetched_where_an_address_is_set(db, settings, answering):
    settings.RATES_URL = ""
    fetch_rates()
    assert not ReferenceRate.objects.exists()
    settings.RATES_URL = f"{answering}/daily.xml"
    for _ in range(2):
        fetch_rates()
    assert sorted(ReferenceRate.objects.values_list("currency", "rate")) == sorted(TODAY)
    settings.RATES_URL = f"{answering}/nowhere"
    fetch_rates()
    assert ReferenceRate.objects.count() == 2


@pytest.mark.parametrize(
    ("path", "said"), [("/nowhere", "404"), ("/moved", "302"), ("/large", "larger")], ids=["gone", "moved", "large"]
)
def test_an_answer_that_is_no_file_is_refused(answering, monkeypatch, path, said):
    monkeypatch.setattr(ecb, "MOST_BYTES", 2_000)
    with pytest.raises(ecb.Unreachable, match=said):
        ecb.fetch(answering + path)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.ecb.europa.eu/daily.xml",
        "http://169.254.169.254/latest",
        "ftp://127.0.0.1/daily.xml",
        "file:///etc/passwd",
        "https://user:word@www.ecb.europa.eu/",
        "https://",
        "http://127.0.0.1.nip.io/",
        "http://[::1",
    ],
)
def test_other_addresses_are_not_asked(url):
    with pytest.raises(ecb.Unreachable, match="address"):
        ecb.fetch(url)


def test_nobody_there_is_said(answering):
    with pytest.raises(ecb.Unreachable, match="does not answer"):
        ecb.fetch("http://127.0.0.1:9/")

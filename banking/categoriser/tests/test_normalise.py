import time

import pytest

from banking.categoriser.normalise import display_name, merchant_key, normalise

TABLE = [
    ("SQ *BLUE BOTTLE COFF 1234 SF CA", "blue bottle coff"),
    ("TST* JOE'S PIZZA 0023 NEW YORK NY", "joes pizza"),
    ("PURCHASE AUTHORIZED ON 03/12 STARBUCKS STORE 01234 SEATTLE WA S123456789 CARD 1234", "starbucks"),
    ("CHECKCARD 0312 SAFEWAY #123 OAKLAND CA 24692", "safeway"),
    ("AMZN Mktp US*2K3AB4CD5", "amzn mktp"),
    ("POS DEBIT 7-ELEVEN 12345 AUSTIN TX", "7 eleven"),
    ("MOTEL 6 #123", "motel 6"),
    ("PAYPAL *SPOTIFY 402-935-7733", "spotify"),
    ("PAYPAL TRANSFER", "paypal transfer"),
    ("VISA DEBIT PURCHASE CARD 1234 WOOLWORTHS 1234 SYDNEY NSW AUS", "woolworths"),
    ("STARBUCKS0123", "starbucks"),
    ("DEBIT INTEREST", "debit interest"),
    ("CITY OF BOSTON", "city of boston"),
    ("MINT MOBILE 800-683-7392 CA", "mint mobile"),
    ("CON EDISON", "con edison"),
    ("ZARA USA", "zara"),
    ("H&M 123", "h&m"),
    ("CAFÉ ROUGE", "cafe rouge"),
    ("BP KINGS ROAD 8871", "bp kings road"),
    ("COM ED ONLINE", "com ed online"),
    ("TESCO MOBILE LONDON", "tesco mobile"),
    ("12345", "12345"),
    ("", ""),
]


@pytest.mark.parametrize(("description", "text"), TABLE)
def test_wording_numbers_and_places_go(description, text):
    assert normalise(description) == text


def test_spellings_of_one_merchant_share_a_key():
    spellings = ["SQ *BLUE BOTTLE 1 SF CA", "Blue Bottle #22", "POS DEBIT BLUE BOTTLE 0044 OAKLAND CA", "BLUE BOTTLE"]
    assert len({merchant_key(spelling) for spelling in spellings}) == 1


def test_the_providers_clean_name_wins():
    assert merchant_key("XX99 BLBTL 3321", "Blue Bottle") == merchant_key("BLUE BOTTLE")


def test_name_to_show():
    assert display_name("SQ *BLUE BOTTLE COFF 1234 SF CA") == "Blue Bottle Coff"
    assert display_name("ATM FEE 1234") == "ATM Fee"


@pytest.mark.parametrize(
    "odd", ["😀😀", "\u202eabc\u202c", "a\x00b\x1b[31m", "مرحبا", "日本 コーヒー", "é" * 5000, "\ud800"]
)
def test_odd_text_is_safe(odd):
    assert normalise(odd) == normalise(odd)
    assert "\u202e" not in display_name(odd)
    assert merchant_key(odd) == merchant_key(odd)


@pytest.mark.parametrize("unit", ["1", "1 ", "1.", "-", "#", "x", "ref", "12/", "co id#", "(", "a."])
def test_no_description_takes_long(unit):
    started = time.process_time()
    for number in range(10):
        normalise(f"{number}{unit * 500}")
    assert time.process_time() - started < 0.5

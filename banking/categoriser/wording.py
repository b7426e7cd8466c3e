"""The bank's own wording around a merchant: what is cut before and after the name."""

import re

MARKS = [
    "sq",
    "sqc",
    "tst",
    "pp",
    "paypal",
    "py",
    "ppl",
    "pyl",
    "cko",
    "zlr",
    "wpy",
    "gpay",
    "sumup",
    "smp",
    "izettle",
    "zettle",
    "iz",
    "sp",
    "ls",
    "in",
    "bt",
    "fs",
    "fsp",
    "eb",
    "ec",
    "dri",
    "nya",
    "stripe",
    "ptm",
    "pwp",
    "pos",
    "dd",
    "gg",
    "bb",
    "wl",
    "wix",
    "ccb",
    "ckf",
    "act",
    "clover",
    "toast",
    "olo",
    "osp",
    "fh",
    "par",
    "pdq",
    "crv",
    "bl",
    "ep",
    "tm",
    "mp",
    "rbt",
    "wave",
    "rr",
    "abc",
]

PHRASES = """
pos debit|pos purchase|pos withdrawal|pos transaction|pos refund|pos payment|pos|point of sale debit|point of sale
purchase authorized on|purchase authorised on|recurring payment authorized on|payment authorized on
purchase return authorized on|recurring debit card|recurring payment to|recurring payment|recurring
debit card purchase|debit card payment to|debit card payment|debit card debit|debit card withdrawal|debit card
debit purchase|debit pos|debit for checkcard|checkcard purchase|checkcard|check card purchase|check card
visa debit purchase card|visa debit purchase|visa purchase|visa debit|visa check card|visa dda pur ap|visa dda pur
visa dda|dda pur|dda purchase|dbt crd|dbt purchase|dbt|pin purchase|pin pos|pur ap|pur|crd pur|card purchase with pin
card purchase|card payment to|card transaction|card trans|card txn|contactless payment to|contactless payment
contactless interac purchase|contactless interac|contactless|interac retail purchase|interac purchase|idp purchase
eftpos purchase|eftpos debit|eftpos|mastercard purchase|mastercard debit|mastercard|mc purchase
ach debit|ach withdrawal|ach pmt|ach hold|preauthorized debit|preauthorised debit|pre authorized debit|pad
electronic withdrawal|electronic pmt|electronic debit|elec draft|web pmt single|bill pmt|online bill payment to
direct debit payment to|direct debit to|direct debit|online purchase|internet purchase|retail purchase|purchase at
signature purchase|purchase|pending|apple pay|google pay|genesis|withdrawal pos|withdrawal debit card
external withdrawal|external deposit|deb|so to|visa|vis|msp|fpos
"""

_names = sorted(PHRASES.replace("\n", "|").strip("|").split("|"), key=len, reverse=True)
_phrase = "|".join(re.escape(name.strip()) for name in _names if name.strip())
_meaning = (
    "payment|pymt|pmt|fee|interest|charge|refund|withdrawal|replacement|thank|transfer|deposit|credit|adjust|rebate"
)

PREFIX = re.compile(
    rf"(?:(?:{'|'.join(MARKS)})\s?\*+\s*"
    rf"|(?:{_phrase})(?=[\s:\-/*#]|\d)(?!\s*(?:{_meaning})\b)[\s:\-/*#]*"
    r"|\d{1,2}[/\-.]\d{1,2}(?:[/\-.]\d{2,4})?[\s:\-]+"
    r"|\d{4,}[\s:\-]+|x{2,}\d+\s+|#\d+\s+)+"
)
"""Processor marks, card wording, dates and numbers that stand before the name."""

STARTS = frozenset(name.split()[0] for name in _names if name.strip())
"""First words of the wording: a text that starts otherwise needs no look at PREFIX, unless a mark or number leads."""

NOISE = re.compile(
    r"\b(?:ppd|web|ccd|arc|tel|co|pos|trace|trn|indn|conf|confirmation|transaction|txn)\s?(?:id|no|num)?\s?[#:]+\s?\S*"
    r"|\bvalue date.*|\btap and pay\b.*|\bcard (?:ending )?(?:in |no )?[x*]*\d{3,}|\bref(?:erence)?[\s:#.]+\S*\d\S*"
    r"|#*(?:\d*\s)?\d+[.,]\d\d\s?(?:[a-z]+ dollar|usd|eur|gbp|aud|cad|euro|inr|nzd)\w*"
    r"|\b(?:rate|fx rate|exchange rate)[:\s]+\d\S*"
    r"|\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?\b"
    r"|\b\d{1,2}[/\-.]\d{1,2}(?:[/\-.]\d{2,4})?\b"
    r"|\b\d{1,2}(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\d{0,4}\b"
    r"|\+?\d?[\s\-.(]*\d{3}[\s\-.)]+\d{3}[\s\-.]+\d{4}\b|\b\d{3}-\d{4,}\b"
)
"""Numbers with their label, dates, times, telephone numbers and foreign amounts, anywhere."""

STATES = frozenset(
    [
        "al",
        "ak",
        "az",
        "ar",
        "ca",
        "co",
        "ct",
        "de",
        "fl",
        "ga",
        "hi",
        "id",
        "il",
        "in",
        "ia",
        "ks",
        "ky",
        "la",
        "me",
        "md",
        "ma",
        "mi",
        "mn",
        "ms",
        "mo",
        "mt",
        "ne",
        "nv",
        "nh",
        "nj",
        "nm",
        "ny",
        "nc",
        "nd",
        "oh",
        "ok",
        "or",
        "pa",
        "ri",
        "sc",
        "sd",
        "tn",
        "tx",
        "ut",
        "vt",
        "va",
        "wa",
        "wv",
        "wi",
        "wy",
        "dc",
        "pr",
        "on",
        "qc",
        "bc",
        "ab",
        "mb",
        "sk",
        "ns",
        "nb",
        "nl",
        "pe",
        "nsw",
        "vic",
        "qld",
        "tas",
        "act",
        "nt",
        "sa",
    ]
)
COUNTRIES = frozenset(
    [
        "us",
        "usa",
        "gb",
        "gbr",
        "uk",
        "aus",
        "au",
        "can",
        "nz",
        "nzl",
        "ie",
        "irl",
        "in",
        "ind",
        "fr",
        "fra",
        "de",
        "deu",
        "es",
        "esp",
        "it",
        "ita",
        "nl",
        "nld",
        "sg",
        "sgp",
        "ae",
        "jp",
        "jpn",
        "mx",
        "mex",
        "ca",
    ]
)
FORMS = frozenset(
    [
        "com",
        "www",
        "http",
        "https",
        "inc",
        "llc",
        "ltd",
        "corp",
        "pty",
        "plc",
        "gmbh",
        "co",
        "llp",
        "lp",
        "limited",
        "incorporated",
        "corporation",
    ]
)
COUNTED = frozenset(
    [
        "store",
        "str",
        "stor",
        "no",
        "nbr",
        "num",
        "unit",
        "terminal",
        "ste",
        "suite",
        "shop",
        "location",
        "loc",
        "branch",
        "till",
    ]
)

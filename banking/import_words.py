"""Why a file is refused, what shows that it is to be read so, and what becomes of a row: in sentences."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banking.importing import Refusal
from banking.models import CategoryKind
from banking.queries.import_categories import Planned

REFUSALS = {
    "empty": gettext_lazy("This file is empty."),
    "too_large": gettext_lazy("This file is too large: at most %(megabytes)d MB. Export a shorter period."),
    "zip": gettext_lazy("This is a packed file. Unpack it and send the file inside."),
    "excel": gettext_lazy("This is a spreadsheet. Save it as CSV and send that."),
    "pdf": gettext_lazy("This is a PDF. Ask your bank for an export as CSV, OFX, QIF, CAMT or MT940."),
    "image": gettext_lazy("This is a picture. Ask your bank for an export as CSV, OFX, QIF, CAMT or MT940."),
    "binary": gettext_lazy("This is not a text file. Send an export as CSV, OFX, QIF, CAMT or MT940."),
    "nul": gettext_lazy("This file holds NUL bytes, which no text has. Export it once more."),
    "encoding": gettext_lazy(
        "This file is not written in %(encoding)s. Choose another encoding or export it as UTF-8."
    ),
    "html": gettext_lazy("This is a web page, not an export. Download the file once more, signed in at your bank."),
    "json": gettext_lazy("This is JSON. Send an export as CSV, OFX, QIF, CAMT or MT940."),
    "xml_entities": gettext_lazy(
        "This file declares a document type or entities, which may be harmful. It is not read."
    ),
    "xml_broken": gettext_lazy("This XML is broken in line %(line)s. Download the file once more."),
    "xml_unknown": gettext_lazy("This XML is no bank statement that we know: it begins with “%(root)s”."),
    "too_deep": gettext_lazy("This file is nested deeper than any statement. It is not read."),
    "huge_field": gettext_lazy("There is a field of enormous length in this file. It is not read."),
    "too_many_rows": gettext_lazy("This file has more than %(count)d rows. Export a shorter period."),
    "too_many_columns": gettext_lazy("This file has more than %(count)d columns. It is not read."),
    "no_table": gettext_lazy("We find no table in this file. Send an export as CSV, OFX, QIF, CAMT or MT940."),
    "no_columns": gettext_lazy("We find no column with days and none with amounts. Is this an export of transactions?"),
    "no_day_column": gettext_lazy("Say which column holds the day."),
    "no_amount_column": gettext_lazy("Say which column holds the amount, or which hold debits and credits."),
    "no_statement": gettext_lazy("There is no statement of an account in this file."),
    "no_rows": gettext_lazy("There is no transaction in this file."),
}
EVIDENCE = {
    "chosen": gettext_lazy("you chose it"),
    "format_says": gettext_lazy("the format lays it down"),
    "encoding_mark": gettext_lazy("the file begins with its mark"),
    "encoding_wide": gettext_lazy("every other byte is zero"),
    "encoding_plain": gettext_lazy("it has no accents at all"),
    "encoding_fits": gettext_lazy("all of its accents fit"),
    "encoding_declared": gettext_lazy("the file says so"),
    "encoding_words": gettext_lazy("so its words read well: “%(example)s”"),
    "encoding_last": gettext_lazy("nothing else fits"),
    "delimiter_told": gettext_lazy("the first line says so"),
    "delimiter_columns": gettext_lazy("%(count)s of the first lines have %(columns)s columns"),
    "heading_words": gettext_lazy("%(count)s of its words name columns"),
    "heading_first": gettext_lazy("it is the first line, and has neither a day nor an amount"),
    "heading_none": gettext_lazy("no line names the columns; we went by what is in them"),
    "decimal_seen": gettext_lazy("%(count)s amounts show it, such as %(example)s"),
    "decimal_assumed": gettext_lazy("no amount shows it; we assume it"),
    "days_serial": gettext_lazy("days are counted, as spreadsheets do: %(example)s"),
    "days_moment": gettext_lazy("days are moments in seconds: %(example)s"),
    "days_plain": gettext_lazy("it can be read in one way only: %(example)s"),
    "days_only": gettext_lazy("%(example)s is a day in this order only"),
    "days_most": gettext_lazy("most days fit, such as %(example)s"),
    "days_in_sequence": gettext_lazy("only so do the %(count)s days follow each other"),
    "days_dotted": gettext_lazy("%(example)s fits both; with dots the day comes first"),
    "days_comma": gettext_lazy("%(example)s fits both; where amounts have commas the day comes first"),
    "days_currency": gettext_lazy("%(example)s fits both; the currency suggests it"),
    "days_likely": gettext_lazy("%(example)s fits both; it is usual where you are"),
    "left_out_lines": gettext_lazy("they are no movements, such as totals, remarks or headings: %(lines)s"),
    "sign_columns": gettext_lazy("money out and money in have columns of their own"),
    "sign_words": gettext_lazy("the column “%(column)s” says which way it went"),
    "sign_program": gettext_lazy("%(program)s writes money out without a minus"),
    "sign_plain": gettext_lazy("money out has a minus"),
    "sign_no_minus": gettext_lazy("no amount has a minus; look whether all of it came in"),
    "sign_balance": gettext_lazy("so the balance after %(count)s rows adds up"),
    "sign_payments": gettext_lazy("what pays the card off has a minus: “%(example)s”"),
    "sign_purchases": gettext_lazy("%(count)s purchases have no minus"),
    "ofx_version": gettext_lazy("it is written so"),
    "camt_version": gettext_lazy("it is written so"),
}
GUESSES = {
    "encoding": gettext_lazy("Encoding"),
    "delimiter": gettext_lazy("Columns are separated by"),
    "heading": gettext_lazy("Line of the heading"),
    "decimal": gettext_lazy("Decimal sign"),
    "date_order": gettext_lazy("Order of days"),
    "sign": gettext_lazy("Signs of amounts"),
    "version": gettext_lazy("Version"),
    "left_out": gettext_lazy("Lines that are left out"),
}
VALUES = {
    ("delimiter", ","): gettext_lazy("commas"),
    ("delimiter", ";"): gettext_lazy("semicolons"),
    ("delimiter", "\t"): gettext_lazy("tabs"),
    ("delimiter", "|"): gettext_lazy("bars"),
    ("decimal", "."): gettext_lazy("point"),
    ("decimal", ","): gettext_lazy("comma"),
    ("date_order", "dmy"): gettext_lazy("day, month, year"),
    ("date_order", "mdy"): gettext_lazy("month, day, year"),
    ("date_order", "ymd"): gettext_lazy("year, month, day"),
    ("date_order", "serial"): gettext_lazy("days counted from 1900"),
    ("date_order", "moment"): gettext_lazy("seconds since 1970"),
    ("sign", "as_is"): gettext_lazy("as they are"),
    ("sign", "turned"): gettext_lazy("turned round"),
    ("heading", ""): gettext_lazy("none"),
}
REASONS = {
    "reference": gettext_lazy("There already: your bank's own number is the same"),
    "same": gettext_lazy("There already: same day, amount and wording"),
    "told": gettext_lazy("There already: your bank told this amount on this day"),
    "near": gettext_lazy("There already: your bank told this amount with this name a few days apart"),
    "removed": gettext_lazy("There before, and you removed it"),
    "alike": gettext_lazy("New, but there is another one of this day and amount: look whether it is the same"),
    "pending": gettext_lazy("Not booked yet: it comes again when it is"),
    "void": gettext_lazy("Reverted, declined or cancelled: no money moved"),
    "zero": gettext_lazy("An amount of zero moves nothing"),
    "day": gettext_lazy("Its day cannot be read"),
    "amount": gettext_lazy("Its amount cannot be read exactly"),
    "currency": gettext_lazy("Its currency is none that we know"),
    "columns": gettext_lazy("We do not know which column holds the day and which the amount"),
    "line": gettext_lazy("This line cannot be read"),
    "far": gettext_lazy("Its day is before 1970 or more than ten years ahead"),
}
ROLES = {
    "posted": gettext_lazy("Day (booked)"),
    "made": gettext_lazy("Day of the purchase"),
    "valued": gettext_lazy("Value date"),
    "amount": gettext_lazy("Amount"),
    "debit": gettext_lazy("Money out"),
    "credit": gettext_lazy("Money in"),
    "direction": gettext_lazy("In or out, in words"),
    "balance": gettext_lazy("Balance after it"),
    "currency": gettext_lazy("Currency"),
    "description": gettext_lazy("Description"),
    "payee": gettext_lazy("Payee"),
    "note": gettext_lazy("Note"),
    "reference": gettext_lazy("Number of the bank"),
    "category": gettext_lazy("Category"),
    "group": gettext_lazy("Group that the category is in"),
    "tags": gettext_lazy("Tags"),
    "account": gettext_lazy("Account"),
    "status": gettext_lazy("Status"),
    "fee": gettext_lazy("Fee, to be taken off"),
}


def planned_in_words(planned: Planned) -> str:
    """What is done to have a category that we have not."""
    names = {"name": planned.name, "parent": planned.parent, "kind": CategoryKind(planned.kind).label}
    if planned.category is not None:
        return _("Bring back “%(name)s”") % names
    if planned.parent:
        return _("New: “%(name)s” inside “%(parent)s” (%(kind)s)") % names
    return _("New: “%(name)s” (%(kind)s)") % names


def refusal_in_words(refusal: Refusal) -> str:
    """The sentence of a refusal."""
    return str(REFUSALS[refusal.code]) % refusal.values


def evidence_in_words(guess: Mapping[str, Any]) -> str:
    """Why something is read as it is, of one of `Import.guesses`."""
    return f"{EVIDENCE[guess['why']]}" % dict(guess["values"])


def value_in_words(guess: Mapping[str, Any]) -> str:
    """What was guessed."""
    return str(VALUES.get((guess["what"], guess["value"]), guess["value"]))


def reason_in_words(why: str) -> str:
    """What becomes of a row, and why; empty for one that is simply new."""
    return str(REASONS[why]) if why in REASONS else _("New")

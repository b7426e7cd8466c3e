"""CAMT.053 statements, and the reports (052) and notices (054) that are written alike. ISO 20022, any version."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from banking.importing.amounts import amount_of
from banking.importing.days import day_of
from banking.importing.facts import LONGEST_TEXT, Guess, Parsed, Refusal, Row, Statement, Status
from banking.importing.grouping import mask_of, merged
from banking.importing.xml_tree import Element, tree

DOCUMENTS = {"Stmt": "053", "Rpt": "052", "Ntfctn": "054"}
OPENINGS, CLOSINGS = ("OPBD", "PRCD", "OPAV", "ITBD"), ("CLBD", "CLAV", "ITBD")
NO_ID = {"", "NOTPROVIDED", "NOT PROVIDED", "NONREF", "UNKNOWN", "0"}
MOST_ROWS = 300_000


def read(text: str) -> Parsed:
    """Raise Refusal where there is no statement."""
    root = tree(text)
    found = [(each, kind) for name, kind in DOCUMENTS.items() for each in root.within(name)]
    if not found:
        raise Refusal("xml_unknown", root=root.name[:40])
    statements = merged([(_began(each), _statement(each)) for each, _kind in found])
    if sum(len(each.rows) for each in statements) > MOST_ROWS:
        raise Refusal("too_many_rows", count=MOST_ROWS)
    guesses = (
        Guess("version", found[0][1], "camt_version"),
        Guess("decimal", ".", "format_says"),
        Guess("date_order", "ymd", "format_says"),
        Guess("sign", "as_is", "format_says"),
    )
    return Parsed("camt", statements, guesses)


def _statement(found: Element) -> Statement:
    account = found.child("Acct") or Element("Acct", {})
    number = account.value("Id", "IBAN") or account.value("Id", "Othr", "Id")
    currency = account.value("Ccy")
    rows = [row for entry in found.children("Ntry") for row in _entry(entry)]
    rows = [replace(row, line=line) for line, row in enumerate(rows, 1)]
    balances = {each.value("Tp", "CdOrPrtry", "Cd"): each for each in found.children("Bal")}
    return Statement(
        key=f"{number} {currency}".strip()[:120],
        rows=tuple(rows),
        name=account.value("Nm")[:120],
        mask=mask_of(number),
        currency=(currency or next((row.currency for row in rows if row.currency), ""))[:3],
        opening=next((_signed(balances[code]) for code in OPENINGS if code in balances), None),
        closing=next((_signed(balances[code]) for code in CLOSINGS if code in balances), None),
    )


def _began(found: Element) -> date | None:
    """The day of the balance that the statement opens with."""
    balances = {each.value("Tp", "CdOrPrtry", "Cd"): each for each in found.children("Bal")}
    first = next((balances[code] for code in OPENINGS if code in balances), None) or Element("Bal", {})
    told = first.value("Dt", "Dt") or first.value("Dt", "DtTm") or found.value("FrToDt", "FrDtTm")
    return day_of(told, "ymd")


def _signed(found: Element) -> Decimal | None:
    amount = amount_of(found.value("Amt"), ".")
    return -amount if amount is not None and found.value("CdtDbtInd") == "DBIT" else amount


def _entry(entry: Element) -> list[Row]:
    """One row; of a batch whose movements tell amounts that add up to it, one for each."""
    amount = _signed(entry)
    status = entry.value("Sts", "Cd") or entry.value("Sts")
    day = day_of(entry.value("BookgDt", "Dt") or entry.value("BookgDt", "DtTm"), "ymd")
    valued = day_of(entry.value("ValDt", "Dt") or entry.value("ValDt", "DtTm"), "ymd")
    state: Status = "pending" if status == "PDNG" else "void" if status == "INFO" else "booked"
    money = entry.child("Amt")
    plain = Row(
        0,
        day or valued,
        amount,
        description=_additional(entry),
        reference=entry.value("AcctSvcrRef")[:120],
        currency=money.attributes.get("Ccy", "")[:3] if money else "",
        status=state,
        problem="day" if not (day or valued) else "amount" if amount is None else "",
    )
    details = [each for group in entry.children("NtryDtls") for each in group.children("TxDtls")]
    if not details:
        return [plain]
    if len(details) == 1:
        return [_detailed(plain, details[0], entry)]
    amounts = [_part(each, entry) for each in details]
    if amount is None or any(each is None for each in amounts) or sum(map(_number, amounts), Decimal(0)) != amount:
        return [_detailed(plain, details[0], entry) if not plain.description else plain]
    rows = [_detailed(replace(plain, amount=part), each, entry) for part, each in zip(amounts, details, strict=True)]
    shared = [row.reference for row in rows]
    return [
        replace(row, reference=f"{row.reference}/{place}"[:120])
        if row.reference and shared.count(row.reference) > 1
        else row
        for place, row in enumerate(rows, 1)
    ]


def _number(amount: Decimal | None) -> Decimal:
    return amount or Decimal(0)


def _part(detail: Element, entry: Element) -> Decimal | None:
    """The amount of one movement of a batch, with the sign of its own or of the batch."""
    text = detail.value("Amt") or detail.value("AmtDtls", "TxAmt", "Amt") or detail.value("AmtDtls", "InstdAmt", "Amt")
    amount = amount_of(text, ".")
    side = detail.value("CdtDbtInd") or entry.value("CdtDbtInd")
    return -amount if amount is not None and side == "DBIT" else amount


def _additional(entry: Element) -> str:
    return " ".join(entry.value("AddtlNtryInf").split())[:LONGEST_TEXT]


def _detailed(plain: Row, detail: Element, entry: Element) -> Row:
    paid_out = (detail.value("CdtDbtInd") or entry.value("CdtDbtInd")) == "DBIT"
    party = _party(detail, paid_out=paid_out)
    said = detail.children("RmtInf")
    words = [line.text for each in said for line in each.children("Ustrd")]
    words += [each.value("Strd", "CdtrRefInf", "Ref") for each in said] if not words else []
    text = " ".join(" ".join(words).split())[:LONGEST_TEXT]
    text = text or " ".join(detail.value("AddtlTxInf").split())[:LONGEST_TEXT] or plain.description
    own, theirs = detail.value("Refs", "AcctSvcrRef"), detail.value("Refs", "EndToEndId")
    reference = own or detail.value("Refs", "TxId") or plain.reference or ("" if theirs in NO_ID else theirs)
    return replace(
        plain, description=text or party, payee=party, reference="" if reference in NO_ID else reference[:120]
    )


def _party(detail: Element, *, paid_out: bool) -> str:
    """The name of the other side."""
    for role in ("Cdtr", "UltmtCdtr") if paid_out else ("Dbtr", "UltmtDbtr"):
        name = detail.value("RltdPties", role, "Nm") or detail.value("RltdPties", role, "Pty", "Nm")
        if name:
            return " ".join(name.split())[:LONGEST_TEXT]
    return ""

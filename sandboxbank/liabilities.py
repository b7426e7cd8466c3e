"""/liabilities/get: what is owed, derived from the accounts and the rows on them."""

import sqlite3
from datetime import date, timedelta

from sandboxbank import accounts, items
from sandboxbank.bank import Bank
from sandboxbank.encoding import Prepared, money
from sandboxbank.errors import PlaidError
from sandboxbank.fields import Fields

KINDS = {"credit card": "credit", "mortgage": "mortgage", "student": "student"}


def answer(bank: Bank, body: Fields) -> dict[str, object]:
    """Cards, mortgages and student loans; raises PlaidError when there are none."""
    item = items.awake(bank, body.text("access_token"))
    shared = accounts.standing(bank, item, body.section("options").texts("account_ids"))
    found: dict[str, list[dict[str, object]]] = {"credit": [], "mortgage": [], "student": []}
    makers = {"credit": _credit, "mortgage": _mortgage, "student": _student}
    for account in shared:
        if kind := KINDS.get(account["subtype"]):
            found[kind].append(makers[kind](bank, account))
    if not any(found.values()):
        raise PlaidError("NO_LIABILITY_ACCOUNTS")
    return {
        "accounts": [accounts.describe(bank, account) for account in shared],
        "item": items.describe(item),
        "liabilities": {kind: rows or None for kind, rows in found.items()},
    }


def _credit(bank: Bank, account: sqlite3.Row) -> dict[str, object]:
    today, paid = bank.clock.today(), _last_payment(bank, account)
    issued = today.replace(day=1)
    due = issued + timedelta(days=24)
    owed = max(_owed_before(bank, account, issued), 0)
    return paid | {
        "account_id": account["account_id"],
        "aprs": [_apr(Prepared("23.24"), "purchase_apr", owed), _apr(Prepared("28.49"), "cash_apr", 0)],
        "is_overdue": False,
        "last_statement_balance": money(owed),
        "last_statement_issue_date": str(issued),
        "minimum_payment_amount": money(min(owed, max(2_500, owed // 50))),
        "next_payment_due_date": str(due if due >= today else _first_of_next(today) + timedelta(days=24)),
    }


def _mortgage(bank: Bank, account: sqlite3.Row) -> dict[str, object]:
    today = bank.clock.today()
    return _last_payment(bank, account) | _this_year(bank, account) | {
        "account_id": account["account_id"],
        "account_number": f"30012{account['mask']}",
        "current_late_fee": money(0),
        "escrow_balance": money(284_150),
        "has_pmi": False,
        "has_prepayment_penalty": False,
        "interest_rate": {"percentage": Prepared("5.875"), "type": "fixed"},
        "loan_term": "30 year",
        "loan_type_description": "conventional",
        "maturity_date": "2052-06-01",
        "next_monthly_payment": money(214_633),
        "next_payment_due_date": str(_first_of_next(today)),
        "origination_date": "2022-06-01",
        "origination_principal_amount": money(33_600_000),
        "past_due_amount": money(0),
        "property_address": {"city": "Tacoma", "country": "US", "postal_code": "98402", "region": "WA",
                             "street": "12 Alder Court"},
    }  # fmt: skip


def _student(bank: Bank, account: sqlite3.Row) -> dict[str, object]:
    today = bank.clock.today()
    return _last_payment(bank, account) | _this_year(bank, account) | {
        "account_id": account["account_id"],
        "account_number": f"77004{account['mask']}",
        "disbursement_dates": ["2022-08-24"],
        "expected_payoff_date": "2034-08-01",
        "guarantor": "DEPT OF ED",
        "interest_rate_percentage": Prepared("4.99"),
        "is_overdue": False,
        "last_statement_balance": money(accounts.current(account)),
        "last_statement_issue_date": str(today.replace(day=1)),
        "loan_name": account["name"],
        "loan_status": {"end_date": "2034-08-01", "type": "repayment"},
        "minimum_payment_amount": money(9_500),
        "next_payment_due_date": str(_first_of_next(today) + timedelta(days=19)),
        "origination_date": "2022-08-24",
        "origination_principal_amount": money(2_100_000),
        "outstanding_interest_amount": money(41_280),
        "payment_reference_number": f"88{account['mask']}",
        "pslf_status": {"estimated_eligibility_date": None, "payments_made": None, "payments_remaining": None},
        "repayment_plan": {"description": "Standard Repayment", "type": "standard"},
        "sequence_number": "1",
        "servicer_address": {"city": "Austin", "country": "US", "postal_code": "78701", "region": "TX",
                             "street": "400 Ledger Street"},
    }  # fmt: skip


def _apr(percentage: Prepared, kind: str, owed: int) -> dict[str, object]:
    return {
        "apr_percentage": percentage,
        "apr_type": kind,
        "balance_subject_to_apr": money(owed),
        "interest_charge_amount": money(0),
    }


def _last_payment(bank: Bank, account: sqlite3.Row) -> dict[str, object]:
    sql = "SELECT day, cents FROM row WHERE item_id = ? AND account_id = ? AND gone = 0 AND pending = 0 AND cents < 0"
    sql += " AND snapshot LIKE '%\"LOAN_PAYMENTS%'"
    row = bank.store.one(f"{sql} ORDER BY day DESC, last DESC LIMIT 1", account["item_id"], account["account_id"])
    return {
        "last_payment_amount": money(-row["cents"]) if row else None,
        "last_payment_date": row["day"] if row else None,
    }


def _owed_before(bank: Bank, account: sqlite3.Row, day: date) -> int:
    sql = "SELECT sum(cents) AS total FROM row WHERE item_id = ? AND account_id = ? AND gone = 0 AND pending = 0"
    row = bank.store.one(f"{sql} AND counted = 1 AND day >= ?", account["item_id"], account["account_id"], str(day))
    since = row["total"] if row and row["total"] else 0
    return accounts.current(account) - int(since)


def _this_year(bank: Bank, account: sqlite3.Row) -> dict[str, object]:
    sql = "SELECT cents FROM row WHERE item_id = ? AND account_id = ? AND gone = 0 AND pending = 0 AND day >= ?"
    year = f"{bank.clock.today().year}-01-01"
    moved = [row["cents"] for row in bank.store.rows(sql, account["item_id"], account["account_id"], year)]
    interest = sum(cents for cents in moved if cents > 0)
    paid = -sum(cents for cents in moved if cents < 0)
    return {"ytd_interest_paid": money(interest), "ytd_principal_paid": money(max(paid - interest, 0))}


def _first_of_next(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)

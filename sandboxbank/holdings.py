"""/investments/holdings/get: what is held, and what those things are."""

import sqlite3

from sandboxbank import accounts, items, portfolios
from sandboxbank.bank import Bank
from sandboxbank.encoding import money
from sandboxbank.errors import PlaidError
from sandboxbank.fields import Fields
from sandboxbank.portfolios import Position, Security


def answer(bank: Bank, body: Fields) -> dict[str, object]:
    """Holdings of the investment accounts; raises PlaidError when there are none."""
    item = items.awake(bank, body.text("access_token"))
    shared = accounts.standing(bank, item, body.section("options").texts("account_ids"))
    investing = [account for account in shared if account["type"] == "investment"]
    if not investing:
        raise PlaidError("NO_INVESTMENT_ACCOUNTS")
    held = [(account["account_id"], each) for account in investing for each in portfolios.positions(bank, account)]
    day = bank.clock.today().isoformat()
    kinds = {each.security.ticker: each for _, each in held}
    return {
        "accounts": [_account(bank, account) for account in investing],
        "holdings": [_holding(account_id, each, day) for account_id, each in held],
        "is_investments_fallback_item": False,
        "item": items.describe(item),
        "securities": [_security(each.security, each.price, day) for each in kinds.values()],
    }


def _account(bank: Bank, account: sqlite3.Row) -> dict[str, object]:
    """The account as elsewhere, and the margin loan that its balances name only here."""
    balances = accounts.balances(bank, account) | {"margin_loan_amount": None}
    return accounts.describe(bank, account) | {"balances": balances}


def _holding(account_id: str, position: Position, day: str) -> dict[str, object]:
    return {
        "account_id": account_id,
        "cost_basis": money(position.cost),
        "institution_price": money(position.price),
        "institution_price_as_of": day,
        "institution_price_datetime": None,
        "institution_value": money(position.value),
        "iso_currency_code": "USD",
        "quantity": position.quantity,
        "security_id": position.security.security_id,
        "unofficial_currency_code": None,
    }


def _security(security: Security, price: int, day: str) -> dict[str, object]:
    return {
        "cfi_code": None,
        "close_price": money(price),
        "close_price_as_of": day,
        "cusip": None,
        "figi": None,
        "fixed_income": None,
        "industry": None,
        "institution_id": None,
        "institution_security_id": None,
        "is_cash_equivalent": security.kind == "cash",
        "isin": None,
        "iso_currency_code": "USD",
        "market_identifier_code": None,
        "name": security.name,
        "option_contract": None,
        "proxy_security_id": None,
        "sector": None,
        "security_id": security.security_id,
        "sedol": None,
        "subtype": None,
        "ticker_symbol": security.ticker,
        "type": security.kind,
        "unofficial_currency_code": None,
        "update_datetime": None,
    }

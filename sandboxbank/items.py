"""Items: one login at one institution, opened for one client."""

import json
import sqlite3
import zlib
from collections.abc import Collection

from sandboxbank import catalogue, growth, hooks, ids, institutions, ledger
from sandboxbank.bank import Bank
from sandboxbank.clock import seconds
from sandboxbank.errors import PlaidError
from sandboxbank.lives import AccountPlan

PUBLIC_TOKEN_SECONDS = 30 * 60
ACCOUNT = """INSERT INTO account (account_id, item_id, key, position, name, official_name, mask, type, subtype,
 currency, unofficial, holder, limit_cents, forced_available, opening, chosen, backfilled)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def open_item(
    bank: Bank,
    *,
    login: catalogue.Login,
    products: list[str],
    webhook: str | None,
    days: int,
    keys: Collection[str] | None = None,
) -> str:
    """A new item for a login that was accepted, sharing the accounts of `keys` (None: all); its id."""
    with bank.store.transaction():
        item_id = ids.fresh()
        bank.store.run(
            """INSERT INTO item (item_id, access_token, institution_id, username, custom, products, webhook, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            item_id, ids.token("access"), login.institution_id, login.username, login.custom,
            json.dumps(products), webhook, seconds(),
        )  # fmt: skip
        life = catalogue.life(login, seed=bank.options.seed, history_days=bank.options.history_days)
        for position, plan in enumerate(life.accounts(today=bank.clock.today())):
            _open_account(bank, item_id, position, plan, login, chosen=keys is None or plan.key in keys)
        if "transactions" in products:
            growth.start(bank, item_id, days=days)
        if login.error:
            fail(bank, item_id, login.error)
        return item_id


def public_token(bank: Bank, item_id: str) -> str:
    """A token to exchange within half an hour."""
    token = ids.token("public")
    bank.store.run("INSERT INTO public_token VALUES (?, ?, ?)", token, item_id, seconds() + PUBLIC_TOKEN_SECONDS)
    return token


def exchange(bank: Bank, token: str) -> sqlite3.Row:
    """The item of a public token; raises PlaidError."""
    found = bank.store.one("SELECT * FROM public_token WHERE token = ?", token)
    item = found and bank.store.one("SELECT * FROM item WHERE item_id = ? AND removed = 0", found["item_id"])
    if found is None or not item or found["expires_at"] < seconds():
        raise PlaidError("INVALID_PUBLIC_TOKEN")
    return item


def behind(bank: Bank, access_token: str) -> sqlite3.Row:
    """The item of an access token, whatever its state; raises PlaidError."""
    found = bank.store.one("SELECT * FROM item WHERE access_token = ?", access_token)
    if found is None:
        raise PlaidError("INVALID_ACCESS_TOKEN")
    if found["removed"]:
        raise PlaidError("ITEM_NOT_FOUND")
    return found


def awake(bank: Bank, access_token: str) -> sqlite3.Row:
    """The item, brought up to the present; raises PlaidError also when it needs its user."""
    item = behind(bank, access_token)
    if item["error"]:
        raise PlaidError(item["error"])
    growth.settle(bank, item["item_id"])
    return behind(bank, access_token)


def fail(bank: Bank, item_id: str, code: str) -> None:
    """Put the item into an error and tell so."""
    bank.store.run("UPDATE item SET error = ? WHERE item_id = ?", code, item_id)
    hooks.item_error(bank, item_id, code)


def repair(bank: Bank, item_id: str) -> None:
    """Take the error away and catch up."""
    bank.store.run("UPDATE item SET error = NULL WHERE item_id = ?", item_id)
    growth.settle(bank, item_id)


def remove(bank: Bank, item_id: str) -> None:
    """End the item for good; its journal is dropped."""
    with bank.store.transaction():
        bank.store.run("UPDATE item SET removed = 1 WHERE item_id = ?", item_id)
        bank.store.run("DELETE FROM row WHERE item_id = ?", item_id)


def choose_accounts(bank: Bank, item: sqlite3.Row, keys: Collection[str]) -> None:
    """Share exactly these accounts from now on."""
    with bank.store.transaction():
        for account in bank.store.rows("SELECT * FROM account WHERE item_id = ?", item["item_id"]):
            account_id, chosen = account["account_id"], account["key"] in keys
            bank.store.run("UPDATE account SET chosen = ?, backfilled = max(backfilled, ?) WHERE account_id = ?",
                           chosen, chosen, account_id)  # fmt: skip
            if chosen and not account["backfilled"]:
                growth.backfill_account(bank, item, account["key"])
            elif chosen and not account["chosen"]:
                ledger.show_again(bank.store, item_id=item["item_id"], account_id=account_id)


def describe(item: sqlite3.Row) -> dict[str, object]:
    """The item as the protocol shows it."""
    institution = institutions.named(item["institution_id"])
    products = json.loads(item["products"])
    return {
        "available_products": [name for name in institution.products if name not in products],
        "billed_products": products,
        "consent_expiration_time": None,
        "error": hooks.failure(item["error"]) if item["error"] else None,
        "institution_id": institution.institution_id,
        "institution_name": institution.name,
        "item_id": item["item_id"],
        "products": products,
        "update_type": "background",
        "webhook": item["webhook"],
    }


def mask_of(login: catalogue.Login, plan: AccountPlan) -> str:
    """The last four digits that an account shows."""
    return plan.mask or f"{zlib.crc32(f'{login.institution_id}:{login.username}:{plan.key}'.encode()) % 10_000:04d}"


def _open_account(
    bank: Bank, item_id: str, position: int, plan: AccountPlan, login: catalogue.Login, *, chosen: bool
) -> None:
    bank.store.run(
        ACCOUNT,
        ids.derived(item_id, plan.key, 0), item_id, plan.key, position, plan.name, plan.official_name,
        mask_of(login, plan), plan.type, plan.subtype, plan.currency, plan.unofficial, plan.holder, plan.limit,
        plan.available, plan.balance, chosen, chosen,
    )  # fmt: skip

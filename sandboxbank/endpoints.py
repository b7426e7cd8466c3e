"""The protocol's endpoints, each a function from a request to the answer's fields."""

import sqlite3
from collections.abc import Callable

from sandboxbank import (
    accounts,
    catalogue,
    custom,
    growth,
    holdings,
    hooks,
    ids,
    institutions,
    items,
    liabilities,
    linking,
    signing,
    streams,
    sync,
)
from sandboxbank.bank import Bank
from sandboxbank.clock import moment
from sandboxbank.errors import PlaidError
from sandboxbank.fields import Fields
from sandboxbank.messages import Request

Answer = dict[str, object]
Endpoint = Callable[[Bank, Fields, Request], Answer]
KINDS = {
    "SYNC_UPDATES_AVAILABLE": "TRANSACTIONS",
    "RECURRING_TRANSACTIONS_UPDATE": "TRANSACTIONS",
    "DEFAULT_UPDATE": "TRANSACTIONS",
}


def link_token_create(bank: Bank, body: Fields, request: Request) -> Answer:
    """A link token, with a hosted page when one was asked for."""
    return linking.create(bank, body, base_url=bank.options.public_url or f"http://{request.header('host')}")


def link_token_get(bank: Bank, body: Fields, _: Request) -> Answer:
    """What became of a link token."""
    return linking.describe(bank, body.text("link_token"))


def item_public_token_exchange(bank: Bank, body: Fields, _: Request) -> Answer:
    """The lasting token for a short-lived one."""
    item = items.exchange(bank, body.text("public_token"))
    return {"access_token": item["access_token"], "item_id": item["item_id"]}


def item_get(bank: Bank, body: Fields, _: Request) -> Answer:
    """The item, how it is, and when it last sent a webhook."""
    item = items.behind(bank, body.text("access_token"))
    updates = {"last_failed_update": None, "last_successful_update": moment(item["updated_at"])}
    hook = {"code_sent": item["hook_code"], "sent_at": moment(item["hook_at"])} if item["hook_at"] else None
    shown = items.describe(item) | {"created_at": moment(item["created_at"])}
    return {"item": shown, "status": {"last_webhook": hook, "transactions": updates}}


def item_remove(bank: Bank, body: Fields, _: Request) -> Answer:
    """End an item."""
    items.remove(bank, items.behind(bank, body.text("access_token"))["item_id"])
    return {}


def item_webhook_update(bank: Bank, body: Fields, _: Request) -> Answer:
    """Another address for the item's webhooks; it hears of it at once."""
    token = body.text("access_token")
    item = items.behind(bank, token)
    url = body.text("webhook", "") or None
    bank.store.run("UPDATE item SET webhook = ? WHERE item_id = ?", url, item["item_id"])
    hooks.send(bank, item["item_id"], kind="ITEM", code="WEBHOOK_UPDATE_ACKNOWLEDGED", extra={"new_webhook_url": url})
    return {"item": items.describe(items.behind(bank, token))}


def item_access_token_invalidate(bank: Bank, body: Fields, _: Request) -> Answer:
    """A new access token; the old one is void."""
    item, new = items.behind(bank, body.text("access_token")), ids.token("access")
    bank.store.run("UPDATE item SET access_token = ? WHERE item_id = ?", new, item["item_id"])
    return {"new_access_token": new}


def accounts_get(bank: Bank, body: Fields, _: Request) -> Answer:
    """The shared accounts with their balances."""
    item = items.awake(bank, body.text("access_token"))
    found = accounts.standing(bank, item, body.section("options").texts("account_ids"))
    if not found:
        raise PlaidError("NO_ACCOUNTS")
    return {"accounts": [accounts.describe(bank, account) for account in found], "item": items.describe(item)}


def transactions_refresh(bank: Bank, body: Fields, _: Request) -> Answer:
    """Ask the bank for news now; the dynamic test user has some every time."""
    item = items.awake(bank, body.text("access_token"))
    if item["username"] == catalogue.DYNAMIC and item["stage"] == growth.HISTORICAL:
        growth.refresh(bank, item)
    elif item["stage"]:
        hooks.updates_available(bank, item["item_id"], legacy="DEFAULT_UPDATE", count=0)
    return {}


def institutions_get(bank: Bank, body: Fields, _: Request) -> Answer:
    """A page of the institutions."""
    options = body.section("options")
    found = institutions.found(countries=body.texts("country_codes"))
    count = body.whole("count", default=100, low=1, high=500)
    offset = body.whole("offset", default=0, low=0, high=10_000)
    metadata, status = options.flag("include_optional_metadata"), options.flag("include_status")
    page = [institutions.describe(one, metadata=metadata, status=status) for one in found[offset : offset + count]]
    return {"institutions": page, "total": len(found)}


def institutions_get_by_id(bank: Bank, body: Fields, _: Request) -> Answer:
    """One institution; logo and colour on request."""
    options = body.section("options")
    institution = institutions.named(body.text("institution_id"))
    metadata, status = options.flag("include_optional_metadata"), options.flag("include_status")
    return {"institution": institutions.describe(institution, metadata=metadata, status=status)}


def webhook_verification_key_get(bank: Bank, body: Fields, _: Request) -> Answer:
    """The public key that a webhook's kid names."""
    key = signing.jwk(bank.store, body.text("key_id"))
    if key is None:
        raise PlaidError("INVALID_WEBHOOK_VERIFICATION_KEY_ID")
    return {"key": key}


def sandbox_public_token_create(bank: Bank, body: Fields, _: Request) -> Answer:
    """A public token without any page."""
    options = body.section("options")
    login = catalogue.authenticate(
        institutions.named(body.text("institution_id")).institution_id,
        options.text("override_username", catalogue.DEFAULT),
        options.text("override_password", catalogue.PASSWORD),
    )
    window = options.section("transactions")
    first = window.day("start_date", bank.clock.today())
    days = (bank.clock.today() - first).days + 1 if "start_date" in window.given else bank.options.history_days
    item_id = items.open_item(
        bank,
        login=login,
        products=body.texts("initial_products"),
        webhook=options.text("webhook", "") or None,
        days=window.whole("days_requested", default=max(days, 1), low=1, high=36_500),
    )
    return {"public_token": items.public_token(bank, item_id)}


def sandbox_item_fire_webhook(bank: Bank, body: Fields, _: Request) -> Answer:
    """Send a webhook of the caller's choice."""
    item, code = items.behind(bank, body.text("access_token")), body.text("webhook_code")
    kind = body.text("webhook_type", KINDS.get(code, "ITEM"))
    if not hooks.send(bank, item["item_id"], kind=kind, code=code, extra=_extra(bank, item["item_id"], code)):
        raise PlaidError("SANDBOX_WEBHOOK_INVALID")
    return {"webhook_fired": True}


def sandbox_item_reset_login(bank: Bank, body: Fields, _: Request) -> Answer:
    """Let the item need its user."""
    items.fail(bank, items.behind(bank, body.text("access_token"))["item_id"], "ITEM_LOGIN_REQUIRED")
    return {"reset_login": True}


def sandbox_transactions_create(bank: Bank, body: Fields, _: Request) -> Answer:
    """Add transactions to the first depository account of a dynamic or custom user."""
    item = items.awake(bank, body.text("access_token"))
    wanted = body.sections("transactions")
    if item["username"] not in (catalogue.DYNAMIC, catalogue.CUSTOM):
        raise PlaidError("SANDBOX_PRODUCT_NOT_ENABLED")
    if not 1 <= len(wanted) <= 10:
        raise PlaidError("INVALID_FIELD", "transactions must be 1 to 10")
    made = custom.extra_movements(wanted, key=_first_depository(bank, item), head=item["head"])
    growth.record(bank, item, made)
    return {}


def _first_depository(bank: Bank, item: sqlite3.Row) -> str:
    for account in accounts.standing(bank, item):
        if account["type"] == "depository":
            return str(account["key"])
    raise PlaidError("NO_ACCOUNTS")


def _extra(bank: Bank, item_id: str, code: str) -> Answer:
    match code:
        case "SYNC_UPDATES_AVAILABLE":
            return {"initial_update_complete": True, "historical_update_complete": True}
        case "PENDING_DISCONNECT":
            return {"reason": "INSTITUTION_TOKEN_EXPIRATION"}
        case "PENDING_EXPIRATION":
            return {"consent_expiration_time": moment(bank.clock.now().timestamp() + 7 * 86_400)}
        case "RECURRING_TRANSACTIONS_UPDATE":
            found = bank.store.rows("SELECT account_id FROM account WHERE item_id = ? AND chosen = 1", item_id)
            return {"account_ids": [row["account_id"] for row in found]}
    return {}


def _sync(bank: Bank, body: Fields, _: Request) -> Answer:
    return sync.page(bank, body)


def _liabilities(bank: Bank, body: Fields, _: Request) -> Answer:
    return liabilities.answer(bank, body)


def _holdings(bank: Bank, body: Fields, _: Request) -> Answer:
    return holdings.answer(bank, body)


def _streams(bank: Bank, body: Fields, _: Request) -> Answer:
    return streams.answer(bank, body)


ALL: dict[str, Endpoint] = {
    "/link/token/create": link_token_create,
    "/link/token/get": link_token_get,
    "/item/public_token/exchange": item_public_token_exchange,
    "/item/get": item_get,
    "/item/remove": item_remove,
    "/item/webhook/update": item_webhook_update,
    "/item/access_token/invalidate": item_access_token_invalidate,
    "/accounts/get": accounts_get,
    "/accounts/balance/get": accounts_get,
    "/transactions/sync": _sync,
    "/transactions/refresh": transactions_refresh,
    "/transactions/recurring/get": _streams,
    "/institutions/get": institutions_get,
    "/institutions/get_by_id": institutions_get_by_id,
    "/liabilities/get": _liabilities,
    "/investments/holdings/get": _holdings,
    "/webhook_verification_key/get": webhook_verification_key_get,
    "/sandbox/public_token/create": sandbox_public_token_create,
    "/sandbox/item/fire_webhook": sandbox_item_fire_webhook,
    "/sandbox/item/reset_login": sandbox_item_reset_login,
    "/sandbox/transactions/create": sandbox_transactions_create,
}

"""Link tokens and what becomes of them: open, left, or finished with an item."""

import json
import sqlite3
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sandboxbank import accounts, catalogue, hooks, ids, institutions, items
from sandboxbank.bank import Bank
from sandboxbank.clock import moment, seconds
from sandboxbank.encoding import encode
from sandboxbank.errors import PlaidError
from sandboxbank.fields import Fields

NEW_ITEM_SECONDS, UPDATE_SECONDS, PAGE_SECONDS = 4 * 3600, 30 * 60, 30 * 60
BAD_SCHEMES = ("", "javascript", "data", "file", "blob", "vbscript")


def create(bank: Bank, body: Fields, *, base_url: str) -> dict[str, object]:
    """A new link token; raises PlaidError for a request that Plaid would refuse too."""
    access_token = body.text("access_token", "")
    _check(bank, body, access_token)
    hosted = body.section("hosted_link")
    now, token, page = seconds(), ids.token("link"), ids.fresh(43)
    expires = now + (UPDATE_SECONDS if access_token else NEW_ITEM_SECONDS)
    lifetime = hosted.whole("url_lifetime_seconds", default=PAGE_SECONDS, low=1, high=21 * 86_400)
    kept = {name: value for name, value in body.given.items() if name not in ("client_id", "secret")}
    bank.store.run(
        """INSERT INTO link_session (link_token, page, session_id, request, state, created_at, expires_at,
        page_expires_at) VALUES (?, ?, ?, ?, '{}', ?, ?, ?)""",
        token, page, str(uuid.uuid4()), encode(kept), now, expires, min(expires, now + lifetime),
    )  # fmt: skip
    answer: dict[str, object] = {"expiration": moment(expires), "link_token": token}
    if "hosted_link" in body.given:
        answer["hosted_link_url"] = f"{base_url}/link/s/{page}"
    return answer


def describe(bank: Bank, token: str) -> dict[str, object]:
    """The token's request and its session so far."""
    session = bank.store.one("SELECT * FROM link_session WHERE link_token = ?", token)
    if session is None:
        raise PlaidError("INVALID_LINK_TOKEN")
    request = json.loads(session["request"])
    metadata = {
        "client_name": request.get("client_name"),
        "country_codes": request.get("country_codes", []),
        "initial_products": request.get("products") or [],
        "language": request.get("language"),
        "redirect_uri": request.get("redirect_uri"),
        "webhook": request.get("webhook"),
    }
    return {
        "created_at": moment(session["created_at"]),
        "expiration": moment(session["expires_at"]),
        "link_sessions": [_session(session)] if session["started_at"] else [],
        "link_token": token,
        "metadata": metadata,
    }


def finish(bank: Bank, session: sqlite3.Row, *, login: catalogue.Login, keys: list[str]) -> None:
    """The user agreed: open the item, or repair the one that the session was for."""
    request = Fields(json.loads(session["request"]))
    access_token = request.text("access_token", "")
    if access_token:
        item = items.behind(bank, access_token)
        items.repair(bank, item["item_id"])
        if request.section("update").flag("account_selection_enabled"):
            items.choose_accounts(bank, items.behind(bank, access_token), keys)
        item_id = item["item_id"]
    else:
        days = request.section("transactions").whole("days_requested", default=90, low=1, high=730)
        item_id = items.open_item(
            bank, login=login, products=request.texts("products"), webhook=request.text("webhook", "") or None,
            days=days, keys=keys,
        )  # fmt: skip
    _close(bank, session, status="SUCCESS", outcome=_success(bank, session, item_id, new=not access_token))


def leave(bank: Bank, session: sqlite3.Row, *, institution_id: str) -> None:
    """The user turned back."""
    where: dict[str, object] = {}
    if institution_id:
        where = {"institution_id": institution_id, "name": institutions.named(institution_id).name}
    metadata = {"institution": where, "link_session_id": session["session_id"], "status": "requires_credentials"}
    outcome = {"exit": {"error": None, "metadata": metadata}, "on_exit": {"error": None, "metadata": metadata}}
    _close(bank, session, status="EXITED", outcome=outcome)


def _check(bank: Bank, body: Fields, access_token: str) -> None:
    for name in ("client_name", "language"):
        body.text(name)
    if not body.texts("country_codes"):
        raise PlaidError("MISSING_FIELDS", "the following required fields are missing: country_codes")
    body.section("user").text("client_user_id")
    body.section("transactions").whole("days_requested", default=90, low=1, high=730)
    if access_token:
        items.behind(bank, access_token)
        if body.texts("products"):
            raise PlaidError("INVALID_FIELD", "products must not be given in update mode")
    elif not body.texts("products"):
        raise PlaidError("MISSING_FIELDS", "the following required fields are missing: products")
    target = body.section("hosted_link").text("completion_redirect_uri", "")
    if target and (urlsplit(target).scheme in BAD_SCHEMES or not (target.isascii() and target.isprintable())):
        raise PlaidError("INVALID_FIELD", "hosted_link.completion_redirect_uri must be an absolute address")


def _success(bank: Bank, session: sqlite3.Row, item_id: str, *, new: bool) -> dict[str, Any]:
    item = bank.store.one("SELECT * FROM item WHERE item_id = ?", item_id)
    assert item is not None
    institution = institutions.named(item["institution_id"])
    shown = [accounts.as_seen_in_link(account) for account in accounts.standing(bank, item)]
    common: dict[str, Any] = {
        "accounts": shown,
        "institution": {"institution_id": institution.institution_id, "name": institution.name},
    }
    token = items.public_token(bank, item_id)
    metadata = common | {"link_session_id": session["session_id"], "transfer_status": None}
    return {
        "on_success": {"metadata": metadata, "public_token": token},
        "results": {
            "bank_income_results": [],
            "cra_item_add_results": [],
            "cra_update_results": [],
            "document_income_results": None,
            "item_add_results": [common | {"public_token": token}] if new else [],
            "payroll_income_results": [],
        },
    }


def _close(bank: Bank, session: sqlite3.Row, *, status: str, outcome: Mapping[str, Any]) -> None:
    bank.store.run(
        "UPDATE link_session SET finished_at = ?, outcome = ? WHERE link_token = ?",
        seconds(), json.dumps({"status": status} | dict(outcome)), session["link_token"],
    )  # fmt: skip
    url = json.loads(session["request"]).get("webhook")
    if url:
        added = outcome.get("results", {}).get("item_add_results", [])
        hooks.session_finished(
            bank, url=url, link_token=session["link_token"], session_id=session["session_id"], status=status,
            public_tokens=[result["public_token"] for result in added],
        )  # fmt: skip


def _session(session: sqlite3.Row) -> dict[str, object]:
    shown: dict[str, object] = {
        "events": _events(session),
        "finished_at": moment(session["finished_at"]),
        "link_session_id": session["session_id"],
        "started_at": moment(session["started_at"]),
    }
    outcome = json.loads(session["outcome"] or "{}")
    return shown | {name: outcome[name] for name in ("on_success", "results", "exit", "on_exit") if name in outcome}


def _events(session: sqlite3.Row) -> list[dict[str, object]]:
    happened = [("OPEN", session["started_at"])]
    if session["finished_at"]:
        left = json.loads(session["outcome"])["status"] == "EXITED"
        happened.append(("EXIT" if left else "HANDOFF", session["finished_at"]))
    return [
        {
            "event_id": ids.derived(session["session_id"], name),
            "event_metadata": {"request_id": ids.derived(session["session_id"], name, length=15)},
            "event_name": name,
            "timestamp": moment(at),
        }
        for name, at in reversed(happened)
    ]

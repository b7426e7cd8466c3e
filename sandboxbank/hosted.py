"""The hosted link pages: which step a session is at, and what a posted form does to it.

A session's page has an address that nobody can guess; who knows it is the user. Each step has an address below it, so
that the browser's own way back works; a step that has been passed may be done again, one that lies ahead may not.
"""

import json
import sqlite3
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from sandboxbank import accounts, catalogue, institutions, items, linking, logos
from sandboxbank.bank import Bank
from sandboxbank.catalogue import Login
from sandboxbank.clock import seconds
from sandboxbank.errors import FOR_THE_USER, PlaidError
from sandboxbank.hosted_steps import Offer, View, show
from sandboxbank.markup import page
from sandboxbank.messages import Request, Response, redirect

STYLE = Path(__file__).with_name("style.css")
PREFIX = "/link/s/"
STEPS = ("choose", "login", "code", "accounts", "consent")
BEFORE = {"login": "choose", "code": "login", "accounts": "login", "consent": "accounts"}


def answer(bank: Bank, request: Request) -> Response:
    """A page, an asset, or the redirect after a form."""
    if request.path.startswith("/assets/"):
        return _asset(request.path.removeprefix("/assets/"))
    if request.path == "/":
        return page("Pretend bank", "<h1>Pretend bank</h1><p>It speaks Plaid's protocol; an app opens its pages.</p>")
    key, _, action = request.path.removeprefix(PREFIX).partition("/")
    with bank.store.transaction():
        session = bank.store.one("SELECT * FROM link_session WHERE page = ?", key)
        if session is None:
            return page("Not found", "<h1>There is no such link</h1><p>Please start again in your app.</p>", status=404)
        if session["finished_at"]:
            return _finished(session)
        if session["page_expires_at"] < seconds():
            text = f"<h1>This link has expired</h1><p>Please start again in your app.</p>{_way_home(session)}"
            return page("Expired", text, status=410)
        if request.method not in ("GET", "POST") or (request.method == "GET" and action not in ("", *STEPS)):
            return page("Not found", "<h1>There is no such page</h1>", status=404)
        _begin(bank, session)
        session = _again(bank, session)
        if request.method == "POST":
            return _act(bank, session, action, request.form())
        message = _told(bank, session)
        return show(_view(bank, session, _at(session, action)), search=request.parameter("q"), message=message)


def _act(bank: Bank, session: sqlite3.Row, action: str, form: dict[str, list[str]]) -> Response:
    state, home = _at(session, action), PREFIX + session["page"]
    if action == "cancel":
        linking.leave(bank, session, institution_id=state.get("institution_id", ""))
        return _finished(_again(bank, session))
    if action == "back":
        state["step"] = _before(session, state)
    elif action != state["step"]:
        return redirect(home)
    else:
        state["message"] = _advance(bank, session, state, form)
    if state["step"] == "done":
        linking.finish(bank, session, login=_login(state), keys=state["keys"])
        return _finished(_again(bank, session))
    bank.store.run("UPDATE link_session SET state = ? WHERE page = ?", json.dumps(state), session["page"])
    return redirect(f"{home}/{state['step']}")


def _told(bank: Bank, session: sqlite3.Row) -> str:
    """What was wrong with the last form; said once."""
    state = json.loads(session["state"])
    message = str(state.pop("message", ""))
    if message:
        bank.store.run("UPDATE link_session SET state = ? WHERE page = ?", json.dumps(state), session["page"])
    return message


def _at(session: sqlite3.Row, step: str) -> dict[str, Any]:
    """The session's state, at an earlier step when that is asked for; a repair never leaves its bank."""
    state: dict[str, Any] = json.loads(session["state"])
    first = 1 if json.loads(session["request"]).get("access_token") else 0
    if step in STEPS[first : STEPS.index(state["step"])]:
        state["step"] = step
    return state


def _advance(bank: Bank, session: sqlite3.Row, state: dict[str, Any], form: dict[str, list[str]]) -> str:
    """Take the form of the present step into `state`; a message when it is not right."""
    match state["step"]:
        case "choose":
            state |= {"institution_id": form.get("institution_id", [""])[0], "step": "login"}
            return (
                "" if state["institution_id"] in institutions.BY_ID else _undo(state, "choose", "Please choose a bank.")
            )
        case "login":
            return _sign_in(bank, session, state, form)
        case "code":
            if form.get("code", [""])[0].strip() != catalogue.CODE:
                return FOR_THE_USER["INVALID_MFA"]
            state["step"] = _after_sign_in(session)
        case "accounts":
            offered = {offer.key for offer in _offers(bank, session, state)}
            state["keys"] = [key for key in form.get("account", []) if key in offered]
            if not state["keys"]:
                return "Please choose at least one account."
            state["step"] = "consent"
        case _:
            state["step"] = "done"
    return ""


def _sign_in(bank: Bank, session: sqlite3.Row, state: dict[str, Any], form: dict[str, list[str]]) -> str:
    username, password = (form.get(name, [""])[0].strip() for name in ("username", "password"))
    state["username"] = username
    item = _item(bank, session)
    if item is not None and item["username"] != username:
        return f"Please sign in as {item['username']}: that is the login to repair."
    try:
        login = catalogue.authenticate(state["institution_id"], username, password)
    except PlaidError as error:
        return FOR_THE_USER.get(error.code, f"The bank refused: {error.message}.")
    state |= {"custom": login.custom, "error": login.error}
    plans = catalogue.life(login, seed=bank.options.seed, history_days=bank.options.history_days).accounts(
        today=bank.clock.today()
    )
    state["keys"] = _shared_keys(bank, item) if item is not None else [plan.key for plan in plans]
    state["step"] = "code" if login.asks_code else _after_sign_in(session)
    return ""


def _after_sign_in(session: sqlite3.Row) -> str:
    request = json.loads(session["request"])
    selecting = (request.get("update") or {}).get("account_selection_enabled", False)
    return "accounts" if selecting or not request.get("access_token") else "consent"


def _before(session: sqlite3.Row, state: dict[str, Any]) -> str:
    """The step to go back to; a repair never leaves its bank, and may have had no accounts to choose."""
    before = BEFORE.get(state["step"], "choose")
    if not json.loads(session["request"]).get("access_token"):
        return before
    return "accounts" if before == "accounts" == _after_sign_in(session) else "login"


def _begin(bank: Bank, session: sqlite3.Row) -> None:
    """Remember when the user came; a repair starts at the sign-in of its own bank."""
    if session["started_at"]:
        return
    item = _item(bank, session)
    state = {"step": "login", "institution_id": item["institution_id"]} if item is not None else {"step": "choose"}
    bank.store.run(
        "UPDATE link_session SET started_at = ?, state = ? WHERE page = ?",
        seconds(),
        json.dumps(state),
        session["page"],
    )


def _view(bank: Bank, session: sqlite3.Row, state: dict[str, Any] | None = None) -> View:
    request, state = json.loads(session["request"]), state or json.loads(session["state"])
    return View(
        address=PREFIX + session["page"],
        client=_client(session),
        leads_to=_target(session),
        countries=request.get("country_codes", []),
        repairing=bool(request.get("access_token")),
        state=state,
        offers=_offers(bank, session, state) if state["step"] in ("accounts", "consent") else [],
    )


def _offers(bank: Bank, session: sqlite3.Row, state: dict[str, Any]) -> list[Offer]:
    item = _item(bank, session)
    if item is not None:
        rows = bank.store.rows("SELECT * FROM account WHERE item_id = ? AND closed = 0", item["item_id"])
        return [
            Offer(row["key"], row["name"], row["mask"], _balance(row["type"], accounts.current(row), row["currency"]),
                  row["key"] in state["keys"])
            for row in rows
        ]  # fmt: skip
    login = _login(state)
    life = catalogue.life(login, seed=bank.options.seed, history_days=bank.options.history_days)
    return [
        Offer(plan.key, plan.name, items.mask_of(login, plan), _balance(plan.type, plan.balance, plan.currency),
              plan.key in state["keys"])
        for plan in life.accounts(today=bank.clock.today())
    ]  # fmt: skip


def _balance(kind: str, cents: int, currency: str) -> str:
    """The balance as a person reads it; nothing for investments, whose worth is not only cash."""
    owed = " owed" if kind in accounts.OWING else ""
    return "" if kind == "investment" else f"{Decimal(cents) / 100:,.2f} {currency}{owed}"


def _shared_keys(bank: Bank, item: sqlite3.Row) -> list[str]:
    return [row["key"] for row in accounts.standing(bank, item)]


def _item(bank: Bank, session: sqlite3.Row) -> sqlite3.Row | None:
    token = json.loads(session["request"]).get("access_token")
    return items.behind(bank, token) if token else None


def _login(state: dict[str, Any]) -> Login:
    return Login(state["institution_id"], state["username"], state.get("custom"), state.get("error") or "")


def _again(bank: Bank, session: sqlite3.Row) -> sqlite3.Row:
    found = bank.store.one("SELECT * FROM link_session WHERE page = ?", session["page"])
    assert found is not None
    return found


def _undo(state: dict[str, Any], step: str, message: str) -> str:
    state["step"] = step
    return message


def _target(session: sqlite3.Row) -> str:
    hosted = json.loads(session["request"]).get("hosted_link") or {}
    return str(hosted.get("completion_redirect_uri") or "")


def _way_home(session: sqlite3.Row) -> str:
    target = _target(session)
    return f'<p><a href="{escape(target)}">Return to {escape(_client(session))}</a></p>' if target else ""


def _client(session: sqlite3.Row) -> str:
    return str(json.loads(session["request"]).get("client_name", "This application"))[:30]


def _finished(session: sqlite3.Row) -> Response:
    """Back to the app that asked, or a last word when it named no address."""
    if target := _target(session):
        return redirect(target)
    return page("Done", "<h1>That is all</h1><p>You can close this window and return to your app.</p>")


def _asset(name: str) -> Response:
    stem, _, kind = name.rpartition(".")
    fresh = (("Cache-Control", "max-age=3600"), ("X-Content-Type-Options", "nosniff"))
    if name == "style.css":
        return Response(200, STYLE.read_bytes(), "text/css; charset=utf-8", fresh)
    bank = institutions.BY_ID.get(stem)
    if bank is not None and kind == "png":
        return Response(200, logos.png(bank.colour, bank.sign), "image/png", fresh)
    if bank is not None and kind == "css":
        return Response(200, f":root {{ --bank: {bank.colour}; }}\n".encode(), "text/css; charset=utf-8", fresh)
    raise PlaidError("NOT_FOUND")

"""The steps of a hosted link session as HTML: bank, sign-in, code, accounts, consent."""

from dataclasses import dataclass, field
from html import escape
from typing import Any

from sandboxbank import catalogue, institutions
from sandboxbank.institutions import Institution
from sandboxbank.markup import logo, page, problem, ways
from sandboxbank.messages import Response
from sandboxbank.personas import PERSONAS


@dataclass(frozen=True, slots=True)
class Offer:
    """An account to share."""

    key: str
    name: str
    mask: str
    balance: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class View:
    """What the pages need to know of the session."""

    address: str
    client: str
    leads_to: str
    countries: list[str]
    repairing: bool
    state: dict[str, Any]
    offers: list[Offer] = field(default_factory=list)

    @property
    def bank(self) -> Institution:
        return institutions.named(self.state["institution_id"])


def show(view: View, *, search: str = "", message: str = "") -> Response:
    """The page of the present step."""
    match view.state["step"]:
        case "choose":
            return _choose(view, search, message)
        case "login":
            return _login(view, message)
        case "code":
            return _code(view, message)
        case "accounts":
            return _accounts(view, message)
    return _consent(view, message)


def _choose(view: View, search: str, message: str) -> Response:
    found = institutions.found(countries=view.countries, search=search)
    buttons = "".join(
        f'<button class="choice" name="institution_id" value="{bank.institution_id}">{logo(bank)}'
        f"<span>{escape(bank.name)}<small>{'Signs you in on its own site' if bank.oauth else escape(bank.city)}"
        f"{', ' + escape(bank.region) if not bank.oauth else ''}</small></span></button>"
        for bank in found
    )
    nothing = '<p class="note" role="status">No bank of that name. Try a shorter word.</p>'
    content = (
        f'<p class="step">Step 1 of 4</p><h1>Choose your bank</h1>'
        f"<p>{escape(view.client)} would like to read your accounts.</p>{problem(message)}"
        f'<form method="get" action="{view.address}" class="search" role="search"><div><label for="q">Search</label>'
        f'<input type="search" id="q" name="q" value="{escape(search)}" autocomplete="off"></div>'
        f'<button>Search</button></form><form method="post" action="{view.address}/choose">{buttons or nothing}</form>'
        f"{ways(view.address, back=False)}"
    )
    return _page(view, "Choose your bank", content, message, branded=False)


def _login(view: View, message: str) -> Response:
    bank, username = view.bank, escape(str(view.state.get("username", "")))
    first, second = ("", " autofocus") if username else (" autofocus", "")
    why = f"Sign in again to keep {view.client} up to date." if view.repairing else "Use your online banking login."
    if bank.oauth:
        why += f" You are now on the pages of {bank.name}."
    described = ' aria-invalid="true" aria-describedby="problem"' if message else ""
    content = (
        f'<p class="step">Step 2 of 4</p><h1>Sign in to {escape(bank.name)}</h1><p>{escape(why)}</p>{problem(message)}'
        f'<form method="post" action="{view.address}/login"><label for="username">User name</label>'
        f'<input type="text" id="username" name="username" value="{username}" autocomplete="off" autocapitalize="none" '
        f'spellcheck="false" required{first}{described}><label for="password">Password</label>'
        f'<input type="password" id="password" name="password" autocomplete="off" required{second}{described}>'
        f'<button class="main">Sign in</button></form>{_hints(bank)}{ways(view.address, back=not view.repairing)}'
    )
    return _page(view, "Sign in", content, message)


def _hints(bank: Institution) -> str:
    people = sorted(PERSONAS.values(), key=lambda persona: persona.home != bank.institution_id)
    listed = "".join(
        f"<dt><code>{escape(persona.username)}</code></dt><dd>{escape(persona.portrait)}</dd>" for persona in people
    )
    return (
        f"<details open><summary>Who can sign in here?</summary><p>Try one of these; the password is always "
        f"<code>{catalogue.PASSWORD}</code>, the code <code>{catalogue.CODE}</code>.</p><dl>{listed}"
        "<dt><code>user_bulk_5000</code></dt><dd>Any number of transactions, for measuring</dd>"
        "<dt><code>user_custom</code></dt><dd>A user of your own; the password is a JSON document</dd></dl></details>"
    )


def _code(view: View, message: str) -> Response:
    described = ' aria-invalid="true" aria-describedby="problem"' if message else ""
    content = (
        f'<p class="step">Step 2 of 4</p><h1>Enter the code</h1><p>We pretended to send a code to your phone. '
        f"It is <code>{catalogue.CODE}</code>.</p>{problem(message)}"
        f'<form method="post" action="{view.address}/code"><label for="code">Code</label>'
        f'<input type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" '
        f"required autofocus{described}>"
        f'<button class="main">Continue</button></form>{ways(view.address, back=True)}'
    )
    return _page(view, "Enter the code", content, message)


def _accounts(view: View, message: str) -> Response:
    rows = "".join(
        f'<label class="account"><input type="checkbox" name="account" value="{escape(offer.key)}"'
        f"{' checked' if offer.chosen else ''}><span>{escape(offer.name)} ···{escape(offer.mask)}</span>"
        f'<span class="amount">{escape(offer.balance)}</span></label>'
        for offer in view.offers
    )
    content = (
        f'<p class="step">Step 3 of 4</p><h1>Choose accounts</h1>{problem(message)}'
        f'<form method="post" action="{view.address}/accounts"><fieldset><legend>Accounts to share with '
        f'{escape(view.client)}</legend>{rows}</fieldset><button class="main">Continue</button></form>'
        f"{ways(view.address, back=True)}"
    )
    return _page(view, "Choose accounts", content, message)


def _consent(view: View, message: str) -> Response:
    shared = [offer for offer in view.offers if offer.key in view.state["keys"]]
    listed = "".join(f"<li>{escape(offer.name)} ···{escape(offer.mask)}</li>" for offer in shared)
    content = (
        f'<p class="step">Step 4 of 4</p><h1>Let {escape(view.client)} read your accounts?</h1>{problem(message)}'
        f"<p>It will see balances, transactions and account details of:</p><ul>{listed}</ul>"
        '<p class="note">It cannot move money. You can end this at any time.</p>'
        f'<form method="post" action="{view.address}/consent"><button class="main">Agree</button></form>'
        f"{ways(view.address, back=True)}"
    )
    return _page(view, "Agree", content, message)


def _page(view: View, title: str, content: str, message: str, *, branded: bool = True) -> Response:
    title = f"Error: {title}" if message else title
    return page(title, content, bank=view.bank if branded else None, leads_to=view.leads_to)

"""Linking through Hosted Link, and reading what changes."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from plaid.model.accounts_balance_get_request import AccountsBalanceGetRequest
from plaid.model.accounts_balance_get_request_options import AccountsBalanceGetRequestOptions
from plaid.model.accounts_get_request import AccountsGetRequest
from plaid.model.country_code import CountryCode
from plaid.model.institutions_get_by_id_request import InstitutionsGetByIdRequest
from plaid.model.institutions_get_by_id_request_options import InstitutionsGetByIdRequestOptions
from plaid.model.item_get_request import ItemGetRequest
from plaid.model.item_public_token_exchange_request import ItemPublicTokenExchangeRequest
from plaid.model.item_remove_request import ItemRemoveRequest
from plaid.model.link_token_create_hosted_link import LinkTokenCreateHostedLink
from plaid.model.link_token_create_request import LinkTokenCreateRequest
from plaid.model.link_token_create_request_update import LinkTokenCreateRequestUpdate
from plaid.model.link_token_create_request_user import LinkTokenCreateRequestUser
from plaid.model.link_token_get_request import LinkTokenGetRequest
from plaid.model.link_token_transactions import LinkTokenTransactions
from plaid.model.personal_finance_category_version import PersonalFinanceCategoryVersion
from plaid.model.products import Products
from plaid.model.transactions_sync_request import TransactionsSyncRequest
from plaid.model.transactions_sync_request_options import TransactionsSyncRequestOptions

from banking.providers.base import (
    AccountFacts,
    BankError,
    Changes,
    Grant,
    InstitutionFacts,
    LinkResult,
    LinkStart,
    TransactionFacts,
)
from banking.providers.plaid import parse
from banking.providers.plaid.client import MESSAGES, Client, Json, PlaidSettings, listed, needed, unreadable

RESTARTS = 8
LONGEST_LOOP = 20_000
LONGEST_CURSOR = 512
LARGEST_LOGO = 1_000_000
HEAD_START = 0.002
"""Seconds in which a request can leave before reading a page keeps the interpreter to itself."""


class PlaidFeed:
    """A `BankFeed` over Plaid."""

    name = "plaid"

    def __init__(self, settings: PlaidSettings) -> None:
        self.settings = settings
        self.client = Client(settings)
        self.api = self.client.api

    def start(self, *, user_key: str, return_url: str, secret: str | None, choose_accounts: bool) -> LinkStart:
        try:
            request = self._link_request(user_key, return_url, secret, choose_accounts)
        except (TypeError, ValueError) as error:
            raise BankError("config", MESSAGES["config"], code="WRONG_SETTINGS") from error
        answer = self.client.call(self.api.link_token_create, request)
        url, token = str(answer.get("hosted_link_url") or ""), needed(answer, "link_token", longest=200)
        if not _may_be_followed(url):
            raise BankError("config", "Plaid did not offer a Hosted Link for this account.", code="NO_HOSTED_LINK")
        return LinkStart(token=token, url=url, expires_at=_moment(answer.get("expiration")))

    def _link_request(
        self, user_key: str, return_url: str, secret: str | None, choose_accounts: bool
    ) -> LinkTokenCreateRequest:
        wanted: dict[str, Any] = {
            "client_name": self.settings.client_name[:30],
            "language": self.settings.language,
            "country_codes": [CountryCode(code) for code in self.settings.countries],
            "user": LinkTokenCreateRequestUser(client_user_id=user_key),
            "hosted_link": LinkTokenCreateHostedLink(completion_redirect_uri=return_url),
        }
        if secret is None:
            wanted["products"] = [Products(product) for product in self.settings.products]
            wanted["transactions"] = LinkTokenTransactions(days_requested=self.settings.days)
            wanted |= {"webhook": self.settings.webhook_url} if self.settings.webhook_url else {}
        else:
            wanted["access_token"] = secret
            wanted["update"] = LinkTokenCreateRequestUpdate(account_selection_enabled=choose_accounts)
        return LinkTokenCreateRequest(**wanted)

    def result(self, *, token: str) -> LinkResult:
        answer = self.client.call(self.api.link_token_get, LinkTokenGetRequest(link_token=token))
        sessions = answer.get("link_sessions") or []
        for session in sessions:
            for added in (session.get("results") or {}).get("item_add_results") or []:
                return _linked(added)
            success = session.get("on_success") or {}
            if success.get("public_token"):
                return _linked({**(success.get("metadata") or {}), "public_token": success["public_token"]})
        if any(_repaired(session) for session in sessions):
            return LinkResult(status="done")
        left = any(session.get("finished_at") or session.get("on_exit") for session in sessions)
        return LinkResult(status="left" if left else "open")

    def finish(self, *, public_token: str) -> Grant:
        request = ItemPublicTokenExchangeRequest(public_token=public_token)
        answer = self.client.call(self.api.item_public_token_exchange, request)
        return Grant(external_id=needed(answer, "item_id", longest=120), secret=needed(answer, "access_token"))

    def accounts(self, *, secret: str) -> tuple[AccountFacts, ...]:
        request = AccountsGetRequest(access_token=secret)
        return _all_accounts(self._retried(lambda: self.client.call(self.api.accounts_get, request)))

    def balances(self, *, secret: str, account_ids: Sequence[str]) -> tuple[AccountFacts, ...]:
        options = {"options": AccountsBalanceGetRequestOptions(account_ids=list(account_ids))} if account_ids else {}
        request = AccountsBalanceGetRequest(access_token=secret, **options)
        return _all_accounts(self.client.call(self.api.accounts_balance_get, request))

    def institution(self, *, external_id: str) -> InstitutionFacts:
        request = InstitutionsGetByIdRequest(
            institution_id=external_id,
            country_codes=[CountryCode(code) for code in self.settings.countries],
            options=InstitutionsGetByIdRequestOptions(include_optional_metadata=True),
        )
        row = self.client.call(self.api.institutions_get_by_id, request).get("institution") or {}
        return InstitutionFacts(
            external_id=external_id,
            name=parse.text(row.get("name"), 200) or "Bank",
            logo=parse.text(row.get("logo"), LARGEST_LOGO),
            colour=parse.text(row.get("primary_color"), 9),
            url=parse.text(row.get("url"), 300),
        )

    def institution_of(self, *, secret: str) -> str:
        item = self.client.call(self.api.item_get, ItemGetRequest(access_token=secret)).get("item") or {}
        return parse.text(item.get("institution_id"), 80)

    def revoke(self, *, secret: str) -> None:
        try:
            self.client.call(self.api.item_remove, ItemRemoveRequest(access_token=secret))
        except BankError as error:
            if error.kind != "gone":
                raise

    def changes(self, *, secret: str, cursor: str) -> Changes:
        """A failed page is asked for again by itself; only a mutation starts the loop anew.

        A cursor that keeps failing, or is not this login's, is given up for a full read.
        """
        start = cursor
        for attempt in range(RESTARTS):
            try:
                return self._loop(secret, start)
            except BankError as error:
                foreign = error.kind == "config" and start != "" and error.code == "INVALID_FIELD"
                if error.kind != "restart" and not foreign:
                    raise
                if foreign or attempt == RESTARTS // 2:
                    start = ""
                self._wait(attempt)
        raise BankError("retry", "Your bank keeps changing its books while we read them.", code="MUTATION")

    def _loop(self, secret: str, start: str) -> Changes:
        added: list[TransactionFacts] = []
        modified: list[TransactionFacts] = []
        removed: list[str] = []
        rejected: list[str] = []
        accounts: dict[str, AccountFacts] = {}
        for number, page in enumerate(self._pages(secret, start), 1):
            if not page.get("next_cursor"):
                return Changes(cursor=start, ready=False, complete=False, request_id=_request_id(page))
            for name, into in (("added", added), ("modified", modified)):
                good, bad = parse.sifted(listed(page, name))
                into.extend(good)
                rejected.extend(bad)
            removed.extend(needed(row, "transaction_id", longest=120) for row in listed(page, "removed"))
            accounts |= {a.external_id: a for a in _accounts(page)}
            if not page.get("has_more"):
                return Changes(
                    cursor=needed(page, "next_cursor", longest=LONGEST_CURSOR),
                    accounts=tuple(accounts.values()),
                    added=tuple(added),
                    modified=tuple(modified),
                    removed=tuple(removed),
                    rejected=tuple(rejected),
                    complete=page.get("transactions_update_status") == "HISTORICAL_UPDATE_COMPLETE",
                    full=start == "",
                    pages=number,
                    request_id=_request_id(page),
                )
        raise BankError("retry", "Your bank's history does not end.", code="ENDLESS")

    def _pages(self, secret: str, start: str) -> Iterator[Json]:
        """One page after the other; the bank makes the next one while the caller reads this one."""
        ahead = ThreadPoolExecutor(1, "plaid-page")
        try:
            coming = ahead.submit(self._page, secret, start)
            for _ in range(LONGEST_LOOP):
                page = coming.result()
                if page.get("next_cursor") and page.get("has_more"):
                    coming = ahead.submit(self._page, secret, str(page["next_cursor"]))
                    wait([coming], HEAD_START)
                yield page
        finally:
            ahead.shutdown(wait=False, cancel_futures=True)

    def _page(self, secret: str, cursor: str) -> Json:
        options = TransactionsSyncRequestOptions(
            include_original_description=True,
            personal_finance_category_version=PersonalFinanceCategoryVersion("v2"),
        )
        request = TransactionsSyncRequest(
            access_token=secret, cursor=cursor, count=self.settings.page_size, options=options
        )
        return self._retried(lambda: self.client.call(self.api.transactions_sync, request))

    def _retried(self, call: Callable[[], Json]) -> Json:
        """The answer, asked for again while the bank cannot be reached."""
        for attempt in range(self.settings.tries):
            try:
                return call()
            except BankError as error:
                if error.kind != "retry" or attempt == self.settings.tries - 1:
                    raise
                self._wait(attempt)
        raise AssertionError("unreachable")

    def _wait(self, attempt: int) -> None:
        """Double the wait each time, with jitter so that many connections do not come back at once."""
        time.sleep(self.settings.retry_delay * 2**attempt * random.uniform(0.5, 1))  # noqa: S311  jitter is no secret


def _linked(added: Json) -> LinkResult:
    institution = added.get("institution") or {}
    return LinkResult(
        status="done",
        public_token=str(added["public_token"]),
        institution_id=parse.text(institution.get("institution_id"), 80),
        institution_name=parse.text(institution.get("name"), 200),
        accounts=tuple(parse.linked_account(row) for row in added.get("accounts") or []),
    )


def _repaired(session: Json) -> bool:
    """An update-mode session that ended well carries no public token, and no exit."""
    results = session.get("results") or {}
    events = {event.get("event_name") for event in session.get("events") or []}
    return (
        bool(session.get("finished_at"))
        and not session.get("on_exit")
        and not session.get("exit")
        and ("HANDOFF" in events or bool(results) or bool(session.get("on_success")))
    )


def _accounts(answer: Json) -> tuple[AccountFacts, ...]:
    try:
        return tuple(parse.account(row) for row in listed(answer, "accounts"))
    except parse.BadRow as error:
        raise unreadable() from error


def _all_accounts(answer: Json) -> tuple[AccountFacts, ...]:
    """A login without accounts is an error at Plaid: an answer that names none says nothing about them."""
    found = _accounts(answer)
    if not found:
        raise unreadable()
    return found


def _request_id(answer: Json) -> str:
    return parse.text(answer.get("request_id"), 64)


def _may_be_followed(url: str) -> bool:
    """A page that a browser may be sent to: encrypted, or on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"})


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")) if value else None
    except ValueError:
        return None

"""Every answer through the real client library, with its strict models."""

from collections.abc import Callable
from datetime import date
from typing import Any

import plaid
import pytest
from plaid.api.plaid_api import PlaidApi
from plaid.model import (
    accounts_balance_get_request,
    accounts_get_request,
    institutions_get_by_id_request,
    institutions_get_request,
    investments_holdings_get_request,
    item_access_token_invalidate_request,
    item_get_request,
    item_public_token_exchange_request,
    item_remove_request,
    item_webhook_update_request,
    liabilities_get_request,
    link_token_create_request,
    link_token_get_request,
    sandbox_item_fire_webhook_request,
    sandbox_item_reset_login_request,
    sandbox_public_token_create_request,
    sandbox_transactions_create_request,
    transactions_recurring_get_request,
    transactions_refresh_request,
    transactions_sync_request,
    webhook_verification_key_get_request,
)
from plaid.model.country_code import CountryCode
from plaid.model.custom_sandbox_transaction import CustomSandboxTransaction
from plaid.model.institutions_get_by_id_request_options import InstitutionsGetByIdRequestOptions
from plaid.model.link_token_create_hosted_link import LinkTokenCreateHostedLink
from plaid.model.link_token_create_request_user import LinkTokenCreateRequestUser
from plaid.model.link_token_transactions import LinkTokenTransactions
from plaid.model.products import Products
from plaid.model.sandbox_public_token_create_request_options import SandboxPublicTokenCreateRequestOptions
from plaid.model.transactions_sync_request_options import TransactionsSyncRequestOptions
from plaid.model_utils import ModelNormal

from sandboxbank.control import Control
from sandboxbank.options import CLIENT_SECRET
from sandboxbank.server import Server
from sandboxbank.walker import Walker

US = [CountryCode("US")]


def client_of(url: str, secret: str = CLIENT_SECRET) -> PlaidApi:
    keys = {"clientId": "sandbox-client", "secret": secret}
    return PlaidApi(plaid.ApiClient(plaid.Configuration(host=url, api_key=keys)))


@pytest.fixture
def client(server: Server) -> PlaidApi:
    return client_of(server.url)


def access(client: PlaidApi, username: str = "user_good", webhook: str = "http://127.0.0.1:9/") -> str:
    options = SandboxPublicTokenCreateRequestOptions(
        override_username=username, override_password="pass_good", webhook=webhook
    )
    request = sandbox_public_token_create_request.SandboxPublicTokenCreateRequest(
        institution_id="ins_109508", initial_products=[Products("transactions")], options=options
    )
    public = known(client.sandbox_public_token_create(request)).public_token
    exchange = item_public_token_exchange_request.ItemPublicTokenExchangeRequest(public_token=public)
    return str(known(client.item_public_token_exchange(exchange)).access_token)


def known(answer: Any) -> Any:
    """The answer, after a check that every key of it and of what is inside is one that the library knows."""
    if isinstance(answer, ModelNormal):
        strangers = set(answer._data_store) - set(type(answer).attribute_map)
        assert not strangers, f"{type(answer).__name__}: {strangers}"
        for value in answer._data_store.values():
            known(value)
    elif isinstance(answer, list):
        for value in answer:
            known(value)
    return answer


def test_item_and_accounts(client: PlaidApi) -> None:
    token = access(client)
    item = known(client.item_get(item_get_request.ItemGetRequest(access_token=token)))
    assert item.item.institution_name == "Juniper Street Bank"
    accounts = known(client.accounts_get(accounts_get_request.AccountsGetRequest(access_token=token))).accounts
    assert [str(account.subtype) for account in accounts] == ["checking", "savings", "credit card"]
    live = accounts_balance_get_request.AccountsBalanceGetRequest(access_token=token)
    assert len(known(client.accounts_balance_get(live)).accounts) == 3


@pytest.mark.parametrize("username", ["user_good", "user_europe", "user_investor", "user_student", "user_bulk_400"])
def test_sync(client: PlaidApi, username: str) -> None:
    options = TransactionsSyncRequestOptions(include_original_description=True)
    request = transactions_sync_request.TransactionsSyncRequest(
        access_token=access(client, username), count=40, options=options
    )
    page = known(client.transactions_sync(request))
    assert len(page.added) == 40


def test_liabilities_of_every_kind(client: PlaidApi) -> None:
    request = liabilities_get_request.LiabilitiesGetRequest
    household = known(client.liabilities_get(request(access_token=access(client, "user_household")))).liabilities
    student = known(client.liabilities_get(request(access_token=access(client, "user_student")))).liabilities
    assert len(household.credit) == 2
    assert len(household.mortgage) == len(student.student) == 1


def test_holdings(client: PlaidApi) -> None:
    token = access(client, "user_investor")
    request = investments_holdings_get_request.InvestmentsHoldingsGetRequest(access_token=token)
    answer = known(client.investments_holdings_get(request))
    assert {each.security_id for each in answer.holdings} == {each.security_id for each in answer.securities}


def test_recurring_streams(client: PlaidApi) -> None:
    token = access(client)
    client.transactions_sync(transactions_sync_request.TransactionsSyncRequest(access_token=token))
    request = transactions_recurring_get_request.TransactionsRecurringGetRequest(access_token=token)
    answer = known(client.transactions_recurring_get(request))
    salary = next(each for each in answer.inflow_streams if "BRIGHTWATER" in each.description)
    assert str(salary.frequency) == "BIWEEKLY"
    assert {"Netflix", "Spotify"} & {each.merchant_name for each in answer.outflow_streams}


def test_institutions(client: PlaidApi) -> None:
    many = institutions_get_request.InstitutionsGetRequest(count=3, offset=1, country_codes=US)
    assert len(known(client.institutions_get(many)).institutions) == 3
    options = InstitutionsGetByIdRequestOptions(include_optional_metadata=True, include_status=True)
    one = institutions_get_by_id_request.InstitutionsGetByIdRequest(
        institution_id="ins_109510", country_codes=US, options=options
    )
    institution = known(client.institutions_get_by_id(one)).institution
    assert institution.oauth
    assert institution.logo.startswith("iVBOR")


def test_hosted_link(client: PlaidApi) -> None:
    request = link_token_create_request.LinkTokenCreateRequest(
        client_name="PocketPilot",
        language="en",
        country_codes=US,
        products=[Products("transactions")],
        user=LinkTokenCreateRequestUser(client_user_id="1"),
        transactions=LinkTokenTransactions(days_requested=730),
        hosted_link=LinkTokenCreateHostedLink(completion_redirect_uri="http://127.0.0.1:8000/back"),
    )
    created = known(client.link_token_create(request))
    look = link_token_get_request.LinkTokenGetRequest(link_token=created.link_token)
    assert known(client.link_token_get(look)).link_sessions == []
    Walker(created.hosted_link_url).link()
    [session] = known(client.link_token_get(look)).link_sessions
    [added] = session.results.item_add_results
    assert len(added.accounts) == 3
    again = known(client.link_token_create(request))
    Walker(again.hosted_link_url).cancel()
    look = link_token_get_request.LinkTokenGetRequest(link_token=again.link_token)
    [left] = known(client.link_token_get(look)).link_sessions
    assert left.exit is not None


def test_the_rest(client: PlaidApi, control: Control) -> None:
    token = access(client, "user_transactions_dynamic")
    client.transactions_sync(transactions_sync_request.TransactionsSyncRequest(access_token=token))
    known(client.transactions_refresh(transactions_refresh_request.TransactionsRefreshRequest(access_token=token)))
    extra = CustomSandboxTransaction(
        date_transacted=date(2026, 3, 9), date_posted=date(2026, 3, 10), amount=9.99, description="NETFLIX.COM"
    )
    create = sandbox_transactions_create_request.SandboxTransactionsCreateRequest
    known(client.sandbox_transactions_create(create(access_token=token, transactions=[extra])))
    fire = sandbox_item_fire_webhook_request.SandboxItemFireWebhookRequest
    assert known(client.sandbox_item_fire_webhook(fire(access_token=token, webhook_code="DEFAULT_UPDATE")))
    hook = item_webhook_update_request.ItemWebhookUpdateRequest(access_token=token, webhook="http://127.0.0.1:9/b")
    assert known(client.item_webhook_update(hook)).item.webhook.endswith("/b")
    key = webhook_verification_key_get_request.WebhookVerificationKeyGetRequest(key_id=control.rotate_key())
    assert known(client.webhook_verification_key_get(key)).key.alg == "ES256"
    reset = sandbox_item_reset_login_request.SandboxItemResetLoginRequest(access_token=token)
    assert known(client.sandbox_item_reset_login(reset)).reset_login
    get = item_get_request.ItemGetRequest
    assert known(client.item_get(get(access_token=token))).item.error.error_code == "ITEM_LOGIN_REQUIRED"
    invalidate = item_access_token_invalidate_request.ItemAccessTokenInvalidateRequest(access_token=token)
    new = known(client.item_access_token_invalidate(invalidate)).new_access_token
    known(client.item_remove(item_remove_request.ItemRemoveRequest(access_token=new)))
    refused(lambda: client.item_get(get(access_token=token)), "INVALID_ACCESS_TOKEN")
    refused(lambda: client.item_get(get(access_token=new)), "ITEM_NOT_FOUND")


def test_wrong_keys_are_refused(server: Server) -> None:
    request = institutions_get_request.InstitutionsGetRequest(count=3, offset=0, country_codes=US)
    refused(lambda: client_of(server.url, "wrong").institutions_get(request), "INVALID_API_KEYS")


def refused(call: Callable[[], object], code: str) -> None:
    with pytest.raises(plaid.ApiException) as failure:
        call()
    assert f'"error_code":"{code}"' in str(failure.value.body)

"""Accounts over the API."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.books import entered
from accounts.rest import BookView
from banking import actions, queries
from banking.actions.asking import told_balance
from banking.api import account_shapes as shapes
from banking.api.connections import keeps, unlink
from banking.api.refusing import CONFLICT, UNAVAILABLE, told
from banking.providers import registry
from banking.providers.base import BankError, BankFeed
from banking.queries import AccountBalance


class AccountCollection(BookView):
    """The open accounts with their balances."""

    @extend_schema(operation_id="account_list", responses=shapes.AccountList)
    def get(self, request: Request) -> Response:
        found = queries.accounts(book=self.book, today=self.book.today(timezone.now()))
        return Response(shapes.accounts(found, queries.positions(found, first=self.book.currency)))

    @extend_schema(request=shapes.AccountInput, responses={201: shapes.AccountShape})
    def post(self, request: Request) -> Response:
        """Open a manual account."""
        body = shapes.AccountInput(data=request.data)
        body.is_valid(raise_exception=True)
        with told():
            new = actions.NewAccount(**body.validated_data)
            account = actions.open_account(book=self.book, by=self.user, new=new, now=timezone.now())
        return Response(shapes.account(AccountBalance(account, account.opening)), status=status.HTTP_201_CREATED)


class LinkedAccounts(BookView):
    """The accounts that are linked to a bank, with their balances."""

    @extend_schema(operation_id="linked_account_list", responses=shapes.AccountList)
    def get(self, request: Request) -> Response:
        found = [
            each
            for each in queries.accounts(book=self.book, today=self.book.today(timezone.now()))
            if not each.account.is_manual
        ]
        return Response(shapes.accounts(found, queries.positions(found, first=self.book.currency)))


class AccountView(BookView):
    """An endpoint about one account; it may talk to the bank and so enters the book by itself."""

    network = True

    def found(self, pk: int) -> AccountBalance:
        with entered(self.book), told():
            return queries.account(book=self.book, pk=pk, today=self.book.today(timezone.now()))


class AccountDetail(AccountView):
    """One account."""

    @extend_schema(operation_id="account_retrieve", responses=shapes.AccountShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.account(self.found(pk)))

    @extend_schema(request=shapes.AccountChange, responses={200: shapes.AccountShape, 409: CONFLICT})
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named."""
        body = shapes.AccountChange(data=request.data)
        body.is_valid(raise_exception=True)
        changes = actions.AccountAmendment(**body.validated_data)  # type: ignore[typeddict-item]  # its names
        with told(), entered(self.book), transaction.atomic():
            actions.amend_account(book=self.book, by=self.user, pk=pk, changes=changes, now=timezone.now())
        return Response(shapes.account(self.found(pk)))

    @extend_schema(
        parameters=[
            OpenApiParameter("data", enum=["keep", "erase"], description="Of a linked account: keep its rows?")
        ],
        responses={204: None, 409: CONFLICT, 503: UNAVAILABLE},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Close an account by hand or of an unlinked bank; unlink the connection of a linked one, with its accounts.

        With `data=erase` what was read goes, also where the bank is unlinked already.
        """
        account, keep = self.found(pk).account, keeps(request)
        if account.connection is not None and not (account.is_unlinked and keep):
            unlink(self, account.connection, keep=keep)
        else:
            with told(), entered(self.book), transaction.atomic():
                actions.close_account(book=self.book, by=self.user, pk=pk, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class AccountBalanceNow(AccountView):
    """The balance of an account. The bank is asked, at most once a minute; if it does not answer, `live` is false."""

    throttle_scope = "sync"

    @extend_schema(operation_id="account_balance", responses=shapes.BalanceShape)
    def get(self, request: Request, pk: int) -> Response:
        found = self.found(pk)
        said = told_balance(account=found.account, feed=_feed(found), now=timezone.now())
        answer: dict[str, Any] = shapes.balance(
            found, current=said.current, available=said.available, limit=said.limit, as_of=said.as_of, live=said.live
        )
        return Response(answer)


def _feed(found: AccountBalance) -> BankFeed | None:
    connection = found.account.connection
    if connection is None or not connection.is_readable:
        return None
    try:
        return registry.vendor(connection.provider).feed
    except BankError:
        return None

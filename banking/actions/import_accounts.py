"""The accounts that the rows of a file go to; new ones are opened as it is brought in."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Book
from banking.actions.refusals import Refused
from banking.models import Account, Import, ImportRow
from journal.actions import Recorder


def accounts_for(*, book: Book, source: Import, recorder: Recorder, now: datetime) -> dict[int, Account]:
    """The account of ours by the place of the file's; new ones are opened. Raise Refused."""
    ids = [each["account"] for each in source.statements if each.get("account")]
    known = Account.objects.select_related("connection").in_bulk(ids)
    found: dict[int, Account] = {}
    chosen = ImportRow.objects.filter(book=book, source=source, chosen=True).order_by()
    used = set(chosen.values_list("place", flat=True).distinct())
    for place, each in enumerate(source.statements):
        if each.get("account"):
            account = known.get(each["account"])
            if account is None or account.book_id != book.pk or account.closed_at is not None:
                raise Refused(_("One of the accounts is no longer open. Choose another one."), field="accounts")
            found[place] = account
        elif each.get("new") and place in used:
            found[place] = _opened(book, each, recorder, now)
            each["account"] = found[place].pk
            del each["new"]
    return found


def _opened(book: Book, told: Mapping[str, Any], recorder: Recorder, now: datetime) -> Account:
    new = told["new"]
    account = Account.objects.create(
        book=book,
        name=new["name"],
        kind=new["kind"],
        currency=new["currency"],
        opening=Decimal(new["opening"]),
        mask=told["mask"],
        created_at=now,
    )
    recorder.created(account)
    return account

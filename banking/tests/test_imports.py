"""Bringing in files: what lands, what is there already, and taking it back."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from banking import actions, queries
from banking.actions import Amendment, ImportAmendment, Refused
from banking.actions.bringing_in import carry_out
from banking.models import Account, DayTotal, Import, ImportFile, ImportMapping, ImportRow, Transaction
from banking.queries.imports import counts
from banking.queries.ledger import broken
from banking.tests.factories import category_of, make_account, make_connection, make_transaction
from journal.models import Change, Operation

HEAD = "Date,Description,Amount,Category\n"
COFFEE = "2024-01-15,BLUE BOTTLE COFFEE,-5.75,Coffee\n"
RENT = "2024-01-02,RENT JANUARY,-1200.00,\n"
FILE = HEAD + COFFEE + COFFEE + RENT


def landed(book):
    return list(Transaction.objects.filter(book=book, removed_at=None).order_by("id").values_list("day", "amount"))


def snapshot(book):
    models = (Transaction, Account)
    return [list(model.objects.filter(book=book).order_by("pk").values()) for model in models]


def test_rows_land_with_their_categories_merchants_and_totals(book, bring_in):
    done = bring_in(FILE)
    assert (done.status, done.added, done.format) == ("done", 3, "csv")
    assert landed(book) == [
        (date(2024, 1, 2), Decimal("-1200.00")),
        (date(2024, 1, 15), Decimal("-5.75")),
        (date(2024, 1, 15), Decimal("-5.75")),
    ]
    coffee = Transaction.objects.filter(description="BLUE BOTTLE COFFEE").first()
    assert (coffee.category.code, coffee.category_source, coffee.origin) == ("COFFEE", "user", "import")
    assert coffee.merchant.name == "Blue Bottle Coffee"
    assert coffee.reason == "“Coffee” in your file"
    [balance] = queries.accounts(book=book, today=date(2024, 2, 1))
    assert balance.balance == Decimal("-1211.50")
    assert not broken(now=timezone.now(), book_id=book.pk)


def test_one_operation_records_everything(book, bring_in):
    done = bring_in(FILE)
    [operation] = Operation.objects.filter(book=book, verb="import")
    assert done.operation == operation
    recorded = Change.objects.filter(operation=operation).order_by("model", "key")
    assert [change.model for change in recorded] == [
        "banking.Account", "banking.Import", *["banking.Merchant"] * 2, *["banking.Transaction"] * 3
    ]  # fmt: skip
    from journal.actions import snapshot as plain

    for change in recorded.filter(model="banking.Transaction"):
        assert (change.before, change.after) == (None, plain(Transaction.objects.get(pk=change.key)))


def test_the_file_goes_when_it_is_done_and_the_mapping_stays(book, receive, bring_in):
    assert b"BLUE" not in bytes(ImportFile.objects.get(source=receive(FILE)).__dict__["content"])
    done = bring_in(FILE)
    assert not ImportFile.objects.filter(source=done).exists()
    assert ImportMapping.objects.get(book=book).accounts == {"": Account.objects.get(book=book).pk}


def test_the_same_file_again_changes_nothing(book, cast, receive, bring_in):
    bring_in(FILE)
    before = snapshot(book)
    again = receive(FILE)
    assert counts(source=again).states == {"twin": 3}
    with pytest.raises(Refused, match="there already"):
        actions.start_import(book=book, by=cast.alice.user, pk=again.pk, now=timezone.now())
    assert snapshot(book) == before


def test_an_overlapping_file_brings_in_what_is_missing(book, bring_in):
    bring_in(FILE)
    more = bring_in(HEAD + COFFEE * 3 + "2024-01-16,TEA,-3.00,\n")
    assert (more.added, len(landed(book))) == (2, 5)


def test_a_row_that_was_edited_or_removed_does_not_come_again(book, cast, receive, bring_in):
    bring_in(FILE)
    rent = Transaction.objects.get(description="RENT JANUARY")
    changes = Amendment(day=date(2024, 1, 9), amount=Decimal("-1250.00"), description="Rent")
    actions.amend(book=book, by=cast.alice.user, pk=rent.pk, changes=changes, now=timezone.now())
    coffee = Transaction.objects.filter(description="BLUE BOTTLE COFFEE").first()
    actions.remove(book=book, by=cast.alice.user, pk=coffee.pk, now=timezone.now())
    again = receive(FILE)
    assert counts(source=again).states == {"twin": 3}
    assert again.rows.get(twin=coffee.pk).why == "removed"


def test_a_removed_row_can_be_brought_in_again(book, cast, receive, bring_in):
    bring_in(HEAD + COFFEE)
    coffee = Transaction.objects.get(book=book)
    actions.remove(book=book, by=cast.alice.user, pk=coffee.pk, now=timezone.now())
    again = receive(HEAD + COFFEE)
    assert actions.choose_import_rows(book=book, pk=again.pk, chosen=True, positions=[1]) == 1
    actions.start_import(book=book, by=cast.alice.user, pk=again.pk, now=timezone.now())
    assert carry_out(book=book, import_id=again.pk, clock=timezone.now).added == 1
    assert len(landed(book)) == 1


def test_two_drafts_of_one_file_bring_it_in_once(book, cast, receive, bring_in):
    account = make_account(book, name="Checking")
    first, second = (receive(FILE, account=account.pk) for _n in range(2))
    for source in (first, second):
        actions.start_import(book=book, by=cast.alice.user, pk=source.pk, now=timezone.now())
        carry_out(book=book, import_id=source.pk, clock=timezone.now)
        assert carry_out(book=book, import_id=source.pk, clock=timezone.now) is None
    second.refresh_from_db()
    assert (len(landed(book)), second.added) == (3, 0)


def ofx(*rows, balance="100.00"):
    told = "".join(
        f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{fitid}<NAME>{name}</STMTTRN>"
        for day, amount, fitid, name in rows
    )
    return (
        f"OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>99991234<ACCTTYPE>CHECKING</BANKACCTFROM>"
        f"<BANKTRANLIST>{told}</BANKTRANLIST><LEDGERBAL><BALAMT>{balance}</LEDGERBAL></STMTRS></OFX>"
    )


def test_ids_of_the_bank_tell_rows_apart_and_find_them(book, receive, bring_in):
    done = bring_in(
        ofx(("20240115", "-5.75", "A", "BLUE BOTTLE COFFEE"), ("20240115", "-5.75", "B", "BLUE BOTTLE COFFEE"))
    )
    account = Account.objects.get(book=book)
    assert (done.added, account.opening, account.mask) == (2, Decimal("111.50"), "1234")
    later = receive(
        ofx(("20240115", "-5.75", "B", "Blue Bottle renamed"), ("20240115", "-5.75", "C", "BLUE BOTTLE COFFEE"))
    )
    assert [row.state for row in later.rows.order_by("position")] == ["twin", "fresh"]
    assert later.rows.get(position=2).why == "alike"
    plain = receive(HEAD + COFFEE * 2, account=account.pk)
    assert counts(source=plain).states == {"twin": 2}


def test_an_id_that_comes_again_in_another_month_is_another_row(book, bring_in):
    bring_in(ofx(("20240115", "-50.00", "RENT", "LANDLORD")))
    assert bring_in(ofx(("20240215", "-50.00", "RENT", "LANDLORD"))).added == 1


def test_rows_that_the_bank_told_are_found_in_a_linked_account(book, receive):
    account = make_account(book, connection=make_connection(book))
    make_transaction(book, account=account, day=date(2024, 1, 15), amount="-5.75", description="Blue Bottle")
    make_transaction(book, account=account, day=date(2024, 1, 4), amount="-1200", description="RENT January 0042")
    source = receive(HEAD + COFFEE * 2 + RENT, account=account.pk)
    assert [(row.state, row.why) for row in source.rows.order_by("position")] == [
        ("twin", "near"), ("twin", "told"), ("fresh", "")
    ] or [(row.state, row.why) for row in source.rows.order_by("description", "position")] == [
        ("twin", "told"), ("fresh", ""), ("twin", "near")
    ]  # fmt: skip


def test_older_rows_leave_the_balance_of_a_linked_account_as_it_is(book, cast, bring_in):
    account = make_account(book, connection=make_connection(book), opening=500)
    make_transaction(book, account=account, day=date(2024, 3, 1), amount="-10")
    Account.objects.filter(pk=account.pk).update(reported=Decimal(490), opening_settled=True)
    done = bring_in(FILE, account=account.pk)
    account.refresh_from_db()
    assert account.opening == Decimal("1711.50")
    assert not broken(now=timezone.now(), book_id=book.pk)
    actions.revert_import(book=book, by=cast.alice.user, pk=done.pk, now=timezone.now())
    account.refresh_from_db()
    assert account.opening == 500
    assert not broken(now=timezone.now(), book_id=book.pk)


def test_a_row_beside_those_of_a_bank_stays_in_its_balance(book, cast, bring_in):
    account = make_account(book, connection=make_connection(book))
    Account.objects.filter(pk=account.pk).update(reported=Decimal(0), opening_settled=True)
    bring_in(HEAD + COFFEE, account=account.pk)
    row = Transaction.objects.get(book=book)
    changes = Amendment(amount=Decimal(-1))
    with pytest.raises(Refused, match="balance from your bank"):
        actions.amend(book=book, by=cast.alice.user, pk=row.pk, changes=changes, now=timezone.now())
    actions.remove(book=book, by=cast.alice.user, pk=row.pk, now=timezone.now())
    assert not broken(now=timezone.now(), book_id=book.pk)


def test_what_is_left_out_stays_out(book, cast, receive):
    source = receive(HEAD + COFFEE + RENT + "2024-01-03,NOTHING,0.00,\n2024-01-32,BROKEN,-1.00,\n")
    assert counts(source=source).states == {"fresh": 2, "void": 1, "broken": 1}
    rent = source.rows.get(description="RENT JANUARY")
    actions.choose_import_rows(book=book, pk=source.pk, chosen=False, positions=[rent.position])
    actions.choose_import_rows(book=book, pk=source.pk, chosen=True, state="broken")
    actions.choose_import_rows(book=book, pk=source.pk, chosen=True, state="void")
    actions.start_import(book=book, by=cast.alice.user, pk=source.pk, now=timezone.now())
    assert carry_out(book=book, import_id=source.pk, clock=timezone.now).added == 1
    assert ImportRow.objects.filter(source=source, made__isnull=False).count() == 1


def test_another_reading_and_another_place(book, cast, receive):
    wallet = make_account(book, name="Wallet")
    source = receive("Date,Description,Amount,Other\n01/02/2024,Tea,-3.00,Out\n")
    changes = ImportAmendment(
        choices={"date_order": "dmy", "sign": "turned", "columns": {"3": "category"}},
        accounts={0: {"account": wallet.pk}},
        categories={"Out": category_of(book, "COFFEE").pk},
    )
    source = actions.amend_import(book=book, by=cast.alice.user, pk=source.pk, changes=changes, now=timezone.now())
    [row] = source.rows.all()
    assert (row.day, row.amount, row.category) == (date(2024, 2, 1), Decimal("3.00"), "Out")
    assert source.statements[0]["account"] == wallet.pk
    assert [guess["why"] for guess in source.guesses if guess["what"] in {"date_order", "sign"}] == ["chosen", "chosen"]


@pytest.mark.parametrize(
    "changes",
    [
        {"choices": {"delimiter": "x"}},
        {"choices": {"columns": {"0": "nonsense"}}},
        {"choices": {"columns": {"0": "", "2": ""}}},
        {"accounts": {0: {"account": 999_999}}},
        {"accounts": {7: {}}},
        {"accounts": {0: {"new": {"name": "X", "kind": "depository", "currency": "XXQ"}}}},
        {"categories": {"Coffee": 999_999}},
    ],
)
def test_what_does_not_exist_cannot_be_chosen(book, cast, receive, changes):
    source = receive(FILE)
    before = list(source.rows.order_by("position").values_list("day", "amount", "state"))
    with pytest.raises(Refused):
        actions.amend_import(book=book, by=cast.alice.user, pk=source.pk, changes=changes, now=timezone.now())
    assert list(source.rows.order_by("position").values_list("day", "amount", "state")) == before


SPLIT = "!Type:Bank\nD01/15/2024\nT-50.00\nPCostco\nSGroceries\nEmilk\n$-30.00\nSHome\n$-20.00\n^\n"


def test_a_split_of_a_file_is_one_here(book, cast, bring_in):
    done = bring_in(SPLIT, name="q.qif")
    [whole] = Transaction.objects.filter(book=book, is_split=True)
    parts = [(each.amount, each.category.code, each.note) for each in whole.parts.order_by("pk")]
    assert (whole.amount, parts[0], parts[1][0]) == (-50, (-30, "GROCERIES", "milk"), -20)
    assert not broken(now=timezone.now(), book_id=book.pk)
    assert sum(DayTotal.objects.values_list("amount", flat=True)) == -50
    actions.revert_import(book=book, by=cast.alice.user, pk=done.pk, now=timezone.now())
    assert not Transaction.objects.exists()


def test_parts_that_are_no_split_are_kept_in_the_note(book, bring_in):
    bring_in(SPLIT.replace("-30.00", "-50.00").replace("-20.00", "0.00"), name="q.qif")
    assert Transaction.objects.get(book=book).note == "-50.00 Groceries (milk)\n0.00 Home"


def test_a_refused_file_leaves_nothing(book, receive):
    with pytest.raises(Refused, match="packed file"):
        receive(b"PK\x03\x04....")
    assert not Import.objects.exists()
    assert not ImportRow.objects.exists()


def test_a_file_is_forgotten(book, receive):
    source = receive(FILE)
    actions.discard_import(book=book, pk=source.pk)
    assert not Import.objects.exists()
    assert not ImportRow.objects.exists()
    assert not ImportFile.objects.exists()


def test_rows_of_other_years_are_not_read_beside_a_file_but_those_that_were_moved(book, cast, bring_in, receive):
    account = make_account(book)
    bring_in(HEAD + COFFEE + RENT, account=account.pk)
    day = date(2026, 3, 1)
    assert not list(queries.imports.known_rows(book=book, account_id=account.pk, first=day, last=day))
    rent = Transaction.objects.get(description="RENT JANUARY")
    actions.amend(book=book, by=cast.alice.user, pk=rent.pk, changes=Amendment(day=day), now=timezone.now())
    again = receive(HEAD + COFFEE + RENT, account=account.pk)
    assert [row.state for row in again.rows.all()] == ["twin", "twin"]

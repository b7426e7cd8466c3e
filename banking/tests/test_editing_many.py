"""Changing many rows at once: over filters and ids, in one operation, and only what differs."""

from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries, totals
from banking.actions import Edits, Refused, TooMany
from banking.models import DayTotal, Merchant, MonthTotal, Tag, Transaction, TransactionTag
from banking.queries import Filters
from banking.tests.browsing import browse
from banking.tests.factories import category_of, make_account, make_connection, make_merchant, make_transaction
from journal.actions import snapshot
from journal.models import Change

TEA = Filters(text="tea")


@pytest.fixture
def teas(book):
    """Three rows: one by hand, two of a bank, one of them with a tag and a note."""
    bank = make_account(book, connection=make_connection(book))
    return [
        make_transaction(book, account=make_account(book), description="TEA 1"),
        make_transaction(book, account=bank, description="TEA 2", tags=["old"], note="mine"),
        make_transaction(book, account=bank, description="TEA 3"),
        make_transaction(book, account=bank, description="COFFEE"),
    ][:3]


def edit(book, cast, edits, **named):
    return actions.edit_many(book=book, by=cast.alice.user, edits=edits, now=NOW, **(named or {"filters": TEA}))


def stored(book):
    return {
        model: {row.pk: snapshot(row) for row in model.objects.filter(book=book)}
        for model in (Transaction, TransactionTag, Tag, Merchant)
    }


def test_everything_is_changed_in_one_operation(book, cast, teas):
    edits = Edits(
        category=category_of(book, "RENT"),
        merchant="Tea House",
        note=" new ",
        excluded=True,
        add_tags=("work",),
        remove_tags=("OLD",),
    )
    assert actions.to_be_edited(book=book, edits=edits, filters=TEA).count() == 3
    done = edit(book, cast, edits)
    assert done.count == 3
    for row in queries.transactions(book=book, filters=TEA):
        assert (row.category.code, row.category_source, row.note, row.excluded) == ("RENT", "user", "new", True)
        assert (row.merchant.name, [tag.name for tag in row.tags.all()]) == ("Tea House", ["work"])
        assert {"category", "merchant", "note", "excluded", "tags"} <= row.edited.keys()
    assert Change.objects.filter(operation=done.operation_id, model="banking.Transaction").count() == 3
    assert actions.to_be_edited(book=book, edits=edits, filters=TEA).count() == 0
    assert edit(book, cast, edits).operation_id is None


def test_the_journal_knows_how_everything_was(book, cast, teas):
    """Taking the recorded changes back gives what was stored before, row by row."""
    before = stored(book)
    tags = {"add_tags": ("work",), "remove_tags": ("old",)}
    edits = Edits(category=category_of(book, "RENT"), merchant="Tea House", note="", excluded=True, **tags)
    done = edit(book, cast, edits)
    undone = stored(book)
    assert undone != before
    models = {model._meta.label: model for model in undone}
    for change in Change.objects.filter(operation=done.operation_id).order_by("-id"):
        rows = undone[models[change.model]]
        if change.before is None:
            assert rows.pop(change.key) == change.after
        elif change.after is None:
            rows[change.key] = change.before
        else:
            assert change.after.items() <= rows[change.key].items()
            rows[change.key] |= change.before
    assert undone == before


def test_only_rows_that_differ_are_touched(book, cast, teas):
    kept = teas[1]
    assert edit(book, cast, Edits(note="mine")).count == 2
    kept.refresh_from_db()
    assert "note" not in kept.edited
    assert edit(book, cast, Edits(add_tags=("old",)), ids=[row.pk for row in teas]).count == 2
    assert edit(book, cast, Edits(merchant="")).count == 0


def test_deleting_leaves_tombstones_and_true_totals(book, cast, teas):
    assert edit(book, cast, Edits(delete=True)).count == 3
    assert [row.description for row in queries.transactions(book=book)] == ["COFFEE"]
    discarded = Transaction.objects.exclude(removed_at=None).order_by("id").values_list("discarded", flat=True)
    assert list(discarded) == [False, True, True], "what a bank still books stays in its balance"

    def kept():
        days = DayTotal.objects.order_by("account", "day").values_list("account", "day", "amount", "count")
        months = MonthTotal.objects.order_by("account", "month").values_list("account", "month", "money_out", "count")
        return list(days), list(months)

    found = kept()
    totals.rebuild(book=book)
    assert kept() == found


def test_rows_of_a_file_are_deleted_too(book, cast, teas):
    Transaction.objects.filter(pk__in=[teas[0].pk, teas[1].pk]).update(origin="import")
    assert edit(book, cast, Edits(delete=True)).count == 3
    gone = Transaction.objects.exclude(removed_at=None).order_by("id").values_list("discarded", flat=True)
    assert list(gone) == [False, True, True], "beside a bank the balance has it"


def test_parts_of_a_split_are_not_deleted_by_themselves(book, cast, teas):
    halves = [actions.Part(percent=Decimal(50)), actions.Part(remainder=True)]
    actions.split(book=book, by=cast.alice.user, pk=teas[0].pk, parts=halves, now=NOW)
    before = stored(book)
    with pytest.raises(Refused):
        edit(book, cast, Edits(delete=True))
    assert stored(book) == before


def test_refunds_go_where_their_purchases_go(book, cast, teas):
    back = make_transaction(book, account=teas[0].account, amount=4, description="BACK", category="SHOPPING")
    named = {"refund": back.pk, "purchase": teas[0].pk}
    actions.link_refund(book=book, by=cast.alice.user, now=NOW, **named)
    edit(book, cast, Edits(category=category_of(book, "RENT")))
    back.refresh_from_db()
    assert back.category.code == "RENT"


@pytest.mark.parametrize(
    ("edits", "field"),
    [
        (Edits(), ""),
        (Edits(delete=True, note="x"), "delete"),
        (Edits(note="a\u202eb"), "note"),
        (Edits(add_tags=(" ",)), "add_tags"),
        (Edits(add_tags=("a",), remove_tags=("A",)), "remove_tags"),
        (Edits(add_tags=tuple(f"t{n}" for n in range(21))), "add_tags"),
    ],
)
def test_what_makes_no_sense_is_refused(book, cast, teas, edits, field):
    before = stored(book)
    with pytest.raises(Refused) as refused:
        edit(book, cast, edits)
    assert refused.value.field == field
    assert stored(book) == before


def test_too_many_and_unknown_rows_are_refused(book, cast, teas, monkeypatch):
    with pytest.raises(Refused):
        edit(book, cast, Edits(note="x"), ids=[teas[0].pk, 10**9])
    monkeypatch.setattr("banking.actions.editing.MOST_ROWS", 2)
    with pytest.raises(TooMany):
        edit(book, cast, Edits(note="x"))
    assert not Transaction.objects.filter(note="x").exists()


@pytest.mark.parametrize("count", [3, 40])
def test_the_number_of_queries_is_fixed(book, cast, count, django_assert_max_num_queries):
    for _ in range(count):
        make_transaction(book, description="TEA", tags=["old"], refresh=False)
    with django_assert_max_num_queries(36):
        edit(book, cast, Edits(note="x", excluded=True, add_tags=("new",), remove_tags=("old",), merchant="Tea House"))


def test_the_api_counts_then_changes(book, api, teas):
    body = {"filter": {"q": "tea"}, "add_tags": ["work"], "excluded": True}
    address = "/api/transactions/bulk"
    assert api().post(address, {**body, "preview": True}).json() == {"count": 3, "preview": True, "operation_id": None}
    assert not Tag.objects.filter(name="work").exists()
    headers = {"Idempotency-Key": "k"}
    first, again = (api().post(address, body, headers=headers).json() for _ in range(2))
    assert first == again
    assert (first["count"], first["preview"]) == (3, False)
    assert api().post(address, {"ids": [teas[0].pk], "delete": True}).json()["count"] == 1
    for bad, field in [
        ({"filter": {}, "note": "x"}, "filter"),
        ({"filter": {"nope": 1}, "note": "x"}, "filter.non_field_errors"),
        ({"ids": [teas[1].pk]}, ""),
        ({"ids": [teas[1].pk], "filter": {"q": "tea"}, "note": "x"}, ""),
        ({"ids": [10**9], "note": "x"}, "ids"),
    ]:
        answer = api().post(address, bad)
        assert (answer.status_code, "".join(answer.json()["fields"])) == (400, field), bad
    assert api("carol").post(address, body).status_code == 403
    assert not Transaction.objects.filter(note="x").exists()


def test_the_page_goes_from_the_choice_over_the_count_to_the_change(book, cast, teas):
    alice, address = browse(cast.alice, book), "/transactions/edit"
    chosen = {"transaction": [row.pk for row in teas[:2]], "filter": "q=tea"}
    assert alice.post(address, chosen).context["count"] == 2
    assert alice.post(address, {**chosen, "step": "look"}).status_code == 422, "nothing to change"
    look = alice.post(address, {**chosen, "step": "look", "note": "mine", "excluded": "yes"})
    assert (look.context["changing"], look.context["count"]) == (2, 2)
    assert not Transaction.objects.filter(excluded=True).exists()
    done = alice.post(address, {**chosen, "step": "do", "note": "mine", "excluded": "yes"}, follow=True)
    assert "Changed 2 transactions." in done.content.decode()
    assert done.redirect_chain == [("/transactions?q=tea", 302)]
    whole = alice.get(address, {"q": "tea"})
    assert whole.context["count"] == 3
    alice.post(address, {"filter": "q=tea", "step": "do", "delete": "yes"})
    assert [row.amount for row in queries.transactions(book=book)] == [Decimal(-10)]
    for nothing in ({}, {"filter": "q="}, {"filter": "nonsense=1"}, {"transaction": "x"}):
        assert alice.post(address, {**nothing, "step": "do", "delete": "yes"}).status_code == 302
    assert queries.transactions(book=book).count() == 1


def test_others_change_nothing(book, cast, teas):
    sent = {"transaction": [row.pk for row in teas], "step": "do", "note": "x"}
    assert browse(cast.carol, book).post("/transactions/edit", sent).status_code == 403
    assert browse(cast.stranger, cast.stranger.book).post("/transactions/edit", sent).status_code == 422
    assert not Transaction.objects.filter(note="x").exists()


def test_merchants_that_are_there_are_found_whatever_their_capitals(book, cast, teas):
    house = make_merchant(book, name="Tea House")
    Transaction.objects.filter(pk=teas[0].pk).update(merchant=house)
    assert edit(book, cast, Edits(merchant="TEA HOUSE")).count == 2
    assert set(house.transactions.values_list("pk", flat=True)) == {row.pk for row in teas}

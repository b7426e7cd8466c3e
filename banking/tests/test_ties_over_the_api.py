"""/api/transactions/{id}/split, /refunds and /owed: they work, refuse what they must, and belong to the book."""

from decimal import Decimal

import pytest

from accounts.books import entered
from banking.models import RefundLink, Reimbursement, Transaction
from banking.tests.factories import category_of, make_category, make_merchant, make_transaction

ADDRESS = "/api/transactions"


@pytest.fixture
def row(book):
    return make_transaction(book, amount="-120", merchant=make_merchant(book, name="Costco"))


@pytest.fixture
def refund(book, row):
    return make_transaction(book, amount="20", merchant=row.merchant, category="SALARY")


def halves(book, **more):
    first = {"amount": "-80", "category_id": category_of(book, "RENT").pk, "note": "n", "tags": ["t"]}
    return {"parts": [{**first, **more}, {"remainder": True}]}


def test_split_change_and_put_together(book, api, row, counted):
    found = api("bob").post(f"{ADDRESS}/{row.pk}/split", halves(book)).json()
    first, second = found["parts"]
    assert (found["is_split"], first["amount"], first["category"], first["tags"]) == (True, "-80.00", "Rent", ["t"])
    listed = api().get(ADDRESS).json()["results"]
    assert [(each["id"], each["part_of_id"], each["parts"]) for each in listed] == [
        (second["id"], row.pk, []),
        (first["id"], row.pk, []),
    ]
    client = api()
    assert counted(lambda: client.get(f"{ADDRESS}/{row.pk}")) == 4
    assert counted(lambda: client.get(ADDRESS)) == 3
    again = {"parts": [{"id": first["id"], "percent": "25"}, {"percent": 75}]}
    found = api().post(f"{ADDRESS}/{row.pk}/split", again).json()
    assert [(each["id"] == first["id"], each["amount"]) for each in found["parts"]] == [
        (True, "-30.00"),
        (False, "-90.00"),
    ]
    assert api().delete(f"{ADDRESS}/{row.pk}/split").status_code == 204
    assert api().delete(f"{ADDRESS}/{row.pk}/split").status_code == 409
    assert api().get(f"{ADDRESS}/{row.pk}").json()["parts"] == []


@pytest.mark.parametrize(
    "more",
    [
        {"amount": "-120"},
        {"percent": "5"},
        {"amount": "x"},
        {"category_id": 10**9},
        {"id": 10**9},
        {"colour": 1},
        {"tags": "x"},
    ],
)
def test_a_bad_split_is_refused_and_changes_nothing(book, api, row, more):
    answer = api().post(f"{ADDRESS}/{row.pk}/split", halves(book, **more))
    assert answer.status_code == 400, answer.content
    assert any(name.startswith("parts") for name in answer.json()["fields"]), answer.content
    assert list(Transaction.objects.all()) == [row]


def test_a_category_of_another_book_is_refused(cast, book, api, row):
    with entered(cast.stranger.book):
        theirs = make_category(cast.stranger.book, name="Theirs")
    answer = api().post(f"{ADDRESS}/{row.pk}/split", halves(book, category_id=theirs.pk))
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["parts"])


def test_a_split_is_made_once_under_one_key(book, api, row):
    for _ in range(2):
        answer = api().post(f"{ADDRESS}/{row.pk}/split", halves(book), headers={"Idempotency-Key": "k"})
        assert answer.status_code == 200
    assert {part["id"] for part in answer.json()["parts"]} == set(
        Transaction.objects.filter(part_of=row).values_list("pk", flat=True)
    )


def test_link_a_refund_and_part_them(book, api, row, refund):
    address = f"{ADDRESS}/{row.pk}/refunds"
    [candidate] = api("carol").get(address).json()["candidates"]
    assert (candidate["refund_id"], candidate["purchase_id"], candidate["left"]) == (refund.pk, row.pk, "120.00")
    answer = api("bob").post(address, {"refund_id": refund.pk, "amount": "15"})
    assert (answer.status_code, answer.json()["amount"]) == (201, "15.00")
    assert api().get(f"{ADDRESS}/{refund.pk}").json()["category_source"] == "match"
    assert [each["refund_id"] for each in api().get(address).json()["refunds"]] == [refund.pk]
    assert api().post(address, {"refund_id": refund.pk}).status_code == 409
    assert api().delete(f"{address}/{refund.pk}").status_code == 204
    assert api().delete(f"{address}/{refund.pk}").status_code == 404
    assert not RefundLink.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"), [({"amount": "21"}, "amount"), ({"amount": "0"}, "amount"), ({"refund_id": 10**9}, "refund_id")]
)
def test_a_bad_refund_is_refused(book, api, row, refund, given, field):
    answer = api().post(f"{ADDRESS}/{row.pk}/refunds", {"refund_id": refund.pk, **given})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert not RefundLink.objects.exists()


def test_what_is_owed(book, api, row, refund, counted):
    address = f"{ADDRESS}/{row.pk}/owed"
    assert api("bob").put(address, {"amount": "50", "who": "Ann"}).json()["left"] == "50.00"
    assert api().post(f"{ADDRESS}/{row.pk}/refunds", {"refund_id": refund.pk}).status_code == 201
    found = api("carol").get("/api/owed").json()
    assert found["totals"] == {"USD": "30.00"}
    [line] = found["results"]
    assert (line["purchase_id"], line["back"], line["left"], line["who"]) == (row.pk, "20.00", "30.00", "Ann")
    client = api()
    before = counted(lambda: client.get("/api/owed"))
    for _ in range(5):
        api().put(f"{ADDRESS}/{make_transaction(book).pk}/owed", {})
    assert counted(lambda: client.get("/api/owed")) == before
    page = api().get("/api/owed", {"limit": 2}).json()
    assert len(api().get("/api/owed", {"limit": 2, "cursor": page["next"]}).json()["results"]) == 2
    assert api().put(address, {"amount": "121"}).status_code == 400
    assert api().get("/api/owed", {"cursor": "x"}).status_code == 400
    assert api().delete(address).status_code == 204
    assert api().delete(address).status_code == 404
    assert Reimbursement.objects.count() == 5


def test_others_look_or_find_nothing(book, api, row, refund):
    calls = [
        ("post", "split", halves(book)),
        ("delete", "split", None),
        ("post", "refunds", {"refund_id": refund.pk}),
        ("delete", f"refunds/{refund.pk}", None),
        ("put", "owed", {}),
        ("delete", "owed", None),
    ]
    for who, status in (("carol", 403), ("stranger", 404)):
        for method, path, body in calls:
            assert getattr(api(who), method)(f"{ADDRESS}/{row.pk}/{path}", body).status_code == status, (who, path)
    assert Decimal(row.amount) == Transaction.objects.get(pk=row.pk).amount
    assert Transaction.objects.count() == 2


@pytest.mark.parametrize("pk", [0, 10**18, 10**40])
def test_any_id_is_answered(book, api, row, pk):
    for path in ("split", f"refunds/{row.pk}", "owed"):
        assert api().delete(f"{ADDRESS}/{pk}/{path}").status_code == 404, path
    assert api().delete(f"{ADDRESS}/{row.pk}/refunds/{pk}").status_code == 404
    assert api().post(f"{ADDRESS}/{row.pk}/refunds", {"refund_id": row.pk}).status_code == 400

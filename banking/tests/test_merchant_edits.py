"""Renaming merchants, giving them a category, merging two: nothing is lost and what recognises them stays."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, categoriser, queries
from banking.actions import filing
from banking.actions.merchants import merchant_named
from banking.models import Merchant, Transaction
from banking.queries.evidence import evidence
from banking.tests.browsing import IN_DRAWER, browse, figures_in, queries_of
from banking.tests.factories import category_of, make_merchant, make_transaction
from journal.models import Change

BOTTLE = "BLUE BOTTLE COFFEE 4711"


@pytest.fixture
def bottle(book):
    """A merchant as a bank's row makes it, with two rows."""
    key, name = filing.key_and_name(BOTTLE, "")
    merchant = Merchant.objects.get(pk=filing.merchants(book=book, names={key: name})[key])
    for amount in ("-4", "-6.50"):
        make_transaction(book, merchant=merchant, description=BOTTLE, amount=amount)
    return merchant


@pytest.fixture
def costa(book):
    merchant = make_merchant(book, name="Costa")
    make_transaction(book, merchant=merchant, description="COSTA 12", amount="-3", removed_at=NOW)
    make_transaction(book, merchant=merchant, description="COSTA 13", amount="-2")
    return merchant


def decided(book, description):
    row = categoriser.Evidence(description, Decimal(-4))
    return evidence(book=book).decide([row])[0]


def amend(book, cast, merchant, **changes):
    return actions.amend_merchant(book=book, by=cast.alice.user, pk=merchant.pk, changes=changes, now=NOW)


def merge(book, cast, source, target):
    return actions.merge_merchants(book=book, by=cast.alice.user, pk=source.pk, into=target.pk, now=NOW)


def test_a_renamed_merchant_is_still_recognised(book, cast, bottle):
    row = bottle.transactions.first()
    changes = {"category": category_of(book, "GIFTS")}
    actions.amend(book=book, by=cast.alice.user, pk=row.pk, changes=changes, now=NOW)
    amend(book, cast, bottle, name="Morning")
    key, name = filing.key_and_name(BOTTLE, "")
    assert filing.merchants(book=book, names={key: name}) == {key: bottle.pk}
    assert decided(book, BOTTLE).label == str(category_of(book, "GIFTS").pk)
    assert queries.title(queries.transaction(book=book, pk=row.pk)) == "Morning"
    with pytest.raises(actions.Conflicting):
        amend(book, cast, make_merchant(book, name="Costa"), name="MORNING")
    assert amend(book, cast, bottle, name=name).bank_name == ""


def test_what_comes_goes_to_the_merchants_category(book, cast, bottle):
    gifts = category_of(book, "GIFTS")
    amend(book, cast, bottle, category=gifts)
    found = decided(book, BOTTLE)
    assert (found.label, found.source, found.confidence) == (str(gifts.pk), "rule", 1.0)
    assert found.reason == f"You file everything from “{bottle.name}” under {gifts.name}"
    new = actions.NewRule(contains="bottle", category=category_of(book, "RENT"))
    actions.create_rule(book=book, by=cast.alice.user, new=new, now=NOW)
    assert decided(book, BOTTLE).label == str(category_of(book, "RENT").pk), "a rule says more"
    amend(book, cast, bottle, category=None)
    with pytest.raises(actions.Refused):
        amend(book, cast, bottle, category=category_of(book, "UNCATEGORISED"))


def test_nothing_is_lost_when_two_are_merged(book, cast, bottle, costa):
    amend(book, cast, costa, category=category_of(book, "GIFTS"))
    done = merge(book, cast, costa, bottle)
    assert done.count == 2, "removed rows too, which may come back"
    assert set(Transaction.objects.values_list("merchant", flat=True)) == {bottle.pk}
    noted = Change.objects.filter(operation=done.operation_id, model="banking.Transaction")
    assert {(each.before["merchant_id"], each.after["merchant_id"]) for each in noted} == {
        (str(costa.pk), str(bottle.pk))
    }
    assert noted.count() == 2
    assert queries.merchant(book=book, pk=bottle.pk).category == category_of(book, "GIFTS")
    with pytest.raises(Merchant.DoesNotExist):
        queries.merchant(book=book, pk=costa.pk)


def test_the_merged_wording_and_name_keep_recognising(book, cast, bottle, costa):
    row = costa.transactions.get(removed_at=None)
    changes = {"category": category_of(book, "GIFTS")}
    actions.amend(book=book, by=cast.alice.user, pk=row.pk, changes=changes, now=NOW)
    merge(book, cast, costa, bottle)
    third = make_merchant(book, name="Third")
    merge(book, cast, bottle, third)
    assert filing.merchants(book=book, names={"costa": "Costa"}) == {"costa": third.pk}, "also through two merges"
    assert merchant_named(book=book, name="COSTA") == third
    assert decided(book, "COSTA 99").label == str(category_of(book, "GIFTS").pk)
    filters = queries.Filters(merchants=frozenset([third.pk]))
    assert queries.transactions(book=book, filters=filters).count() == 3
    amend(book, cast, third, category=category_of(book, "RENT"))
    assert decided(book, "COSTA 99").label == str(category_of(book, "RENT").pk)


def test_the_list_has_sums_that_are_those_of_its_links(book, cast, bottle, costa):
    make_transaction(book, merchant=bottle, amount="-100", pending=True)
    make_transaction(book, merchant=bottle, amount="-100", excluded=True)
    alice = browse(cast.alice, book)
    page = alice.get("/merchants").content.decode()
    found = figures_in(page)
    assert {amount for _address, _sign, amount in found.values()} == {Decimal("-10.50"), Decimal(-2)}
    for address, _sign, amount in found.values():
        assert figures_in(alice.get(address).content.decode())["list-net-USD"][2] == amount
    assert "BB" in page
    assert "2 transactions" in page
    assert "Costa" not in alice.get("/merchants", {"q": "bott"}).content.decode()
    for address, status in (("/merchants?q=zz", 200), ("/merchants?q=a%E2%80%AEb", 400), ("/merchants?cursor=x", 404)):
        assert alice.get(address).status_code == status, address


def test_the_pages_edit_and_merge(book, cast, bottle, costa):
    alice, address = browse(cast.alice, book), f"/merchants/{costa.pk}"
    sent = {"name": "Costa Coffee", "category": category_of(book, "GIFTS").pk, "past": "on"}
    assert alice.post(f"{address}/edit", sent).status_code == 302
    page = alice.get(address).content.decode()
    assert "Costa Coffee" in page
    assert "Saved, and 1 transaction filed anew." in page
    assert costa.transactions.get(removed_at=None).category_source == "rule"
    assert alice.post(f"{address}/edit", {"name": "a\u202eb"}, **IN_DRAWER).context["form"].errors
    assert alice.post(f"{address}/edit", {"name": bottle.name}).status_code == 422
    assert alice.post(f"{address}/merge", {"into": "x"}).status_code == 422
    offered = alice.get(f"{address}/merge", {"q": "blue"}).context["offered"]
    assert [each.merchant for each in offered] == [bottle]
    for _twice in range(2):
        assert alice.post(f"{address}/merge", {"into": bottle.pk})["Location"] == f"/merchants/{bottle.pk}"
    assert "Costa Coffee" in alice.get(f"/merchants/{bottle.pk}").content.decode()
    assert alice.get(address).status_code == 404
    assert f'href="/transactions?merchant={bottle.pk}"' in alice.get(f"/merchants/{bottle.pk}").content.decode()
    assert alice.get(f"/transactions?merchant={costa.pk}").context["page"].rows, "an old link still finds them"


def test_others_see_and_change_nothing(book, cast, bottle):
    for name, status in (("stranger", 404), ("carol", 403)):
        person = getattr(cast, name)
        client = browse(person, person.book if name == "stranger" else book)
        for page in ("edit", "merge"):
            assert client.post(f"/merchants/{bottle.pk}/{page}", {"name": "x"}).status_code == status, (name, page)
    assert browse(cast.carol, book).get(f"/merchants/{bottle.pk}").status_code == 200
    bottle.refresh_from_db()
    assert bottle.name != "x"


def test_the_api_lists_changes_and_merges(book, api, bottle, costa):
    gifts = category_of(book, "GIFTS").pk
    first = api().get("/api/merchants?limit=1").json()
    [listed] = first["results"]
    assert (listed["id"], listed["initials"], listed["latest"]) == (bottle.pk, "BB", "2026-03-10")
    assert listed["totals"] == [
        {"currency": "USD", "count": 2, "money_in": "0.00", "money_out": "-10.50", "net": "-10.50"}
    ]
    assert api().get(f"/api/merchants?limit=1&cursor={first['next']}").json()["results"][0]["id"] == costa.pk
    changed = api().patch(f"/api/merchants/{costa.pk}", {"name": "Kosta", "category_id": gifts, "past": True})
    assert {"name": "Kosta", "bank_name": "Costa", "category_id": gifts}.items() <= changed.json().items()
    headers = {"Idempotency-Key": "once"}
    for _ in range(2):
        merged = api().post(f"/api/merchants/{costa.pk}/merge", {"merchant_id": bottle.pk}, headers=headers)
        assert (merged.status_code, merged.json()["count"]) == (200, 2)
    assert merged.json()["merchant"]["merged"] == ["Kosta"]
    assert api().get("/api/merchants?q=kosta").json()["results"][0]["id"] == bottle.pk
    assert api().get(f"/api/merchants/{costa.pk}").status_code == 404


@pytest.mark.parametrize(
    ("verb", "address", "body", "field"),
    [
        ("patch", "{}", {"name": " "}, "name"),
        ("patch", "{}", {"name": "Costa"}, ""),
        ("patch", "{}", {"category_id": 10**9}, "category_id"),
        ("post", "{}/merge", {"merchant_id": 10**9}, "merchant_id"),
        ("get", "?q=a%E2%80%AEb", None, "q"),
    ],
)
def test_the_api_refuses_and_changes_nothing(book, api, bottle, costa, verb, address, body, field):
    before = list(Merchant.objects.order_by("pk").values())
    address = address.format(f"/{bottle.pk}") if "{}" in address else address
    answer = getattr(api(), verb)(f"/api/merchants{address}", body)
    assert answer.status_code == (400 if field else 409), answer.json()
    assert set(answer.json()["fields"]) == ({field} if field else set())
    assert list(Merchant.objects.order_by("pk").values()) == before


def test_the_number_of_queries_is_fixed(book, cast, api, counted, bottle, costa):
    alice, client = browse(cast.alice, book), api()

    def asked():
        pages = [queries_of(alice, path) for path in ("/merchants", f"/merchants/{bottle.pk}")]
        return [*pages, counted(lambda: client.get("/api/merchants"))]

    few = asked()
    for number in range(12):
        merchant = make_merchant(book, name=f"Blue shop {number}")
        make_transaction(book, merchant=merchant, day=date(2026, 1, 1 + number), refresh=False)
        make_transaction(book, merchant=bottle, refresh=False)
    merge(book, cast, make_merchant(book, name="Blue shop 0"), bottle)
    assert asked() == few

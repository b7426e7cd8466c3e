"""New categories and tags of a file on the pages and over the API."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from banking import actions
from banking.actions import Received
from banking.models import NEW, Category, Import, Transaction
from banking.tests.factories import category_of

FILE = (
    "Date,Description,Amount,Category,Tags\n"
    '2024-01-15,KITE SHOP,-30.00,Hobbies: Kites,"trip, gift"\n'
    "2024-01-16,GIG,100.00,Gigs,\n"
    "2024-01-17,TEA,-2.00,Coffee,\n"
)


@pytest.fixture
def source(book, cast):
    file = Received("bank.csv", FILE.encode())
    return actions.receive_import(book=book, by=cast.alice.user, file=file, now=timezone.now())


@pytest.fixture
def pages(cast):
    client = Client()
    client.force_login(cast.alice.user)
    return client


def chosen(source):
    return Import.objects.get(pk=source.pk).categories


def test_one_is_made_new_and_the_rows_say_so(pages, source):
    page = pages.get(f"/imports/{source.pk}/map").content.decode()
    assert "New: “Kites” inside “Hobbies” (Expense)" in page
    assert "New: “Gigs” (Income)" in page
    assert "New: “Coffee”" not in page
    words = {"word": ["Hobbies: Kites", "Gigs", "Coffee"], "category-0": "new", "category-2": ""}
    onward = pages.post(f"/imports/{source.pk}/map", {**words, "next": "yes"})
    assert onward["Location"] == f"/imports/{source.pk}/rows"
    assert chosen(source) == {"Hobbies: Kites": NEW, "Gigs": None, "Coffee": None}
    assert '<option value="new" selected>' in pages.get(f"/imports/{source.pk}/map").content.decode()
    rows = pages.get(f"/imports/{source.pk}/rows").content.decode()
    assert "Kites (new)" in rows
    assert '<li class="badge" dir="auto">trip</li><li class="badge" dir="auto">gift</li>' in rows


def test_all_that_are_open_are_made_new_by_one_button(pages, source, book, run_tasks):
    assert "Make new categories of all 2 that are open" in pages.get(f"/imports/{source.pk}/map").content.decode()
    words = {"word": ["Hobbies: Kites", "Gigs", "Coffee"], "category-2": category_of(book, "GROCERIES").pk}
    assert pages.post(f"/imports/{source.pk}/map", {**words, "all-new": "yes"})["Location"].endswith("/map")
    assert chosen(source) == {"Hobbies: Kites": NEW, "Gigs": NEW, "Coffee": category_of(book, "GROCERIES").pk}
    assert "Make new categories" not in pages.get(f"/imports/{source.pk}/map").content.decode()
    pages.post(f"/imports/{source.pk}/start")
    run_tasks()
    assert set(Category.objects.filter(code="").values_list("name", flat=True)) == {"Hobbies", "Kites", "Gigs"}
    assert Transaction.objects.get(description="GIG").category.name == "Gigs"


def test_parts_are_shown_as_they_will_land(pages, book, cast):
    split = (
        "!Type:Bank\nD01/15/2024\nT-70.00\nPZXQV\nSGarden\n$-40.00\nSGroceries\nEmilk\n$-20.00\nSKites\n$-10.00\n^\n"
    )
    file = Received("q.qif", split.encode())
    source = actions.receive_import(book=book, by=cast.alice.user, file=file, now=timezone.now())
    words = {"Garden": None, "Groceries": category_of(book, "GROCERIES").pk, "Kites": NEW}
    Import.objects.filter(pk=source.pk).update(categories=words)
    html = pages.get(f"/imports/{source.pk}/rows").content.decode()
    shown = [strip_tags(each) for each in re.findall(r'<span class="small quiet">(<data.*?)</span>', html)]
    assert shown == ["−$40.00 · Uncategorized", "−$20.00 · Groceries · milk", "−$10.00 · Kites (new)"]


def test_an_archived_one_is_offered_back(pages, source, book):
    Category.objects.create(book=book, name="gigs", kind="income", archived_at=timezone.now())
    assert "Bring back “gigs”" in pages.get(f"/imports/{source.pk}/map").content.decode()


def test_the_api_makes_one_or_all_of_them_new(api, source):
    client, path = api(), f"/api/imports/{source.pk}"
    [_coffee, gigs, kites] = client.patch(path, {"categories": [{"name": "Gigs", "new": True}]}).json()["categories"]
    assert gigs == {
        "name": "Gigs", "category_id": None, "new": {"name": "Gigs", "kind": "income", "inside": ""}
    }  # fmt: skip
    assert (kites["category_id"], kites["new"]) == (None, None)
    words = client.patch(path, {"all_new": True}).json()["categories"]
    assert words[2]["new"] == {"name": "Kites", "kind": "expense", "inside": "Hobbies"}
    [row] = [each for each in client.get(f"{path}/rows").json()["results"] if each["description"] == "KITE SHOP"]
    assert (row["tags"], row["category_id"], row["new_category"]) == (["trip", "gift"], None, "Kites")


@pytest.mark.parametrize(
    "word",
    [
        {"name": "Gigs"},
        {"name": "Gigs", "new": False},
        {"name": "Gigs", "new": True, "category_id": 1},
        {"name": "Gigs", "new": True, "category_id": None},
        {"name": "Nothing", "new": True},
    ],
)
def test_the_api_refuses_what_says_nothing_or_two_things(api, source, word):
    before = chosen(source)
    assert api().patch(f"/api/imports/{source.pk}", {"categories": [word]}).status_code == 400
    assert chosen(source) == before


def test_strangers_and_viewers_change_nothing(cast, api, source):
    for person, status in (("stranger", 404), ("carol", 403)):
        client = Client()
        client.force_login(getattr(cast, person).user)
        assert client.post(f"/imports/{source.pk}/map", {"all-new": "yes"}).status_code == status
        assert api(person).patch(f"/api/imports/{source.pk}", {"all_new": True}).status_code == status
    assert NEW not in chosen(source).values()


def test_many_words_take_as_many_queries(pages, book, cast, source, counted):
    many = FILE + "".join(f"2024-02-{1 + n % 28:02},SHOP {n},-1.00,Group {n % 9}: Word {n},a{n}\n" for n in range(200))
    file = Received("many.csv", many.encode())
    other = actions.receive_import(book=book, by=cast.alice.user, file=file, now=timezone.now())
    for pk in (source.pk, other.pk):
        pages.post(f"/imports/{pk}/map", {"all-new": "yes"})
    for step in ("map", "rows"):
        few, more = (
            counted(lambda pk=pk, step=step: pages.get(f"/imports/{pk}/{step}")) for pk in (source.pk, other.pk)
        )
        assert few == more, step
